namespace Platform.Designer.Ports;

/// <summary>Users and their sessions. The host implements it over its stores. The pages ask <see cref="SignIn.Permissions"/> who may.</summary>
public interface IUserPort
{
    /// <summary>All users by name.</summary>
    Task<IReadOnlyList<UserEntry>> UsersAsync(CancellationToken cancellationToken);

    /// <summary>Adds a user with a generated password.</summary>
    /// <returns>The password, which is kept nowhere; null where the name is taken.</returns>
    /// <exception cref="ArgumentException">The name or the role is not acceptable; the message says why and is shown to the user.</exception>
    Task<string?> AddAsync(string name, string role, string by, CancellationToken cancellationToken);

    /// <summary>Gives a user another role.</summary>
    /// <exception cref="ArgumentException">It is the last administrator; the message is shown to the user.</exception>
    Task SetRoleAsync(string name, string role, string by, CancellationToken cancellationToken);

    /// <summary>Keeps a user out, or lets them in again.</summary>
    /// <exception cref="ArgumentException">It is the last administrator; the message is shown to the user.</exception>
    Task SetDisabledAsync(string name, bool disabled, string by, CancellationToken cancellationToken);

    /// <summary>Gives a user a generated password and ends their sessions.</summary>
    /// <returns>The password, which is kept nowhere; null where there is no such user.</returns>
    Task<string?> ResetPasswordAsync(string name, string by, CancellationToken cancellationToken);

    /// <summary>Lets a user try again who waits after wrong passwords.</summary>
    Task LiftAsync(string name, string by, CancellationToken cancellationToken);

    /// <summary>Deletes a user with their tokens and sessions.</summary>
    /// <exception cref="ArgumentException">It is the last administrator; the message is shown to the user.</exception>
    Task DeleteAsync(string name, string by, CancellationToken cancellationToken);

    /// <summary>A user's sessions that go on, the last used first.</summary>
    Task<IReadOnlyList<SessionEntry>> SessionsAsync(string user, CancellationToken cancellationToken);

    /// <summary>Ends a user's sessions; their open pages end within seconds.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="only">The one to end; null is all.</param>
    /// <param name="but">One that goes on; null is none.</param>
    /// <param name="by">Who asks, for the log.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task EndSessionsAsync(string user, Guid? only, Guid? but, string by, CancellationToken cancellationToken);

    /// <summary>The session of a page's user; null where it has none.</summary>
    Guid? SessionOf(System.Security.Claims.ClaimsPrincipal user);
}

/// <summary>A user without their password.</summary>
/// <param name="Name">Name.</param>
/// <param name="Role">One of the three.</param>
/// <param name="Created">When they were added.</param>
/// <param name="LastSignIn">With a password; null is never.</param>
/// <param name="Disabled">Kept out.</param>
/// <param name="Sessions">That go on.</param>
/// <param name="Tokens">That have not ended.</param>
/// <param name="LockedUntil">Until when tries wait after wrong passwords; null for no wait.</param>
public sealed record UserEntry(string Name, string Role, DateTimeOffset Created, DateTimeOffset? LastSignIn, bool Disabled, int Sessions, int Tokens, DateTimeOffset? LockedUntil);

/// <summary>A session.</summary>
/// <param name="Id">Which.</param>
/// <param name="Created">When it began.</param>
/// <param name="LastSeen">Last use, to the minute.</param>
/// <param name="Address">From where it was signed in.</param>
/// <param name="Agent">The program, as it called itself.</param>
public sealed record SessionEntry(Guid Id, DateTimeOffset Created, DateTimeOffset LastSeen, string Address, string Agent);
