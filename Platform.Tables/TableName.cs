using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Platform.Tables;

/// <summary>A table's name: schema and table, each of lower-case letters, digits and underscores, such as raw.order_lines.</summary>
public sealed record TableName
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    private TableName(string schema, string table)
    {
        Schema = schema;
        Table = table;
    }

    public string Schema { get; }

    public string Table { get; }

    /// <summary>Reads schema.table.</summary>
    /// <exception cref="FormatException">The text is no table name.</exception>
    public static TableName Parse(string text) => TryParse(text, out var name)
        ? name
        : throw new FormatException($"'{text}' is no table name. Write schema.table with lower-case letters, digits and underscores, such as raw.order_lines.");

    /// <summary>Reads schema.table; false if the text is no table name.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out TableName? name)
    {
        var dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        name = dot > 0 && IsWord(text.AsSpan(0, dot)) && IsWord(text.AsSpan(dot + 1)) ? new TableName(text![..dot], text[(dot + 1)..]) : null;
        return name is not null;
    }

    private static bool IsWord(ReadOnlySpan<char> text) => text.Length is > 0 and <= 100 && !text.ContainsAnyExcept(Letters);

    public override string ToString() => $"{Schema}.{Table}";
}
