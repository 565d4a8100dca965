using System.Text.Json.Nodes;
using Platform.Server.Tests.CommandLine;
using Platform.Server.Tests.Hosting;

namespace Platform.Server.Tests.Operations;

/// <summary>A backup taken while work runs becomes a platform in which every run ends and every table holds what it should, once.</summary>
public sealed class BackupTests : IDisposable
{
    // Appends, so that a write that is lost or repeated shows in the count. A run waits for a file between its two writes: of some the file is there, and a backup falls into the middle of the others.
    private const string Work = """
        name: work
        schedule: { cron: "@daily", start: 2026-01-01, end: 2026-01-13, catchup: true }
        limits: { active_runs: 3 }
        tasks:
          - id: make
            activity: clean.sql
            with: { table: raw.days, mode: append, sql: "select cast($interval_start as date) as day" }
          - id: wait
            activity: control.wait_for_file
            after: [make]
            with: { path: "GATES/{{ interval.start | date 'yyyy-MM-dd' }}", stable_for: 0s, poll: 1s }
          - id: copy
            activity: clean.sql
            after: [wait]
            with: { table: clean.days, mode: append, sql: "select day from raw.days where day = cast($interval_start as date)" }
        """;

    private readonly PlatformProcess _platform = new();
    private readonly PlatformProcess _restored = new();

    public void Dispose()
    {
        _platform.Dispose();
        _restored.Dispose();
    }

    [Fact]
    public async Task A_backup_in_the_middle_of_work_becomes_a_platform_that_goes_on_and_has_everything_once()
    {
        var folder = Path.GetDirectoryName(_platform.Home)!;
        var file = _platform.Write("work.yaml", Work.Replace("GATES", Path.Combine(folder, "gates"), StringComparison.Ordinal));
        var backup = Path.Combine(folder, "platform.backup");
        void Open(int day) => _platform.Write($"gates/2026-01-{day:00}", "open");
        for (var day = 1; day <= 4; day++)
            Open(day);
        await using (await ServerProcess.StartAsync(_platform))
        {
            Assert.Equal(0, (await _platform.RunWithInputAsync("open sesame", "secrets", "set", "door")).ExitCode);
            Assert.Equal(0, (await _platform.RunAsync("apply", file)).ExitCode);
            await UntilAsync(_platform, runs => runs.Count(r => (string?)r!["state"] == "success") == 4 && runs.Count(r => (string?)r!["state"] == "running") == 3);
            var made = await _platform.RunAsync("backup", backup, "--json");
            Assert.True(made.ExitCode == 0, made.Error);
            Assert.Contains("holds the key", made.Error, StringComparison.Ordinal);
            Assert.True((int)made.Json["tables"]! >= 1);
            Assert.Equal(1, (await _platform.RunAsync("backup", backup)).ExitCode);
            for (var day = 5; day <= 12; day++)
                Open(day);
            await UntilAsync(_platform, Ended);
        }

        var restored = await _restored.RunAsync("restore", backup);
        Assert.True(restored.ExitCode == 0, restored.Error);
        var before = (await _restored.RunAsync("runs", "--workflow", "work", "--json")).Json.AsArray();
        Assert.Equal((4, 3, 5), (before.Count(r => (string?)r!["state"] == "success"), before.Count(r => (string?)r!["state"] == "running"), before.Count(r => (string?)r!["state"] == "queued")));

        await using (await ServerProcess.StartAsync(_restored))
        {
            await UntilAsync(_restored, Ended);
            var audit = await _restored.RunAsync("audit", "--since", "2026-01-01");
            Assert.True(audit.ExitCode == 0, audit.Output);
            // The projector goes on: events of before and of after are there, each once.
            Assert.NotNull((await _restored.RunAsync("lineage", "clean.days", "--json")).Json["nodes"]);
            Assert.Equal("up to date", (await _restored.RunAsync("status")).Output.Split('\n').Single(l => l.StartsWith("Outbox reader 'catalog'", StringComparison.Ordinal)).Split(": ")[1].Trim());
        }
        foreach (var table in new[] { "raw.days", "clean.days" })
        {
            var query = $"select day::varchar as day, count(*) as n from {table} group by 1 order by 1";
            var rows = (await _restored.RunAsync("sql", query, "--json")).Output;
            Assert.Equal((await _platform.RunAsync("sql", query, "--json")).Output, rows);
            Assert.Equal(12, JsonNode.Parse(rows)!.AsArray().Count(r => (int?)r!["n"] == 1));
        }
        Assert.Equal("door", (string?)(await _restored.RunAsync("secrets", "list", "--json")).Json[0]!["name"]);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_platform.Home, "secret.key")), File.ReadAllBytes(Path.Combine(_restored.Home, "secret.key")));
    }

    [Fact]
    public async Task A_torn_a_changed_and_a_foreign_file_are_refused_and_a_home_in_use_is_left_alone()
    {
        var folder = Path.GetDirectoryName(_platform.Home)!;
        var backup = Path.Combine(folder, "platform.backup");
        Assert.Equal(0, (await _platform.RunAsync("run", _platform.Write("one.yaml", "name: one\ntasks:\n  - { id: a, activity: control.noop }\n"))).ExitCode);
        var made = await _platform.RunAsync("backup", backup, "--without-key");
        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Contains("The key is not in it", made.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await _platform.RunAsync("restore", backup, "--check")).ExitCode);

        var whole = await File.ReadAllBytesAsync(backup);
        var torn = Path.Combine(folder, "torn");
        await File.WriteAllBytesAsync(torn, whole[..(whole.Length * 2 / 3)]);
        var changed = Path.Combine(folder, "changed");
        await ChangeAsync(backup, changed);
        var foreign = _platform.Write("foreign", "This is a letter and no backup.");
        foreach (var (file, said) in new[] { (torn, "not whole"), (changed, "has changed"), (foreign, "no backup of a platform"), (Path.Combine(folder, "nowhere"), "There is no file") })
        {
            var refused = await _restored.RunAsync("restore", file);
            Assert.Equal(1, refused.ExitCode);
            Assert.Equal(2, refused.ErrorLines.Length);
            Assert.Contains(said, refused.ErrorLines[0], StringComparison.Ordinal);
            Assert.False(Directory.Exists(_restored.Home), file);
        }

        Assert.Equal(0, (await _restored.RunAsync("restore", backup)).ExitCode);
        Assert.False(File.Exists(Path.Combine(_restored.Home, "secret.key")));
        var again = await _restored.RunAsync("restore", backup);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("is not empty", again.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal("one", (string?)(await _restored.RunAsync("runs", "--json")).Json[0]!["workflow"]);
    }

    private static bool Ended(JsonArray runs) => runs.Count == 12 && runs.All(r => (string?)r!["state"] == "success");

    private static async Task UntilAsync(PlatformProcess platform, Func<JsonArray, bool> wanted)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3), TimeProvider.System);
        JsonArray runs;
        do
        {
            limit.Token.ThrowIfCancellationRequested();
            runs = (await platform.RunAsync("runs", "--workflow", "work", "--json")).Json.AsArray();
        }
        while (!wanted(runs));
    }

    /// <summary>The same archive with one byte of the database's rows changed, well packed.</summary>
    private static async Task ChangeAsync(string from, string to)
    {
        await using var source = new System.IO.Compression.GZipStream(File.OpenRead(from), System.IO.Compression.CompressionMode.Decompress);
        using var tar = new MemoryStream();
        await source.CopyToAsync(tar);
        var bytes = tar.ToArray();
        // A word that stands in the rows of the workflow and in no checksum.
        var at = bytes.AsSpan().IndexOf("control.noop"u8);
        bytes[at] = (byte)'C';
        await using var target = new System.IO.Compression.GZipStream(File.Create(to), System.IO.Compression.CompressionLevel.Fastest);
        await target.WriteAsync(bytes);
    }
}
