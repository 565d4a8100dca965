using System.Globalization;
using System.Text;
using Platform.Inventory.Relate;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Tables.Sources;
using Platform.Workflows.Activities;

namespace Platform.Inventory.Read;

/// <summary>Reads the first rows of files and of databases' tables, to be looked at: a bounded part, as texts, whatever the form.</summary>
public static class SampleReader
{
    private const int MostColumns = 200;
    private const int MostBytes = 1_000;
    // A JSON document is read whole or not at all.
    private const long LargestDocument = 64L << 20;
    private static readonly TimeSpan DatabaseTimeout = TimeSpan.FromSeconds(15);

    /// <summary>The first rows of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">Its columns as the inventory names them; empty for those that it names itself.</param>
    /// <param name="rows">Rows at most.</param>
    /// <param name="store">Opens typed files.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="UnreadableFileException">It cannot be read; the message says why.</exception>
    public static SampleRows OfFile(string path, IReadOnlyList<string> columns, int rows, TableStore store, CancellationToken cancellation)
    {
        try
        {
            var layout = LayoutSniffer.Find(path);
            if (layout.Form is FileForm.JsonArray or FileForm.JsonObject && new FileInfo(path).Length is > LargestDocument and var length)
                throw new UnreadableFileException($"The file is one JSON document of {length >> 20:N0} MiB, which is too large to be shown. Write it as a JSON object a line.");
            var named = Bounded(columns.Count > 0 ? columns : layout.Columns);
            var taken = new Taken(named, rows);
            using var cells = new AssetCells(store, new Dictionary<string, PostgresAddress>(), new PostgresReadLimits());
            cells.ReadFile(path, layout, named, taken, rows, cancellation);
            return taken.Rows;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UnreadableFileException(e is FileNotFoundException or DirectoryNotFoundException ? $"The file {path} is not there any more. The next inventory says so." : $"The file {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The first rows of a folder with a Delta log.</summary>
    /// <inheritdoc cref="OfFile"/>
    public static SampleRows OfDelta(string folder, IReadOnlyList<string> columns, int rows, TableStore store, CancellationToken cancellation)
    {
        var named = Bounded(columns);
        var taken = new Taken(named, rows);
        using var cells = new AssetCells(store, new Dictionary<string, PostgresAddress>(), new PostgresReadLimits());
        cells.Read(new FoundAsset { Key = folder, Kind = AssetKind.FileSet, Name = folder, Source = folder, Group = folder, Format = "delta", Location = folder, Fingerprint = "" }, named, taken, rows, cancellation);
        return taken.Rows;
    }

    /// <summary>The rows that a database gives first, in a read-only transaction of at most 15 seconds.</summary>
    /// <param name="address">The database.</param>
    /// <param name="schema">The table's schema.</param>
    /// <param name="table">Its name.</param>
    /// <param name="columns">Its columns with their types as the database names them.</param>
    /// <param name="rows">Rows at most.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="SourceException">The database does not answer or refuses.</exception>
    public static SampleRows OfDatabase(PostgresAddress address, string schema, string table, IReadOnlyList<(string Name, string Type)> columns, int rows, CancellationToken cancellation)
    {
        var bounded = columns.Take(MostColumns).ToList();
        var taken = new Taken([.. bounded.Select(column => column.Name)], rows);
        new PostgresRows(address, new PostgresReadLimits { Rows = rows, StatementTimeout = DatabaseTimeout }).Read(schema, table, canSample: false, bytes: null, bounded, taken, cancellation);
        return taken.Rows;
    }

    private static List<string> Bounded(IReadOnlyList<string> columns) => [.. columns.Take(MostColumns)];

    private static string Text(ReadOnlySpan<byte> cell) =>
        cell.Length <= MostBytes ? Encoding.UTF8.GetString(cell) : string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetString(cell[..MostBytes])}…");

    private sealed class Taken(IReadOnlyList<string> columns, int most) : ICellSink, IPostgresRowSink
    {
        private readonly List<string?[]> _rows = [];
        private string?[] _row = new string?[columns.Count];

        public SampleRows Rows => new(columns, _rows);

        public void Cell(int column, ReadOnlySpan<byte> value) => _row[column] = Text(value);

        public void Value(int column, ReadOnlySpan<byte> text) => _row[column] = Text(text);

        public void Null(int column) => _row[column] = null;

        public void EndRow()
        {
            if (_rows.Count < most)
                _rows.Add(_row);
            _row = new string?[columns.Count];
        }
    }
}

/// <summary>Rows as texts.</summary>
/// <param name="Columns">Names, in order.</param>
/// <param name="Rows">Values in the order of the columns; null is null, and a missing or empty cell of a file.</param>
public sealed record SampleRows(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows);
