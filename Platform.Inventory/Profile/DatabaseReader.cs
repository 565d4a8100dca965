using Platform.Inventory.Scan;
using Platform.Tables.Sources;

namespace Platform.Inventory.Profile;

/// <summary>Reads a table of a database, or a sample of it, into a state.</summary>
internal sealed class DatabaseReader(PostgresAddress address, PostgresReadLimits limits)
{
    /// <exception cref="SourceException">The database does not answer or refuses.</exception>
    public (TableState State, PostgresReading Reading) Read(FoundAsset asset, CancellationToken cancellation)
    {
        var state = new TableState();
        var columns = asset.Columns.Where(column => column.Readable).ToList();
        var states = columns.Select(column => state.Column(column.Name, column.Type)).ToArray();
        var reading = new PostgresRows(address, limits).Read(asset.Database!.Schema, asset.Database.Name, asset.Database.CanSample, [.. columns.Select(column => (column.Name, column.Type))], row =>
        {
            state.Rows++;
            for (var i = 0; i < states.Length; i++)
            {
                if (row[i] is { } cell)
                    states[i].AddTypedText(cell);
                else
                    states[i].AddNulls(1);
            }

            state.EndRow();
        }, cancellation);
        return (state, reading);
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
}
