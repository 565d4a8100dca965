using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Localization;
using Platform.Catalog.Review;
using Platform.Designer.Inventory;
using Platform.Designer.Language;
using Platform.Designer.Ports;
using Platform.Designer.Shell;

namespace Platform.Designer.Review;

/// <summary>Says what stands for decision in the reader's language.</summary>
internal sealed class ReviewWords(IStringLocalizer<Texts> texts, ISemanticTypePort types)
{
    /// <summary>Name of a semantic type.</summary>
    public string Type(string name) =>
        types.All.FirstOrDefault(type => type.Name == name) is { } known ? Formats.Pick(known.Title, known.TitleZh) : texts.Or("Class." + name, name);

    /// <summary>Name of a kind of item.</summary>
    public string Kind(string source, string kind) => texts.Or(source == "relation" ? "Relation." + kind : "Review.Kind." + kind, kind.Replace('_', ' '));

    /// <summary>What is proposed, in a few words.</summary>
    public string Proposal(ReviewItem item)
    {
        var value = item.Value;
        return item.Source switch
        {
            "column" => Text(value, "semantic_type") is { } type ? Type(type) : texts["Review.NoType"],
            "relation" => $"({Columns(value, "from_columns")}) → {Text(value, "to_name")} ({Columns(value, "to_columns")})",
            "cells" => texts["Review.Cells", Count(value), texts.Or("Cells." + Text(value, "reason"), Text(value, "reason") ?? "")],
            _ => Suggested(item.Kind, value),
        };
    }

    /// <summary>Cells that look wrong, one a line: where it stands, what it holds, what it should hold and what says so. Values of personal columns come hidden.</summary>
    public IReadOnlyList<string> Cells(ReviewItem item)
    {
        if (item.Source != "cells" || !item.Value.TryGetProperty("examples", out var examples) || examples.ValueKind != JsonValueKind.Array)
            return [];
        return [.. examples.EnumerateArray().Where(example => example.ValueKind == JsonValueKind.Object).Select(Line)];

        string Line(JsonElement example)
        {
            var place = Text(example, "place") is { } known ? known + ": " : "";
            var value = Text(example, "value") is { } held ? $"“{held}”" : texts["Review.Cells.Empty"].Value;
            if (Text(example, "suggestion") is not { } meant)
                return place + value;
            return Text(example, "given") is { } given && example.TryGetProperty("with", out var with)
                ? texts["Review.Cells.Given", place + value, meant, Said(with), given]
                : texts["Review.Cells.Meant", place + value, meant];
        }
    }

    /// <summary>Class of personal data; null for none.</summary>
    public string? Personal(ReviewItem item) => item.PersonalClass is { } personal ? texts.Or("Class." + personal, personal) : null;

    /// <summary>Why the rules think so, line by line.</summary>
    public IReadOnlyList<string> Evidence(ReviewItem item)
    {
        var lines = new List<string>();
        if (item.Evidence.ValueKind != JsonValueKind.Object)
            return lines;
        foreach (var member in item.Evidence.EnumerateObject())
        {
            var said = Said(member.Value);
            if (said.Length > 0)
                lines.Add($"{texts.Or("Evidence." + member.Name, member.Name.Replace('_', ' '))}: {said}");
        }

        return lines;
    }

    /// <summary>The text that a correction begins with; null where an item can only be confirmed or rejected.</summary>
    public static string? Correctable(ReviewItem item) => item.Source switch
    {
        "column" => Text(item.Value, "semantic_type") ?? "",
        "suggestion" when item.Value.ValueKind == JsonValueKind.String => item.Value.GetString(),
        _ => null,
    };

    /// <summary>Whether a correction is chosen from the semantic types.</summary>
    public static bool IsType(ReviewItem item) => item.Source == "column" || item.Kind == "semantic_type";

    private string Suggested(string kind, JsonElement value) => kind switch
    {
        "check" when CheckWords.Of(texts, value) is { } check => check,
        "semantic_type" when (value.ValueKind == JsonValueKind.String ? value.GetString() : Text(value, "semantic_type")) is { } type => Type(type),
        _ => value.ValueKind == JsonValueKind.String ? value.GetString()! : Text(value, "title") ?? Text(value, "name") ?? value.ToString(),
    };

    private static string Said(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? whole.ToString("N0", CultureInfo.CurrentCulture) : value.GetDouble().ToString("0.###", CultureInfo.CurrentCulture),
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Take(8).Select(Said).Where(said => said.Length > 0)),
        JsonValueKind.Object => string.Join(", ", value.EnumerateObject().Take(8).Select(member => $"{member.Name} {Said(member.Value)}")),
        _ => value.ToString(),
    };

    private static string? Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static string Count(JsonElement value) => value.TryGetProperty("cells", out var cells) ? Said(cells) : "";

    private static string Columns(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Array ? string.Join(", ", member.EnumerateArray()) : "";
}
