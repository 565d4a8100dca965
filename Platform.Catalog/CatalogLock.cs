using Dapper;
using Npgsql;

namespace Platform.Catalog;

/// <summary>One writer of assets at a time: the projector and the inventory touch the same rows in different orders, and would wait for each other in a circle.</summary>
internal static class CatalogLock
{
    private const long Key = 0x436174616C6F67;

    /// <summary>Held until the transaction ends.</summary>
    internal static Task TakeAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition("select pg_advisory_xact_lock(@key)", new { key = Key }, transaction, commandTimeout: 120, cancellationToken: cancellationToken));
}
