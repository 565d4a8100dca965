using System.Globalization;
using System.Text.Json;
using Platform.Catalog.Quality;

namespace Platform.Designer.Quality;

/// <summary>The five scores in the order of the pages.</summary>
internal static class QualityScores
{
    public static readonly IReadOnlyList<string> Dimensions = ["completeness", "uniqueness", "validity", "consistency", "timeliness"];

    public static double? Of(ScoreRow score, string dimension) => dimension switch
    {
        "completeness" => score.Completeness,
        "uniqueness" => score.Uniqueness,
        "validity" => score.Validity,
        "consistency" => score.Consistency,
        "timeliness" => score.Timeliness,
        _ => score.Overall,
    };

    /// <summary>What a score is made of, the lowest first: words, the value that was found, and its score.</summary>
    public static IReadOnlyList<(string What, string Value, double? Score)> Parts(ScoreRow score, string dimension) =>
        score.Parts.ValueKind != JsonValueKind.Array ? []
        : [.. score.Parts.EnumerateArray()
            .Where(part => part.ValueKind == JsonValueKind.Object && Text(part, "dimension") == dimension)
            .Select(part => ((CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh" ? Text(part, "what_zh") : null) ?? Text(part, "what") ?? "", Text(part, "value") ?? "", Number(part, "score")))
            .OrderBy(part => part.Item3 ?? 2)];

    private static string? Text(JsonElement part, string name) =>
        !part.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble().ToString("0.####", CultureInfo.CurrentCulture)
        : value.ToString();

    private static double? Number(JsonElement part, string name) => part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
