using System.Diagnostics;
using Platform.Engine.History;
using Platform.Postgres;
using Platform.Postgres.Embedded;
using Platform.Testing;

namespace Platform.Engine.Tests;

/// <summary>Workers and databases that die in the middle.</summary>
public sealed class CrashTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    [Fact]
    public async Task A_worker_that_is_killed_in_the_middle_loses_nothing_and_another_finishes()
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "attempts");
        var name = await engine.ApplyAsync($"  - {{ id: slow, activity: test.file, with: {{ path: {file} }}, retries: 0 }}\n  - {{ id: next, activity: test.echo, after: [slow], with: {{ value: 1 }} }}");
        using var child = ChildNode.Start(engine.ConnectionString, name);
        var id = await engine.TriggerAsync(name);
        _ = await engine.UntilAsync(id, r => r.Tasks.Any(t => t.State == TaskStates.Running) && File.Exists(file) && File.ReadAllText(file).EndsWith('\n'));
        child.Kill();

        await using var node = engine.StartNode(name);
        var run = await engine.EndedAsync(id);
        Assert.Equal("slow:success next:success", run.States());
        var attempts = await engine.Runs.AttemptsAsync(id, "slow", null, CancellationToken.None);
        Assert.Equal(["lost", "success"], attempts.Select(a => a.State));
        Assert.Equal([$"{id}/slow/-1/1 1 {child.Id}", $"{id}/slow/-1/1 2 {Environment.ProcessId}"], await File.ReadAllLinesAsync(file));
    }

    [Fact]
    public async Task A_worker_that_is_told_to_stop_hands_its_task_back_and_exits_0()
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "attempts");
        var name = await engine.ApplyAsync($"  - {{ id: slow, activity: test.file, with: {{ path: {file} }} }}");
        using var child = ChildNode.Start(engine.ConnectionString, name);
        var id = await engine.TriggerAsync(name);
        _ = await engine.UntilAsync(id, r => r.Tasks.Any(t => t.State == TaskStates.Running) && File.Exists(file));
        Assert.Equal(0, await child.TerminateAsync());
        Assert.Equal("slow:queued", (await engine.Runs.GetAsync(id, CancellationToken.None))!.States());
        await using var node = engine.StartNode(name);
        Assert.Equal(RunStates.Success, (await engine.EndedAsync(id)).Run.State);
        Assert.Equal(["canceled", "success"], (await engine.Runs.AttemptsAsync(id, null, null, CancellationToken.None)).Select(a => a.State));
    }

    [Fact]
    public async Task A_worker_that_loses_its_lease_stops_its_task_and_writes_nothing()
    {
        var gate = EngineFixture.NewName();
        var name = await engine.ApplyAsync($"  - {{ id: slow, activity: test.gate, with: {{ name: {gate} }} }}");
        // Renews so seldom that its lease runs out, as a process that was frozen would; another node reaps and takes the task.
        await using var frozen = engine.StartNode(name, o => o with { Lease = TimeSpan.FromMilliseconds(300), Renewal = TimeSpan.FromMinutes(5), Maintains = false });
        var id = await engine.TriggerAsync(name);
        await Meeting.Of(gate + ".began.1");
        await using var other = engine.StartNode(name, o => o with { Lease = TimeSpan.FromSeconds(10) });
        await Meeting.Of(gate + ".began.2");
        Meeting.Reach(gate + ".go");
        var run = await engine.EndedAsync(id);
        Assert.Equal("slow:success", run.States());
        var attempts = await engine.Runs.AttemptsAsync(id, null, null, CancellationToken.None);
        Assert.Equal(["lost", "success"], attempts.Select(a => a.State).Distinct().Order());
        Assert.Equal(1, await engine.ScalarAsync<long>("select count(*) from outbox where type = 'task.ended' and key = @key", new { key = $"{id}/slow/-1" }));
    }

    [Fact]
    public async Task The_database_is_killed_again_and_again_and_every_task_ends_once()
    {
        using var home = new TempFolder();
        await using var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Home = home.Path }, CancellationToken.None);
        await using var database = await Database.OpenAsync(new DatabaseOptions { Home = home.Path, ConnectionString = server.ConnectionString }, CancellationToken.None);
        await database.MigrateAsync([typeof(EngineHost).Assembly], CancellationToken.None);
        await using var notifications = new Notifications(database.DataSource, TimeProvider.System);
        var other = new EngineParts(database, engine.Activities);
        var chain = string.Join('\n', Enumerable.Range(0, 6).Select(i => $"  - {{ id: t{i}, activity: test.echo, with: {{ value: {i} }}{(i == 0 ? "" : $", after: [t{i - 1}]")} }}"));
        var name = EngineFixture.NewName();
        await other.ApplyAsync($"name: {name}\ndefaults: {{ queue: {name} }}\nlimits: {{ active_runs: 3 }}\ntasks:\n{chain}");
        for (var i = 0; i < 40; i++)
            await other.TriggerAsync(name);

        await using (engine.StartNode(name, null, database, notifications))
        {
            for (var kill = 0; kill < 2; kill++)
            {
                // The pool may still hold a connection to the server that was killed before: this asks until one answers.
                var before = 0L;
                await other.UntilAsync("attempt where state = 'success'", n => (before = n) >= 0);
                await other.UntilAsync("attempt where state = 'success'", n => n >= before + 20);
                using var postmaster = Process.GetProcessById(server.ProcessId);
                postmaster.Kill();
            }
            await other.UntilAsync("run where state in ('queued', 'running')", n => n == 0);
        }
        Assert.Equal(40, await other.CountAsync("run where state = 'success'"));
        Assert.Equal(240, await other.CountAsync("task_instance where state = 'success'"));
        Assert.Equal(240, await other.CountAsync("outbox where type = 'task.ended' and payload->>'state' = 'success'"));
        Assert.Equal(240, await other.CountAsync("(select distinct key from outbox where type = 'task.ended') e"));
        Assert.Equal(40, await other.CountAsync("outbox where type = 'run.ended'"));
        Assert.Equal(0, await other.CountAsync("task_queue"));
        var audit = await new Platform.Engine.Audit.EngineAudit(database, new Platform.Engine.Definitions.WorkflowDefinitions(database)).RunAsync(null, null, CancellationToken.None);
        Assert.True(audit.Clean, string.Join('\n', audit.Findings.Select(f => f.What)));
        Assert.Equal((40, 240), (audit.Runs, audit.Tasks));
    }
}
