using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Workflows;

namespace Platform.Postgres.Secrets;

/// <summary>Connections to the outside by name; the secret fields are encrypted and leave only through <see cref="GetAsync"/>, for a task that runs.</summary>
public sealed class ConnectionStore(NpgsqlDataSource dataSource, SecretKey key) : IConnections
{
    /// <exception cref="ConnectionNotFoundException">There is no connection of that name.</exception>
    /// <exception cref="DatabaseException">Its secret fields were encrypted with another key file.</exception>
    public async ValueTask<ConnectionInfo> GetAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var row = await FindAsync(connection, null, name, cancellationToken) ?? throw new ConnectionNotFoundException(name);
        var fields = JsonSerializer.Deserialize<Dictionary<string, string>>(row.Settings)!;
        foreach (var (field, value) in SecretsOf(row))
            fields[field] = value;
        return new ConnectionInfo(row.Name, row.Kind, fields);
    }

    /// <summary>Sets a connection, new or changed. A secret field that is left out keeps its value if the kind stays the same.</summary>
    /// <param name="name">Name that workflows write.</param>
    /// <param name="kind">See <see cref="ConnectionKinds"/>.</param>
    /// <param name="fields">Values by field name, secret ones in clear text.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">The name, the kind or a field is wrong; the message does not repeat a secret.</exception>
    public async Task SetAsync(string name, string kind, IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        SecretStore.CheckName(name, "connection");
        var described = ConnectionKinds.Get(kind);
        const string Sql = """
            insert into connections (name, kind, settings, secret, secret_fields, key_id)
            values (@name, @kind, @settings::jsonb, @secret, @secretFields, @keyId)
            on conflict (name) do update
            set kind = excluded.kind, settings = excluded.settings, secret = excluded.secret, secret_fields = excluded.secret_fields, key_id = excluded.key_id, updated_at = now()
            """;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var before = await FindAsync(connection, transaction, name, cancellationToken);
        var kept = before?.Kind == kind ? before.SecretFields : [];
        var values = described.Check(fields, kept);
        var secretNames = described.Fields.Where(f => f.Secret).Select(f => f.Name).ToHashSet();
        var secrets = values.Where(v => secretNames.Contains(v.Key)).ToDictionary();
        if (kept.Except(secrets.Keys).Any())
        {
            foreach (var (field, value) in SecretsOf(before!))
                secrets.TryAdd(field, value);
        }

        var parameters = new
        {
            name,
            kind,
            settings = JsonSerializer.Serialize(values.Where(v => !secretNames.Contains(v.Key)).ToDictionary()),
            secret = secrets.Count == 0 ? null : key.Encrypt(Label(name), JsonSerializer.Serialize(secrets)),
            secretFields = secrets.Keys.Order().ToArray(),
            keyId = secrets.Count == 0 ? null : key.Id,
        };
        await connection.ExecuteAsync(new CommandDefinition(Sql, parameters, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Removes a connection; false when there was none.</summary>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition("delete from connections where name = @name", new { name }, cancellationToken: cancellationToken)) == 1;
    }

    /// <summary>All connections, without the values of secret fields.</summary>
    public async Task<IReadOnlyList<ConnectionRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<StoredConnection>(new CommandDefinition(
            "select name, kind, settings::text as settings, secret, secret_fields, key_id, created_at, updated_at from connections order by name", cancellationToken: cancellationToken));
        return [.. rows.Select(r => new ConnectionRow
        {
            Name = r.Name,
            Kind = r.Kind,
            Settings = JsonSerializer.Deserialize<Dictionary<string, string>>(r.Settings)!,
            SecretFields = r.SecretFields,
            CreatedAt = r.CreatedAt,
            UpdatedAt = r.UpdatedAt,
        })];
    }

    /// <summary>Really tries the connection, within 10 seconds.</summary>
    /// <exception cref="ConnectionNotFoundException">There is no connection of that name.</exception>
    public async Task<ConnectionTestResult> TestAsync(string name, CancellationToken cancellationToken) =>
        await ConnectionTester.TestAsync(await GetAsync(name, cancellationToken), cancellationToken);

    private static async Task<StoredConnection?> FindAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, string name, CancellationToken cancellationToken) =>
        await connection.QuerySingleOrDefaultAsync<StoredConnection>(new CommandDefinition(
            "select name, kind, settings::text as settings, secret, secret_fields, key_id, created_at, updated_at from connections where name = @name" + (transaction is null ? "" : " for update"),
            new { name }, transaction, cancellationToken: cancellationToken));

    private Dictionary<string, string> SecretsOf(StoredConnection row) =>
        row.Secret is null ? [] : JsonSerializer.Deserialize<Dictionary<string, string>>(key.Decrypt(Label(row.Name), row.Secret, row.KeyId!))!;

    private static string Label(string name) => "connection " + name;

    private sealed record StoredConnection
    {
        public required string Name { get; init; }

        public required string Kind { get; init; }

        public required string Settings { get; init; }

        public required byte[]? Secret { get; init; }

        public required string[] SecretFields { get; init; }

        public required string? KeyId { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public required DateTimeOffset UpdatedAt { get; init; }
    }
}

/// <summary>A connection in a list.</summary>
public sealed record ConnectionRow
{
    public required string Name { get; init; }

    /// <summary>See <see cref="ConnectionKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Fields that may be shown.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>Names of the secret fields that are set.</summary>
    public required IReadOnlyList<string> SecretFields { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>What trying a connection brought.</summary>
/// <param name="Works">Whether it can be used.</param>
/// <param name="Message">What answered, or what went wrong and what to do. No secret is in it.</param>
public sealed record ConnectionTestResult(bool Works, string Message);
