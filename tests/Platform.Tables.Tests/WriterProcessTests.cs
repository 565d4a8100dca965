using System.Diagnostics;
using System.Globalization;
using static Platform.Tables.Tests.TableFixture;

namespace Platform.Tables.Tests;

/// <summary>Writers in real processes, killed at any moment or against each other.</summary>
public sealed class WriterProcessTests : IDisposable
{
    private const int Rows = 500;
    private readonly TableFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_killed_writer_loses_nothing_and_writes_nothing_twice()
    {
        const int Days = 40;
        var random = new Random(20101201);
        int kills = 0, before = 0;
        for (var round = 0; round < 10; round++)
        {
            // The writer needs some 100 ms to its first commit and a few for each, so that the kills fall before, between and within.
            var (exit, lines) = await Run("load", Days, Rows, random.Next(60_000, 600_000));
            kills += exit == 0 ? 0 : 1;
            var acknowledged = lines.Count == 0 ? 0 : int.Parse(lines[^1].Split(' ')[0], CultureInfo.InvariantCulture) + 1;
            using var fresh = new TableStore(new TableStoreOptions { Root = _fixture.Store.Root });
            var days = fresh.Exists(Orders) ? CheckDays(fresh) : 0;
            Assert.InRange(days, Math.Max(before, acknowledged), Math.Max(before, acknowledged + 1));
            before = days;
        }
        var (done, all) = await Run("load", Days, Rows);

        Assert.Equal(0, done);
        Assert.Equal(Days, all.Count);
        Assert.True(kills > 0);
        using var store = new TableStore(new TableStoreOptions { Root = _fixture.Store.Root });
        Assert.Equal(Days, CheckDays(store));
        Assert.Equal(Days - 1, store.Snapshot(Orders).Version);
    }

    /// <summary>Every day is there whole or not at all, in order; returns how many.</summary>
    private static int CheckDays(TableStore store)
    {
        using var session = store.OpenSession();
        var snapshot = session.Expose(Orders);
        var days = session.Query("select day, count(*), count(distinct id) from raw.orders group by day order by day").Rows;
        for (var day = 0; day < days.Count; day++)
            Assert.Equal([day, (long)Rows, (long)Rows], days[day]);
        Assert.Equal(snapshot.Rows, (long)days.Count * Rows);
        return days.Count;
    }

    [Fact]
    public async Task Two_writers_append_at_once_and_all_rows_are_kept()
    {
        const int Commits = 40;
        var results = await Task.WhenAll(Run("append", "a", Commits), Run("append", "b", Commits));

        Assert.All(results, result => Assert.Equal(0, result.Exit));
        var versions = results.SelectMany(result => result.Lines).Select(line => long.Parse(line, CultureInfo.InvariantCulture)).Order();
        Assert.Equal(Enumerable.Range(0, 2 * Commits).Select(version => (long)version), versions);
        Assert.Equal("a:40:40,b:40:40", _fixture.Scalar<string>("select string_agg(writer || ':' || n || ':' || d, ',' order by writer) from (select writer, count(*) as n, count(distinct id) as d from raw.orders group by writer)"));
    }

    [Fact]
    public async Task Two_writers_of_one_interval_never_mix_their_rows()
    {
        const int Commits = 20;
        var results = await Task.WhenAll(Run("contend", "a", Commits), Run("contend", "b", Commits));

        Assert.All(results, result => Assert.Equal(0, result.Exit));
        Assert.Equal(2 * Commits - 1, _fixture.Store.Snapshot(Orders).Version);
        Assert.Equal([1L, (long)Commits], _fixture.Read("select count(distinct writer), count(*) from raw.orders").Rows[0]);
    }

    private async Task<(int Exit, List<string> Lines)> Run(string mode, params object[] arguments)
    {
        var program = typeof(WriterProcessTests).Assembly.Location.Replace("Platform.Tables.Tests", "Platform.Tables.Crash", StringComparison.Ordinal);
        var start = new ProcessStartInfo("dotnet", [program, mode, _fixture.Store.Root, .. arguments.Select(argument => Convert.ToString(argument, CultureInfo.InvariantCulture)!)]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var lines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            lines.Add(line);
        await process.WaitForExitAsync();
        return (process.ExitCode, lines);
    }
}
