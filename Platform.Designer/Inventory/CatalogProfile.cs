using System.Globalization;
using System.Text.Json;
using Platform.Catalog.Assets;

namespace Platform.Designer.Inventory;

/// <summary>Reads the profiles and evidence that the inventory keeps as JSON. What is missing or of another form is left out: an old profile must not break a page.</summary>
internal static class CatalogProfile
{
    private static readonly string[] Figures = ["mean", "standard_deviation", "p01", "p05", "p25", "p50", "p75", "p95", "p99", "skewness", "kurtosis", "entropy", "zeros", "negatives", "blank", "padded", "missing_words", "leading_zeros", "misfits", "min_length", "max_length", "mean_length"];

    /// <summary>Figures that say nothing when they are 0.</summary>
    private static readonly HashSet<string> OnlyWhenSome = ["zeros", "negatives", "blank", "padded", "missing_words", "leading_zeros", "misfits"];

    /// <summary>A column's profile; null where there is none.</summary>
    public static ProfileView? Of(JsonElement? json)
    {
        if (json is not { ValueKind: JsonValueKind.Object } profile || Long(profile, "rows") is not { } rows)
            return null;
        var min = Text(profile, "min");
        var max = Text(profile, "max");
        return new ProfileView
        {
            Rows = rows,
            Nulls = Long(profile, "nulls") ?? 0,
            Distinct = Long(profile, "distinct"),
            Min = min,
            Max = max,
            Figures = [.. Figures.Select(f => (f, Figure(profile, f))).Where(f => f.Item2 is { } v && (v != 0 || !OnlyWhenSome.Contains(f.f))).Select(f => (f.f, f.Item2!.Value))],
            Histogram = Histogram(profile, min, max),
            Frequent = Frequent(profile),
        };
    }

    /// <summary>What the rules and people say of a column, the meaning first.</summary>
    public static IReadOnlyList<VerdictView> Verdicts(AssetColumnRow column)
    {
        var evidence = Evidence(column.Evidence);
        var state = column.Verdict ?? "suggested";
        (string Kind, string? Value)[] said = [("semantic", column.SemanticType), ("personal", column.PersonalClass), ("role", column.Role), ("domain", column.Domain)];
        return [.. said.Where(s => s.Value is not (null or "" or "none" or "empty" or "text" or "attribute")).Select(s => new VerdictView(s.Kind, s.Value!, column.Confidence, evidence, state))];
    }

    /// <summary>Rows before and after a change that an inventory found.</summary>
    public static RowsChange? RowsBeforeAndAfter(JsonElement details) =>
        details.ValueKind == JsonValueKind.Object && details.TryGetProperty("row_count", out var rows) && rows.ValueKind == JsonValueKind.Object
            ? new RowsChange(Long(rows, "before"), Long(rows, "after"))
            : null;

    /// <summary>The evidence in a sentence: rule, values, share, note.</summary>
    private static string Evidence(JsonElement? json)
    {
        if (json is not { ValueKind: JsonValueKind.Object } evidence)
            return "";
        var parts = new List<string>();
        if (Text(evidence, "rule") is { } rule)
            parts.Add(Long(evidence, "version") is { } version ? $"{rule} (v{version})" : rule);
        if (Long(evidence, "values_looked_at") is { } values)
            parts.Add(Number(evidence, "share_matching") is { } share
                ? string.Create(CultureInfo.CurrentCulture, $"{share:P0} / {values:N0}")
                : values.ToString("N0", CultureInfo.CurrentCulture));
        if (Text(evidence, "note") is { Length: > 0 } note)
            parts.Add(note);
        if (evidence.TryGetProperty("examples", out var examples) && examples is { ValueKind: JsonValueKind.Array } && examples.GetArrayLength() > 0)
            parts.Add(string.Join(", ", examples.EnumerateArray().Take(4).Select(e => e.ToString())));
        return string.Join(" · ", parts);
    }

    private static List<HistogramBar> Histogram(JsonElement profile, string? min, string? max)
    {
        if (min is null || max is null || !profile.TryGetProperty("histogram", out var bins) || bins.ValueKind != JsonValueKind.Array || bins.GetArrayLength() < 2)
            return [];
        var counts = bins.EnumerateArray().Select(b => b.TryGetInt64(out var count) ? count : 0).ToList();
        return [.. counts.Select((count, i) => new HistogramBar(Edge(min, max, i, counts.Count), Edge(min, max, i + 1, counts.Count), count))];
    }

    /// <summary>Where a bin begins: bins are of equal width between the smallest and the largest value, which are numbers or dates.</summary>
    private static string Edge(string min, string max, int bin, int bins)
    {
        if (bin == 0 || bin == bins)
            return bin == 0 ? min : max;
        var share = (double)bin / bins;
        if (double.TryParse(min, NumberStyles.Float, CultureInfo.InvariantCulture, out var low) && double.TryParse(max, NumberStyles.Float, CultureInfo.InvariantCulture, out var high))
            return (low + (high - low) * share).ToString("G5", CultureInfo.CurrentCulture);
        if (DateTime.TryParse(min, CultureInfo.InvariantCulture, DateTimeStyles.None, out var from) && DateTime.TryParse(max, CultureInfo.InvariantCulture, DateTimeStyles.None, out var to))
            return (from + (to - from) * share).ToString((to - from).TotalDays > bins ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return "";
    }

    private static List<(string, long)> Frequent(JsonElement profile)
    {
        if (!profile.TryGetProperty("frequent", out var values) || values.ValueKind != JsonValueKind.Array)
            return [];
        return [.. values.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.Object).Select(v => (Text(v, "value") ?? "", Long(v, "count") ?? 0))];
    }

    private static double? Figure(JsonElement profile, string name) =>
        name.StartsWith('p') && profile.TryGetProperty("quantiles", out var quantiles) && quantiles.ValueKind == JsonValueKind.Object && Number(quantiles, name) is { } quantile
            ? quantile
            : Number(profile, name);

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Object or JsonValueKind.Array) ? value.ToString() : null;

    private static long? Long(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    private static double? Number(JsonElement json, string name) =>
        !json.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : value.ValueKind == JsonValueKind.String && double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : null;
}
