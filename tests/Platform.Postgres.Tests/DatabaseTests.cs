using Dapper;
using Platform.Testing;

namespace Platform.Postgres.Tests;

public sealed class DatabaseTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Migrations_make_the_outbox_and_the_secrets()
    {
        await postgres.MigrateAsync();

        await using var connection = await postgres.Database.OpenAsync(CancellationToken.None);
        var tables = await connection.QueryAsync<string>("select table_name from information_schema.tables where table_schema = 'public'");

        Assert.Superset(new HashSet<string> { "outbox", "outbox_consumers", "secrets", "connections", "migrations" }, tables.ToHashSet());
    }
}
