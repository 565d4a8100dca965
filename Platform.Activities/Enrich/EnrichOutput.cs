using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities.Enrich;

/// <summary>Types of columns that a language model fills.</summary>
public enum EnrichType
{
    Text,
    Choice,
    Number,
    Integer,
    Boolean,
}

/// <summary>A column that a language model fills.</summary>
public sealed record EnrichOutput
{
    private const int LongestText = 4_000;

    [Field(Title = "Column", TitleZh = "列名", Help = "Name of the new column.", HelpZh = "新列的名称。", Example = "topic")]
    public required string Name { get; init; }

    [Field(Title = "Type", TitleZh = "类型")]
    public EnrichType Type { get; init; } = EnrichType.Text;

    [Field(Title = "Choices", TitleZh = "可选值", Help = "With choice: the only values it may have.", HelpZh = "类型为 choice 时，仅允许这些取值。")]
    public IReadOnlyList<string> Choices { get; init; } = [];

    [Field(Title = "Meaning", TitleZh = "含义", Help = "Told to the model.", HelpZh = "告知模型该列的含义。", Example = "what the review is mostly about")]
    public string? Help { get; init; }

    /// <summary>Its type in SQL.</summary>
    internal string SqlType => Type switch
    {
        EnrichType.Number => "double",
        EnrichType.Integer => "bigint",
        EnrichType.Boolean => "boolean",
        _ => "varchar",
    };

    /// <summary>One line of the instruction.</summary>
    internal string Line
    {
        get
        {
            var type = Type switch
            {
                EnrichType.Choice => "one of " + string.Join(", ", Choices.Select(choice => JsonSerializer.Serialize(choice, Fact.Json))),
                EnrichType.Number => "a number",
                EnrichType.Integer => "a whole number",
                EnrichType.Boolean => "true or false",
                _ => "a short text",
            };
            return $"- {JsonSerializer.Serialize(Name, Fact.Json)}: {type}{(string.IsNullOrWhiteSpace(Help) ? "" : "; " + Help.Trim())}";
        }
    }

    /// <exception cref="ActivityException">It cannot be filled as it is described.</exception>
    internal static void Check(IReadOnlyList<EnrichOutput> outputs, IReadOnlyList<TableColumn> columns)
    {
        if (outputs.Count == 0)
            throw Bad("'outputs' names no column. Name at least one that the model is to fill.");
        foreach (var output in outputs)
        {
            if (string.IsNullOrWhiteSpace(output.Name))
                throw Bad("An output has no name.");
            if (columns.Any(column => string.Equals(column.Name, output.Name, StringComparison.OrdinalIgnoreCase)))
                throw Bad($"The output '{output.Name}' is a column of the table already. Give it another name.");
            if (output.Type == EnrichType.Choice && output.Choices.Count < 2)
                throw Bad($"The output '{output.Name}' is a choice and needs at least two 'choices'.");
            if (output.Type != EnrichType.Choice && output.Choices.Count > 0)
                throw Bad($"The output '{output.Name}' has 'choices' and is of the type {output.Type.ToString().ToLowerInvariant()}. Set 'type: choice', or leave the choices out.");
        }

        if (outputs.GroupBy(output => output.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw Bad($"The output '{twice.Key}' is there twice.");
    }

    /// <summary>The value that a model gave.</summary>
    /// <param name="given">As it came; null is no value.</param>
    /// <param name="value">As the column takes it; null for none.</param>
    /// <returns>Whether it can be taken.</returns>
    internal bool TryTake(JsonNode? given, out object? value)
    {
        value = null;
        if (given is null)
            return true;
        if (given is not JsonValue single)
            return false;
        var text = single.TryGetValue(out string? said) ? said.Trim() : single.ToJsonString();
        switch (Type)
        {
            case EnrichType.Number when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number):
                value = number;
                return true;
            case EnrichType.Integer when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole):
                value = whole;
                return true;
            case EnrichType.Boolean when bool.TryParse(text, out var truth):
                value = truth;
                return true;
            case EnrichType.Choice:
                value = Choices.FirstOrDefault(choice => string.Equals(choice, text, StringComparison.OrdinalIgnoreCase));
                return value is not null;
            case EnrichType.Text when text.Length <= LongestText:
                value = text;
                return true;
            default:
                return false;
        }
    }

    /// <summary>What a value that cannot be taken is not, as the end of a sentence.</summary>
    internal string Wanted => Type switch
    {
        EnrichType.Number => "no number",
        EnrichType.Integer => "no whole number",
        EnrichType.Boolean => "neither true nor false",
        EnrichType.Choice => "none of the choices",
        _ => $"no text of at most {LongestText:N0} characters",
    };

    private static ActivityException Bad(string message) => new("bad-input", message, retryable: false);
}
