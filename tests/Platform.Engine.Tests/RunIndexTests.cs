using Dapper;

namespace Platform.Engine.Tests;

/// <summary>What the queue asks about one workflow's runs reads only those, also where the statistics were taken while nothing waited or ran, as they mostly are.</summary>
public sealed class RunIndexTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    [Theory]
    [InlineData("select count(*) from run r where r.workflow = $1 and r.backfill_id is null and r.state = 'running'", "run_active")]
    [InlineData("select w.name from workflow w where w.name = $1 and (select r.id from run r where r.workflow = w.name and r.backfill_id is null and r.state = 'queued' limit 1) is null", "run_queued")]
    public async Task What_waits_and_runs_is_found_by_its_workflow_whatever_the_statistics_say(string sql, string index)
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop }");
        await engine.ExecuteAsync("""
            insert into run (workflow, version, kind, state, started_at, ended_at, created_by)
            select @name, 1, 'manual', case when n % 50 = 0 then 'failed' else 'success' end, now(), now(), 'test' from generate_series(1, 2000) n
            """, new { name });
        await engine.ExecuteAsync("analyze run");
        await using var connection = await engine.Database.OpenSteadyAsync(CancellationToken.None);
        // The connection plans once, for whatever value.
        await connection.ExecuteAsync($"prepare asked(text) as {sql}");
        var plan = string.Join('\n', await connection.QueryAsync<string>("explain (costs off) execute asked('x')"));
        await connection.ExecuteAsync("deallocate asked");
        Assert.Contains($"using {index} on run", plan, StringComparison.Ordinal);
        Assert.Matches("Index Cond: \\(\\(workflow = ", plan);
    }

    [Fact]
    public async Task Of_runs_by_state_the_newest_are_found_without_reading_the_others()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop }");
        await engine.ExecuteAsync("""
            insert into run (workflow, version, kind, state, started_at, ended_at, created_by)
            select @name, 1, 'manual', case when n % 50 = 0 then 'failed' else 'success' end, now(), now(), 'test' from generate_series(1, 2000) n
            """, new { name });
        await engine.ExecuteAsync("analyze run");
        await using var connection = await engine.Database.OpenAsync(CancellationToken.None);
        var plan = string.Join('\n', await connection.QueryAsync<string>("explain (costs off) select id from run where state = 'failed' order by id desc limit 50"));
        Assert.Contains("using run_failed on run", plan, StringComparison.Ordinal);
    }
}
