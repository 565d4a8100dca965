using Dapper;
using Npgsql;
using Platform.Testing;

namespace Platform.Postgres.Tests;

public sealed class DatabaseTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Without_a_connection_string_the_home_has_a_database_of_its_own()
    {
        using var home = new TempFolder();
        await using var database = await Database.OpenAsync(new DatabaseOptions { Home = home.Path }, CancellationToken.None);
        await using var connection = await database.OpenAsync(CancellationToken.None);

        Assert.True(database.IsEmbedded);
        Assert.Equal("UTC", await connection.ExecuteScalarAsync<string>("show timezone"));
        Assert.Equal("on", await connection.ExecuteScalarAsync<string>("show fsync"));
        Assert.Equal("on", await connection.ExecuteScalarAsync<string>("show synchronous_commit"));
    }

    [Fact]
    public async Task A_connection_string_may_be_an_address()
    {
        var given = new NpgsqlConnectionStringBuilder(postgres.ConnectionString);
        var address = $"postgresql://{given.Username}:{Uri.EscapeDataString(given.Password!)}@{given.Host}:{given.Port}/{given.Database}?sslmode=disable&application_name=mine";
        await using var database = await OpenAsync(address);
        await using var connection = await database.OpenAsync(CancellationToken.None);

        Assert.Equal("mine", await connection.ExecuteScalarAsync<string>("show application_name"));
        Assert.DoesNotContain(given.Password!, database.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_steady_connection_given_back_in_the_middle_of_a_transaction_is_rolled_back()
    {
        await using var database = await OpenAsync(postgres.ConnectionString + ";Maximum Pool Size=1");
        await using (var other = await database.OpenAsync(CancellationToken.None))
            await other.ExecuteAsync("create table if not exists given_back (a int); truncate given_back");

        // The engine begins and commits with statements, so nothing but this rolls back what an error left open.
        await using (var connection = await database.OpenSteadyAsync(CancellationToken.None))
            await connection.ExecuteAsync("begin; insert into given_back values (1)");
        await using (var connection = await database.OpenSteadyAsync(CancellationToken.None))
        {
            await connection.ExecuteAsync("begin; insert into given_back values (2)");
            _ = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync("select 1 / 0"));
        }

        await using var again = await database.OpenSteadyAsync(CancellationToken.None);
        Assert.Equal(0, await again.ExecuteScalarAsync<long>("select count(*) from given_back"));
        await again.ExecuteAsync("insert into given_back values (3)");
        Assert.Equal(1, await again.ExecuteScalarAsync<long>("select count(*) from given_back"));
    }

    [Theory]
    [InlineData("this is not one")]
    [InlineData("Host=localhost;Colour=blue;Password=hunter2")]
    [InlineData("Username=me;Password=hunter2")]
    [InlineData("postgresql://me:hunter2@host:notaport/db")]
    [InlineData("postgresql://me:hunter2@localhost/db?sslmode=hunter2")]
    public async Task A_connection_string_that_cannot_be_read_is_refused_without_repeating_it(string text)
    {
        var refused = await Assert.ThrowsAsync<DatabaseException>(() => OpenAsync(text));

        Assert.Contains("postgresql://user:password@host:5432/database", refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        var refused = await Assert.ThrowsAsync<DatabaseException>(() => OpenAsync("postgresql://me:hunter2@127.0.0.1:1/shop"));

        Assert.Contains("127.0.0.1:1/shop cannot be reached", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_and_a_missing_database_are_told_apart()
    {
        var wrong = await Assert.ThrowsAsync<DatabaseException>(() => OpenAsync(new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Password = "hunter2" }.ConnectionString));
        var missing = await Assert.ThrowsAsync<DatabaseException>(() => OpenAsync(new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = "nothing_here" }.ConnectionString));

        Assert.Contains("refused the user 'platform' or the password", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", wrong.ToString(), StringComparison.Ordinal);
        Assert.Contains("has no database 'nothing_here'", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_come_back_in_UTC_whatever_offset_they_went_in_with()
    {
        await using var connection = await postgres.Database.OpenAsync(CancellationToken.None);
        var shanghai = new DateTimeOffset(2026, 5, 1, 8, 30, 0, TimeSpan.FromHours(8));

        var row = await connection.QuerySingleAsync<TimeRow>("select @shanghai as happened_at, null::timestamptz as gone_at, date '2026-05-01' as on_day", new { shanghai });

        Assert.Equal(new TimeRow { HappenedAt = new DateTimeOffset(2026, 5, 1, 0, 30, 0, TimeSpan.Zero), GoneAt = null, OnDay = new DateOnly(2026, 5, 1) }, row);
        Assert.Equal(TimeSpan.Zero, row.HappenedAt.Offset);
    }

    private static Task<Database> OpenAsync(string connectionString) =>
        Database.OpenAsync(new DatabaseOptions { ConnectionString = connectionString, Home = "/nonexistent" }, CancellationToken.None);

    private sealed record TimeRow
    {
        public required DateTimeOffset HappenedAt { get; init; }

        public required DateTimeOffset? GoneAt { get; init; }

        public required DateOnly OnDay { get; init; }
    }
}
