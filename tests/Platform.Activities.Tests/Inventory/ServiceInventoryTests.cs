using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Activities.Inventory;
using Platform.Activities.Tests.Control;
using Platform.Catalog.Inventory;
using Platform.Testing;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Inventory;

/// <summary>The nightly inventory of HTTP services, played by a peer on the loopback.</summary>
public sealed class ServiceInventoryTests(PostgresFixture postgres) : ActivityTest, IClassFixture<PostgresFixture>, IConnections, IAsyncLifetime
{
    private readonly Peer _peer = new();
    private int _run;

    public Task InitializeAsync() => postgres.MigrateAsync(typeof(InventoryCommands).Assembly);

    public Task DisposeAsync()
    {
        _peer.Dispose();
        return Task.CompletedTask;
    }

    public override object? GetService(Type serviceType) =>
        serviceType == typeof(InventoryCommands) ? new InventoryCommands(postgres.DataSource)
        : serviceType == typeof(InventoryQueries) ? new InventoryQueries(postgres.DataSource)
        : serviceType == typeof(IConnections) ? this
        : base.GetService(serviceType);

    public ValueTask<ConnectionInfo> GetAsync(string name, CancellationToken cancellationToken) => name == "crm"
        ? ValueTask.FromResult(new ConnectionInfo("crm", "http", new Dictionary<string, string> { ["url"] = _peer.Address, ["token"] = "s3cret" }))
        : throw new ConnectionNotFoundException(name);

    [Fact]
    public async Task Pages_by_link_header_are_one_asset_with_the_connections_token()
    {
        _peer.Answer(200, Page(1, 3), "application/json", ("Link", $"<{_peer.Address}people?page=2>; rel=\"next\", <{_peer.Address}people?page=1>; rel=\"first\""));
        _peer.Answer(200, Page(4, 6), "application/json", ("Link", $"<{_peer.Address}people?page=1>; rel=\"first\""));
        var profile = await Profiled("connection:crm/people");
        Assert.Equal((1, 6L), (profile.Assets, profile.Rows));
        Assert.All(_peer.Requests, request => Assert.Equal("Bearer s3cret", request.Headers["Authorization"]));
        Assert.Equal(["/people", "/people?page=2"], _peer.Requests.Select(request => request.Path));
        Assert.Equal(1, profile.PersonalColumns);
    }

    [Theory]
    [InlineData("{\"items\":[{\"id\":1}],\"next\":\"/people?after=1\"}", "{\"items\":[{\"id\":2}],\"next\":null}", "/people?after=1")]
    [InlineData("{\"data\":[{\"id\":1}],\"paging\":{\"next\":\"?p2\"}}", "{\"data\":[{\"id\":2}],\"paging\":{}}", "/people?p2")]
    [InlineData("{\"results\":[{\"id\":1}],\"next_cursor\":\"a b\"}", "{\"results\":[{\"id\":2}],\"next_cursor\":\"\"}", "/people?cursor=a%20b")]
    [InlineData("{\"data\":[{\"id\":7}],\"has_more\":true}", "{\"data\":[{\"id\":8}],\"has_more\":false}", "/people?starting_after=7")]
    [InlineData("{\"data\":[{\"id\":1}],\"page\":1,\"total_pages\":2}", "{\"data\":[{\"id\":2}],\"page\":2,\"total_pages\":2}", "/people?page=2")]
    public async Task The_next_page_is_found_in_the_body(string first, string second, string expected)
    {
        _peer.Answer(200, first, "application/json");
        _peer.Answer(200, second, "application/json");
        Assert.Equal(2, (await Profiled(_peer.Address + "people")).Rows);
        Assert.Equal(expected, _peer.Requests.Last().Path);
    }

    [Fact]
    public async Task Numbers_of_pages_and_offsets_are_counted_until_an_empty_page()
    {
        foreach (var page in (string[])[Page(1, 2), Page(3, 4), "[]"])
            _peer.Answer(200, page, "application/json");
        Assert.Equal(4, (await Profiled(_peer.Address + "list?offset=0&limit=2")).Rows);
        Assert.Equal(["/list?offset=0&limit=2", "/list?offset=2&limit=2", "/list?offset=4&limit=2"], _peer.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task A_busy_service_is_asked_again_and_a_quiet_night_looks_at_nothing()
    {
        _peer.Answer(429, "slow down", "text/plain", ("Retry-After", "0"));
        _peer.Answer(200, Page(1, 5), "application/json");
        Assert.Equal(1, (await Profiled(_peer.Address + "people")).Profiled);
        _peer.Answer(200, Page(1, 5), "application/json");
        var again = await Profiled(_peer.Address + "people");
        Assert.Equal((0, 5L), (again.Profiled, again.Rows));
    }

    [Fact]
    public async Task Pages_that_go_on_for_ever_end_where_they_repeat_and_the_asset_says_so()
    {
        for (var i = 0; i < 3; i++)
            _peer.Answer(200, $"{{\"items\":[{{\"id\":{(i == 2 ? 1 : i)}}}],\"next\":\"/people?page={i + 2}\"}}", "application/json");
        Assert.Equal(2, (await Profiled(_peer.Address + "people")).Rows);
        Assert.Equal(3, _peer.Requests.Count);
    }

    [Theory]
    [InlineData(200, "<!doctype html><title>Sign in</title>", "text/html", "is a web page, not JSON")]
    [InlineData(200, "{\"items\":[{\"id\":1},", "application/json", "is not valid JSON")]
    [InlineData(401, "{}", "application/json", "Check the token")]
    [InlineData(404, "gone", "text/plain", "404")]
    [InlineData(200, "{\"items\":[{\"id\":1}],\"next\":\"http://127.0.0.2:9/x\"}", "application/json", "another service")]
    public async Task A_service_that_fails_is_named_and_the_folder_beside_it_is_scanned(int status, string body, string type, string expected)
    {
        Write("data/a.csv", "id,amount\n1,2.5\n2,3.5\n");
        _peer.Answer(status, body, type);
        var scan = await Scan(_peer.Address + "people", Path.Combine(Folder.Path, "data"));
        Assert.Equal((1, 1), (scan.Assets, scan.FailedSources.Count));
        Assert.Contains(expected, Runs.Log, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Folder.Path, "inventory"), "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_broken_page_in_the_middle_leaves_what_was_known_as_it_was()
    {
        _peer.Answer(200, Page(1, 5), "application/json");
        await Profiled(_peer.Address + "people");
        _peer.Answer(200, Page(1, 2), "application/json", ("Link", $"<{_peer.Address}people?page=2>; rel=next"));
        _peer.Answer(200, "[{\"id\": 3", "application/json");
        await Fails("inventory.scan", new JsonObject { ["sources"] = _peer.Address + "people" }, Runs.Context(run: ++_run));
        Assert.Contains("Page 2 of", Runs.Log, StringComparison.Ordinal);
        var asset = (await new Platform.Catalog.Assets.AssetQueries(postgres.DataSource).GetAsync(_peer.Address + "people", default))!.Asset;
        Assert.Equal((5L, null), (asset.RowCount, asset.Problem));
    }

    private static string Page(int from, int to) => $"[{string.Join(',', Enumerable.Range(from, to - from + 1).Select(i => string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{i},\"email\":\"person{i}@example.com\"}}")))}]";

    private async Task<ScanInventoryOutputs> Scan(params string[] sources)
        => (ScanInventoryOutputs)(await Run("inventory.scan", new JsonObject { ["sources"] = string.Join('\n', sources) }, Runs.Context(run: ++_run))).Outputs!;

    private async Task<ProfileInventoryOutputs> Profiled(string source)
    {
        await Scan(source);
        return (ProfileInventoryOutputs)(await Run("inventory.profile", [], Runs.Context(run: _run))).Outputs!;
    }
}
