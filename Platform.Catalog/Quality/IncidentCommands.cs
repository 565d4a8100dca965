using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Quality;

/// <summary>What people do with incidents. Each says false where there is no incident with that id, or nothing to do.</summary>
public sealed class IncidentCommands
{
    private readonly NpgsqlDataSource _dataSource;

    public IncidentCommands(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Somebody has seen it.</summary>
    public Task<bool> AcknowledgeAsync(long id, string by, string? note, CancellationToken cancellationToken) =>
        ChangeAsync("update catalog.incidents set acknowledged_at = now(), acknowledged_by = @by where id = @id and closed_at is null and acknowledged_at is null returning id", id, by, "acknowledged", note, null, cancellationToken);

    /// <summary>Somebody is to look after it; an empty name takes it from whoever was.</summary>
    public Task<bool> AssignAsync(long id, string assignee, string by, string? note, CancellationToken cancellationToken) =>
        ChangeAsync(
            "update catalog.incidents set assignee = nullif(@value, ''), acknowledged_at = coalesce(acknowledged_at, now()), acknowledged_by = coalesce(acknowledged_by, @by) where id = @id and closed_at is null returning id",
            id, by, "assigned", note is null ? assignee : $"{assignee}: {note}", assignee.Trim(), cancellationToken);

    /// <summary>It is over, and why it was. The next failure within a week opens it again.</summary>
    /// <param name="id">The incident.</param>
    /// <param name="cause">The root cause in words; null to say none.</param>
    /// <param name="by">Who says so.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<bool> ResolveAsync(long id, string? cause, string by, CancellationToken cancellationToken) =>
        ChangeAsync("update catalog.incidents set closed_at = now(), closed_by = @by, cause = coalesce(@value, cause) where id = @id and closed_at is null returning id", id, by, "resolved", cause, cause, cancellationToken);

    /// <summary>It is not over after all.</summary>
    public Task<bool> ReopenAsync(long id, string by, string? note, CancellationToken cancellationToken) =>
        ChangeAsync(
            """
            update catalog.incidents i
            set closed_at = null, closed_run = null, closed_by = null, waived_at = null, waived_by = null, reopened = reopened + 1
            where id = @id and closed_at is not null and not exists (select from catalog.incidents o where o.check_id = i.check_id and o.closed_at is null)
            returning id
            """,
            id, by, "reopened", note, null, cancellationToken);

    /// <summary>The gate lets the table pass although the check fails, until the incident is resolved.</summary>
    public Task<bool> WaiveAsync(long id, string by, string? note, CancellationToken cancellationToken) =>
        ChangeAsync("update catalog.incidents set waived_at = now(), waived_by = @by where id = @id and closed_at is null and waived_at is null returning id", id, by, "waived", note, null, cancellationToken);

    /// <summary>Says something about it.</summary>
    public Task<bool> CommentAsync(long id, string by, string note, CancellationToken cancellationToken) =>
        ChangeAsync("select id from catalog.incidents where id = @id", id, by, "commented", note, null, cancellationToken);

    private async Task<bool> ChangeAsync(string change, long id, string by, string what, string? note, string? value, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await connection.QuerySingleOrDefaultAsync<long?>(new CommandDefinition(change, new { id, by, value }, transaction, cancellationToken: cancellationToken)) is null)
            return false;
        const string Sql = "insert into catalog.incident_events (incident_id, by, what, note) values (@id, @by, @what, @note)";
        await connection.ExecuteAsync(new CommandDefinition(Sql, new { id, by, what, note }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}
