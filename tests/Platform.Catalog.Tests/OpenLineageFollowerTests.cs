using System.Text.Json.Nodes;
using Dapper;
using Platform.Catalog.OpenLineage;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

/// <summary>What is told over OpenLineage of attempts that run, and of ends that come without an event.</summary>
public sealed class OpenLineageFollowerTests : IAsyncLifetime, IAttemptSource
{
    private readonly CatalogFixture _catalog = new();
    private readonly List<AttemptSeen> _attempts = [];

    public async Task InitializeAsync()
    {
        await _catalog.InitializeAsync();
        await ExecuteAsync("insert into connections (name, kind, settings) values ('marquez', 'openlineage', '{\"url\": \"http://127.0.0.1:9\"}')");
        await LookAsync();
    }

    public Task DisposeAsync() => _catalog.DisposeAsync();

    public Task<long> HighestAsync(CancellationToken cancellationToken) => Task.FromResult(_attempts.Select(a => a.Id).DefaultIfEmpty().Max());

    public Task<IReadOnlyList<AttemptSeen>> RunningAsync(CancellationToken cancellationToken) => Seen(a => a.EndedAt is null);

    public Task<IReadOnlyList<AttemptSeen>> StoppedAsync(long after, CancellationToken cancellationToken) => Seen(a => a.Id > after && a.State is "failed" or "lost" or "canceled");

    public Task<IReadOnlyList<AttemptSeen>> FindAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken) => Seen(a => ids.Contains(a.Id));

    [Fact]
    public async Task A_start_is_told_while_the_task_runs_and_once_and_its_end_follows()
    {
        Runs(1, "train");
        await LookAsync();
        await LookAsync();
        Assert.Equal(["START shop.train"], await QueuedAsync());

        Ends(1, "success");
        await ProjectAsync(1, "train", "success", new AssetWritten("t.out", AssetKind.Table));
        await LookAsync();
        Assert.Equal(["START shop.train", "COMPLETE shop.train"], await QueuedAsync());
        var events = await EventsAsync();
        Assert.Equal(events[0]["run"]!["runId"]!.GetValue<string>(), events[1]["run"]!["runId"]!.GetValue<string>());
        Assert.Single(events[1]["outputs"]!.AsArray());
    }

    [Fact]
    public async Task A_task_that_is_over_before_anyone_looked_gets_start_and_end_and_no_late_start()
    {
        Runs(1, "quick");
        await ProjectAsync(1, "quick", "success");
        // It still looked alive when the look began.
        await LookAsync();
        Assert.Equal(["START shop.quick", "COMPLETE shop.quick"], await QueuedAsync());
    }

    [Fact]
    public async Task Tries_that_failed_were_canceled_or_lost_without_an_event_are_ended_after_a_while()
    {
        Runs(1, "retried");
        Runs(2, "canceled");
        Runs(3, "lost");
        await LookAsync();
        Ends(1, "failed", "The disk is full");
        Ends(2, "canceled");
        Ends(3, "lost");
        await LookAsync();
        Assert.Equal(3, (await QueuedAsync()).Count);

        Age();
        // A new process: nothing is kept in memory. It tells each end once.
        await LookAsync();
        await LookAsync();
        Assert.Equal(["ABORT shop.canceled", "FAIL shop.lost", "FAIL shop.retried", "START shop.canceled", "START shop.lost", "START shop.retried"], (await QueuedAsync()).Order(StringComparer.Ordinal));
        var failed = (await EventsAsync()).Single(e => Words(e) == "FAIL shop.retried");
        Assert.Equal("The disk is full", failed["run"]!["facets"]!["errorMessage"]!["message"]!.GetValue<string>());

        // The next try is a run of its own.
        _attempts.Add(Attempt(4, "retried", "running", null) with { Number = 2 });
        await LookAsync();
        var starts = (await EventsAsync()).Where(e => Words(e) == "START shop.retried").Select(e => e["run"]!["runId"]!.GetValue<string>()).ToList();
        Assert.Equal(2, starts.Distinct().Count());
    }

    [Fact]
    public async Task A_try_that_failed_between_two_looks_is_told_with_its_start()
    {
        _attempts.Add(Attempt(7, "short", "failed", "It broke") with { EndedAt = TimeProvider.System.GetUtcNow().AddMinutes(-1) });
        await LookAsync();
        Assert.Equal(["START shop.short", "FAIL shop.short"], await QueuedAsync());
    }

    [Fact]
    public async Task A_skipped_task_is_complete_where_its_start_was_told_and_silent_otherwise()
    {
        Runs(1, "waited");
        await LookAsync();
        await ProjectAsync(1, "waited", "skipped");
        await ProjectAsync(2, "never-began", "skipped");
        Assert.Equal(["START shop.waited", "COMPLETE shop.waited"], await QueuedAsync());
    }

    [Fact]
    public async Task What_was_before_the_first_connection_is_not_told_and_without_one_nothing_is_done()
    {
        await ExecuteAsync("delete from connections");
        Runs(1, "train");
        Assert.Equal(0, await LookAsync());
        await ExecuteAsync("delete from catalog.openlineage_follow; insert into connections (name, kind, settings) values ('late', 'openlineage', '{\"url\": \"http://127.0.0.1:9\"}')");
        _attempts.Add(Attempt(2, "old", "failed", "It broke") with { EndedAt = TimeProvider.System.GetUtcNow().AddHours(-1) });
        await LookAsync();
        await LookAsync();
        Assert.Equal(["START shop.train"], await QueuedAsync());
    }

    [Fact]
    public async Task An_end_that_is_projected_while_a_look_tells_the_start_comes_after_it()
    {
        for (var i = 1; i <= 20; i++)
        {
            Runs(i, $"t{i}");
            await Task.WhenAll(LookAsync(), ProjectAsync(i, $"t{i}", "success"));
            Ends(i, "success");
        }
        var words = await QueuedAsync();
        Assert.Equal(40, words.Count);
        for (var i = 1; i <= 20; i++)
            Assert.Equal([$"START shop.t{i}", $"COMPLETE shop.t{i}"], words.Where(w => w.EndsWith($".t{i}", StringComparison.Ordinal)));
    }

    [OpenLineageSpecFact]
    public async Task All_of_it_is_valid_against_the_schemas_of_OpenLineage()
    {
        Runs(1, "a");
        await LookAsync();
        Ends(1, "canceled");
        Age();
        await LookAsync();
        Assert.Equal(2, (await EventsAsync()).Count);
        Assert.All(await EventsAsync(), e => Assert.Empty(SpecValidator.Check(e.ToJsonString())));
    }

    private static AttemptSeen Attempt(long id, string task, string state, string? error) => new()
    {
        Id = id,
        RunId = id,
        Workflow = "shop",
        TaskId = task,
        MapIndex = -1,
        Generation = 1,
        Number = 1,
        State = state,
        StartedAt = TimeProvider.System.GetUtcNow().AddMinutes(-5),
        EndedAt = null,
        Error = error,
        IntervalStart = null,
        IntervalEnd = null,
    };

    private static string Words(JsonNode e) => $"{e["eventType"]} {e["job"]!["name"]}";

    private Task<IReadOnlyList<AttemptSeen>> Seen(Func<AttemptSeen, bool> which) => Task.FromResult<IReadOnlyList<AttemptSeen>>([.. _attempts.Where(which)]);

    private void Runs(long id, string task) => _attempts.Add(Attempt(id, task, "running", null));

    private void Ends(long id, string state, string? error = null) => Change(id, a => a with { State = state, EndedAt = TimeProvider.System.GetUtcNow(), Error = error });

    private void Age() => _attempts.ToList().ForEach(a => Change(a.Id, b => b with { EndedAt = b.EndedAt?.AddMinutes(-2) }));

    private void Change(long id, Func<AttemptSeen, AttemptSeen> change)
    {
        var at = _attempts.FindIndex(a => a.Id == id);
        _attempts[at] = change(_attempts[at]);
    }

    private Task<int> LookAsync() => new OpenLineageFollower(_catalog.DataSource, this, TimeProvider.System).LookAsync(CancellationToken.None);

    private async Task ProjectAsync(long run, string task, string state, params Fact[] facts)
    {
        await _catalog.AppendAsync(new TaskEnded { RunId = run, Workflow = "shop", TaskId = task, State = state, Ended = TimeProvider.System.GetUtcNow() }, facts);
        await _catalog.Projector.DrainAsync(CancellationToken.None);
    }

    private async Task<List<JsonNode>> EventsAsync()
    {
        await using var connection = await _catalog.DataSource.OpenConnectionAsync();
        return [.. (await connection.QueryAsync<string>("select event from catalog.openlineage_queue order by id")).Select(text => JsonNode.Parse(text)!)];
    }

    private async Task<List<string>> QueuedAsync() => [.. (await EventsAsync()).Select(Words)];

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await _catalog.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }
}
