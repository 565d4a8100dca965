using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Catalog.Assets;
using Platform.Catalog.OpenLineage;
using Platform.Postgres;
using Platform.Postgres.Events;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Projection;

/// <summary>
/// Turns the engine's <c>task.ended</c> events into the catalog: assets with versions and schemas, who read and wrote them, the lineage of assets and columns, metrics, checks and incidents.
/// The outbox delivers each event once; every write is keyed by run, task, map index and generation besides, so that an event replayed by hand changes nothing.
/// </summary>
public sealed class LineageProjector
{
    /// <summary>Name of the outbox consumer.</summary>
    public const string Consumer = "catalog";

    private readonly OutboxReader _reader;

    /// <param name="dataSource">The database.</param>
    /// <param name="clock">For waiting.</param>
    /// <param name="log">Hears of events that fail.</param>
    public LineageProjector(NpgsqlDataSource dataSource, TimeProvider clock, ILogger<OutboxReader>? log = null)
    {
        DapperSetup.Apply();
        _reader = new OutboxReader(dataSource, Consumer, ProjectAsync, clock, log);
    }

    /// <summary>Projects until cancelled; any number of nodes may run it.</summary>
    public Task RunAsync(Notifications notifications, CancellationToken cancellationToken) => _reader.RunAsync(notifications, cancellationToken);

    /// <summary>Projects everything that is committed now, for commands that end and for tests.</summary>
    /// <returns>How many events there were.</returns>
    public Task<long> DrainAsync(CancellationToken cancellationToken) => _reader.DrainAsync(cancellationToken);

    private static async Task ProjectAsync(IReadOnlyList<DeliveredEvent> events, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        foreach (var batch in BatchProjection.Of(events))
            await WriteAsync(batch, events[^1].CreatedAt, connection, transaction, cancellationToken);
        var external = events.Where(e => e.Type == ExternalProjection.EventType).ToList();
        if (external.Count > 0)
            await new ExternalProjection(connection, transaction, cancellationToken).ProjectAsync(external);
        await OpenLineageQueue.AppendAsync(events, connection, transaction, cancellationToken);
    }

    private static async Task WriteAsync(BatchProjection batch, DateTimeOffset at, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        if (batch.IsEmpty)
            return;
        await CatalogLock.TakeAsync(connection, transaction, cancellationToken);
        var writer = new AssetWriter(connection, transaction, cancellationToken);
        var ids = await writer.EnsureAsync(batch.Assets.Select(a => (a.Key, a.Value)), at);
        var rows = new ProjectionWriter(connection, transaction, ids, cancellationToken);
        await rows.WriteAssetsAsync(batch);
        await writer.ApplySchemasAsync([.. batch.Schemas.Select(s => new SeenSchema(ids[s.Asset], s.Columns, s.At, s.Run, null, s.Run is null ? SchemaWitness.Reader : SchemaWitness.Writer))]);
        await new EdgeWriter(rows, ids).WriteAsync(batch);
        await rows.WriteMetricsAsync(batch);
        foreach (var check in batch.Checks)
            await rows.WriteCheckAsync(check);
        await rows.WriteOutcomesAsync(batch);
    }
}
