using System.Security.Cryptography;
using Dapper;
using Microsoft.AspNetCore.Identity;
using Npgsql;
using Platform.Designer.SignIn;

namespace Platform.Server.Security;

/// <summary>People who may sign in. Passwords are kept as PBKDF2 hashes.</summary>
internal sealed class UserStore(NpgsqlDataSource dataSource, SignInGuard guard)
{
    private const int LongestName = 64;
    private static readonly PasswordHasher<string> Hasher = new();

    /// <summary>Creates the first administrator if there is no user at all.</summary>
    /// <returns>The generated password, or null where users exist already.</returns>
    public async Task<string?> CreateFirstAdministratorAsync(string name, CancellationToken cancellationToken)
    {
        var password = GeneratePassword();
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        // Two nodes that start together race here: the table lock lets one of them create the user.
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync("lock table platform_user in exclusive mode", transaction: transaction);
        var created = await connection.ExecuteAsync("""
            insert into platform_user (name, role, password_hash)
            select @name, 'administrator', @hash
            where not exists (select from platform_user)
            """, new { name, hash = Hasher.HashPassword(name, password) }, transaction);
        await transaction.CommitAsync(cancellationToken);
        return created == 1 ? password : null;
    }

    /// <summary>Adds a user.</summary>
    /// <returns>False where the name is taken.</returns>
    /// <exception cref="ArgumentException">The role, the name or the password is not acceptable.</exception>
    public async Task<bool> AddAsync(string name, string role, string password, CancellationToken cancellationToken)
    {
        _ = Permissions.Including(role);
        RequireGoodPassword(password);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            return await connection.ExecuteAsync("""
                insert into platform_user (name, role, password_hash) values (@name, @role, @hash)
                on conflict (name) do nothing
                """, new { name, role, hash = Hasher.HashPassword(name, password) }) == 1;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CheckViolation)
        {
            throw new ArgumentException($"'{name}' cannot be a user name. Use 1 to 64 lower-case letters, digits, dots, dashes and underscores, beginning with a letter or digit.", nameof(name), e);
        }
    }

    /// <summary>Sets a password and ends the sessions signed under the old one.</summary>
    /// <returns>False where there is no such user.</returns>
    /// <exception cref="ArgumentException">The password is too short.</exception>
    public async Task<bool> SetPasswordAsync(string name, string password, CancellationToken cancellationToken)
    {
        RequireGoodPassword(password);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var set = await connection.ExecuteAsync("""
            with ended as (delete from user_session where user_name = @name)
            update platform_user set password_hash = @hash, security_stamp = gen_random_uuid() where name = @name
            """, new { name, hash = Hasher.HashPassword(name, password) }) == 1;
        await guard.LiftAsync(name, cancellationToken);
        return set;
    }

    /// <summary>Gives a user another role. Open pages follow within seconds.</summary>
    /// <returns>False where there is no such user.</returns>
    /// <exception cref="ArgumentException">There is no such role, or it is the last administrator.</exception>
    public Task<bool> SetRoleAsync(string name, string role, CancellationToken cancellationToken)
    {
        _ = Permissions.Including(role);
        return ChangeAsync(name, "update platform_user set role = @role where name = @name", new { name, role }, cancellationToken);
    }

    /// <summary>Keeps a user out, with all sessions and tokens, or lets them in again.</summary>
    /// <returns>False where there is no such user.</returns>
    /// <exception cref="ArgumentException">It is the last administrator.</exception>
    public Task<bool> SetDisabledAsync(string name, bool disabled, CancellationToken cancellationToken) =>
        ChangeAsync(name, """
            with ended as (delete from user_session where user_name = @name and @disabled)
            update platform_user set disabled = @disabled where name = @name
            """, new { name, disabled }, cancellationToken);

    /// <summary>Changes a user unless it leaves nobody who may manage users.</summary>
    private async Task<bool> ChangeAsync(string name, string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Two administrators who change each other wait here.
        await connection.ExecuteAsync("lock table platform_user in exclusive mode", transaction: transaction);
        var changed = await connection.ExecuteAsync(sql, parameters, transaction);
        if (!await connection.ExecuteScalarAsync<bool>("select exists (select from platform_user where role = 'administrator' and not disabled)", transaction: transaction))
            throw new ArgumentException($"'{name}' is the last administrator and stays. Make another administrator first.");
        await transaction.CommitAsync(cancellationToken);
        return changed > 0;
    }

    /// <summary>Deletes a user with their tokens; their sessions end with the next request.</summary>
    /// <returns>False where there is no such user.</returns>
    /// <exception cref="ArgumentException">It is the last administrator.</exception>
    public Task<bool> DeleteAsync(string name, CancellationToken cancellationToken) =>
        ChangeAsync(name, "delete from platform_user where name = @name", new { name }, cancellationToken);

    /// <summary>All users by name.</summary>
    public async Task<IReadOnlyList<UserInfo>> ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<UserInfo>("""
            select u.name, u.role, u.created, u.last_sign_in, u.disabled,
                   (select count(*)::int from user_session s where s.user_name = u.name and s.last_seen >= now() - @Unused) as sessions,
                   (select count(*)::int from api_token t where t.user_name = u.name and (t.expires is null or t.expires > now())) as tokens,
                   (select max(f.locked_until) from sign_in_failure f where f.locked_until > now() and ((f.kind = 'account' and f.subject = u.name) or (f.kind = 'pair' and starts_with(f.subject, u.name || ' ')))) as locked_until
            from platform_user u order by u.name
            """, new { SessionStore.Unused })];
    }

    /// <summary>Checks a name and password. Wrong ones make the next try wait, see <see cref="SignInGuard"/>.</summary>
    /// <param name="name">Who.</param>
    /// <param name="password">The password.</param>
    /// <param name="address">From where, as <see cref="SignInGuard.Address"/> says it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<SignInResult> SignInAsync(string name, string password, string address, CancellationToken cancellationToken)
    {
        // No name is longer; what is longer is not kept.
        if (name.Length > LongestName)
            return new SignInResult(SignInOutcome.Wrong, null);
        if (await guard.TryAsync(name, address, cancellationToken) is { } wait)
            return new SignInResult(SignInOutcome.Locked, null, wait);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var user = await connection.QuerySingleOrDefaultAsync<UserRow>("select name, role, password_hash, security_stamp, disabled from platform_user where name = @name", new { name });
        // Hash all the same where there is nobody, so that the time taken does not tell which names exist.
        var right = user is null ? Hasher.HashPassword(name, password).Length == 0 : Hasher.VerifyHashedPassword(name, user.PasswordHash, password) != PasswordVerificationResult.Failed;
        // A disabled user with the right password is told no more than one with a wrong one.
        if (!right || user!.Disabled)
            return new SignInResult(SignInOutcome.Wrong, null);
        await guard.PassedAsync(name, address, cancellationToken);
        await connection.ExecuteAsync("update platform_user set last_sign_in = now() where name = @name", new { name });
        return new SignInResult(SignInOutcome.SignedIn, new SignedInUser(user.Name, user.Role, user.SecurityStamp));
    }

    /// <summary>16 characters without those that are easily confused: about 92 bits.</summary>
    internal static string GeneratePassword() => RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 16);

    private static void RequireGoodPassword(string password)
    {
        if (password.Length < 10)
            throw new ArgumentException("The password is too short. Use 10 characters or more.", nameof(password));
    }

    private sealed record UserRow
    {
        public required string Name { get; init; }
        public required string Role { get; init; }
        public required string PasswordHash { get; init; }
        public required Guid SecurityStamp { get; init; }
        public required bool Disabled { get; init; }
    }
}

/// <summary>A user without their password.</summary>
internal sealed record UserInfo
{
    public required string Name { get; init; }
    public required string Role { get; init; }
    public required DateTimeOffset Created { get; init; }

    /// <summary>Last sign-in with a password; null is never.</summary>
    public DateTimeOffset? LastSignIn { get; init; }

    /// <summary>Kept out, with all tokens.</summary>
    public bool Disabled { get; init; }

    /// <summary>Sessions that go on.</summary>
    public int Sessions { get; init; }

    /// <summary>Tokens that have not ended.</summary>
    public int Tokens { get; init; }

    /// <summary>Until when some address, or any new one, waits after wrong passwords under this name; null for no wait.</summary>
    public DateTimeOffset? LockedUntil { get; init; }
}

/// <summary>A user whose password or session was accepted.</summary>
internal sealed record SignedInUser(string Name, string Role, Guid SecurityStamp);

/// <summary>What came of a sign-in; the user is null unless it was accepted, and the wait unless it was locked.</summary>
internal sealed record SignInResult(SignInOutcome Outcome, SignedInUser? User, TimeSpan? Wait = null);

internal enum SignInOutcome
{
    SignedIn,
    Wrong,
    Locked,
}
