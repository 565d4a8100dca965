using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Engine;
using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;
using Platform.Workflows.Schedules;

namespace Platform.Designer.Workflows;

/// <summary>Workflows from the engine's store.</summary>
internal sealed class EngineWorkflowSource(WorkflowStore store, WorkflowQueries queries, RunCommands commands, ActivityCatalog activities, DesignerOptions options, TimeProvider clock) : IWorkflowSource
{
    public Task<IReadOnlyList<WorkflowRow>> ListAsync(CancellationToken cancellationToken) => queries.ListAsync(includeUnpublished: true, cancellationToken);

    public Task<WorkflowRow?> RowAsync(string name, CancellationToken cancellationToken) => queries.GetAsync(name, cancellationToken);

    public async Task<WorkflowView?> GetAsync(string name, int? version, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(name, version, cancellationToken) is not { } stored)
            return null;
        var read = WorkflowReader.Read(stored.Yaml, activities);
        // Problems with the activities of this process do not hide a graph that can be drawn.
        var definition = read.Definition ?? WorkflowReader.Read(stored.Yaml, null).Definition;
        return new WorkflowView(stored, definition, [.. read.Problems]);
    }

    public Task<IReadOnlyList<VersionRow>> VersionsAsync(string name, CancellationToken cancellationToken) => store.VersionsAsync(name, cancellationToken);

    public Task SetPausedAsync(string name, bool paused, string user, CancellationToken cancellationToken) => store.SetPausedAsync(name, paused, cancellationToken);

    public async Task<long> StartAsync(string name, JsonObject parameters, DateOnly? date, string user, CancellationToken cancellationToken)
    {
        var definition = (await GetAsync(name, null, cancellationToken))?.Definition;
        var triggered = await commands.TriggerAsync(new TriggerRequest
        {
            Workflow = name,
            Params = GivenParameters.Absolute(parameters, definition, options.DefaultFolder),
            Interval = Interval(definition?.Schedule, date),
            By = user,
            DefaultFolder = options.DefaultFolder,
        }, cancellationToken);
        return triggered.RunId;
    }

    private DataInterval? Interval(ScheduleDefinition? schedule, DateOnly? date)
    {
        if (date is null)
            return Schedule.Of(schedule)?.NewestComplete(clock.GetUtcNow());
        try
        {
            return RunRange.Intervals(schedule, date.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), null, null)[0];
        }
        catch (FormatException e)
        {
            throw new EngineException("bad-input", e.Message);
        }
    }
}
