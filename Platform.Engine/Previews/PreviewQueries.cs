using System.Text.Json;
using Dapper;
using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Postgres;
using Platform.Workflows.Activities;

namespace Platform.Engine.Previews;

/// <summary>Reads previews.</summary>
public sealed class PreviewQueries(Database database, RunQueries runs)
{
    /// <summary>A preview as it is now; null where there is none of that id, or it is over.</summary>
    public async Task<PreviewState?> GetAsync(long runId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition("""
            select p.run_id, p.workflow, p.task_id, p.sample_rows, p.created_by, p.created_at, p.expires_at, now() as now
            from preview p where p.run_id = @runId and p.expires_at > now()
            """, new { runId }, cancellationToken: cancellationToken));
        if (row is null || await runs.GetAsync(runId, cancellationToken) is not { } run)
            return null;
        var reports = (await connection.QueryAsync<(string TaskId, int MapIndex, string Report)>(new CommandDefinition(
            "select task_id, map_index, report::text from preview_task where run_id = @runId", new { runId }, cancellationToken: cancellationToken)))
            .ToDictionary(r => (r.TaskId, r.MapIndex), r => JsonSerializer.Deserialize<PreviewReport>(r.Report, Fact.Json)!);
        return new PreviewState
        {
            RunId = runId,
            Workflow = row.Workflow,
            TaskId = row.TaskId,
            Rows = row.SampleRows,
            By = row.CreatedBy,
            At = row.CreatedAt,
            ExpiresAt = row.ExpiresAt,
            State = run.Run.State,
            Note = run.Run.Note,
            Tasks = [.. run.Tasks.Select(t => new PreviewTaskState(t, reports.GetValueOrDefault((t.TaskId, t.MapIndex))))],
        };
    }

    private sealed record Row
    {
        public required string Workflow { get; init; }

        public required string TaskId { get; init; }

        public required int SampleRows { get; init; }

        public required string CreatedBy { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public required DateTimeOffset ExpiresAt { get; init; }
    }
}

/// <summary>A preview.</summary>
public sealed record PreviewState
{
    public required long RunId { get; init; }

    /// <summary>The workflow that its text names.</summary>
    public required string Workflow { get; init; }

    /// <summary>The task that is looked at.</summary>
    public required string TaskId { get; init; }

    /// <summary>Rows of a large source that it reads.</summary>
    public required int Rows { get; init; }

    /// <summary>Whose it is.</summary>
    public required string By { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>From then on it is gone.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>One of <see cref="RunStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>One sentence for people, or null.</summary>
    public string? Note { get; init; }

    /// <summary>Its tasks in the order in which they run, the one that is looked at among them.</summary>
    public required IReadOnlyList<PreviewTaskState> Tasks { get; init; }
}

/// <summary>A task instance of a preview.</summary>
/// <param name="Task">Its state.</param>
/// <param name="Report">What it read and wrote; null until it has ended, and where it never ran.</param>
public sealed record PreviewTaskState(TaskRow Task, PreviewReport? Report);
