using System.Diagnostics;
using Platform.Designer.Ports;
using Platform.Postgres.Secrets;
using ConnectionField = Platform.Designer.Ports.ConnectionField;
using ConnectionKind = Platform.Designer.Ports.ConnectionKind;

namespace Platform.Server.Ports;

/// <summary>The settings page's connections and secrets, over the encrypted stores.</summary>
internal sealed partial class SettingsPort(SecretStore secrets, ConnectionStore connections, ILogger<SettingsPort> log) : ISettingsPort
{
    public IReadOnlyList<ConnectionKind> ConnectionKinds { get; } =
        [.. Postgres.Secrets.ConnectionKinds.All.Select(k => new ConnectionKind(k.Name, [.. k.Fields.Select(f => new ConnectionField(f.Name, f.Required, f.Secret, f.Default))]))];

    public async Task<IReadOnlyList<SecretEntry>> SecretsAsync(CancellationToken cancellationToken) =>
        [.. (await secrets.ListAsync(cancellationToken)).Select(s => new SecretEntry(s.Name, s.UpdatedAt, null))];

    public async Task SetSecretAsync(string name, string value, string user, CancellationToken cancellationToken)
    {
        await ToldAsync(() => secrets.SetAsync(name, value, cancellationToken));
        Changed("secret", name, "set", user);
    }

    public async Task DeleteSecretAsync(string name, string user, CancellationToken cancellationToken)
    {
        if (await secrets.DeleteAsync(name, cancellationToken))
            Changed("secret", name, "deleted", user);
    }

    public async Task<IReadOnlyList<ConnectionEntry>> ConnectionsAsync(CancellationToken cancellationToken) =>
        [.. (await connections.ListAsync(cancellationToken)).Select(c => new ConnectionEntry(c.Name, c.Kind, c.Settings, c.UpdatedAt))];

    public async Task SetConnectionAsync(string name, string kind, IReadOnlyDictionary<string, string> fields, string user, CancellationToken cancellationToken)
    {
        await ToldAsync(() => connections.SetAsync(name, kind, fields, cancellationToken));
        Changed("connection", name, "set", user);
    }

    public async Task<ConnectionTest> TestConnectionAsync(string name, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var result = await connections.TestAsync(name, cancellationToken);
        return new ConnectionTest(result.Works, result.Message, Stopwatch.GetElapsedTime(started));
    }

    public async Task DeleteConnectionAsync(string name, string user, CancellationToken cancellationToken)
    {
        if (await connections.DeleteAsync(name, cancellationToken))
            Changed("connection", name, "deleted", user);
    }

    /// <summary>Refusals are shown on the page as they are, so they say nothing of the program's parameters.</summary>
    private static async Task ToldAsync(Func<Task> change)
    {
        try
        {
            await change();
        }
        catch (ArgumentException e) when (e.ParamName is not null)
        {
            throw new ArgumentException(ErrorText.Of(e), e);
        }
    }

    [LoggerMessage(LogLevel.Information, "The {Kind} '{Name}' was {What} by {User}.")]
    private partial void Changed(string kind, string name, string what, string user);
}
