using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using Platform.Workflows;

namespace Platform.Postgres.Secrets;

/// <summary>Secrets by name, encrypted in the database. A value leaves only through <see cref="GetAsync"/>, for a task that runs.</summary>
public sealed partial class SecretStore(NpgsqlDataSource dataSource, SecretKey key) : ISecrets
{
    private const int LongestValue = 64 * 1024;

    /// <exception cref="SecretNotFoundException">There is no secret of that name.</exception>
    /// <exception cref="DatabaseException">It was encrypted with another key file.</exception>
    public async ValueTask<string> GetAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<EncryptedRow>(new CommandDefinition("select value, key_id from secrets where name = @name", new { name }, cancellationToken: cancellationToken));
        return row is null ? throw new SecretNotFoundException(name) : key.Decrypt(Label(name), row.Value, row.KeyId);
    }

    /// <summary>Sets a secret, new or changed.</summary>
    /// <exception cref="ArgumentException">The name or the value has a wrong form; the message does not repeat the value.</exception>
    public async Task SetAsync(string name, string value, CancellationToken cancellationToken)
    {
        CheckName(name, "secret");
        if (value.Length is 0 or > LongestValue)
            throw new ArgumentException($"The value of the secret '{name}' must have 1 to {LongestValue} characters, and has {value.Length}.", nameof(value));
        const string Sql = """
            insert into secrets (name, value, key_id) values (@name, @value, @keyId)
            on conflict (name) do update set value = excluded.value, key_id = excluded.key_id, updated_at = now()
            """;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Sql, new { name, value = key.Encrypt(Label(name), value), keyId = key.Id }, cancellationToken: cancellationToken));
    }

    /// <summary>Removes a secret; false when there was none.</summary>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition("delete from secrets where name = @name", new { name }, cancellationToken: cancellationToken)) == 1;
    }

    /// <summary>All names, without values.</summary>
    public async Task<IReadOnlyList<SecretRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<SecretRow>(new CommandDefinition("select name, created_at, updated_at from secrets order by name", cancellationToken: cancellationToken))).AsList();
    }

    internal static void CheckName(string name, string what)
    {
        if (!NamePattern().IsMatch(name))
            throw new ArgumentException($"'{name}' cannot be the name of a {what}. Use up to 128 letters, digits, '.', '_' and '-', beginning with a letter or digit.", nameof(name));
    }

    // Authenticated with the value, so that a row's value cannot be moved to another name.
    private static string Label(string name) => "secret " + name;

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
    private static partial Regex NamePattern();
}

/// <summary>A secret in a list.</summary>
public sealed record SecretRow
{
    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

internal sealed record EncryptedRow
{
    public required byte[] Value { get; init; }

    public required string KeyId { get; init; }
}
