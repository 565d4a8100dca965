using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using Platform.Engine.History;
using Platform.Engine.Queue;
using Platform.Postgres;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;
using Platform.Workflows.Schedules;

namespace Platform.Engine.Definitions;

/// <summary>Workflows and their versions: apply, export, pause. A version is never changed; a new one is made only where the text differs.</summary>
public sealed class WorkflowStore(Database database, ActivityCatalog activities)
{
    // Of one workflow, by all users together; each of them has a limit of his own that is far below.
    private const int PreviewRuns = 1_000;
    private const int PreviewTasks = 64;

    /// <summary>Publishes a text as the newest version of the workflow that it names.</summary>
    /// <remarks>A text equal to the published one changes nothing. A shipped text (<see cref="WorkflowOrigin.Shipped"/>) never overwrites what somebody has edited or applied.</remarks>
    public async Task<ApplyResult> ApplyAsync(string yaml, ApplyOptions options, CancellationToken cancellationToken)
    {
        var read = WorkflowReader.Read(yaml, activities);
        if (read.Definition is not { } definition)
            return new ApplyResult(ApplyOutcome.Invalid, read.Draft?.Name, null, read.Problems);

        var sha = Sha(yaml);
        await using var connection = await database.OpenAsync(cancellationToken);
        var problems = await ProblemsAsync(connection, read, definition, cancellationToken);
        if (problems.Any(p => p.Severity == ProblemSeverity.Error))
            return new ApplyResult(ApplyOutcome.Invalid, definition.Name, null, problems);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (options.Origin == WorkflowOrigin.Shipped && await IsPutAwayAsync(connection, definition.Name, cancellationToken))
            return new ApplyResult(ApplyOutcome.PutAway, definition.Name, null, problems);
        await EnsureAsync(connection, definition, options.StartPaused, cancellationToken);
        var current = await connection.QuerySingleAsync<Current>(new CommandDefinition("""
            select w.version, w.shipped_sha, v.sha as published_sha, now() as now, w.retired_at is not null as retired
            from workflow w
            left join workflow_version v on v.workflow = w.name and v.version = w.version
            where w.name = @name
            for no key update of w
            """, new { name = definition.Name }, transaction, cancellationToken: cancellationToken));

        if (options.ExpectedVersion is { } expected && expected != (current.Version ?? 0))
            return new ApplyResult(ApplyOutcome.Conflict, definition.Name, current.Version, problems);
        if (options.Origin == WorkflowOrigin.Shipped && current.Version is not null && current.ShippedSha != current.PublishedSha)
            return new ApplyResult(ApplyOutcome.KeptEdited, definition.Name, current.Version, problems);
        // Whoever publishes it wants it: it is brought back.
        if (current.Retired)
            await WorkflowRemoval.RestoreAsync(connection, transaction, definition.Name, options.By, cancellationToken);
        if (current.PublishedSha == sha)
        {
            // The same text may have been applied by hand first: from now on shipped files may update it.
            if (options.Origin == WorkflowOrigin.Shipped && current.ShippedSha != sha)
                await connection.ExecuteAsync(new CommandDefinition("update workflow set shipped_sha = @sha where name = @name", new { sha, name = definition.Name }, transaction, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            return new ApplyResult(current.Retired ? ApplyOutcome.Applied : ApplyOutcome.Unchanged, definition.Name, current.Version, problems);
        }

        var version = await AddVersionAsync(connection, definition.Name, yaml, sha, options.Origin.ToString().ToLowerInvariant(), options.By, published: true, cancellationToken);
        // Nobody asked for the past when the program brought its own workflow along: its first planned interval is the one that is open now.
        var planned = options.Origin == WorkflowOrigin.Shipped && current.Version is null ? Schedule.Of(definition.Schedule)?.NewestComplete(current.Now)?.End : null;
        // next_due = now(): a planner looks at once and computes when the schedule is due in truth.
        await connection.ExecuteAsync(new CommandDefinition("""
            update workflow set
                title = @Title, description = @Description, owner = @Owner, tags = @tags, version = @version,
                shipped_sha = case when @shipped then @sha else shipped_sha end,
                schedule = @schedule, active_runs = @activeRuns, active_tasks = @activeTasks,
                scheduled_since = case when @schedule::text is null then null else coalesce(scheduled_since, now()) end,
                planned_until = coalesce(planned_until, @planned),
                next_due = case when @schedule::text is null then null else now() end,
                plan_error = null,
                updated_at = now()
            where name = @Name
            """, new
        {
            definition.Name,
            definition.Title,
            definition.Description,
            definition.Owner,
            tags = definition.Tags.ToArray(),
            version,
            sha,
            planned,
            shipped = options.Origin == WorkflowOrigin.Shipped,
            schedule = ScheduleText(definition.Schedule),
            activeRuns = definition.Limits.ActiveRuns,
            activeTasks = definition.Limits.ActiveTasks,
        }, transaction, cancellationToken: cancellationToken));
        await FollowAsync(connection, transaction, definition, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("insert into outbox (type, key, payload) values ('workflow.published', @key, @payload::jsonb)",
            new { key = $"workflow/{definition.Name}", payload = EngineEvents.WorkflowPublished(definition.Name, version, definition.Tasks.Select(task => task.Id), current.Now) }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return new ApplyResult(ApplyOutcome.Applied, definition.Name, version, problems);
    }

    /// <summary>Keeps a text as a version that is never published, for <c>run FILE</c>. The workflow need not exist; a version of the same text is used again.</summary>
    public Task<ApplyResult> KeepAsync(string yaml, string by, CancellationToken cancellationToken) => KeepAsync(yaml, new KeepOptions { By = by }, cancellationToken);

    /// <summary>Keeps a text as a version that is never published, as a whole or up to one of its tasks.</summary>
    /// <remarks>
    /// Up to a task, errors of other tasks do not count: they are taken out of the text that is kept. The result's name is that under which the version runs: for a preview, not the text's own.
    /// </remarks>
    /// <exception cref="EngineException">The text has no task of that id (<c>not-found</c>).</exception>
    public async Task<ApplyResult> KeepAsync(string yaml, KeepOptions options, CancellationToken cancellationToken)
    {
        var read = Read(ref yaml, options.Until);
        if (read.Definition is not { } definition)
            return new ApplyResult(ApplyOutcome.Invalid, read.Draft?.Name, null, read.Problems);
        if (options.Preview)
            definition = definition with { Name = RunKinds.PreviewPrefix + definition.Name };
        var sha = Sha(yaml);
        await using var connection = await database.OpenAsync(cancellationToken);
        var problems = await ProblemsAsync(connection, read, definition, cancellationToken);
        if (problems.Any(p => p.Severity == ProblemSeverity.Error))
            return new ApplyResult(ApplyOutcome.Invalid, definition.Name, null, problems);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // The row may be that of a preview and go in this very moment: until it is locked, it is made again.
        do
            await EnsureAsync(connection, definition, startPaused: false, cancellationToken);
        while (await connection.QuerySingleOrDefaultAsync<int?>(new CommandDefinition("select 1 from workflow where name = @Name for no key update", new { definition.Name }, transaction, cancellationToken: cancellationToken)) is null);
        var same = await connection.QueryFirstOrDefaultAsync<int?>(new CommandDefinition(
            "select version from workflow_version where workflow = @Name and sha = @sha and until_task is not distinct from @Until order by version desc limit 1", new { definition.Name, sha, options.Until }, transaction, cancellationToken: cancellationToken));
        if (same is not null && options.Preview)
            await connection.ExecuteAsync(new CommandDefinition("update workflow_version set created_at = now() where workflow = @Name and version = @same", new { definition.Name, same }, transaction, cancellationToken: cancellationToken));
        var version = same ?? await AddVersionAsync(connection, definition.Name, yaml, sha, "run", options.By, published: false, cancellationToken, options.Until);
        // Limits of a workflow that was never published follow the file that runs. Previews are limited by who asks for them, not by the workflow.
        await connection.ExecuteAsync(new CommandDefinition("""
            update workflow set title = @Title, description = @Description, owner = @Owner, tags = @tags, active_runs = @activeRuns, active_tasks = @activeTasks, updated_at = now()
            where name = @Name and version is null
            """, new
        {
            definition.Name,
            definition.Title,
            definition.Description,
            definition.Owner,
            tags = definition.Tags.ToArray(),
            activeRuns = options.Preview ? PreviewRuns : definition.Limits.ActiveRuns,
            activeTasks = options.Preview ? PreviewTasks : definition.Limits.ActiveTasks,
        }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return new ApplyResult(same is null ? ApplyOutcome.Applied : ApplyOutcome.Unchanged, definition.Name, version, problems);
    }

    /// <summary>Reads a text to be kept. Where only tasks have errors that a run up to <paramref name="until"/> does not need, they go out of the text.</summary>
    private WorkflowDocument Read(ref string yaml, string? until)
    {
        var read = WorkflowReader.Read(yaml, activities);
        if (until is null || read.Draft is not { } draft)
            return read;
        if (!draft.Tasks.Any(t => t.Id == until))
            throw new EngineException("not-found", $"Workflow '{draft.Name}' has no task '{until}'.{(draft.Tasks.Count == 0 ? " It has no tasks." : $" It has {string.Join(", ", draft.Tasks.Select(t => $"'{t.Id}'"))}.")}");
        if (!read.HasErrors)
            return read;
        var needed = RunPart.Needed(draft, until);
        if (read.Problems.Any(p => p.Severity == ProblemSeverity.Error && (p.TaskId is null || needed.Contains(p.TaskId))))
            return read;
        try
        {
            var text = draft.Tasks.Where(t => !needed.Contains(t.Id)).Aggregate(yaml, (text, task) => WorkflowPatch.RemoveTask(text, task.Id));
            var rest = WorkflowReader.Read(text, activities);
            if (rest.HasErrors)
                return read;
            yaml = text;
            return rest;
        }
        catch (WorkflowPatchException)
        {
            // What is wrong is told as it was read.
            return read;
        }
    }

    /// <summary>Every problem that publishing this text would find; nothing is written.</summary>
    public async Task<IReadOnlyList<Problem>> ValidateAsync(string yaml, CancellationToken cancellationToken)
    {
        var read = WorkflowReader.Read(yaml, activities);
        if (read.Definition is not { } definition)
            return read.Problems;
        await using var connection = await database.OpenAsync(cancellationToken);
        return await ProblemsAsync(connection, read, definition, cancellationToken);
    }

    /// <summary>A workflow with the text of a version; null where there is none.</summary>
    /// <param name="name">The workflow.</param>
    /// <param name="version">Null is the published one, or the newest where none was published.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<StoredWorkflow?> GetAsync(string name, int? version, CancellationToken cancellationToken)
    {
        const string sql = """
            select w.name, w.title, w.description, w.owner, w.tags, w.paused, w.schedule, w.next_due, w.plan_error, w.retired_at, w.retired_by,
                w.version as published_version, v.version, v.yaml, v.sha, v.origin, v.created_at, v.created_by
            from workflow w
            join workflow_version v on v.workflow = w.name
            where w.name = @name and v.version = coalesce(@version::int, w.version, (select max(version) from workflow_version where workflow = @name))
            """;
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<StoredWorkflow>(new CommandDefinition(sql, new { name, version }, cancellationToken: cancellationToken));
    }

    /// <summary>The published text of a workflow, as it was applied; null where there is none.</summary>
    public async Task<string?> ExportAsync(string name, CancellationToken cancellationToken) =>
        (await GetAsync(name, null, cancellationToken))?.Yaml;

    /// <summary>The versions of a workflow, newest first.</summary>
    public async Task<IReadOnlyList<VersionRow>> VersionsAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<VersionRow>(new CommandDefinition(
            "select version, sha, origin, created_at, created_by, published_at from workflow_version where workflow = @name order by version desc",
            new { name }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Pauses a workflow's schedule, or lets it go on. Runs that exist are not touched.</summary>
    /// <exception cref="EngineException">There is no such workflow (<c>not-found</c>), or it is retired (<c>conflict</c>).</exception>
    public async Task SetPausedAsync(string name, bool paused, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var changed = await connection.ExecuteAsync(new CommandDefinition("""
            update workflow set paused = @paused, next_due = case when schedule is null then null else now() end, updated_at = now() where name = @name and retired_at is null
            """, new { name, paused }, cancellationToken: cancellationToken));
        if (changed == 0 && await connection.ExecuteScalarAsync<bool>(new CommandDefinition("select exists (select from workflow where name = @name)", new { name }, cancellationToken: cancellationToken)))
            throw WorkflowRemoval.Refused(name);
        if (changed == 0)
            throw new EngineException("not-found", $"There is no workflow '{name}'. './platform workflows' lists what there is.");
    }

    private static async Task<IReadOnlyList<Problem>> ProblemsAsync(NpgsqlConnection connection, WorkflowDocument read, WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        var pools = (await connection.QueryAsync<string>(new CommandDefinition("select name from pool", cancellationToken: cancellationToken))).ToHashSet();
        return [.. read.Problems, .. EngineScope.Check(read, definition, pools)];
    }

    /// <summary>Makes the assets that the published schedule follows known to those who write them. What was written of an asset that stays is kept; of one that goes it is forgotten.</summary>
    private static async Task FollowAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        var assets = definition.Schedule?.Assets.Distinct().ToArray() ?? [];
        await connection.ExecuteAsync(new CommandDefinition("""
            delete from asset_update where workflow = @Name and asset <> all(@assets);
            delete from asset_subscription where workflow = @Name and asset <> all(@assets);
            -- Other partitions: what waits is divided among them anew. An update that was divided becomes one again.
            delete from asset_update a using asset_update b
            where exists (select from asset_subscription s where s.workflow = @Name and s.partitions is distinct from @partitions::text)
              and a.workflow = @Name and b.workflow = @Name and a.partitioned and b.partitioned and a.id > b.id and a.asset = b.asset and a.run_id = b.run_id and a.task_id = b.task_id
              and a.version is not distinct from b.version and a.written_start = b.written_start and a.written_end = b.written_end;
            update asset_update set partition_start = null, partition_end = null, divided_until = null, partitioned = @partitions::text is not null
            where workflow = @Name and exists (select from asset_subscription s where s.workflow = @Name and s.partitions is distinct from @partitions::text);
            -- Fewer assets, or a part that is enough: partitions that waited may be ready now.
            update asset_update set seen = false where workflow = @Name and seen;
            insert into asset_subscription (workflow, asset, any_asset, partitions, partial)
            select @Name, asset, @any, @partitions::text, @partial from unnest(@assets) asset
            on conflict (workflow, asset) do update set any_asset = excluded.any_asset, partitions = excluded.partitions, partial = excluded.partial
            """, new { definition.Name, assets, any = definition.Schedule?.AnyAsset ?? false, partitions = PartitionsOf(definition.Schedule), partial = definition.Schedule?.Partial ?? false }, transaction, cancellationToken: cancellationToken));
    }

    /// <summary>A text that differs where the partitions do; null where there are none.</summary>
    private static string? PartitionsOf(ScheduleDefinition? schedule) => schedule?.Partitions is not { } partitions ? null
        : $"{partitions} {schedule.TimeZone.Id} {schedule.Start?.UtcDateTime:O}/{schedule.End?.UtcDateTime:O}{(schedule.Skip is { } skip ? " " + System.Text.Json.JsonSerializer.Serialize(skip.Rules) : "")}";

    private static string Sha(string yaml) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(yaml)));

    private static string? ScheduleText(ScheduleDefinition? schedule) => schedule switch
    {
        null => null,
        { Cron: { } cron } => schedule.TimeZone.Id is "UTC" or "Etc/UTC" ? cron : $"{cron} ({schedule.TimeZone.Id})",
        { Every: { } every } => $"every {(every.TotalMinutes >= 1 && every.Seconds == 0 ? $"{every.TotalMinutes:0} min" : $"{every.TotalSeconds:0} s")}",
        _ => $"{(schedule.AnyAsset ? "any of" : "all of")} {string.Join(", ", schedule.Assets)}{(schedule.Partitions is { } partitions ? $" by partition {partitions}{(partitions.Cron is null || schedule.TimeZone.Id is "UTC" or "Etc/UTC" ? "" : $" ({schedule.TimeZone.Id})")}" : "")}",
    };

    /// <summary>Whether it was retired or deleted here, so that the program does not bring it along again.</summary>
    private static async Task<bool> IsPutAwayAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<bool>(new CommandDefinition("""
            select exists (select from workflow where name = @name and retired_at is not null)
                or (not exists (select from workflow where name = @name and version is not null) and exists (select from workflow_removal where workflow = @name and action = 'deleted'))
            """, new { name }, cancellationToken: cancellationToken));

    private static async Task EnsureAsync(NpgsqlConnection connection, WorkflowDefinition definition, bool startPaused, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(new CommandDefinition(
            "insert into workflow (name, title, paused) values (@Name, @Title, @startPaused) on conflict (name) do nothing",
            new { definition.Name, definition.Title, startPaused }, cancellationToken: cancellationToken));

    /// <summary>Adds a version under a number that the name never had before: what was read of a version is kept by name and number, also where the version itself was deleted meanwhile.</summary>
    private static async Task<int> AddVersionAsync(NpgsqlConnection connection, string workflow, string yaml, string sha, string origin, string by, bool published, CancellationToken cancellationToken, string? until = null) =>
        await connection.QuerySingleAsync<int>(new CommandDefinition("""
            with numbered as (
                insert into version_number as n (workflow, last)
                select @workflow, coalesce(max(version), 0) + 1 from workflow_version where workflow = @workflow
                on conflict (workflow) do update set last = greatest(n.last + 1, excluded.last)
                returning last)
            insert into workflow_version (workflow, version, yaml, sha, origin, created_by, published_at, until_task)
            select @workflow, last, @yaml, @sha, @origin, @by, case when @published then now() end, @until
            from numbered
            returning version
            """, new { workflow, yaml, sha, origin, by, published, until }, cancellationToken: cancellationToken));

    private sealed record Current
    {
        public int? Version { get; init; }

        public string? ShippedSha { get; init; }

        public string? PublishedSha { get; init; }

        public bool Retired { get; init; }

        /// <summary>The database's time.</summary>
        public DateTimeOffset Now { get; init; }
    }
}
