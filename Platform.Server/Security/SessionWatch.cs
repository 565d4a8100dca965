using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace Platform.Server.Security;

/// <summary>Asks again and again whether the session of an open page goes on: a page holds its user for as long as it is open, and sends no requests that would be asked.</summary>
internal sealed class SessionWatch(ILoggerFactory log, SessionStore sessions) : RevalidatingServerAuthenticationStateProvider(log)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(20);

    /// <summary>A page whose user has another role now is over too: it leads to the sign-in, which sends a session that goes on back with its new role.</summary>
    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        Principals.SessionOf(authenticationState.User) is { } session
        && await sessions.UserAsync(session.Id, session.Name, session.Stamp, cancellationToken) is { } user
        && Principals.HasRole(authenticationState.User, user.Role);
}
