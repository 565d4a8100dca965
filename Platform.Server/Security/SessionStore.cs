using Dapper;
using Npgsql;

namespace Platform.Server.Security;

/// <summary>Sessions of people: one begins with a sign-in and ends with a sign-out, after 12 hours without use, with a new password, or when its user or an administrator ends it.</summary>
internal sealed class SessionStore(NpgsqlDataSource dataSource)
{
    private const int LongestAgent = 300;

    /// <summary>As long as the cookie.</summary>
    internal static readonly TimeSpan Unused = TimeSpan.FromHours(12);

    /// <summary>Begins a session.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="address">From where.</param>
    /// <param name="agent">With what program, as it calls itself.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Guid> BeginAsync(string user, string address, string agent, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("delete from user_session where last_seen < now() - @Unused", new { Unused }, cancellationToken: cancellationToken));
        return await connection.QuerySingleAsync<Guid>(new CommandDefinition("insert into user_session (user_name, address, agent) values (@user, @address, @agent) returning id",
            new { user, address, agent = agent.Length > LongestAgent ? agent[..LongestAgent] : agent }, cancellationToken: cancellationToken));
    }

    /// <summary>The user of a session as they are now, or null where it was ended, or they are gone, disabled or have another password. Marks it as used, to the minute.</summary>
    public async Task<SignedInUser?> UserAsync(Guid session, string name, Guid securityStamp, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<SessionRow>(new CommandDefinition("""
            select u.name, u.role, u.security_stamp, s.last_seen < now() - interval '1 minute' as stale
            from user_session s join platform_user u on u.name = s.user_name
            where s.id = @session and s.user_name = @name and s.last_seen >= now() - @Unused and u.security_stamp = @securityStamp and not u.disabled
            """, new { session, name, securityStamp, Unused }, cancellationToken: cancellationToken));
        if (row is null)
            return null;
        if (row.Stale)
            await connection.ExecuteAsync(new CommandDefinition("update user_session set last_seen = now() where id = @session", new { session }, cancellationToken: cancellationToken));
        return new SignedInUser(row.Name, row.Role, row.SecurityStamp);
    }

    /// <summary>Sessions that are not over, the last used first.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<SessionInfo>> ListAsync(string user, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<SessionInfo>(new CommandDefinition("""
            select id, created, last_seen, address, agent from user_session where user_name = @user and last_seen >= now() - @Unused order by last_seen desc, created desc
            """, new { user, Unused }, cancellationToken: cancellationToken))];
    }

    /// <summary>Ends sessions of a user at once.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="only">The one to end; null is all.</param>
    /// <param name="but">One that goes on; null is none.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many ended.</returns>
    public async Task<int> EndAsync(string user, Guid? only, Guid? but, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition("delete from user_session where user_name = @user and (@only::uuid is null or id = @only) and (@but::uuid is null or id <> @but)", new { user, only, but }, cancellationToken: cancellationToken));
    }

    private sealed record SessionRow
    {
        public required string Name { get; init; }
        public required string Role { get; init; }
        public required Guid SecurityStamp { get; init; }
        public required bool Stale { get; init; }
    }
}

/// <summary>A session.</summary>
internal sealed record SessionInfo
{
    public required Guid Id { get; init; }
    public required DateTimeOffset Created { get; init; }

    /// <summary>To the minute.</summary>
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>From where it was signed in.</summary>
    public required string Address { get; init; }

    /// <summary>The program, as it called itself.</summary>
    public required string Agent { get; init; }
}
