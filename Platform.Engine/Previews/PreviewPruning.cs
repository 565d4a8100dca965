using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Engine.Planning;
using Platform.Postgres;
using Platform.Workflows.Activities;

namespace Platform.Engine.Previews;

/// <summary>
/// Deletes previews that are over, whoever died meanwhile: first what their tasks wrote, then their rows. If the process dies in between, the rows are still there and it begins again;
/// what a task that was left behind writes after that belongs to no run and is found by what is left.
/// </summary>
internal sealed partial class PreviewPruning(Database database, RunControl control, IPreviewRoom? room, ILogger log)
{
    private const int Most = 50;

    /// <summary>Stops and deletes what is over.</summary>
    public async Task PruneAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var over = (await connection.QueryAsync<(long RunId, bool Ended)>(new CommandDefinition("""
            select p.run_id, r.state in ('success', 'failed', 'canceled')
            from preview p join run r on r.id = p.run_id
            where p.expires_at < now() order by p.run_id limit @Most
            """, new { Most }, cancellationToken: cancellationToken))).AsList();
        foreach (var (runId, ended) in over)
        {
            if (!ended)
                _ = await control.StopAsync(runId, RunStates.Canceled, "platform", "The preview is over.", cancellationToken);
            else if (Removed(runId))
                await DeleteAsync(connection, runId, cancellationToken);
        }
        await DeleteTextsAsync(connection, cancellationToken);
        if (room is null || room.Left() is not { Count: > 0 } left)
            return;
        var known = (await connection.QueryAsync<long>(new CommandDefinition("select run_id from preview where run_id = any(@ids)", new { ids = left.ToArray() }, cancellationToken: cancellationToken))).ToHashSet();
        foreach (var runId in left.Where(id => !known.Contains(id)))
            _ = Removed(runId);
    }

    private bool Removed(long runId)
    {
        try
        {
            room?.Remove(runId);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(runId, e.Message);
            return false;
        }
    }

    private static async Task DeleteAsync(NpgsqlConnection connection, long runId, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition("""
            delete from run where id = @runId and kind = 'preview' and state in ('success', 'failed', 'canceled');
            delete from log_line where run_id = @runId;
            """, new { runId }, cancellationToken: cancellationToken));
    }

    /// <summary>Texts that no preview uses any more, and the names that they were kept under.</summary>
    private static async Task DeleteTextsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Whoever keeps a text holds the workflow's row and makes the text young, so that it stays until its run is there.
        var names = (await connection.QueryAsync<string>(new CommandDefinition("select name from workflow where starts_with(name, 'preview:') order by name for update skip locked", transaction: transaction, cancellationToken: cancellationToken))).ToArray();
        if (names.Length == 0)
            return;
        await connection.ExecuteAsync(new CommandDefinition("""
            delete from workflow_version v
            where v.workflow = any(@names) and v.created_at < now() - interval '1 minute' and not exists (select from run r where r.workflow = v.workflow and r.version = v.version);
            delete from workflow w where w.name = any(@names) and not exists (select from workflow_version v where v.workflow = w.name);
            """, new { names }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The tables of preview {RunId} could not be deleted, trying again: {Reason}")]
    private partial void LogNotRemoved(long runId, string reason);
}
