using Platform.Activities.Preview;
using Platform.Catalog.Masking;
using Platform.Designer.Ports;
using Platform.Engine;
using Platform.Engine.Previews;
using Platform.Tables.Log;
using Platform.Tables.Native;
using Platform.Workflows.Activities;

namespace Platform.Server.Ports;

/// <summary>Previews for the designer and the API.</summary>
internal sealed class PreviewPort(PreviewCommands commands, PreviewQueries queries, PreviewRoom room, MaskingQueries masking, PlatformOptions options) : IPreviewPort
{
    /// <inheritdoc/>
    public Task<ScreenStart> RunAsync(ScreenText request, string? until, CancellationToken cancellationToken) => Started(() =>
        commands.RunAsync(new ScreenRunRequest { Yaml = request.Yaml, Until = until, Params = request.Params, Interval = request.Interval, DefaultFolder = options.Home, By = request.By }, cancellationToken));

    /// <inheritdoc/>
    public Task<ScreenStart> PreviewAsync(ScreenText request, string taskId, int rows, CancellationToken cancellationToken) => Started(() =>
        commands.PreviewAsync(new PreviewRequest { Yaml = request.Yaml, TaskId = taskId, Rows = rows, Params = request.Params, Interval = request.Interval, DefaultFolder = options.Home, By = request.By }, cancellationToken));

    /// <inheritdoc/>
    public async Task<PreviewProgress?> ProgressAsync(long id, CancellationToken cancellationToken) =>
        await queries.GetAsync(id, cancellationToken) is { } preview ? Progress(preview) : null;

    /// <inheritdoc/>
    public async Task<PreviewResult?> ResultAsync(long id, string taskId, bool masked, CancellationToken cancellationToken) =>
        await queries.GetAsync(id, cancellationToken) is { } preview ? await ResultAsync(preview, taskId, masked, cancellationToken) : null;

    /// <summary>How far it is.</summary>
    public static PreviewProgress Progress(PreviewState preview) => new()
    {
        Id = preview.RunId,
        TaskId = preview.TaskId,
        Rows = preview.Rows,
        State = preview.State,
        Ended = RunStates.Ended.Contains(preview.State),
        ExpiresAt = preview.ExpiresAt,
        Tasks = [.. preview.Tasks.Select(step => new PreviewStep
        {
            TaskId = step.Task.TaskId,
            MapIndex = step.Task.MapIndex,
            Activity = step.Task.Activity,
            State = step.Task.State,
            Error = step.Task.Error,
            Would = step.Report?.Would,
            RowsWritten = step.Report?.Writes.Sum(write => write.Rows),
            Progress = step.Task is { State: TaskStates.Running, ProgressDone: { } done } ? new ActivityProgress(done, step.Task.ProgressTotal, step.Task.ProgressUnit ?? "") : null,
            StartedAt = step.Task.StartedAt,
            EndedAt = step.Task.EndedAt,
        })],
    };

    /// <summary>What a task did; null where it has not ended. Of a mapped task, its first instance that has.</summary>
    public async Task<PreviewResult?> ResultAsync(PreviewState preview, string taskId, bool masked, CancellationToken cancellationToken)
    {
        if (preview.Tasks.FirstOrDefault(step => step.Task.TaskId == taskId && step.Report is not null) is not { Report: { } report } shown)
            return null;
        var personal = report.Writes.Count == 0 ? [] : await PersonalAsync(preview, cancellationToken);
        try
        {
            return await Task.Run(() =>
            {
                using var tables = room.Tables(preview.RunId, new PreviewSample(preview.Rows));
                return new PreviewResult
                {
                    TaskId = taskId,
                    Would = report.Would,
                    With = report.With,
                    Outputs = shown.Task.Outputs is System.Text.Json.Nodes.JsonObject { Count: > 0 } outputs ? outputs : null,
                    Sources = [.. report.Reads.Select(read => new PreviewSource(read.Asset, read.Rows, read.Of, read.Sampled, read.Ours))],
                    Sampled = preview.Tasks.Any(step => step.Report?.Reads.Any(read => read.Sampled) == true),
                    Tables = [.. report.Writes.Select(write => PreviewTables.Read(tables, write, report, column => personal.Contains((write.Table, column.ToLowerInvariant())), masked, cancellationToken))],
                    Figures = [.. report.Metrics.Select(metric => new PreviewFigure(metric.Asset, metric.Column, metric.Name, metric.Value))],
                };
            }, cancellationToken);
        }
        catch (Exception e) when (e is TableNotFoundException or TableException or DuckDbException)
        {
            throw new IOException($"What task '{taskId}' wrote in the preview cannot be read: {e.Message} Ask for the preview again.", e);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(long id, string by, CancellationToken cancellationToken) => commands.StopAsync(id, by, cancellationToken);

    /// <inheritdoc/>
    public Task LetGoAsync(long id, string by, CancellationToken cancellationToken) => commands.LetGoAsync(id, by, cancellationToken);

    /// <summary>
    /// The columns that hold personal data, with their tables: those of which the inventory says so, by the name of the real table too, and those that come from such ones in this preview, unless they are masked on the way.
    /// </summary>
    private async Task<HashSet<(string Asset, string Column)>> PersonalAsync(PreviewState preview, CancellationToken cancellationToken)
    {
        var reports = preview.Tasks.Select(step => step.Report).OfType<PreviewReport>().ToList();
        var personal = new HashSet<(string, string)>();
        foreach (var asset in reports.SelectMany(report => report.Reads.Select(read => read.Asset).Concat(report.Writes.Select(write => write.Table))).Distinct())
        {
            foreach (var (column, what) in await masking.ClassesAsync(asset, cancellationToken) ?? new Dictionary<string, string>())
            {
                if (what != "masked")
                    personal.Add((asset, column.ToLowerInvariant()));
            }
        }
        // Tasks are in the order in which they ran, so what is upstream is known before what comes of it.
        foreach (var derived in reports.SelectMany(report => report.Derived))
        {
            foreach (var edge in derived.Edges)
            {
                if (edge is { ToColumn: { } to, Masking: false, Kind: ColumnEdgeKind.Identity or ColumnEdgeKind.Transformation } && personal.Contains((edge.FromAsset, edge.FromColumn.ToLowerInvariant())))
                    personal.Add((derived.Asset, to.ToLowerInvariant()));
                else if (edge is { ToColumn: { } hidden, Masking: true })
                    personal.Remove((derived.Asset, hidden.ToLowerInvariant()));
            }
        }
        return personal;
    }

    private static async Task<ScreenStart> Started(Func<Task<ScreenRun>> start)
    {
        try
        {
            var run = await start();
            return new ScreenStart(run.RunId, run.Problems);
        }
        catch (EngineException e)
        {
            return new ScreenStart(null, [], e.Message);
        }
    }
}
