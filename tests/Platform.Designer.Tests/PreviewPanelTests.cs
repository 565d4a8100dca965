using System.Globalization;
using System.Net;
using System.Reflection;
using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.JSInterop;
using Platform.Designer.Ports;
using Platform.Designer.Preview;
using Platform.Designer.Runs;
using Platform.Designer.Shell;
using Platform.Workflows.Definition;

namespace Platform.Designer.Tests;

/// <summary>The panel of a preview in each of its states, in both languages.</summary>
public sealed class PreviewPanelTests
{
    private readonly Port _port = new();

    private Task<string> RenderAsync(string language = "en") => RenderAsync<PreviewPanel>(new() { [nameof(PreviewPanel.Yaml)] = "name: x", [nameof(PreviewPanel.TaskId)] = "clean" }, language);

    private async Task<string> RenderAsync<T>(Dictionary<string, object?> parameters, string language = "en") where T : IComponent
    {
        CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = new CultureInfo(language);
        await using var provider = Provider();
        await using var renderer = new HtmlRenderer(provider, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var user = new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "ann"), new Claim(ClaimTypes.Role, "editor")], "test")));
            RenderFragment panel = builder =>
            {
                builder.OpenComponent<T>(0);
                builder.AddMultipleAttributes(1, parameters!);
                builder.CloseComponent();
            };
            var output = await renderer.RenderComponentAsync<CascadingValue<Task<AuthenticationState>>>(ParameterView.FromDictionary(new Dictionary<string, object?> { ["Value"] = Task.FromResult(user), ["ChildContent"] = panel }));
            return WebUtility.HtmlDecode(output.ToHtmlString());
        });
    }

    private ServiceProvider Provider()
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddLocalization();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IJSRuntime, NoScript>();
        services.AddScoped<Browser>();
        services.AddScoped<Formats>();
        services.AddSingleton<IPreviewPort>(_port);
        services.AddSingleton(DispatchProxy.Create<IRunSource, QuietRuns>());
        return services.BuildServiceProvider();
    }

    private static PreviewStep Step(string task, string state = "success", string? error = null, string? would = null, long? rows = null) =>
        new() { TaskId = task, MapIndex = -1, Activity = "clean.sql", State = state, Error = error, Would = would, RowsWritten = rows, StartedAt = DateTimeOffset.UnixEpoch, EndedAt = DateTimeOffset.UnixEpoch.AddSeconds(1) };

    private void Ended(string state, PreviewResult? result, params PreviewStep[] steps)
    {
        _port.Progress = new PreviewProgress { Id = 7, TaskId = "clean", Rows = 1000, State = state, Ended = true, ExpiresAt = DateTimeOffset.MaxValue, Tasks = steps };
        _port.Result = result;
    }

    private static PreviewTable Table(bool hidden = false) => new()
    {
        Name = "clean.people",
        New = true,
        RowsWritten = 3000,
        Columns = [new PreviewField { Name = "id", Type = "BIGINT", Nulls = 0, Distinct = 2 }, new PreviewField { Name = "email", Type = "VARCHAR", Nulls = 1, Distinct = 1, Personal = true, Hidden = hidden, Frequent = [new PreviewValue("a@b.c", 1)] }],
        Rows = [["1", hidden ? null : "a@b.c"], ["2", null]],
        Profiled = 2,
        Difference = new PreviewDifference { Input = "raw.people", RowsIn = 3, RowsOut = 2, Added = ["grown"], Renamed = [new PreviewRename("no", "id")] },
    };

    [Theory]
    [InlineData("en", "On a sample", "first 1,000 of 3,000 rows")]
    [InlineData("zh-Hans", "基于样本", "前 1,000 行，共 3,000 行")]
    public async Task A_result_shows_its_rows_and_says_that_it_is_a_sample(string language, string sample, string first)
    {
        Ended("success", new PreviewResult { TaskId = "clean", Sampled = true, Sources = [new PreviewSource("raw.people", 1000, 3000, true, false)], Tables = [Table()] }, Step("ingest", rows: 1000), Step("clean", rows: 2));
        var html = await RenderAsync(language);
        Assert.Contains(sample, html, StringComparison.Ordinal);
        Assert.Contains(first, html, StringComparison.Ordinal);
        Assert.Contains("a@b.c", html, StringComparison.Ordinal);
        Assert.Contains("tab-difference", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Preview.", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hidden_values_are_dots()
    {
        Ended("success", new PreviewResult { TaskId = "clean", Tables = [Table(hidden: true)] }, Step("clean"));
        var html = await RenderAsync();
        Assert.Contains("•••••", html, StringComparison.Ordinal);
        Assert.DoesNotContain("a@b.c", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("schema", "VARCHAR", "Personal data", "clean.people does not exist yet")]
    [InlineData("profile", "50", "Most frequent", "a@b.c")]
    [InlineData("difference", "raw.people", "grown", "no → id")]
    public async Task Each_tab_shows_its_side_of_the_table(string tab, params string[] shown)
    {
        var html = await RenderAsync<PreviewTableView>(new() { [nameof(PreviewTableView.Table)] = Table(), [nameof(PreviewTableView.Tab)] = tab });
        Assert.All(shown, text => Assert.Contains(text, html, StringComparison.Ordinal));
        Assert.Contains("Nothing to compare with", await RenderAsync<PreviewTableView>(new() { [nameof(PreviewTableView.Table)] = Table() with { Difference = null }, [nameof(PreviewTableView.Tab)] = "difference" }), StringComparison.Ordinal);
        Assert.Contains("No rows", await RenderAsync<PreviewTableView>(new() { [nameof(PreviewTableView.Table)] = Table() with { Rows = [] }, [nameof(PreviewTableView.Tab)] = "rows" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_task_would_do_an_error_and_a_task_without_tables_are_said()
    {
        Ended("success", new PreviewResult { TaskId = "clean", Would = "It would send a letter." }, Step("clean", would: "It would send a letter."));
        Assert.Contains("It would send a letter.", await RenderAsync(), StringComparison.Ordinal);

        Ended("failed", null, Step("ingest", "failed", "There is no file /x."), Step("clean", "upstream_failed"));
        var html = await RenderAsync();
        Assert.Contains("It was not reached", html, StringComparison.Ordinal);
        Assert.Contains("preview-cause", html, StringComparison.Ordinal);
        Assert.Contains("There is no file /x.", html, StringComparison.Ordinal);

        // Its own error is enough.
        Ended("failed", null, Step("ingest", "failed", "There is no file /x."), Step("clean", "failed", "There is no column 'y'."));
        html = await RenderAsync();
        Assert.Contains("There is no column 'y'.", html, StringComparison.Ordinal);
        Assert.DoesNotContain("preview-cause", html, StringComparison.Ordinal);

        Ended("failed", null, Step("clean", "failed", "There is no column 'y'."));
        Assert.Contains("There is no column 'y'.", await RenderAsync(), StringComparison.Ordinal);

        Ended("success", new PreviewResult { TaskId = "clean", Outputs = new JsonObject { ["number"] = 42 } }, Step("clean"));
        html = await RenderAsync();
        Assert.Contains("It wrote no table", html, StringComparison.Ordinal);
        Assert.Contains("\"number\": 42", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_with_errors_a_refusal_and_a_preview_that_is_over_are_said()
    {
        _port.Start = new ScreenStart(null, [new Problem(ProblemSeverity.Error, "x", "Task 'clean' needs 'sql'.", 4, 1, "clean"), new Problem(ProblemSeverity.Warning, "y", "A warning.", 5, 1)]);
        var html = await RenderAsync();
        Assert.Contains("Task 'clean' needs 'sql'.", html, StringComparison.Ordinal);
        Assert.DoesNotContain("A warning.", html, StringComparison.Ordinal);

        _port.Start = new ScreenStart(null, [], "A preview reads 1 to 50,000 rows.");
        Assert.Contains("A preview reads 1 to 50,000 rows.", await RenderAsync(), StringComparison.Ordinal);

        _port.Start = new ScreenStart(7, []);
        _port.Progress = null;
        Assert.Contains("The preview is over", await RenderAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaving_the_panel_lets_go()
    {
        Ended("success", new PreviewResult { TaskId = "clean", Tables = [Table()] }, Step("clean"));
        await RenderAsync();
        Assert.Equal(7, await _port.LetGo.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Of_two_previews_that_are_asked_for_at_once_the_newer_text_starts_last_and_is_the_one_that_stays()
    {
        CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = new CultureInfo("en");
        Ended("success", new PreviewResult { TaskId = "clean", Tables = [Table()] }, Step("clean"));
        await using var provider = Provider();
        await using var renderer = new HtmlRenderer(provider, NullLoggerFactory.Instance);
        var host = new Host();
        TaskCompletionSource<ScreenStart> older = new(), newer = new();
        _port.Starts.Enqueue(older);
        _port.Starts.Enqueue(newer);
        await renderer.Dispatcher.InvokeAsync(() => renderer.BeginRenderingComponent(host.GetType(), ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(Host.Created)] = (Action<Host>)(made => host = made) })));
        await renderer.Dispatcher.InvokeAsync(() => host.Show("name: older", 1));
        Assert.Equal(["name: older"], _port.Asked);

        await renderer.Dispatcher.InvokeAsync(() => host.Show("name: newer", 2));
        Assert.Equal(["name: older"], _port.Asked);
        await renderer.Dispatcher.InvokeAsync(() => older.SetResult(new ScreenStart(1, [])));
        Assert.Equal(1, await _port.LetGo.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal("name: newer", await _port.AskedAgain.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Empty(_port.Read);
        await renderer.Dispatcher.InvokeAsync(() => newer.SetResult(new ScreenStart(2, [])));
        Assert.Equal(2, await _port.FirstRead.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal([2], _port.Read.Distinct());
    }

    [Theory]
    [InlineData("en", "The text has changed since")]
    [InlineData("zh-Hans", "此预览之后文本已更改")]
    public async Task A_preview_of_an_older_text_says_so_until_the_text_is_previewed_or_is_as_before(string language, string said)
    {
        CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = new CultureInfo(language);
        Ended("success", new PreviewResult { TaskId = "clean", Tables = [Table()] }, Step("clean"));
        await using var provider = Provider();
        await using var renderer = new HtmlRenderer(provider, NullLoggerFactory.Instance);
        var host = new Host();
        var root = await renderer.Dispatcher.InvokeAsync(() => renderer.BeginRenderingComponent<Host>(ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(Host.Created)] = (Action<Host>)(made => host = made) })));
        async Task<string> ShownAsync(string yaml, int run)
        {
            await renderer.Dispatcher.InvokeAsync(() => host.Show(yaml, run));
            return WebUtility.HtmlDecode(await renderer.Dispatcher.InvokeAsync(root.ToHtmlString));
        }

        Assert.DoesNotContain(said, await ShownAsync("name: first", 1), StringComparison.Ordinal);
        var html = await ShownAsync("name: second", 1);
        Assert.Contains(said, html, StringComparison.Ordinal);
        Assert.Contains("a@b.c", html, StringComparison.Ordinal);
        Assert.DoesNotContain(said, await ShownAsync("name: first", 1), StringComparison.Ordinal);
        Assert.Contains(said, await ShownAsync("name: second", 1), StringComparison.Ordinal);
        Assert.DoesNotContain(said, await ShownAsync("name: second", 2), StringComparison.Ordinal);
        Assert.Equal(["name: first", "name: second"], _port.Asked);
    }

    private sealed class Port : IPreviewPort
    {
        public ScreenStart Start { get; set; } = new(7, []);

        public PreviewProgress? Progress { get; set; }

        public PreviewResult? Result { get; set; }

        public TaskCompletionSource<long> LetGo { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ScreenStart> RunAsync(ScreenText request, string? until, CancellationToken cancellationToken) => Task.FromResult(Start);

        /// <summary>Starts that somebody lets come when he wants; empty starts at once.</summary>
        public Queue<TaskCompletionSource<ScreenStart>> Starts { get; } = [];

        /// <summary>Texts that were to be previewed, in their order.</summary>
        public List<string> Asked { get; } = [];

        public TaskCompletionSource<string> AskedAgain { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Previews that were read.</summary>
        public List<long> Read { get; } = [];

        public TaskCompletionSource<long> FirstRead { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ScreenStart> PreviewAsync(ScreenText request, string taskId, int rows, CancellationToken cancellationToken)
        {
            Asked.Add(request.Yaml);
            if (Asked.Count == 2)
                AskedAgain.TrySetResult(request.Yaml);
            return Starts.TryDequeue(out var later) ? later.Task : Task.FromResult(Start);
        }

        public Task<PreviewProgress?> ProgressAsync(long id, CancellationToken cancellationToken)
        {
            Read.Add(id);
            FirstRead.TrySetResult(id);
            return Task.FromResult(Progress);
        }

        public Task<PreviewResult?> ResultAsync(long id, string taskId, bool masked, CancellationToken cancellationToken) => Task.FromResult(Result);

        public Task StopAsync(long id, string by, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task LetGoAsync(long id, string by, CancellationToken cancellationToken)
        {
            LetGo.TrySetResult(id);
            return Task.CompletedTask;
        }
    }

    /// <summary>A page whose text and wish for a preview change.</summary>
    private sealed class Host : ComponentBase
    {
        private string? _yaml;
        private int _run;

        [Parameter] public Action<Host>? Created { get; set; }

        public void Show(string yaml, int run)
        {
            (_yaml, _run) = (yaml, run);
            StateHasChanged();
        }

        protected override void OnInitialized() => Created?.Invoke(this);

        protected override void BuildRenderTree(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder)
        {
            if (_yaml is null)
                return;
            builder.OpenComponent<PreviewPanel>(0);
            builder.AddComponentParameter(1, nameof(PreviewPanel.Yaml), _yaml);
            builder.AddComponentParameter(2, nameof(PreviewPanel.TaskId), "clean");
            builder.AddComponentParameter(3, nameof(PreviewPanel.Run), _run);
            builder.CloseComponent();
        }
    }

    /// <summary>Runs that never change.</summary>
    public class QuietRuns : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == "ChangesAsync" ? Nothing() : throw new InvalidOperationException($"The panel does not call {targetMethod.Name}.");

        private static async IAsyncEnumerable<bool> Nothing()
        {
            await Task.CompletedTask;
            yield break;
        }
    }

    private sealed class NoScript : IJSRuntime
    {
        public ValueTask<TValue> InvokeAsync<[System.Diagnostics.CodeAnalysis.DynamicallyAccessedMembers(System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicConstructors | System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicFields | System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicProperties)] TValue>(string identifier, object?[]? args) => throw new InvalidOperationException("No script here.");

        public ValueTask<TValue> InvokeAsync<[System.Diagnostics.CodeAnalysis.DynamicallyAccessedMembers(System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicConstructors | System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicFields | System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicProperties)] TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => throw new InvalidOperationException("No script here.");
    }
}
