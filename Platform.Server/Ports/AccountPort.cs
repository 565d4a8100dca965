using Platform.Designer.Ports;
using Platform.Server.Security;

namespace Platform.Server.Ports;

/// <summary>The account page over the store of tokens.</summary>
internal sealed partial class AccountPort(TokenStore tokens, TimeProvider clock, ILogger<AccountPort> log) : IAccountPort
{
    private const int LongestLabel = 100;
    private const int MostDays = 3650;

    public async Task<IReadOnlyList<TokenEntry>> TokensAsync(string? user, CancellationToken cancellationToken) =>
        [.. (await tokens.ListAsync(user, cancellationToken)).Select(t => new TokenEntry(t.Id, t.UserName, t.Label, t.Created, t.Expires, t.LastUsed))];

    public async Task<string> CreateTokenAsync(string user, string label, int? days, CancellationToken cancellationToken)
    {
        if (label.Length is 0 or > LongestLabel)
            throw new ArgumentException($"The label has {label.Length} characters. Say in 1 to {LongestLabel} what the token is for.");
        if (days is < 1 or > MostDays)
            throw new ArgumentException($"A token cannot end in {Platform.Workflows.Plural.Of(days ?? 0, "day")}. Give 1 to {MostDays}, or none.");
        var text = await tokens.CreateAsync(user, label, days is { } n ? clock.GetUtcNow().AddDays(n) : null, cancellationToken);
        Made(label, user);
        return text;
    }

    public async Task RevokeTokenAsync(long id, string? user, string by, CancellationToken cancellationToken)
    {
        if (await tokens.DeleteAsync(id, user, cancellationToken))
            Revoked(id, by);
    }

    [LoggerMessage(LogLevel.Information, "A token '{Label}' was made for {User}.")]
    private partial void Made(string label, string user);

    [LoggerMessage(LogLevel.Information, "Token {Id} was revoked by {User}.")]
    private partial void Revoked(long id, string user);
}
