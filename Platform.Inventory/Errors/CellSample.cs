using System.Globalization;
using System.Text;
using Platform.Inventory.Relate;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Errors;

/// <summary>Rows of an asset as texts: all of a small one, of a set of files whole stretches of some of them, the newest among them, so that rows of one thing stay together.</summary>
internal sealed class CellSample : ICellSink
{
    // Files of a set that are read; the same every night but for the newest.
    private const int MostFiles = 12;

    private readonly CellTable.Builder _builder;
    private readonly string?[] _row;
    private readonly List<(string File, int From)> _files = [];

    private CellSample(IReadOnlyList<string> columns)
    {
        _builder = new CellTable.Builder(columns);
        _row = new string?[columns.Count];
        Table = CellTable.Of(columns, []);
    }

    public CellTable Table { get; private set; }

    /// <summary>Reads rows.</summary>
    /// <param name="reader">Reads the asset.</param>
    /// <param name="asset">The asset.</param>
    /// <param name="columns">Columns to read.</param>
    /// <param name="rows">Rows it has, about.</param>
    /// <param name="most">The most rows.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="Tables.Sources.SourceException">A database does not answer or refuses.</exception>
    /// <exception cref="Read.UnreadableFileException">A file cannot be read.</exception>
    public static CellSample Read(AssetCells reader, FoundAsset asset, IReadOnlyList<string> columns, long rows, int most, CancellationToken cancellation)
    {
        var sample = new CellSample(columns);
        if (asset.Files.Count == 0)
        {
            reader.Read(asset, columns, sample, most, cancellation);
        }
        else
        {
            var files = rows <= most ? asset.Files : Chosen(asset.Files);
            foreach (var (file, i) in files.Select((file, i) => (file, i)))
            {
                var left = most - sample._builder.Rows;
                if (left <= 0)
                    break;
                sample._files.Add((Path.GetFileName(file.Path), sample._builder.Rows));
                reader.Read(asset with { Files = [file] }, columns, sample, rows <= most ? left : Math.Max(1, left / (files.Count - i)), cancellation);
            }
        }

        sample.Table = sample._builder.Build();
        return sample;
    }

    /// <summary>Where a row stands, for people: its number in its file, from 1 and without the header; null where rows have no number.</summary>
    public string? Place(int row)
    {
        var file = _files.FindLastIndex(one => one.From <= row);
        if (file < 0)
            return null;
        var number = string.Create(CultureInfo.InvariantCulture, $"row {row - _files[file].From + 1:N0}");
        return _files.Count == 1 ? number : $"{_files[file].File}, {number}";
    }

    void ICellSink.Cell(int column, ReadOnlySpan<byte> value) => _row[column] = Encoding.UTF8.GetString(value);

    void ICellSink.EndRow()
    {
        _builder.Add(_row);
        Array.Clear(_row);
    }

    private static List<ScannedFile> Chosen(IReadOnlyList<ScannedFile> files)
    {
        var newest = files.MaxBy(file => (file.Modified, file.Path))!;
        var step = Math.Max(1, files.Count / MostFiles);
        return [newest, .. files.Where((file, i) => i % step == step / 2 && file != newest).Take(MostFiles - 1)];
    }
}
