namespace Platform.Designer.Ports;

/// <summary>Tokens with which programs call the HTTP API in a person's name. The host implements it over its store of users; a token's text is told once.</summary>
public interface IAccountPort
{
    /// <summary>Tokens without their text, newest first.</summary>
    /// <param name="user">Whose; null is everyone's.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<IReadOnlyList<TokenEntry>> TokensAsync(string? user, CancellationToken cancellationToken);

    /// <summary>Makes a token with the user's rights.</summary>
    /// <param name="user">Whose rights it has.</param>
    /// <param name="label">What it is for, 1 to 100 characters.</param>
    /// <param name="days">Days until it ends; null is never.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Its text, which is kept nowhere.</returns>
    /// <exception cref="ArgumentException">The label or the number of days is not acceptable; the message says why and is shown to the user.</exception>
    Task<string> CreateTokenAsync(string user, string label, int? days, CancellationToken cancellationToken);

    /// <summary>Ends a token at once; one that does not exist is no error.</summary>
    /// <param name="id">The token.</param>
    /// <param name="user">Whose it must be; null is anyone's.</param>
    /// <param name="by">Who asks, for the audit.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task RevokeTokenAsync(long id, string? user, string by, CancellationToken cancellationToken);
}

/// <summary>A token without its text.</summary>
/// <param name="Id">Its number.</param>
/// <param name="User">Whose rights it has.</param>
/// <param name="Label">What it is for.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Expires">When it ends; null is never.</param>
/// <param name="LastUsed">Last use, to the minute; null is never.</param>
public sealed record TokenEntry(long Id, string User, string Label, DateTimeOffset Created, DateTimeOffset? Expires, DateTimeOffset? LastUsed);
