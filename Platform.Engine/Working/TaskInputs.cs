using System.Text.Json.Nodes;
using Npgsql;
using Platform.Engine.Definitions;
using Platform.Engine.Queue;
using Platform.Postgres;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;
using Platform.Workflows.Templates;

namespace Platform.Engine.Working;

/// <summary>What the templates of a task can name: parameters, interval, run, the outputs of the tasks upstream. Outputs are read only where a template names them.</summary>
internal sealed class TaskInputs(Database database)
{
    /// <summary>The scope of a claimed task.</summary>
    public async Task<TemplateScope> ScopeAsync(ClaimedTask claimed, LoadedVersion version, TaskDefinition task, CancellationToken cancellationToken)
    {
        var text = Text(claimed, task);
        var parameters = new Dictionary<string, JsonNode?>();
        foreach (var (name, value) in JsonNode.Parse(claimed.ParamsJson)!.AsObject())
            parameters[name] = value;
        return new TemplateScope
        {
            Parameters = parameters,
            Interval = claimed is { IntervalStart: { } start, IntervalEnd: { } end } ? new DataInterval(start, end) : null,
            TimeZone = version.Definition!.Schedule?.TimeZone ?? TimeZoneInfo.Utc,
            Run = new TemplateRun(claimed.RunId, RunKinds.PlainName(claimed.Workflow), Trigger(claimed.RunKind), claimed.RunStartedAt)
            {
                Assets = claimed.RunKind == RunKinds.Asset && text.Contains("assets", StringComparison.Ordinal) ? await AssetsAsync(claimed.RunId, cancellationToken) : [],
            },
            // A template writes out the id of a task whose outputs it names.
            Outputs = version.Graph!.AllUpstream(task.Id).Where(id => text.Contains(id, StringComparison.Ordinal)).ToArray() is { Length: > 0 } named && text.Contains("tasks", StringComparison.Ordinal)
                ? await OutputsAsync(claimed, version.Graph, task, named, cancellationToken)
                : new Dictionary<string, JsonNode?>(),
            ElementName = claimed.MapIndex >= 0 ? task.Map?.As : null,
            Element = claimed.ElementJson is null ? null : JsonNode.Parse(claimed.ElementJson),
        };
    }

    /// <summary>How much a preview reads of its sources.</summary>
    /// <exception cref="ActivityException">It was let go of.</exception>
    public async Task<PreviewSample> SampleAsync(long runId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var batch = new SqlBatch(connection, null);
        batch.Add("select sample_rows from preview where run_id = $1 and expires_at > now()", runId);
        await using var reader = await batch.ReadAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new PreviewSample(reader.GetInt32(0)) : throw new ActivityException("let-go", "The preview is over: it was let go of, or its hour has passed. Ask for it again.", retryable: false);
    }

    private static string Trigger(string kind) => kind switch
    {
        RunKinds.Scheduled => "schedule",
        RunKinds.File or RunKinds.Preview => RunKinds.Manual,
        RunKinds.Asset => "assets",
        _ => kind,
    };

    /// <summary>The templates that are evaluated for this instance. The list to map over is so once, before there are instances for its elements: ten thousand of them do not read it again.</summary>
    private static string Text(ClaimedTask claimed, TaskDefinition task) =>
        string.Concat(task.When, "\n", claimed.MapIndex < 0 ? task.Map?.Over.ToJsonString() : null, "\n", task.With.ToJsonString());

    private async Task<JsonObject> AssetsAsync(long runId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var batch = new SqlBatch(connection, null);
        batch.Add("select assets::text from run where id = $1 and assets is not null", runId);
        await using var reader = await batch.ReadAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? JsonNode.Parse(reader.GetString(0))!.AsObject() : [];
    }

    private async Task<Dictionary<string, JsonNode?>> OutputsAsync(ClaimedTask claimed, RunGraph graph, TaskDefinition task, string[] named, CancellationToken cancellationToken)
    {
        // Of the tasks that it follows an instance sees the outputs at its own index.
        var followed = new HashSet<string>();
        if (claimed.MapIndex >= 0)
        {
            for (var at = task; at?.Map?.Follows is { } id; at = graph.Find(id))
                followed.Add(id);
        }
        await using var connection = await database.OpenSteadyAsync(cancellationToken);
        await using var batch = new SqlBatch(connection, null);
        batch.Add("""
            select task_id, map_index, outputs::text from task_instance
            where run_id = $1 and task_id = any($2) and state = 'success' and (map_index = $4 or not task_id = any($3))
            order by task_id, map_index
            """, claimed.RunId, named, followed.ToArray(), claimed.MapIndex);
        var outputs = new Dictionary<string, JsonNode?>();
        await using (var reader = await batch.ReadAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var id = reader.GetString(0);
                var index = reader.GetInt32(1);
                var value = JsonNode.Parse(reader.Text(2) ?? "{}");
                if (graph.Find(id)?.Map is null || followed.Contains(id))
                {
                    outputs[id] = value;
                    continue;
                }
                if (!outputs.TryGetValue(id, out var list))
                    outputs[id] = list = new JsonArray();
                // By index: an instance without outputs leaves a null.
                while (list!.AsArray().Count < index)
                    list.AsArray().Add(null);
                list.AsArray().Add(value);
            }
        }
        var without = named.Where(id => graph.Find(id)?.Map is not null && !followed.Contains(id) && !outputs.ContainsKey(id)).ToArray();
        if (without.Length > 0)
        {
            foreach (var id in await MappedAsync(connection, claimed.RunId, without, cancellationToken))
                outputs[id] = new JsonArray();
        }
        return outputs;
    }

    /// <summary>Those of the mapped tasks that have instances, or none because they were skipped (an empty list): their outputs are a list, if an empty one. One that failed before it had instances has no outputs at all.</summary>
    private static async Task<List<string>> MappedAsync(NpgsqlConnection connection, long runId, string[] tasks, CancellationToken cancellationToken)
    {
        await using var batch = new SqlBatch(connection, null);
        batch.Add("""
            select distinct task_id from task_instance
            where run_id = $1 and task_id = any($2) and (map_index >= 0 and state <> 'removed' or state = 'skipped')
            """, runId, tasks);
        await using var reader = await batch.ReadAsync(cancellationToken);
        var mapped = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            mapped.Add(reader.GetString(0));
        return mapped;
    }
}
