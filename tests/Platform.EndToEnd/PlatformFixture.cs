using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>One server and one browser for all tests of the assembly, with a shop small enough to ingest in a second.</summary>
public sealed class PlatformFixture : IAsyncLifetime
{
    /// <summary>A workflow whose log grows while one watches.</summary>
    public const string Steps = "watched-steps";

    /// <summary>A workflow that writes tables with personal data.</summary>
    public const string Shop = "small-shop";

    /// <summary>A workflow that nobody runs: no worker takes its queue.</summary>
    public const string Waiting = "waits-for-a-worker";

    /// <summary>A workflow of groups with a setup, a teardown, a mapped task, and a step that fails at its first attempt.</summary>
    public const string Grouped = "grouped-steps";

    /// <summary>A workflow that asks people.</summary>
    public const string Asking = "asks-people";

    /// <summary>Workflows of three tasks in a row, one for each test that edits.</summary>
    public static readonly IReadOnlyList<string> Drawn = ["drawn-keys", "drawn-undo", "drawn-conflict", "drawn-both", "drawn-kept", "drawn-lost", "drawn-reload", "drawn-problems", "drawn-source", "drawn-target", "drawn-removed"];

    private const string GroupedYaml = """
        name: grouped-steps
        title: Grouped steps
        owner: tests
        limits: { active_runs: 4 }
        params:
          outcome: { type: string, default: "0", description: What the last check ends with }
        tasks:
          - { id: open_house, activity: control.noop, role: setup }
          - { id: fetch, activity: control.noop, after: [open_house], group: load, with: { outputs: { parts: [1, 2, 3] } } }
          - { id: part, activity: control.noop, after: [fetch], group: load/parts, map: { over: "{{ tasks.fetch.outputs.parts }}", as: part } }
          - { id: flaky, activity: control.command, after: [part], group: load, retries: 1, retry_delay: 1s, with: { program: sh, arguments: ["-c", "test -e tried-{{ run.id }} || { touch tried-{{ run.id }}; exit 3; }"] } }
          - { id: check, activity: control.command, after: [flaky], with: { program: sh, arguments: ["-c", "exit {{ params.outcome }}"] } }
          - { id: publish, activity: control.noop, after: [check] }
          - { id: close_house, activity: control.noop, role: teardown, after: [open_house, publish] }
        """;

    private const string AskingYaml = """
        name: asks-people
        title: Asks people
        owner: tests
        limits: { active_runs: 8 }
        tasks:
          - { id: ask, activity: control.approval, with: { message: "Shall we go on?" } }
          - { id: go_on, activity: control.noop, after: [ask] }
        """;

    private const string WaitingYaml = """
        name: waits-for-a-worker
        title: Waits for a worker
        owner: tests
        tasks:
          - { id: first, activity: control.noop, queue: far-away }
          - { id: second, activity: control.noop, after: [first] }
        """;

    private const string StepsYaml = """
        name: watched-steps
        title: Watched steps
        description: Three small steps to watch.
        owner: tests
        tags: [test]
        params:
          words: { type: string, default: hello, description: What the first step says }
        tasks:
          - { id: first, activity: control.command, with: { program: sh, arguments: ["-c", "for i in 1 2 3 4; do echo \"said {{ params.words }} $i\"; sleep 0.3; done"] } }
          - { id: second, activity: control.noop, after: [first], with: { seconds: 0.5, outputs: { answer: 42 } } }
          - { id: third, activity: control.noop, after: [first] }
          - { id: last, activity: control.noop, after: [second, third] }
        """;

    private const string ShopYaml = """
        name: small-shop
        title: Small shop
        description: A tiny shop, ingested and cleaned.
        owner: tests
        tasks:
          - { id: generate, activity: sample.shop, with: { folder: samples/tiny, orders: 1000, days: 5, start_date: 2026-01-01 } }
          - { id: customers, activity: ingest.files, after: [generate], with: { path: "{{ tasks.generate.outputs.folder }}/customers.csv", table: shop.customers, mode: replace } }
          - { id: orders, activity: ingest.files, after: [generate], with: { path: "{{ tasks.generate.outputs.folder }}/orders/*.csv", table: shop.orders, mode: replace } }
          - { id: clean, activity: clean.sql, after: [orders, customers], with: { table: clean.orders, mode: replace, sql: "select o.*, c.name from shop.orders o join shop.customers c using (customer_id)" } }
        """;

    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private ServerProcess? _server;
    private string _session = "";

    /// <summary>Where the server listens.</summary>
    public string Url => _server!.Url;

    /// <summary>The administrator's password.</summary>
    public string Password => _server!.Password;

    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(20_000);
        _server = await ServerProcess.StartAsync();
        await _server.RunAsync("apply", _server.Write("flows/steps.yaml", StepsYaml), _server.Write("flows/shop.yaml", ShopYaml), _server.Write("flows/waiting.yaml", WaitingYaml),
            _server.Write("flows/grouped.yaml", GroupedYaml), _server.Write("flows/asking.yaml", AskingYaml));
        await _server.RunAsync(["apply", .. Drawn.Select(name => _server.Write($"flows/{name}.yaml", DrawnYaml(name)))]);
        await _server.RunAsync("run", Shop);
        // So that the pages of the inventory have what they show: profiles, classes, relations, things to review.
        await _server.RunAsync("run", "nightly-inventory", "--param", "sources=samples/tiny");
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
        await using var visitor = await VisitAsync();
        await visitor.SignInAsync(Password);
        _session = await visitor.Context.StorageStateAsync();
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.CloseAsync();
        _playwright?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    /// <summary>Runs a command beside the server; returns what it printed.</summary>
    public Task<string> RunAsync(params string[] command) => _server!.RunAsync(command);

    /// <summary>Publishes a version of a workflow that asks first and does one thing then.</summary>
    public Task PublishAsync(string workflow, string last) => RunAsync("apply", _server!.Write($"flows/{workflow}-{last}.yaml", $$"""
        name: {{workflow}}
        title: Waits for an answer
        owner: tests
        tasks:
          - { id: first, activity: control.approval, with: { message: "Go on?" } }
          - { id: {{last}}, activity: control.noop, after: [first] }
        """));

    /// <summary>The text of one of <see cref="Drawn"/>.</summary>
    public static string DrawnYaml(string name) => $"""
        # A comment that stays.
        name: {name}
        title: {name}
        owner: tests
        tasks:
          - id: load
            activity: control.noop
          - id: clean   # the middle
            activity: control.noop
            after: [load]
          - id: report
            activity: control.noop
            after: [clean]

        """;

    /// <summary>Publishes a workflow's text.</summary>
    public Task ApplyAsync(string workflow, string yaml) => RunAsync("apply", _server!.Write($"flows/{workflow}.yaml", yaml));

    /// <summary>A reader who has signed in.</summary>
    public Task<Reader> ReadAsync(ColorScheme theme = ColorScheme.Light, string language = "en") => OpenAsync(theme, language, _session);

    /// <summary>A reader who has not.</summary>
    /// <param name="theme">Light or dark.</param>
    /// <param name="language">The browser's.</param>
    /// <param name="server">Address of another server; null is the tests' own.</param>
    public Task<Reader> VisitAsync(ColorScheme theme = ColorScheme.Light, string language = "en", string? server = null) => OpenAsync(theme, language, null, server);

    private async Task<Reader> OpenAsync(ColorScheme theme, string language, string? session, string? server = null)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = server ?? Url,
            ColorScheme = theme,
            Locale = language,
            TimezoneId = "Asia/Shanghai",
            StorageState = session,
            ViewportSize = new ViewportSize { Width = 1600, Height = 900 },
            ReducedMotion = ReducedMotion.Reduce,
        });
        return new Reader(context, await context.NewPageAsync());
    }
}

/// <summary>All tests share the server and the browser.</summary>
[CollectionDefinition(Name)]
public sealed class PlatformCollection : ICollectionFixture<PlatformFixture>
{
    public const string Name = "platform";
}
