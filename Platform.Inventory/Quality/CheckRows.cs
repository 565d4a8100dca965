using System.Globalization;
using System.Text;
using Platform.Inventory.Read;
using Platform.Inventory.Relate;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Tables.Native;
using Platform.Tables.Sources;
using Platform.Workflows;

namespace Platform.Inventory.Quality;

/// <summary>Rows of an asset in a session, for checks.</summary>
/// <param name="Name">Relation that holds them.</param>
/// <param name="Weight">Column that says how many rows a row stands for; null where each stands for itself.</param>
/// <param name="Note">What a person must know of them: that they are a sample; empty where they are all.</param>
internal sealed record CheckSubjectRows(string Name, string? Weight, Told Note);

/// <summary>Brings rows that DuckDB does not read itself, JSON and tables of a database, into a session.</summary>
/// <param name="store">Reads Delta tables.</param>
/// <param name="databases">Addresses of databases by their sources.</param>
/// <param name="timeout">How long a database may take for one answer.</param>
internal sealed class CheckRows(TableStore store, IReadOnlyDictionary<string, PostgresAddress> databases, TimeSpan timeout)
{
    /// <summary>Column with the number of rows that have a value.</summary>
    public const string Weight = "platform_rows";

    // Different values of a column that are taken from a database; of more, rows are sampled.
    private const int MostValues = 200_000;

    // Rows of a sample.
    private const int Sampled = 100_000;

    /// <summary>All rows of files, as texts.</summary>
    /// <param name="session">Where they go.</param>
    /// <param name="asset">The asset.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="name">Name of the relation.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="UnreadableFileException">A file cannot be read.</exception>
    public CheckSubjectRows Files(TableSession session, FoundAsset asset, IReadOnlyList<string> columns, string name, CancellationToken cancellation)
    {
        using var sink = new Sink(session, name, columns);
        using var reader = new AssetCells(store, databases, new PostgresReadLimits());
        reader.Read(asset, columns, sink, long.MaxValue, cancellation);
        sink.Complete();
        return new CheckSubjectRows(name, null, Told.Same(""));
    }

    /// <summary>The different values of a database's column with their numbers, which the database counts; where they are too many or it takes too long, the values of a sample of the rows.</summary>
    /// <exception cref="SourceException">The database does not answer or refuses.</exception>
    public CheckSubjectRows Values(TableSession session, FoundAsset asset, string column, string name, CancellationToken cancellation)
    {
        var identifier = SqlText.Identifier(column);
        var counted = Figures(asset).Query($"{RelationOf(asset)}.{identifier}", $"select {Text(asset, column)}, count(*) from {RelationOf(asset)} where {identifier} is not null group by 1 limit {MostValues + 1}", MostValues + 1, cancellation);
        if (counted is { Count: <= MostValues })
        {
            session.Execute($"create or replace temp table {name} ({identifier} varchar, {Weight} bigint)", null, cancellation);
            using var writer = session.Connection.Append(name, "main", "temp");
            foreach (var row in counted)
                writer.AddRow((string?)row[0], Convert.ToInt64(row[1], CultureInfo.InvariantCulture));
            writer.Complete();
            return new CheckSubjectRows(name, Weight, Told.Same(""));
        }

        // A sample is better than no answer, and says that it is one.
        using var sink = new Sink(session, name, [column]);
        using var reader = new AssetCells(store, databases, new PostgresReadLimits { Rows = Sampled, StatementTimeout = timeout });
        reader.Read(asset, [column], sink, Sampled, cancellation);
        sink.Complete();
        return new CheckSubjectRows(name, null, Told.Of($" (in a sample of {sink.Rows:N0} rows)", $"（抽样 {sink.Rows:N0} 行）"));
    }

    /// <summary>Figures that the database works out itself.</summary>
    /// <exception cref="SourceException">There is no connection for the asset's source.</exception>
    public PostgresFigures Figures(FoundAsset asset) => databases.GetValueOrDefault(asset.Source) is { } address ? new PostgresFigures(address, timeout)
        : throw new SourceException(SourceErrorKind.NotFound, $"there is no connection any more for the source '{asset.Source}'. Set it again, or leave the source out");

    /// <summary>A database's table as its SQL names it.</summary>
    public static string RelationOf(FoundAsset asset) => $"{SqlText.Identifier(asset.Database!.Schema)}.{SqlText.Identifier(asset.Database.Name)}";

    private static string Text(FoundAsset asset, string column) => PostgresRows.TextOf(column, asset.Columns.FirstOrDefault(known => known.Name == column)?.Type);

    private sealed class Sink : ICellSink, IDisposable
    {
        private readonly DuckDbAppender _writer;
        private readonly object?[] _row;

        public Sink(TableSession session, string name, IReadOnlyList<string> columns)
        {
            session.Execute($"create or replace temp table {name} ({string.Join(", ", columns.Select(column => $"{SqlText.Identifier(column)} varchar"))})");
            _writer = session.Connection.Append(name, "main", "temp");
            _row = new object?[columns.Count];
        }

        public long Rows { get; private set; }

        public void Cell(int column, ReadOnlySpan<byte> value) => _row[column] = Encoding.UTF8.GetString(value);

        public void EndRow()
        {
            _writer.AddRow(_row);
            Array.Clear(_row);
            Rows++;
        }

        public void Complete() => _writer.Complete();

        public void Dispose() => _writer.Dispose();
    }
}
