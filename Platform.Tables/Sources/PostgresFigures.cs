using Npgsql;

namespace Platform.Tables.Sources;

/// <summary>Asks a database for few rows that it works out itself, in a read-only transaction that ends after a time.</summary>
/// <param name="address">Where it is.</param>
/// <param name="statementTimeout">Time after which the server ends the statement.</param>
public sealed class PostgresFigures(PostgresAddress address, TimeSpan statementTimeout)
{
    /// <summary>The rows of one SELECT; null where the server ended it because it took too long.</summary>
    /// <param name="what">What is asked about, for messages.</param>
    /// <param name="sql">One statement: the server refuses a second one behind it.</param>
    /// <param name="most">The most rows that are taken; the statement should say so too.</param>
    /// <param name="cancellation">Ends the statement on the server.</param>
    /// <exception cref="SourceException">The database does not answer or refuses.</exception>
    public IReadOnlyList<object?[]>? Query(string what, string sql, int most, CancellationToken cancellation) => PostgresSession.Run(address, what, statementTimeout, session =>
    {
        // A batch is sent as it stands: a text of two statements, which a plain command would cut in two, is refused by the server.
        using var batch = session.Batch(sql);
        using var stop = cancellation.Register(batch.Cancel);
        try
        {
            using var reader = batch.ExecuteReader();
            var rows = new List<object?[]>();
            while (rows.Count < most && reader.Read())
            {
                var row = new object?[reader.FieldCount];
                for (var i = 0; i < row.Length; i++)
                    row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
                rows.Add(row);
            }

            return (IReadOnlyList<object?[]>?)rows;
        }
        catch (PostgresException ended) when (ended.SqlState == PostgresErrorCodes.QueryCanceled && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }, cancellation);
}
