using Dapper;
using Npgsql;
using Platform.Postgres.Migrations;
using Platform.Testing;

namespace Platform.Postgres.Tests;

public sealed class MigratorTests : IAsyncLifetime
{
    private static readonly MigrationFile First = new(1, "first", "create table first (n int)");
    private static readonly MigrationFile Second = new(2, "second", "create table second (n int); insert into second values (1)");
    private PostgresFixture _postgres = null!;

    public async Task InitializeAsync() => _postgres = await PostgresFixture.CreateAsync();

    public Task DisposeAsync() => _postgres.DisposeAsync();

    [Fact]
    public async Task Nodes_that_race_apply_each_migration_once()
    {
        var applied = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Migrate(First, Second)));

        Assert.Equal(["first", "second"], applied.SelectMany(a => a).Order());
        Assert.Equal(1L, await ScalarAsync<long>("select count(*) from second"));
    }

    [Fact]
    public async Task A_second_start_applies_only_what_is_new()
    {
        await Migrate(First);

        Assert.Equal(["second"], await Migrate(First, Second));
        Assert.Empty(await Migrate(First, Second));
    }

    [Fact]
    public async Task A_database_that_is_newer_than_the_program_is_refused()
    {
        await Migrate(First, Second);

        var refused = await Assert.ThrowsAsync<DatabaseException>(() => Migrate(First));
        Assert.Contains("newer than this program", refused.Message, StringComparison.Ordinal);
        Assert.Contains("0002_second", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_changed_after_it_was_applied_is_refused()
    {
        await Migrate(First);

        var refused = await Assert.ThrowsAsync<DatabaseException>(() => Migrate(First with { Sql = "create table first (n bigint)" }));
        Assert.Contains("0001_first has changed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_and_can_be_tried_again()
    {
        var broken = new MigrationFile(2, "broken", "create table half (n int); select 1 / 0");
        var failed = await Assert.ThrowsAsync<DatabaseException>(() => Migrate(First, broken));
        Assert.Contains("0002_broken failed and was rolled back: division by zero", failed.Message, StringComparison.Ordinal);
        Assert.False(await ScalarAsync<bool>("select to_regclass('half') is not null"));

        Assert.Equal(["second"], await Migrate(First, Second));
    }

    [Fact]
    public async Task A_newer_migration_that_is_marked_compatible_leaves_the_older_program_working()
    {
        await Migrate(First);
        var older = new Migrator(_postgres.DataSource, [First], TimeProvider.System);
        await using var hold = new SchemaHold(_postgres.DataSource, "older node");
        await hold.EnsureAsync(CancellationToken.None);

        var compatible = new MigrationFile(2, "column", "-- compatible: a column that nobody else reads\nalter table first add column more int");
        Assert.Equal(["column"], await Migrate(First, compatible));
        Assert.Null(await older.ProblemAsync(CancellationToken.None));
        // It goes on, and starts anew.
        Assert.Empty(await older.MigrateAsync(CancellationToken.None));
        Assert.Equal(1, await ExecuteAsync("insert into first (n) values (1)"));
    }

    [Fact]
    public async Task A_migration_that_is_not_compatible_waits_for_older_processes_names_them_and_refuses_them_afterwards()
    {
        await Migrate(First);
        var older = new Migrator(_postgres.DataSource, [First], TimeProvider.System);
        var hold = new SchemaHold(_postgres.DataSource, "older node");
        await hold.EnsureAsync(CancellationToken.None);
        await hold.EnsureAsync(CancellationToken.None);

        var clock = new ManualClock();
        var newer = new Migrator(_postgres.DataSource, [First, Second], clock).MigrateAsync(CancellationToken.None);
        while (!newer.IsCompleted)
        {
            if (clock.Waiting > 0)
                clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        var refused = await Assert.ThrowsAsync<DatabaseException>(() => newer);
        Assert.Contains("0002_second", refused.Message, StringComparison.Ordinal);
        Assert.Contains("older node", refused.Message, StringComparison.Ordinal);
        Assert.Null(await older.ProblemAsync(CancellationToken.None));

        await hold.DisposeAsync();
        Assert.Equal(["second"], await Migrate(First, Second));
        Assert.Contains("0002_second", await older.ProblemAsync(CancellationToken.None), StringComparison.Ordinal);
        Assert.Contains("Update the program", (await Assert.ThrowsAsync<DatabaseException>(() => Migrate(First))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hold_whose_connection_is_killed_is_taken_again()
    {
        await Migrate(First);
        await using var hold = new SchemaHold(_postgres.DataSource, "a node");
        await hold.EnsureAsync(CancellationToken.None);
        Assert.Equal(1, await ScalarAsync<int>("select count(pg_terminate_backend(pid))::int from pg_stat_activity where application_name = 'a node' and datname = current_database()"));
        await hold.EnsureAsync(CancellationToken.None);
        Assert.Equal(1, await ScalarAsync<int>("select count(*)::int from pg_stat_activity where application_name = 'a node' and datname = current_database()"));
    }

    [Fact]
    public async Task A_database_of_before_the_mark_is_taken_over()
    {
        await ExecuteAsync($"create table migrations (number int primary key, name text not null, checksum text not null, applied_at timestamptz not null default now()); create table first (n int); insert into migrations (number, name, checksum) values (1, 'first', '{First.Checksum}')");
        Assert.Equal(["second"], await Migrate(First, Second));
    }

    [Fact]
    public void Two_files_with_one_number_are_refused()
    {
        var refused = Assert.Throws<DatabaseException>(() => new Migrator(_postgres.DataSource, [First, Second with { Number = 1 }], TimeProvider.System));
        Assert.Contains("first and second", refused.Message, StringComparison.Ordinal);
    }

    private Task<IReadOnlyList<string>> Migrate(params MigrationFile[] files) =>
        new Migrator(_postgres.DataSource, [.. files.Select(f => new MigrationFile(f.Number, f.Name, f.Sql))], TimeProvider.System).MigrateAsync(CancellationToken.None);

    private async Task<int> ExecuteAsync(string sql)
    {
        await using var connection = await _postgres.DataSource.OpenConnectionAsync();
        return await connection.ExecuteAsync(sql);
    }

    private async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var connection = await _postgres.DataSource.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<T>(sql);
    }
}
