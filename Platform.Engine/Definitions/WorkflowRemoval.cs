using Dapper;
using Npgsql;
using Platform.Engine.Planning;
using Platform.Postgres;

namespace Platform.Engine.Definitions;

/// <summary>
/// Puts workflows away. Retiring hides one and lets no run of it begin; everything stays, and it can be brought back. Deleting takes its versions, drafts, schedule and the history of its runs for ever.
/// Neither touches what its runs have made: tables, models, endpoints and lineage stay.
/// </summary>
public sealed class WorkflowRemoval(Database database, WorkflowDefinitions definitions)
{
    private const int RunsInBatch = 200;

    private readonly RunControl _control = new(database, definitions);
    private readonly BackfillControl _backfills = new(database, definitions);

    /// <summary>Hides a workflow: it is in no list, follows no schedule, and no run of it begins. Runs that are queued or running go on to their end.</summary>
    /// <returns>False where it was retired already.</returns>
    /// <exception cref="EngineException">There is no such workflow (<c>not-found</c>).</exception>
    public async Task<bool> RetireAsync(string name, string by, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if ((await LockAsync(connection, transaction, name, cancellationToken)).Retired)
            return false;
        await RetireAsync(connection, transaction, name, by, cancellationToken);
        await NoteAsync(connection, transaction, name, "retired", by, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Brings a retired workflow back as it was: paused where it was paused, else planned again.</summary>
    /// <returns>False where it was not retired.</returns>
    /// <exception cref="EngineException">There is no such workflow (<c>not-found</c>).</exception>
    public async Task<bool> RestoreAsync(string name, string by, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!(await LockAsync(connection, transaction, name, cancellationToken)).Retired)
            return false;
        await RestoreAsync(connection, transaction, name, by, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>
    /// Deletes a workflow for ever: first it is retired, so that nothing begins, then its runs go in small batches, then the rest at once. Whoever dies in between leaves a retired workflow with what is left of its history, which can be deleted again.
    /// </summary>
    /// <exception cref="EngineException">There is no such workflow (<c>not-found</c>), or runs of it are queued or running (<c>conflict</c>); then nothing was deleted.</exception>
    public async Task<WorkflowDeleted> DeleteAsync(string name, string by, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            var (_, retired) = await LockAsync(connection, transaction, name, cancellationToken);
            await ThrowIfActiveAsync(connection, transaction, name, cancellationToken);
            if (!retired)
                await RetireAsync(connection, transaction, name, by, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        long runs = 0;
        while (await DeleteRunsAsync(connection, name, cancellationToken) is var some and > 0)
            runs += some;
        return await DeleteRestAsync(connection, name, by, runs, cancellationToken);
    }

    /// <summary>Asks for the end of all its queued and running runs, so that it can be deleted when they have stopped.</summary>
    /// <returns>How many were canceled or asked to stop.</returns>
    public async Task<int> CancelRunsAsync(string name, string by, CancellationToken cancellationToken)
    {
        var (backfills, asked) = (new List<long>(), 0);
        await using (var connection = await database.OpenAsync(cancellationToken))
            backfills = (await connection.QueryAsync<long>(new CommandDefinition(
                "select distinct backfill_id from run where workflow = @name and backfill_id is not null and state in ('queued', 'running')", new { name }, cancellationToken: cancellationToken))).AsList();
        foreach (var backfill in backfills)
            asked += await _backfills.CancelAsync(backfill, by, cancellationToken);
        List<long> runs;
        // The queued ones first, so that none of them gets the place of a running one that stops.
        await using (var connection = await database.OpenAsync(cancellationToken))
            runs = (await connection.QueryAsync<long>(new CommandDefinition(
                "select id from run where workflow = @name and state in ('queued', 'running') order by state = 'running', id", new { name }, cancellationToken: cancellationToken))).AsList();
        foreach (var run in runs)
        {
            if (await _control.StopAsync(run, RunStates.Canceled, by, null, cancellationToken))
                asked++;
        }
        return asked;
    }

    /// <summary>What a published text does to a retired workflow: it brings it back. In the caller's transaction, which holds the workflow's row.</summary>
    internal static async Task RestoreAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string name, string by, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition("""
            update workflow set retired_at = null, retired_by = null, paused = retired_paused, retired_paused = false, next_due = case when schedule is null then null else now() end, updated_at = now()
            where name = @name
            """, new { name }, transaction, cancellationToken: cancellationToken));
        await NoteAsync(connection, transaction, name, "restored", by, cancellationToken);
    }

    /// <summary>What somebody is told who asks for a run of a retired workflow.</summary>
    internal static EngineException Refused(string name) =>
        new("conflict", $"Workflow '{name}' is retired: no run of it begins. Bring it back first, on its page or with './platform unretire {name}'.");

    private static async Task RetireAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string name, string by, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(new CommandDefinition(
            "update workflow set retired_at = now(), retired_by = @by, retired_paused = paused, paused = true, next_due = null, updated_at = now() where name = @name", new { name, by }, transaction, cancellationToken: cancellationToken));

    /// <summary>Locks the row against everything that makes runs of it.</summary>
    private static async Task<(string Title, bool Retired)> LockAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string name, CancellationToken cancellationToken) =>
        await connection.QuerySingleOrDefaultAsync<(string, bool)?>(new CommandDefinition(
            "select title, retired_at is not null from workflow where name = @name and not starts_with(name, 'preview:') for update", new { name }, transaction, cancellationToken: cancellationToken))
        ?? throw new EngineException("not-found", $"There is no workflow '{name}'. './platform workflows' lists what there is.");

    private static async Task ThrowIfActiveAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string name, CancellationToken cancellationToken)
    {
        var active = (await connection.QueryAsync<long>(new CommandDefinition(
            "select id from run where workflow = @name and state in ('queued', 'running') order by id", new { name }, transaction, cancellationToken: cancellationToken))).AsList();
        if (active.Count > 0)
            throw new EngineException("conflict", $"Workflow '{name}' has {active.Count} {(active.Count == 1 ? "run that is" : "runs that are")} queued or running ({string.Join(", ", active.Take(5))}{(active.Count > 5 ? ", …" : "")}). Cancel {(active.Count == 1 ? "it" : "them")} or wait for the end, and delete again.");
    }

    private static async Task<int> DeleteRunsAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<int>(new CommandDefinition("""
            with old as (
                select id from run where workflow = @name and state in ('success', 'failed', 'canceled') order by id limit @RunsInBatch for update
            ), intervals as (
                delete from run_interval i using old where i.workflow = @name and i.run_id = old.id
            ), lines as (
                delete from log_line l using old where l.run_id = old.id
            ), gone as (
                delete from run r using old where r.id = old.id returning 1
            )
            select count(*)::int from gone
            """, new { name, RunsInBatch }, cancellationToken: cancellationToken));

    private static async Task<WorkflowDeleted> DeleteRestAsync(NpgsqlConnection connection, string name, string by, long runs, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (title, _) = await LockAsync(connection, transaction, name, cancellationToken);
        // A run whose tasks were cleared while the others went.
        await ThrowIfActiveAsync(connection, transaction, name, cancellationToken);
        var (versions, last) = await connection.QuerySingleAsync<(int, int)>(new CommandDefinition("""
            select count(*)::int, coalesce(max(version), 0) from workflow_version where workflow = @name
            """, new { name }, transaction, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition("""
            delete from backfill where workflow = @name;
            delete from run_interval where workflow = @name;
            delete from asset_subscription where workflow = @name;
            delete from asset_update where workflow = @name;
            delete from workflow_layout where workflow = @name;
            delete from workflow_draft where name = @name;
            update workflow set version = null where name = @name;
            -- Another workflow of the name goes on counting from there: a version names one text for ever.
            insert into version_number as n (workflow, last) select @name, @last where @last > 0 on conflict (workflow) do update set last = greatest(n.last, excluded.last);
            delete from workflow_version where workflow = @name;
            delete from workflow where name = @name;
            insert into workflow_removal (workflow, title, action, by_user, version_count, run_count, last_version) values (@name, @title, 'deleted', @by, @versions, @runs, @last)
            """, new { name, title, by, versions, runs, last }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return new WorkflowDeleted(name, versions, runs);
    }

    private static async Task NoteAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string name, string action, string by, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(new CommandDefinition(
            "insert into workflow_removal (workflow, title, action, by_user) select name, title, @action, @by from workflow where name = @name", new { name, action, by }, transaction, cancellationToken: cancellationToken));
}

/// <summary>What went with a workflow.</summary>
/// <param name="Workflow">Its name.</param>
/// <param name="Versions">Texts.</param>
/// <param name="Runs">Runs with their tasks, attempts and log lines.</param>
public sealed record WorkflowDeleted(string Workflow, int Versions, long Runs);
