using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Retention;

/// <summary>
/// Deletes the catalog's history that is older than it is kept, in small committed batches: who read and wrote what, metrics, results of checks, profiles, inventory runs, closed incidents, what runs and scans changed. What people changed stays.
/// The newest of each stays however old it is, so that an asset that nobody touches keeps its last profile, its last write and the last value of each metric.
/// </summary>
public sealed class CatalogPruning
{
    private const int Batch = 5_000;

    // The newest of its kind, by the same order that the pages read: deleted is only what has a younger one beside it.
    private static readonly string[] Old =
    [
        """
        delete from catalog.accesses where ctid = any(array(
            select o.ctid from catalog.accesses o
            where o.at < now() - @kept and exists (select from catalog.accesses n where n.asset_id = o.asset_id and n.mode = o.mode and n.at > o.at)
            limit @Batch))
        """,
        """
        delete from catalog.metrics where ctid = any(array(
            select o.ctid from catalog.metrics o
            where o.at < now() - @kept and exists (select from catalog.metrics n where n.asset_id = o.asset_id and n.column_name = o.column_name and n.name = o.name and n.at > o.at)
            limit @Batch))
        """,
        """
        delete from catalog.check_results where ctid = any(array(
            select o.ctid from catalog.check_results o
            where o.at < now() - @kept and exists (select from catalog.check_results n where n.check_id = o.check_id and n.at > o.at)
            limit @Batch))
        """,
        """
        delete from catalog.incidents where ctid = any(array(select o.ctid from catalog.incidents o where o.closed_at < now() - @kept limit @Batch))
        """,
        """
        delete from catalog.anomalies where ctid = any(array(select o.ctid from catalog.anomalies o where o.found_at < now() - @kept limit @Batch))
        """,
        """
        delete from catalog.profiles where id = any(array(
            select o.id from catalog.profiles o
            where o.profiled_at < now() - @kept and exists (select from catalog.profiles n where n.asset_id = o.asset_id and n.id > o.id)
            limit 200))
        """,
        """
        delete from catalog.inventory_runs where id = any(array(
            select o.id from catalog.inventory_runs o
            where o.ended_at < now() - @kept and exists (select from catalog.inventory_runs n where n.id > o.id and n.state = 'success')
            limit 200))
        """,
        """
        delete from catalog.changes where id = any(array(select o.id from catalog.changes o where o.at < now() - @kept and o.made_by is null and o.asset_id is not null limit @Batch))
        """,
        """
        delete from catalog.search_changes where ctid = any(array(select o.ctid from catalog.search_changes o where o.at < now() - interval '1 day' limit @Batch))
        """,
        """
        delete from catalog.asset_usage where ctid = any(array(select o.ctid from catalog.asset_usage o where o.day < (now() - @kept)::date limit @Batch))
        """,
        """
        delete from catalog.endpoint_requests where ctid = any(array(
            select o.ctid from catalog.endpoint_requests o
            where o.hour < now() - @kept and exists (select from catalog.endpoint_requests n where n.asset = o.asset and n.hour > o.hour)
            limit @Batch))
        """,
        """
        delete from catalog.model_answers where key = any(array(select o.key from catalog.model_answers o where o.last_used_at < now() - @kept limit @Batch))
        """,
        """
        delete from catalog.schema_changes where id = any(array(select o.id from catalog.schema_changes o where o.changed_at < now() - @kept limit @Batch))
        """,
        """
        delete from catalog.ended_asset_edges where ctid = any(array(select o.ctid from catalog.ended_asset_edges o where o.ended_at < now() - @kept limit @Batch))
        """,
        """
        delete from catalog.ended_column_edges where ctid = any(array(select o.ctid from catalog.ended_column_edges o where o.ended_at < now() - @kept limit @Batch))
        """,
        """
        delete from catalog.external_runs where id = any(array(select o.id from catalog.external_runs o where o.last_event_at < now() - @kept limit @Batch))
        """,
        """
        delete from catalog.openlineage_facets where ctid = any(array(
            select f.ctid from catalog.openlineage_facets f
            where f.at < now() - @kept and (f.facet is null
                or (f.subject = 'run' and not exists (select from catalog.external_runs x where x.id = f.subject_id))
                or (f.subject = 'dataset' and not exists (select from catalog.assets a where a.id = f.subject_id)))
            limit @Batch))
        """,
        """
        delete from catalog.task_failures where ctid = any(array(select o.ctid from catalog.task_failures o where o.at < now() - @kept limit @Batch))
        """,
    ];

    private readonly NpgsqlDataSource _dataSource;

    public CatalogPruning(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Prunes.</summary>
    /// <param name="kept">How long history is kept.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>How many rows were deleted, those that hang on them not counted.</returns>
    public async Task<long> PruneAsync(TimeSpan kept, CancellationToken cancellationToken)
    {
        long total = 0;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        foreach (var sql in Old)
            while (await connection.ExecuteAsync(new CommandDefinition(sql, new { kept, Batch }, commandTimeout: 300, cancellationToken: cancellationToken)) is > 0 and var deleted)
                total += deleted;
        return total;
    }
}
