using System.Runtime.CompilerServices;
using Platform.Designer.Ports;
using Platform.Designer.SignIn;

namespace Platform.Designer.Export;

/// <summary>Names of secrets; their values never leave the store.</summary>
internal sealed class SecretExport(ISettingsPort settings) : IListExport
{
    public string Name => "secrets";

    public string Permission => Permissions.Configure;

    public IReadOnlyList<string> Columns { get; } = ["name", "updated_at", "updated_by"];

    public async IAsyncEnumerable<object?[]> RowsAsync(ExportRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var secret in (await settings.SecretsAsync(cancellationToken)).Where(s => request["q"] is not { } text || s.Name.Contains(text, StringComparison.OrdinalIgnoreCase)))
            yield return [secret.Name, secret.UpdatedAt, secret.UpdatedBy];
    }
}

/// <summary>Connections with their plain fields; secret ones are not in them.</summary>
internal sealed class ConnectionExport(ISettingsPort settings) : IListExport
{
    public string Name => "connections";

    public string Permission => Permissions.Configure;

    public IReadOnlyList<string> Columns { get; } = ["name", "kind", "fields", "updated_at"];

    public async IAsyncEnumerable<object?[]> RowsAsync(ExportRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var connection in await settings.ConnectionsAsync(cancellationToken))
        {
            string[] fields = [.. connection.Fields.Select(f => $"{f.Key}={f.Value}")];
            if (request["q"] is not { } text || fields.Append(connection.Name).Append(connection.Kind).Any(f => f.Contains(text, StringComparison.OrdinalIgnoreCase)))
                yield return [connection.Name, connection.Kind, fields, connection.UpdatedAt];
        }
    }
}
