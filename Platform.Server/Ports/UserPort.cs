using System.Security.Claims;
using Platform.Designer.Ports;
using Platform.Server.Security;

namespace Platform.Server.Ports;

/// <summary>The pages of users and sessions over their stores.</summary>
internal sealed partial class UserPort(UserStore users, SessionStore sessions, SignInGuard guard, ILogger<UserPort> log) : IUserPort
{
    public async Task<IReadOnlyList<UserEntry>> UsersAsync(CancellationToken cancellationToken) =>
        [.. (await users.ListAsync(cancellationToken)).Select(u => new UserEntry(u.Name, u.Role, u.Created, u.LastSignIn, u.Disabled, u.Sessions, u.Tokens, u.LockedUntil))];

    public async Task<string?> AddAsync(string name, string role, string by, CancellationToken cancellationToken)
    {
        var password = UserStore.GeneratePassword();
        if (!await ToldAsync(() => users.AddAsync(name, role, password, cancellationToken)))
            return null;
        Changed(name, $"added as {role}", by);
        return password;
    }

    public async Task SetRoleAsync(string name, string role, string by, CancellationToken cancellationToken)
    {
        if (await ToldAsync(() => users.SetRoleAsync(name, role, cancellationToken)))
            Changed(name, $"made {role}", by);
    }

    public async Task SetDisabledAsync(string name, bool disabled, string by, CancellationToken cancellationToken)
    {
        if (await ToldAsync(() => users.SetDisabledAsync(name, disabled, cancellationToken)))
            Changed(name, disabled ? "disabled" : "enabled", by);
    }

    public async Task<string?> ResetPasswordAsync(string name, string by, CancellationToken cancellationToken)
    {
        var password = UserStore.GeneratePassword();
        if (!await users.SetPasswordAsync(name, password, cancellationToken))
            return null;
        Changed(name, "given another password", by);
        return password;
    }

    public async Task LiftAsync(string name, string by, CancellationToken cancellationToken)
    {
        await guard.LiftAsync(name, cancellationToken);
        Changed(name, "let try again", by);
    }

    public async Task DeleteAsync(string name, string by, CancellationToken cancellationToken)
    {
        if (await ToldAsync(() => users.DeleteAsync(name, cancellationToken)))
            Changed(name, "deleted", by);
    }

    public async Task<IReadOnlyList<SessionEntry>> SessionsAsync(string user, CancellationToken cancellationToken) =>
        [.. (await sessions.ListAsync(user, cancellationToken)).Select(s => new SessionEntry(s.Id, s.Created, s.LastSeen, s.Address, s.Agent))];

    public async Task EndSessionsAsync(string user, Guid? only, Guid? but, string by, CancellationToken cancellationToken)
    {
        if (await sessions.EndAsync(user, only, but, cancellationToken) is > 0 and var ended)
            Ended(ended, user, by);
    }

    public Guid? SessionOf(ClaimsPrincipal user) => Principals.SessionOf(user)?.Id;

    /// <summary>Refusals are shown on the page as they are, so they say nothing of the program's parameters.</summary>
    private static async Task<bool> ToldAsync(Func<Task<bool>> change)
    {
        try
        {
            return await change();
        }
        catch (ArgumentException e) when (e.ParamName is not null)
        {
            throw new ArgumentException(e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal), e);
        }
    }

    [LoggerMessage(LogLevel.Information, "The user {Name} was {What} by {By}.")]
    private partial void Changed(string name, string what, string by);

    [LoggerMessage(LogLevel.Information, "{Count} sessions of {Name} were ended by {By}.")]
    private partial void Ended(int count, string name, string by);
}
