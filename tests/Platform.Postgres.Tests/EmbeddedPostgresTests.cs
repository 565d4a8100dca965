using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Platform.Postgres.Embedded;
using Platform.Testing;

namespace Platform.Postgres.Tests;

public sealed class EmbeddedPostgresTests(MadeHome made) : IClassFixture<MadeHome>, IDisposable
{
    private readonly TempFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task What_was_written_is_there_after_the_next_start_and_nothing_runs_in_between()
    {
        int process;
        await using (var first = await StartAsync())
        {
            process = first.ProcessId;
            await ExecuteAsync(first.ConnectionString, "create table kept (word text); insert into kept values ('still here')");
        }

        await Eventually.HoldsAsync(() => !Eventually.Runs(process), "the server has stopped");
        await using var second = await StartAsync();
        Assert.Equal("still here", await ScalarAsync(second.ConnectionString, "select word from kept"));
    }

    [Fact]
    public async Task Two_processes_share_a_home_and_the_last_to_leave_stops_the_server()
    {
        await made.CopyToAsync(_home);
        using var one = await OtherProcess.StartAsync(_home.Path);
        using var two = await OtherProcess.StartAsync(_home.Path);
        Assert.Equal(one.ServerProcess, two.ServerProcess);

        await one.LeaveAsync();
        Assert.True(await Eventually.AnswersAsync(two.ConnectionString), "The server went with the process that had started it.");

        await two.LeaveAsync();
        await Eventually.HoldsAsync(() => !Eventually.Runs(two.ServerProcess), "the server has stopped");
    }

    [Fact]
    public async Task Processes_that_start_at_the_same_moment_find_one_server()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OtherProcess.StartAsync(_home.Path)));

        Assert.Single(all.Select(o => o.ServerProcess).Distinct());
        foreach (var other in all)
        {
            await other.LeaveAsync();
            other.Dispose();
        }
    }

    [Fact]
    public async Task When_its_only_user_is_killed_the_server_stops()
    {
        await made.CopyToAsync(_home);
        using var other = await OtherProcess.StartAsync(_home.Path);
        other.Kill();

        await Eventually.HoldsAsync(() => !Eventually.Runs(other.ServerProcess), "the keeper stops the server");
        Assert.False(File.Exists(_home.File("postgres", "data", "postmaster.pid")));
    }

    [Fact]
    public async Task A_killed_server_comes_back_on_the_same_port_with_what_was_committed()
    {
        await made.CopyToAsync(_home);
        await using var server = await StartAsync();
        var connection = server.ConnectionString;
        await ExecuteAsync(connection, "create table kept (n int); insert into kept select generate_series(1, 10000)");
        Kill(server.ProcessId);

        await Eventually.HoldsAsync(() => Eventually.AnswersAsync(connection), "the server answers again");
        Assert.Equal(10_000L, await ScalarAsync(connection, "select count(*) from kept"));
    }

    [Fact]
    public async Task A_killed_keeper_is_replaced_so_that_the_server_stops_with_its_last_user_all_the_same()
    {
        await made.CopyToAsync(_home);
        using var other = await OtherProcess.StartAsync(_home.Path);
        var keeper = await KeeperAsync();
        Kill(keeper);
        await Eventually.HoldsAsync(async () => await KeeperAsync() != keeper, "another keeper waits");

        other.Kill();
        await Eventually.HoldsAsync(() => !Eventually.Runs(other.ServerProcess), "the new keeper stops the server");
    }

    [Fact]
    public async Task After_everything_was_killed_at_once_the_next_start_recovers()
    {
        await made.CopyToAsync(_home);
        using var other = await OtherProcess.StartAsync(_home.Path);
        await ExecuteAsync(other.ConnectionString, "create table kept (n int); insert into kept select generate_series(1, 50000)");
        var keeper = await KeeperAsync();
        Kill(keeper);
        other.Kill();
        Kill(other.ServerProcess);
        await Eventually.HoldsAsync(() => !Eventually.Runs(other.ServerProcess), "the server is dead");

        await using var again = await StartAsync();
        Assert.Equal(50_000L, await ScalarAsync(again.ConnectionString, "select count(*) from kept"));
    }

    [Fact]
    public async Task A_server_that_was_left_alone_is_found_and_stopped_by_the_next_user()
    {
        await made.CopyToAsync(_home);
        using var other = await OtherProcess.StartAsync(_home.Path);
        var keeper = await KeeperAsync();
        Kill(keeper);
        other.Kill();
        await Eventually.HoldsAsync(() => !Eventually.Runs(keeper) && !other.Runs, "both are dead");
        Assert.True(Eventually.Runs(other.ServerProcess));

        await using (var next = await StartAsync())
            Assert.Equal(other.ServerProcess, next.ProcessId);
        await Eventually.HoldsAsync(() => !Eventually.Runs(other.ServerProcess), "the server stops");
    }

    [Fact]
    public async Task A_pid_file_that_names_another_living_process_does_not_keep_the_server_from_starting()
    {
        await made.CopyToAsync(_home);
        await File.WriteAllTextAsync(_home.File("postgres", "data", "postmaster.pid"), $"{Environment.ProcessId}\n/nowhere\n1\n5432\n\n127.0.0.1\n\nready\n");
        await using var again = await StartAsync();
        Assert.NotEqual(Environment.ProcessId, again.ProcessId);
    }

    [Fact]
    public async Task Data_of_another_version_are_refused_by_naming_both_versions()
    {
        await made.CopyToAsync(_home);
        await File.WriteAllTextAsync(_home.File("postgres", "data", "PG_VERSION"), "9\n");
        var refused = await Assert.ThrowsAsync<DatabaseException>(StartAsync);
        Assert.Contains("was made by PostgreSQL 9", refused.Message, StringComparison.Ordinal);
        Assert.Contains("18 in ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_half_made_database_of_a_crash_is_made_anew()
    {
        Directory.CreateDirectory(_home.File("postgres"));
        File.SetUnixFileMode(_home.File("postgres"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _home.Write("postgres/data.new-12345678/PG_VERSION", "18\n");

        await using var server = await StartAsync();
        Assert.Equal(1, await ScalarAsync(server.ConnectionString, "select 1"));
        Assert.Empty(Directory.EnumerateDirectories(_home.File("postgres"), "data.new-*"));
    }

    [Fact]
    public async Task The_password_is_for_the_owner_only_and_needed()
    {
        await made.CopyToAsync(_home);
        await using var server = await StartAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_home.File("postgres", "password")));

        var without = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "guess", Pooling = false };
        await using var connection = new NpgsqlConnection(without.ConnectionString);
        var refused = await Assert.ThrowsAsync<PostgresException>(connection.OpenAsync);
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
    }

    [Fact]
    public async Task A_full_disk_is_said_plainly()
    {
        if (!await MountAsync(_home.Path, "20m"))
            return; // Only root may mount a small disk to fill.
        try
        {
            var refused = await Assert.ThrowsAsync<DatabaseException>(StartAsync);
            Assert.Contains("is full", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            await RunAsync("umount", "-l", _home.Path);
        }
    }

    [Fact]
    public async Task An_ordinary_user_gets_a_server_of_their_own_and_root_may_share_it()
    {
        if (!Environment.IsPrivilegedProcess)
            return; // The other tests run as an ordinary user then.
        File.SetUnixFileMode(_home.Path, (UnixFileMode)511);
        var home = _home.File("of-nobody");
        using var other = await OtherProcess.StartAsync(home, account: "nobody");
        Assert.StartsWith("ready", other.Line, StringComparison.Ordinal);

        await using var root = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Home = home }, CancellationToken.None);
        Assert.Equal(other.ServerProcess, root.ProcessId);
        await other.LeaveAsync();
        Assert.True(await Eventually.AnswersAsync(root.ConnectionString), "The server left with its first user.");
    }

    [Fact]
    public async Task A_folder_of_somebody_else_is_refused_by_naming_the_owner()
    {
        if (!Environment.IsPrivilegedProcess)
            return; // Needs two accounts.
        await made.CopyToAsync(_home);
        File.SetUnixFileMode(_home.Path, (UnixFileMode)493);
        await using (await StartAsync())
        {
            using var other = await OtherProcess.StartAsync(_home.Path, account: "nobody");
            Assert.StartsWith("refused", other.Line, StringComparison.Ordinal);
            Assert.Contains("belongs to 'root'", other.Line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_machine_without_the_tools_is_told_what_to_install()
    {
        using var other = await OtherProcess.StartAsync(_home.Path, path: _home.File("no-tools"));

        Assert.StartsWith("refused", other.Line, StringComparison.Ordinal);
        Assert.Contains("util-linux", other.Line, StringComparison.Ordinal);
    }

    private async Task<EmbeddedPostgres> StartAsync() =>
        await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Home = _home.Path }, CancellationToken.None);

    /// <summary>The process that waits in flock for this home's users.</summary>
    private async Task<int> KeeperAsync()
    {
        var keeper = 0;
        await Eventually.HoldsAsync(() =>
        {
            keeper = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(n => int.TryParse(n, out _)).Select(n => int.Parse(n!, CultureInfo.InvariantCulture))
                .FirstOrDefault(p => IsKeeper(p));
            return keeper != 0;
        }, "a keeper waits");
        return keeper;
    }

    private bool IsKeeper(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").StartsWith("flock\0-x\0users.lock", StringComparison.Ordinal)
                && new FileInfo($"/proc/{process}/cwd").ResolveLinkTarget(returnFinalTarget: false)?.FullName == _home.File("postgres");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Kill(int process) => NativeMethods.Signal(process, NativeMethods.SignalKill);

    private static async Task<bool> MountAsync(string folder, string size) =>
        Environment.IsPrivilegedProcess && await RunAsync("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder) == 0;

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static async Task ExecuteAsync(string connectionString, string sql) => await ScalarAsync(connectionString, sql);

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}

/// <summary>A home with an empty database, made once and copied: most tests are not about making one.</summary>
public sealed class MadeHome : IAsyncLifetime
{
    private readonly TempFolder _home = new();

    public async Task InitializeAsync()
    {
        await using (await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Home = _home.Path }, CancellationToken.None))
        {
        }
    }

    public async Task CopyToAsync(TempFolder home)
    {
        using var copy = Process.Start("cp", ["-a", _home.File("postgres"), home.Path]);
        await copy.WaitForExitAsync();
        Assert.Equal(0, copy.ExitCode);
    }

    public Task DisposeAsync()
    {
        _home.Dispose();
        return Task.CompletedTask;
    }
}
