using System.Text.Json;
using Npgsql;
using Platform.Catalog.Assets;
using Platform.Catalog.Projection;
using Platform.Postgres.Events;
using Platform.Workflows.Activities;

namespace Platform.Catalog.OpenLineage;

/// <summary>
/// Projects events of other systems that came in over OpenLineage. Everything it writes is keyed and compared by the events' own times, so that states in any order, and an event that comes
/// twice, end in the same rows.
/// </summary>
internal sealed class ExternalProjection(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
{
    /// <summary>Type of the outbox's event; its payload is the event as it was sent.</summary>
    internal const string EventType = "openlineage";

    /// <summary>Before a job's namespace where a workflow's name stands.</summary>
    internal const string Prefix = "openlineage:";

    internal async Task ProjectAsync(IReadOnlyList<DeliveredEvent> delivered)
    {
        var documents = new List<JsonDocument>();
        try
        {
            foreach (var one in delivered)
                documents.Add(JsonDocument.Parse(one.Payload));
            var events = documents.Select(document => LineageEvent.Read(document.RootElement)).OrderBy(e => e.At).ToList();
            await CatalogLock.TakeAsync(connection, transaction, cancellationToken);
            await WriteAsync(events);
        }
        finally
        {
            documents.ForEach(document => document.Dispose());
        }
    }

    private async Task WriteAsync(List<LineageEvent> events)
    {
        var names = await new DatasetResolver(connection, transaction, cancellationToken).ResolveAsync(events);
        var runs = await new ExternalRunWriter(connection, transaction, cancellationToken).WriteAsync(events);
        var batch = new BatchProjection();
        foreach (var e in events)
            Add(batch, e, e.RunId is { } run ? runs.Runs[run] : null, names);
        var writer = new AssetWriter(connection, transaction, cancellationToken);
        var ids = await writer.EnsureAsync(batch.Assets.Select(asset => (asset.Key, asset.Value)), events[^1].At);
        var rows = new ProjectionWriter(connection, transaction, ids, cancellationToken);
        await rows.WriteAssetsAsync(batch);
        await writer.ApplySchemasAsync([.. batch.Schemas.Select(schema => new SeenSchema(ids[schema.Asset], schema.Columns, schema.At, null, null, SchemaWitness.Other))]);
        await new EdgeWriter(rows, ids).WriteAsync(batch);
        await rows.WriteMetricsAsync(batch);
        foreach (var check in batch.Checks)
            await rows.WriteCheckAsync(check);
        await new ExternalAssetWriter(rows, ids, names).WriteAsync(events, runs);
    }

    private static void Add(BatchProjection batch, LineageEvent e, ExternalRun? run, ResolvedNames names)
    {
        if (e.Dataset is { } alone)
        {
            var (key, kind) = names.Asset(alone.Namespace, alone.Name);
            batch.Assets[key] = kind;
            if (ExternalFacts.Columns(alone) is { } columns)
                batch.Schemas.Add((key, columns, e.At, null));
        }
        var ended = new TaskEnded
        {
            // Measures of a dataset alone have no run: its time keeps them apart.
            RunId = run is { } known ? -known.Id : e.Dataset is null ? 0 : -e.At.ToUnixTimeSeconds(),
            Workflow = e.Job is { } job ? Prefix + job.Namespace : Prefix + "dataset",
            TaskId = e.Job?.Name ?? "dataset",
            State = "success",
            Ended = e.At,
        };
        batch.AddExternal(ended, ExternalFacts.Of(e, names.Asset), e.At, isRun: run is not null, isComplete: e.State == "COMPLETE");
    }
}

/// <summary>A run of another system, and the job that it is one of.</summary>
/// <param name="Id">Of <c>external_runs</c>.</param>
/// <param name="JobId">Of <c>external_jobs</c>.</param>
internal sealed record ExternalRun(long Id, long JobId);

/// <summary>Ids of the runs and jobs of a batch.</summary>
internal sealed record ExternalRuns(IReadOnlyDictionary<Guid, ExternalRun> Runs, IReadOnlyDictionary<(string Namespace, string Name), long> Jobs);
