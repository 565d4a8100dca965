using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Inventory.Classify;
using Platform.Inventory.Personal;
using Platform.Inventory.Profile;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Suggest;

/// <summary>
/// What a language model is told of an asset: names, types, what the columns hold, and values of columns with few different ones that are not personal, with personal data inside them masked.
/// Only what stays from night to night is told, so that an asset that merely grew is the same question, whose answer is known.
/// </summary>
public sealed class AssetQuestion
{
    private const int MostColumns = 150;
    private const int MostValues = 8;
    private const int LongestValue = 40;

    /// <summary>How questions are written: as UTF-8, without escapes that cost tokens.</summary>
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private AssetQuestion(string text, IReadOnlyList<string> columns, int leftOut) => (Text, Columns, ColumnsLeftOut) = (text, columns, leftOut);

    /// <summary>The question, a JSON object.</summary>
    public string Text { get; }

    /// <summary>Columns that it tells of.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Columns beyond the first 150, of which it does not tell.</summary>
    public int ColumnsLeftOut { get; }

    /// <summary>The question about an asset.</summary>
    /// <param name="asset">As it was scanned.</param>
    /// <param name="profile">Its profile.</param>
    /// <param name="values">Whether values may be told at all.</param>
    public static AssetQuestion About(FoundAsset asset, AssetProfile profile, bool values)
    {
        var comments = asset.Columns.Where(column => column.Comment is not null).ToDictionary(column => column.Name, column => column.Comment!);
        var told = profile.Columns.Take(MostColumns).ToList();
        var columns = new JsonArray();
        foreach (var column in told)
        {
            var verdict = profile.Verdicts.FirstOrDefault(verdict => verdict.Column == column.Name);
            var shown = new JsonObject { ["name"] = column.Name, ["type"] = column.Type };
            if (verdict is { Confidence: >= 0.5 })
                shown["holds"] = verdict.Type;
            if (verdict is { Personal: not (PersonalClass.None or PersonalClass.Masked) })
                shown["personal"] = true;
            if (comments.TryGetValue(column.Name, out var comment))
                shown["comment"] = PersonalFinder.Mask(comment);
            if (values && Values(column, verdict) is { Count: > 0 } some)
                shown["values"] = some;
            columns.Add(shown);
        }

        var question = new JsonObject { ["name"] = asset.Name, ["kind"] = asset.Format, ["columns"] = columns };
        if (asset.Comment is { } said)
            question["comment"] = PersonalFinder.Mask(said);
        if (profile.Domain is { } domain)
            question["domain"] = domain.Domain.ToString();
        return new AssetQuestion(question.ToJsonString(Json), [.. told.Select(column => column.Name)], profile.Columns.Count - told.Count);
    }

    // In alphabetical order: which of them is the most frequent changes from night to night, which there are hardly does.
    private static JsonArray? Values(ColumnProfile column, ColumnVerdict? verdict) =>
        verdict is { Personal: PersonalClass.None, Inside.Count: 0 } && column is { Kind: ValueKind.Text, Distinct: >= 1 and <= 100 }
            ? [.. column.Frequent.Take(MostValues).Select(value => value.Value).Order(StringComparer.Ordinal).Select(value => (JsonNode)Cut(PersonalFinder.Mask(value)))]
            : null;

    private static string Cut(string text) => text.Length <= LongestValue ? text : text[..LongestValue] + "…";
}
