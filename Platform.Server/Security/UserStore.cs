using System.Security.Cryptography;
using Dapper;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Platform.Server.Security;

/// <summary>People who may sign in. Passwords are kept as PBKDF2 hashes.</summary>
internal sealed class UserStore(NpgsqlDataSource dataSource)
{
    private const int AllowedFailures = 5;
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
        _ = Roles.Including(role);
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
        return await connection.ExecuteAsync("""
            update platform_user
            set password_hash = @hash, security_stamp = gen_random_uuid(), failed_sign_ins = 0, locked_until = null
            where name = @name
            """, new { name, hash = Hasher.HashPassword(name, password) }) == 1;
    }

    /// <summary>Deletes a user with their tokens; their sessions end with the next request.</summary>
    /// <returns>False where there is no such user.</returns>
    /// <exception cref="ArgumentException">It is the last administrator.</exception>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Two administrators who delete each other wait here.
        await connection.ExecuteAsync("lock table platform_user in exclusive mode", transaction: transaction);
        var deleted = await connection.ExecuteAsync("delete from platform_user where name = @name", new { name }, transaction);
        if (!await connection.ExecuteScalarAsync<bool>("select exists (select from platform_user where role = 'administrator')", transaction: transaction))
            throw new ArgumentException($"'{name}' is the last administrator and stays. Make another administrator first.", nameof(name));
        await transaction.CommitAsync(cancellationToken);
        return deleted == 1;
    }

    /// <summary>All users by name.</summary>
    public async Task<IReadOnlyList<UserInfo>> ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<UserInfo>("select name, role, created, last_sign_in from platform_user order by name")];
    }

    /// <summary>Checks a name and password, counting failures; five in a row lock the name for a minute.</summary>
    public async Task<SignInResult> SignInAsync(string name, string password, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var user = await connection.QuerySingleOrDefaultAsync<UserRow>("""
            select name, role, password_hash, security_stamp, locked_until > now() as locked
            from platform_user where name = @name
            """, new { name });
        if (user is null)
        {
            // Hash all the same, so that the time taken does not tell which names exist.
            Hasher.HashPassword(name, password);
            return new SignInResult(SignInOutcome.Wrong, null);
        }
        if (user.Locked == true)
            return new SignInResult(SignInOutcome.Locked, null);
        if (Hasher.VerifyHashedPassword(name, user.PasswordHash, password) == PasswordVerificationResult.Failed)
        {
            await connection.ExecuteAsync("""
                update platform_user
                set failed_sign_ins = case when failed_sign_ins + 1 >= @AllowedFailures then 0 else failed_sign_ins + 1 end,
                    locked_until = case when failed_sign_ins + 1 >= @AllowedFailures then now() + interval '1 minute' else locked_until end
                where name = @name
                """, new { name, AllowedFailures });
            return new SignInResult(SignInOutcome.Wrong, null);
        }
        await connection.ExecuteAsync("update platform_user set failed_sign_ins = 0, locked_until = null, last_sign_in = now() where name = @name", new { name });
        return new SignInResult(SignInOutcome.SignedIn, new SignedInUser(user.Name, user.Role, user.SecurityStamp));
    }

    /// <summary>The user as they are now, or null where they are gone or their sessions were ended.</summary>
    public async Task<SignedInUser?> StillValidAsync(string name, Guid securityStamp, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var user = await connection.QuerySingleOrDefaultAsync<UserRow>("""
            select name, role, password_hash, security_stamp, false as locked
            from platform_user where name = @name and security_stamp = @securityStamp
            """, new { name, securityStamp });
        return user is null ? null : new SignedInUser(user.Name, user.Role, user.SecurityStamp);
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
        public bool? Locked { get; init; }
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
}

/// <summary>A user whose password or session was accepted.</summary>
internal sealed record SignedInUser(string Name, string Role, Guid SecurityStamp);

/// <summary>What came of a sign-in; the user is null unless it was accepted.</summary>
internal sealed record SignInResult(SignInOutcome Outcome, SignedInUser? User);

internal enum SignInOutcome
{
    SignedIn,
    Wrong,
    Locked,
}
