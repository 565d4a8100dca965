namespace Platform.Catalog.Search;

/// <summary>
/// Reads the columns of assets from the two texts that PostgreSQL makes of each: names with what people say, and names with what they were judged to be.
/// Of the names and types, which repeat a hundred thousand times, one string each is kept.
/// </summary>
internal sealed class ColumnTexts
{
    // Between the parts of a column, and between columns.
    private const char Part = '\u001f';
    private const char Column = '\u001e';

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _texts;
    private readonly List<(string Name, string Type, bool Personal)> _judged = [];

    internal ColumnTexts() => _texts = _known.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Adds the columns to a document, with its types and whether it holds personal data.</summary>
    internal void Read(string? names, string? judged, SearchDocument document)
    {
        _judged.Clear();
        foreach (var range in judged.AsSpan().Split(Column))
        {
            var column = judged.AsSpan(range);
            if (column.IsEmpty)
                continue;
            var name = Next(ref column);
            var type = Next(ref column);
            _judged.Add((Text(name), Text(type), column.Length > 0));
            document.Personal |= column.Length > 0;
            if (type.Length > 0)
                document.Types.Add(Text(type));
        }

        var place = 0;
        foreach (var range in names.AsSpan().Split(Column))
        {
            var column = names.AsSpan(range);
            if (column.IsEmpty)
                continue;
            var name = Text(Next(ref column));
            // Mostly both come in the same order.
            if (place >= _judged.Count || !ReferenceEquals(_judged[place].Name, name))
                place = _judged.FindIndex(j => ReferenceEquals(j.Name, name));
            var more = Text(column);
            document.Columns.Add(place >= 0 ? new SearchColumn(name, more, _judged[place].Type is { Length: > 0 } type ? type : null, _judged[place].Personal) : new SearchColumn(name, more));
            place++;
        }
    }

    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> column)
    {
        var end = column.IndexOf(Part);
        var part = end < 0 ? column : column[..end];
        column = end < 0 ? [] : column[(end + 1)..];
        return part;
    }

    private string Text(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return "";
        if (_texts.TryGetValue(text, out var known))
            return known;
        var made = text.ToString();
        _known.Add(made);
        return made;
    }
}
