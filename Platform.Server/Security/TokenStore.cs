using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace Platform.Server.Security;

/// <summary>API tokens: a random text that stands for its user. Only the SHA-256 is kept.</summary>
internal sealed class TokenStore(NpgsqlDataSource dataSource)
{
    private const string Prefix = "plt_";

    /// <summary>Makes a token of <paramref name="userName"/>; the text returned is shown once and kept nowhere.</summary>
    /// <param name="userName">Whose rights it has.</param>
    /// <param name="label">What it is for.</param>
    /// <param name="expires">When it ends; null is never.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">There is no such user.</exception>
    public async Task<string> CreateAsync(string userName, string label, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        var token = Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync("insert into api_token (user_name, label, token_hash, expires) values (@userName, @label, @hash, @expires)",
                new { userName, label, hash = Hash(token), expires });
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw new ArgumentException($"There is no user '{userName}'. Name one that exists.", nameof(userName), e);
        }
        return token;
    }

    /// <summary>The user of a token, or null where it is unknown or has ended.</summary>
    public async Task<SignedInUser?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (!token.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<TokenRow>("""
            select u.name, u.role, u.security_stamp, t.id, t.last_used is null or t.last_used < now() - interval '1 minute' as stale
            from api_token t join platform_user u on u.name = t.user_name
            where t.token_hash = @hash and (t.expires is null or t.expires > now()) and not u.disabled
            """, new { hash = Hash(token) });
        if (row is null)
            return null;
        if (row.Stale)
            await connection.ExecuteAsync("update api_token set last_used = now() where id = @Id", new { row.Id });
        return new SignedInUser(row.Name, row.Role, row.SecurityStamp);
    }

    /// <summary>The tokens, newest first, without their text. Null lists those of every user.</summary>
    public async Task<IReadOnlyList<TokenInfo>> ListAsync(string? userName, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<TokenInfo>("""
            select id, user_name, label, created, expires, last_used from api_token
            where @userName is null or user_name = @userName order by id desc
            """, new { userName })];
    }

    /// <summary>Ends a token. A user other than its own needs <paramref name="userName"/> null.</summary>
    /// <returns>False where there is no such token.</returns>
    public async Task<bool> DeleteAsync(long id, string? userName, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync("delete from api_token where id = @id and (@userName is null or user_name = @userName)", new { id, userName }) == 1;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private sealed record TokenRow
    {
        public required string Name { get; init; }
        public required string Role { get; init; }
        public required Guid SecurityStamp { get; init; }
        public required long Id { get; init; }
        public required bool Stale { get; init; }
    }
}

/// <summary>A token without its text.</summary>
internal sealed record TokenInfo
{
    public required long Id { get; init; }
    public required string UserName { get; init; }
    public required string Label { get; init; }
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it ends; null is never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Last use, to the minute; null is never.</summary>
    public DateTimeOffset? LastUsed { get; init; }
}
