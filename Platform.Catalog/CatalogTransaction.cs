using Npgsql;

namespace Platform.Catalog;

/// <summary>Work that is done whole or not at all, by one writer of assets at a time.</summary>
internal static class CatalogTransaction
{
    internal static async Task<T> RunAsync<T>(NpgsqlDataSource dataSource, Func<NpgsqlConnection, NpgsqlTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await CatalogLock.TakeAsync(connection, transaction, cancellationToken);
        var result = await work(connection, transaction);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
