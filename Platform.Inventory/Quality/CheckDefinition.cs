using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Platform.Workflows;

namespace Platform.Inventory.Quality;

/// <summary>
/// What shall hold of an asset or a column, as people declare it in YAML or over HTTP. Which fields count depends on <see cref="Kind"/>; see docs/inventory.md.
/// A null value breaks <c>not_null</c> only; the other checks of values leave nulls out. An empty table breaks <c>volume</c> and <c>freshness</c> and nothing else.
/// </summary>
public sealed record CheckDefinition
{
    /// <summary>All kinds.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["not_null", "unique", "range", "set", "pattern", "reference", "freshness", "volume", "growth", "schema", "drift", "sql"];

    private static readonly string[] OfColumn = ["not_null", "range", "set", "pattern", "reference", "drift"];

    private static readonly string[] Measures = ["psi", "ks", "js", "wasserstein"];

    /// <summary>How definitions are written as JSON.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>One of <see cref="Kinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The column that is looked at; null for the whole asset.</summary>
    public string? Column { get; init; }

    /// <summary><c>unique</c>: columns that together tell rows apart, where it is more than one.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Its name among the checks of the asset and column; null takes the kind's.</summary>
    public string? Name { get; init; }

    /// <summary><c>warning</c> or <c>critical</c>.</summary>
    public string Severity { get; init; } = "warning";

    /// <summary>Whether a write that breaks it fails its task; null is no.</summary>
    public bool? Gate { get; init; }

    /// <summary>Smallest value (<c>range</c>), fewest rows (<c>volume</c>), smallest change of the rows since the last time in percent (<c>growth</c>); null for none.</summary>
    public double? Min { get; init; }

    /// <summary>Largest value, most rows, largest change, or largest distance (<c>drift</c>); null for none.</summary>
    public double? Max { get; init; }

    /// <summary><c>range</c> of times: the earliest, ISO 8601; null for none.</summary>
    public string? Earliest { get; init; }

    /// <summary><c>range</c> of times: the latest, ISO 8601; null for none.</summary>
    public string? Latest { get; init; }

    /// <summary><c>set</c>: the values that may stand there.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary><c>pattern</c>: a regular expression (RE2) that each value matches as a whole.</summary>
    public string? Pattern { get; init; }

    /// <summary><c>reference</c>: key of the asset whose values these must be.</summary>
    public string? ReferenceAsset { get; init; }

    /// <summary><c>reference</c>: its column; null takes the same name.</summary>
    public string? ReferenceColumn { get; init; }

    /// <summary><c>freshness</c>: how old the newest value of the column, or the asset's newest write, may be: <c>26h</c>.</summary>
    public string? MaxAge { get; init; }

    /// <summary>Share of the rows that may break it, 0 to 1; null is none.</summary>
    public double? MaxShare { get; init; }

    /// <summary><c>schema</c>: columns with their types; an empty type allows any.</summary>
    public IReadOnlyDictionary<string, string>? Schema { get; init; }

    /// <summary><c>schema</c>: whether there may be other columns; null is yes.</summary>
    public bool? AllowMore { get; init; }

    /// <summary><c>drift</c>: <c>psi</c>, <c>ks</c>, <c>js</c> or <c>wasserstein</c> (in standard deviations of before); null is psi.</summary>
    public string? Measure { get; init; }

    /// <summary><c>sql</c>: a query whose rows break the check; <c>{table}</c> stands for the asset.</summary>
    public string? Sql { get; init; }

    /// <summary>Its name.</summary>
    [JsonIgnore]
    public string Title => Name is { Length: > 0 } name ? name : Kind == "unique" && Columns is { Count: > 1 } ? $"unique {string.Join(", ", Columns)}" : Kind.Replace('_', ' ');

    /// <summary>Columns that it looks at.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Looked => Kind == "unique" && Columns is { Count: > 0 } columns ? columns : Column is { Length: > 0 } column ? [column] : [];

    /// <summary>Reads a definition.</summary>
    /// <exception cref="FormatException">It is no definition; the message says why.</exception>
    public static CheckDefinition Read(JsonElement json)
    {
        try
        {
            return json.Deserialize<CheckDefinition>(Json) ?? throw new FormatException("A check is an object with a 'kind'.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"The check cannot be read. {JsonMistake.Of(e, Json, typeof(CheckDefinition))}", e);
        }
    }

    /// <summary>The definition as JSON.</summary>
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, Json);

    /// <summary>What is wrong with it, in sentences; nothing where it can be made.</summary>
    /// <param name="columns">Columns of the asset; null where they are not known.</param>
    public IEnumerable<string> Problems(IReadOnlyCollection<string>? columns = null)
    {
        if (!Kinds.Contains(Kind))
        {
            yield return $"'{Kind}' is no kind of check. Use one of {string.Join(", ", Kinds)}.";
            yield break;
        }
        if (Severity is not ("warning" or "critical"))
            yield return $"'{Severity}' is no severity. Use warning or critical.";
        if (Gate == true && Severity != "critical")
            yield return "A check that gates must be of the severity critical.";
        if (OfColumn.Contains(Kind) && string.IsNullOrEmpty(Column))
            yield return $"A check of the kind '{Kind}' needs a 'column'.";
        if (Kind == "unique" && Looked.Count == 0)
            yield return "A check of the kind 'unique' needs a 'column' or 'columns'.";
        foreach (var missing in columns is null ? [] : Looked.Where(name => !columns.Contains(name, StringComparer.Ordinal)))
            yield return $"There is no column '{missing}'. It has {string.Join(", ", columns!.Take(20))}.";
        if (MaxShare is < 0 or > 1 or double.NaN)
            yield return $"'max_share' is {MaxShare}, which is no share from 0 to 1.";
        foreach (var problem in OfKind())
            yield return problem;
    }

    private IEnumerable<string> OfKind()
    {
        switch (Kind)
        {
            case "range" when Min is null && Max is null && Earliest is null && Latest is null:
                yield return "A check of the kind 'range' needs 'min', 'max', 'earliest' or 'latest'.";
                break;
            case "range" when (Min is not null || Max is not null) && (Earliest is not null || Latest is not null):
                yield return "A check of the kind 'range' is of numbers ('min', 'max') or of times ('earliest', 'latest'), not of both.";
                break;
            case "range" when Times().FirstOrDefault(text => !Time(text, out _)) is { } wrong:
                yield return $"'{wrong}' is no time. Write 2026-01-31 or 2026-01-31T08:00:00Z.";
                break;
            case "volume" or "growth" when Min is null && Max is null:
                yield return $"A check of the kind '{Kind}' needs 'min' or 'max'.";
                break;
            case "set" when Values is not { Count: > 0 }:
                yield return "A check of the kind 'set' needs 'values'.";
                break;
            case "pattern":
                if (string.IsNullOrEmpty(Pattern))
                    yield return "A check of the kind 'pattern' needs a 'pattern'.";
                else if (PatternProblem(Pattern) is { } problem)
                    yield return problem;
                break;
            case "reference" when string.IsNullOrEmpty(ReferenceAsset):
                yield return "A check of the kind 'reference' needs a 'reference_asset', the asset whose values these must be.";
                break;
            case "freshness" when !Duration.TryParse(MaxAge, out _):
                yield return $"A check of the kind 'freshness' needs a 'max_age': {Duration.Form}.";
                break;
            case "schema" when Schema is not { Count: > 0 }:
                yield return "A check of the kind 'schema' needs a 'schema': columns with their types.";
                break;
            case "drift" when Max is not > 0:
                yield return "A check of the kind 'drift' needs a 'max' over 0.";
                break;
            case "drift" when Measure is not null && !Measures.Contains(Measure):
                yield return $"'{Measure}' is no measure of drift. Use one of {string.Join(", ", Measures)}.";
                break;
            case "sql" when string.IsNullOrWhiteSpace(Sql):
                yield return "A check of the kind 'sql' needs a 'sql', a query whose rows break it.";
                break;
        }
        if (Min > Max)
            yield return $"'min' ({Min}) is above 'max' ({Max}).";
    }

    /// <summary>Reads a time of a definition or a profile, in UTC where it does not say.</summary>
    internal static bool Time(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal | System.Globalization.DateTimeStyles.AdjustToUniversal, out time);

    private IEnumerable<string> Times() => new[] { Earliest, Latest }.OfType<string>();

    // RE2 has no look-around and no back-references; NonBacktracking refuses the same.
    private static string? PatternProblem(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return null;
        }
        catch (ArgumentException e)
        {
            return $"The pattern '{pattern}' does not compile: {e.Message}";
        }
        catch (NotSupportedException)
        {
            return $"The pattern '{pattern}' looks around or refers back, which RE2 does not do. Write it without.";
        }
    }
}
