using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Catalog.Quality;

namespace Platform.Designer.Quality;

/// <summary>A check while somebody fills its form: texts as they were typed, and the definition that they are.</summary>
internal sealed class CheckDraft
{
    /// <summary>All kinds in the order of the form: what most tables need first.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["not_null", "unique", "range", "set", "pattern", "reference", "freshness", "volume", "growth", "schema", "drift", "sql"];

    public static readonly IReadOnlyList<string> Measures = ["psi", "ks", "js", "wasserstein"];

    public string Kind { get; set; } = "not_null";

    public string Column { get; set; } = "";

    /// <summary>With <c>unique</c>: columns beside the first that together tell rows apart.</summary>
    public HashSet<string> Beside { get; } = new(StringComparer.Ordinal);

    public string Min { get; set; } = "";

    public string Max { get; set; } = "";

    /// <summary>Values a line each.</summary>
    public string Values { get; set; } = "";

    public string Pattern { get; set; } = "";

    public string ReferenceAsset { get; set; } = "";

    public string ReferenceColumn { get; set; } = "";

    public string MaxAge { get; set; } = "";

    /// <summary>A column a line, its type behind a blank.</summary>
    public string Schema { get; set; } = "";

    public bool AllowMore { get; set; } = true;

    public string Measure { get; set; } = "psi";

    public string Sql { get; set; } = "";

    /// <summary>In percent.</summary>
    public string MaxShare { get; set; } = "";

    public string Severity { get; set; } = "warning";

    public bool Gate { get; set; }

    public string Name { get; set; } = "";

    /// <summary>Whether the kind looks at a column, and may or must have one.</summary>
    public static bool TakesColumn(string kind) => kind is "not_null" or "unique" or "range" or "set" or "pattern" or "reference" or "freshness" or "drift";

    public static bool NeedsColumn(string kind) => TakesColumn(kind) && kind != "freshness";

    public static bool TakesShare(string kind) => kind is "not_null" or "unique" or "range" or "set" or "pattern" or "reference";

    public static bool TakesBounds(string kind) => kind is "range" or "volume" or "growth";

    /// <summary>The draft of a check that there is.</summary>
    public static CheckDraft Of(DeclaredCheckRow row)
    {
        string text(string name) => row.Definition.TryGetProperty(name, out var member) && member.ValueKind is not JsonValueKind.Null ? member.ToString() : "";
        IEnumerable<string> list(string name) => row.Definition.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Array ? member.EnumerateArray().Select(element => element.ToString()) : [];
        var columns = list("columns").ToList();
        var draft = new CheckDraft
        {
            Kind = row.Kind,
            Column = row.Column ?? columns.FirstOrDefault() ?? "",
            Min = text("min") is { Length: > 0 } min ? min : text("earliest"),
            Max = text("max") is { Length: > 0 } max ? max : text("latest"),
            Values = string.Join('\n', list("values")),
            Pattern = text("pattern"),
            ReferenceAsset = text("reference_asset"),
            ReferenceColumn = text("reference_column"),
            MaxAge = text("max_age"),
            Schema = row.Definition.TryGetProperty("schema", out var schema) && schema.ValueKind == JsonValueKind.Object ? string.Join('\n', schema.EnumerateObject().Select(column => $"{column.Name} {column.Value}".Trim())) : "",
            AllowMore = text("allow_more") != "False",
            Measure = text("measure") is { Length: > 0 } measure ? measure : "psi",
            Sql = text("sql"),
            MaxShare = row.Definition.TryGetProperty("max_share", out var share) && share.ValueKind == JsonValueKind.Number ? (100 * share.GetDouble()).ToString("0.######", CultureInfo.InvariantCulture) : "",
            Severity = row.Severity,
            Gate = row.Gate,
            Name = text("name"),
        };
        draft.Beside.UnionWith(columns.Skip(1));
        return draft;
    }

    /// <summary>The definition in the form of the API; what is no number where one must be is given back.</summary>
    /// <param name="definition">The definition; of no use where something is wrong.</param>
    /// <returns>What is no number; null where all is well.</returns>
    public string? Read(out JsonElement definition)
    {
        string? wrong = null;
        var json = new JsonObject { ["kind"] = Kind, ["severity"] = Severity };
        if (Gate && Severity == "critical")
            json["gate"] = true;
        text("name", Name);
        if (TakesColumn(Kind) && Kind == "unique" && Beside.Count > 0)
            json["columns"] = new JsonArray([.. new[] { Column }.Concat(Beside).Where(column => column.Length > 0).Distinct().Select(column => JsonValue.Create(column))]);
        else if (TakesColumn(Kind))
            text("column", Column);
        if (TakesBounds(Kind))
        {
            bound("min", "earliest", Min);
            bound("max", "latest", Max);
        }
        if (TakesShare(Kind) && MaxShare.Trim().Length > 0)
            json["max_share"] = number(MaxShare.Trim().TrimEnd('%')) / 100;
        switch (Kind)
        {
            case "set":
                json["values"] = new JsonArray([.. Lines(Values).Select(value => JsonValue.Create(value))]);
                break;
            case "pattern":
                text("pattern", Pattern);
                break;
            case "reference":
                text("reference_asset", ReferenceAsset);
                text("reference_column", ReferenceColumn);
                break;
            case "freshness":
                text("max_age", MaxAge);
                break;
            case "schema":
                json["schema"] = new JsonObject(Lines(Schema).Select(line => line.Split((char[])[' ', '\t'], 2, StringSplitOptions.TrimEntries)).DistinctBy(parts => parts[0]).Select(parts => KeyValuePair.Create(parts[0], (JsonNode?)JsonValue.Create(parts.Length > 1 ? parts[1] : ""))));
                if (!AllowMore)
                    json["allow_more"] = false;
                break;
            case "drift":
                json["max"] = number(Max);
                text("measure", Measure == "psi" ? "" : Measure);
                break;
            case "sql":
                text("sql", Sql);
                break;
        }
        definition = JsonSerializer.SerializeToElement(json);
        return wrong;

        void text(string name, string value)
        {
            if (value.Trim().Length > 0)
                json[name] = value.Trim();
        }

        // Of a range, what is no number is a time, which the host reads.
        void bound(string name, string ofTimes, string value)
        {
            if (value.Trim().Length == 0)
                return;
            if (Kind == "range" && !IsNumber(value, out _))
                json[ofTimes] = value.Trim();
            else
                json[name] = number(value);
        }

        double? number(string value)
        {
            if (value.Trim().Length == 0)
                return null;
            if (IsNumber(value, out var found))
                return found;
            wrong ??= value.Trim();
            return null;
        }
    }

    private static bool IsNumber(string text, out double number) => double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    private static IEnumerable<string> Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct();
}
