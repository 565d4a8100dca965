using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Localization;
using Platform.Designer.Language;

namespace Platform.Designer.Review;

/// <summary>Says a proposed check in the reader's language: its definition is JSON.</summary>
internal static class CheckWords
{
    /// <summary>What the check asks for; null for a kind that is not known here.</summary>
    public static string? Of(IStringLocalizer<Texts> texts, JsonElement check)
    {
        string? text(string name) => check.TryGetProperty(name, out var member) ? member.ValueKind switch
        {
            JsonValueKind.String => member.GetString(),
            JsonValueKind.Number => member.GetDouble().ToString("#,0.######", CultureInfo.CurrentCulture),
            JsonValueKind.Array => string.Join(", ", member.EnumerateArray().Take(8)) + (member.GetArrayLength() > 8 ? ", …" : ""),
            _ => null,
        } : null;

        if (check.ValueKind != JsonValueKind.Object)
            return null;
        LocalizedString? said = text("kind") switch
        {
            "not_null" => texts["Review.Check.NotNull"],
            "unique" => texts["Review.Check.Unique"],
            "range" => (text("min") ?? text("earliest"), text("max") ?? text("latest")) switch
            {
                ({ } low, { } high) => texts["Review.Check.Between", low, high],
                ({ } low, null) => texts["Review.Check.AtLeast", low],
                (null, { } high) => texts["Review.Check.AtMost", high],
                _ => null,
            },
            "set" when text("values") is { } values => texts["Review.Check.OneOf", values],
            "pattern" when text("pattern") is { } pattern => texts["Review.Check.Like", pattern],
            "reference" when text("reference_asset") is { } asset => texts["Review.Check.Among", text("reference_column") is { } column ? $"{asset[(asset.LastIndexOf('/') + 1)..]}.{column}" : asset],
            "freshness" when text("max_age") is { } age => texts["Review.Check.Fresh", age],
            "volume" => texts["Review.Check.Rows", Bounds()],
            "growth" => texts["Review.Check.Growth", Bounds()],
            "schema" when check.TryGetProperty("schema", out var schema) && schema.ValueKind == JsonValueKind.Object => texts["Review.Check.Columns", string.Join(", ", schema.EnumerateObject().Take(8).Select(column => column.Name)) + (schema.EnumerateObject().Count() > 8 ? ", …" : "")],
            "drift" when text("max") is { } most => texts["Review.Check.Drift", (text("measure") ?? "psi").ToUpperInvariant(), most],
            "sql" when text("sql") is { } sql => texts["Review.Check.NoRow", sql.Length > 120 ? sql[..119] + "…" : sql],
            _ => null,
        };
        return said?.Value;

        string Bounds() => (text("min"), text("max")) switch
        {
            ({ } low, { } high) => texts["Review.Check.Between", low, high],
            ({ } low, null) => texts["Review.Check.AtLeast", low],
            (null, { } high) => texts["Review.Check.AtMost", high],
            _ => "",
        };
    }
}
