using Platform.Inventory.Relate;
using Platform.Inventory.Scan;
using Platform.Tables.Sources;

namespace Platform.Inventory.Profile;

/// <summary>Reads a table of a database, or a sample of it, into a state, and into what relating needs of it: a database is read once.</summary>
internal sealed class DatabaseReader(PostgresAddress address, PostgresReadLimits limits)
{
    /// <param name="asset">The table.</param>
    /// <param name="trace">Whether what relating needs is collected too.</param>
    /// <param name="cancellation">Ends the reading between rows.</param>
    /// <exception cref="SourceException">The database does not answer or refuses.</exception>
    public (TableState State, PostgresReading Reading, RowTrace? Trace) Read(FoundAsset asset, bool trace, CancellationToken cancellation)
    {
        var state = new TableState();
        var columns = asset.Columns.Where(column => column.Readable).ToList();
        var sink = new Sink(state, [.. columns.Select(column => state.Column(column.Name, column.Type))], trace ? new RowTrace(columns) : null);
        var reading = new PostgresRows(address, limits).Read(asset.Database!.Schema, asset.Database.Name, asset.Database.CanSample, asset.Bytes, [.. columns.Select(column => (column.Name, column.Type))], sink, cancellation);
        return (state, reading, sink.Trace);
    }

    /// <summary>The profile of what was read. Columns of a sample say what the sample holds; what is unique there need not be so in the table.</summary>
    public static AssetProfile Profile(FoundAsset asset, TableState state, PostgresReading reading, Classify.JudgedByPeople? people = null)
    {
        var profile = AssetProfile.From(asset.Key, asset.Name, asset.Fingerprint, state, [], people);
        var declared = asset.Keys.Where(key => key.Columns.Count == 1).Select(key => key.Columns[0]);
        return profile with
        {
            Rows = reading.Rows,
            RowsEstimated = reading.IsEstimate,
            Sampled = reading.Sample is not null,
            Sample = reading.Sample,
            CandidateKeys = [.. declared.Concat(reading.Sample is null ? profile.CandidateKeys : []).Distinct(StringComparer.Ordinal)],
        };
    }

    private sealed class Sink(TableState state, ColumnState[] columns, RowTrace? trace) : IPostgresRowSink
    {
        public RowTrace? Trace => trace;

        public void Value(int column, ReadOnlySpan<byte> text)
        {
            var state = columns[column];
            state.AddTypedText(text);
            trace?.Cell(column, text, state);
        }

        public void Null(int column) => columns[column].AddNulls(1);

        public void EndRow()
        {
            state.Rows++;
            state.EndRow();
            trace?.EndRow();
        }
    }
}
