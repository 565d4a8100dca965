using System.Text.Json.Nodes;
using Dapper;
using Platform.Engine.Definitions;
using Platform.Engine.Planning;
using Platform.Postgres;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Engine.Previews;

/// <summary>Runs what somebody has on the screen, published or not: all of it, up to one task, or as a preview of one task that leaves nothing behind.</summary>
public sealed class PreviewCommands(Database database, WorkflowStore store, RunCommands runs)
{
    /// <summary>Previews that one user may have running; one more ends the oldest.</summary>
    public const int MostOfUser = 3;

    /// <summary>How long a preview is kept where nobody lets go of it before.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <summary>Keeps a text with its run, and runs it: as a run that counts, under the workflow's limits, writing the real tables. The text that is published runs as its version, as any run that is started by hand.</summary>
    /// <returns>The run; null with problems where the text cannot be run.</returns>
    /// <exception cref="EngineException">There is no such task (<c>not-found</c>), or the parameters do not fit (<c>bad-input</c>).</exception>
    public async Task<ScreenRun> RunAsync(ScreenRunRequest request, CancellationToken cancellationToken)
    {
        var kept = await store.KeepAsync(request.Yaml, new KeepOptions { By = request.By, Until = request.Until }, cancellationToken);
        if (kept.Outcome == ApplyOutcome.Invalid)
            return new ScreenRun(null, kept.Name, kept.Problems);
        var isPublished = (await store.GetAsync(kept.Name!, null, cancellationToken))?.PublishedVersion == kept.Version;
        var run = await runs.TriggerAsync(new TriggerRequest
        {
            Workflow = kept.Name!,
            Version = kept.Version,
            Params = request.Params,
            Interval = request.Interval,
            DefaultFolder = request.DefaultFolder,
            Kind = isPublished ? RunKinds.Manual : RunKinds.File,
            By = request.By,
        }, cancellationToken);
        return new ScreenRun(run.RunId, kept.Name, kept.Problems);
    }

    /// <summary>Starts a preview of a task. An older one of the same user and workflow is let go of.</summary>
    /// <returns>The preview's run; null with problems where the text cannot be run up to the task.</returns>
    /// <exception cref="EngineException">There is no such task (<c>not-found</c>), or the rows or parameters do not fit (<c>bad-input</c>).</exception>
    public async Task<ScreenRun> PreviewAsync(PreviewRequest request, CancellationToken cancellationToken)
    {
        if (request.Rows is < 1 or > PreviewSample.MostRows)
            throw new EngineException("bad-input", $"A preview reads 1 to {PreviewSample.MostRows:N0} rows of a large source, not {request.Rows:N0}.");
        var kept = await store.KeepAsync(request.Yaml, new KeepOptions { By = request.By, Until = request.TaskId, Preview = true }, cancellationToken);
        if (kept.Outcome == ApplyOutcome.Invalid)
            return new ScreenRun(null, kept.Name is null ? null : RunKinds.PlainName(kept.Name), kept.Problems);
        var run = await runs.TriggerAsync(new TriggerRequest
        {
            Workflow = kept.Name!,
            Version = kept.Version,
            Params = request.Params,
            Interval = request.Interval,
            DefaultFolder = request.DefaultFolder,
            Kind = RunKinds.Preview,
            Preview = new NewPreview(request.TaskId, request.Rows, Kept),
            By = request.By,
        }, cancellationToken);
        await EndOthersAsync(run.RunId, RunKinds.PlainName(kept.Name!), request.By, cancellationToken);
        return new ScreenRun(run.RunId, RunKinds.PlainName(kept.Name!), kept.Problems);
    }

    /// <summary>Lets go of a preview: it is stopped where it runs, and deleted with everything that it wrote.</summary>
    /// <returns>False where there is none of that id any more.</returns>
    public async Task<bool> LetGoAsync(long runId, string by, CancellationToken cancellationToken)
    {
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            if (await connection.ExecuteAsync(new CommandDefinition("update preview set expires_at = least(expires_at, now()) where run_id = @runId", new { runId }, cancellationToken: cancellationToken)) == 0)
                return false;
        }
        await StopAsync(runId, by, cancellationToken);
        return true;
    }

    /// <summary>Stops a preview and keeps what it has shown so far.</summary>
    /// <returns>False where it had ended or was stopping already, or there is none of that id.</returns>
    public async Task<bool> StopAsync(long runId, string by, CancellationToken cancellationToken)
    {
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            if (!await connection.QuerySingleAsync<bool>(new CommandDefinition("select exists (select from preview where run_id = @runId)", new { runId }, cancellationToken: cancellationToken)))
                return false;
        }
        try
        {
            return await runs.CancelAsync(runId, by, cancellationToken);
        }
        catch (EngineException e) when (e.Kind == "not-found")
        {
            // Deleted in this very moment, which is what was asked for.
            return false;
        }
    }

    /// <summary>The user's other previews of the workflow, and the oldest of those that run where they are too many.</summary>
    private async Task EndOthersAsync(long runId, string workflow, string by, CancellationToken cancellationToken)
    {
        List<long> others;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            others = (await connection.QueryAsync<long>(new CommandDefinition("""
                select p.run_id from preview p
                where p.created_by = @by and p.workflow = @workflow and p.run_id < @runId and p.expires_at > now()
                union
                (select p.run_id from preview p join run r on r.id = p.run_id
                where p.created_by = @by and p.run_id < @runId and r.state in ('queued', 'running') and p.expires_at > now()
                order by p.run_id desc offset @others)
                """, new { by, workflow, runId, others = MostOfUser - 1 }, cancellationToken: cancellationToken))).AsList();
        }
        foreach (var other in others)
            _ = await LetGoAsync(other, by, cancellationToken);
    }
}

/// <summary>A text to run without publishing it.</summary>
public sealed record ScreenRunRequest
{
    /// <summary>The text, as it is on the screen.</summary>
    public required string Yaml { get; init; }

    /// <summary>The task up to which it runs; null runs all of it.</summary>
    public string? Until { get; init; }

    /// <summary>Parameters by name; those left out take their defaults.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Params { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>The data interval; null takes the newest that has ended where the workflow runs by time.</summary>
    public DataInterval? Interval { get; init; }

    /// <summary>Base of relative paths among the defaults of parameters; null leaves those as they are written.</summary>
    public string? DefaultFolder { get; init; }

    /// <summary>Who asks.</summary>
    public required string By { get; init; }
}

/// <summary>A task to preview.</summary>
public sealed record PreviewRequest
{
    /// <summary>The text, as it is on the screen. Errors of tasks that the one to look at does not need do not matter.</summary>
    public required string Yaml { get; init; }

    /// <summary>The task.</summary>
    public required string TaskId { get; init; }

    /// <summary>Rows of a large source that are read.</summary>
    public int Rows { get; init; } = PreviewSample.DefaultRows;

    /// <summary>Parameters by name; those left out take their defaults.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Params { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>The data interval; null takes the newest that has ended where the workflow runs by time.</summary>
    public DataInterval? Interval { get; init; }

    /// <summary>Base of relative paths among the defaults of parameters; null leaves those as they are written.</summary>
    public string? DefaultFolder { get; init; }

    /// <summary>Who asks.</summary>
    public required string By { get; init; }
}

/// <summary>What became of a text that was to be run.</summary>
/// <param name="RunId">The run; null where the text cannot be run.</param>
/// <param name="Workflow">The workflow that the text names; null where it cannot be read.</param>
/// <param name="Problems">What is wrong with the text; only warnings where it runs.</param>
public sealed record ScreenRun(long? RunId, string? Workflow, IReadOnlyList<Problem> Problems);
