using Platform.Tables.Native;

namespace Platform.Tables.Sources;

/// <summary>Finds names and types of the columns of several files. Declared types stand; a column named like an identifier is text.</summary>
internal sealed class TypeScan(FileReadOptions options)
{
    private readonly List<string> _names = [];
    private readonly Dictionary<string, TypeSniffer> _sniffers = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _nulls = [.. options.Nulls];

    /// <summary>Names in the order in which the files have them.</summary>
    public IReadOnlyList<string> Names => _names;

    public DuckDbType TypeOf(string name)
    {
        if (options.Columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase)) is { } declared)
            return declared.Type;
        return SourceTypes.NamesIdentifier(name) ? SourceTypes.Text : _sniffers[name].Type;
    }

    /// <summary>Looks at the file's records; bad ones tell nothing.</summary>
    /// <returns>Records that it looked at.</returns>
    public long Read(SourceFile file, long records, CancellationToken cancellationToken)
    {
        long read = 0;
        var sniffers = new List<TypeSniffer>(file.Names.Count);
        foreach (var name in file.Names)
            sniffers.Add(SnifferOf(name));
        using var reader = file.Read();
        for (; read < records && reader.Read(); read++)
        {
            if (read % 8192 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (reader.Problem is not null)
                continue;
            if (reader is JsonLinesReader json)
            {
                while (sniffers.Count < json.Names.Count)
                    sniffers.Add(SnifferOf(json.Names[sniffers.Count]));
            }
            else if (reader.Count != sniffers.Count)
            {
                continue;
            }
            for (var i = 0; i < reader.Count; i++)
            {
                var value = reader.Field(i);
                if (_nulls.Count == 0 || !_nulls.Contains(System.Text.Encoding.UTF8.GetString(value)))
                    sniffers[i].Add(value.Trim((byte)' '), reader.FormOf(i));
            }
        }
        return read;
    }

    private TypeSniffer SnifferOf(string name)
    {
        if (!_sniffers.TryGetValue(name, out var sniffer))
        {
            _names.Add(name);
            _sniffers.Add(name, sniffer = new TypeSniffer());
        }
        return sniffer;
    }
}
