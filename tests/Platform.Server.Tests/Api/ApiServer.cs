using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Server.Tests.CommandLine;
using Platform.Server.Tests.Hosting;

namespace Platform.Server.Tests.Api;

/// <summary>A serving process for the tests of a class, with an administrator's client and a viewer's.</summary>
public sealed class ApiServer : IAsyncLifetime
{
    private readonly PlatformProcess _platform = new();
    private ServerProcess? _server;
    private static int s_number;

    public HttpClient Http => _server!.Http;

    public HttpClient Viewer { get; private set; } = null!;

    internal PlatformProcess Platform => _platform;

    public async Task InitializeAsync()
    {
        _server = await ServerProcess.StartAsync(_platform);
        await _server.UseTokenAsync(_platform);
        await _platform.RunWithInputAsync("a-good-password", "users", "add", "mei", "--role", "viewer");
        var token = await _platform.RunAsync("tokens", "create", "looking", "--user", "mei");
        Viewer = new HttpClient { BaseAddress = _server.Address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token.Output.Trim()) } };
    }

    public async Task DisposeAsync()
    {
        Viewer?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        _platform.Dispose();
    }

    /// <summary>Publishes a workflow under a name of its own.</summary>
    public async Task<string> PublishAsync(string tasks, string head = "")
    {
        var name = $"api-{Interlocked.Increment(ref s_number)}";
        var answer = await PutAsync(name, $"name: {name}\n{head}\ntasks:\n{tasks}");
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return name;
    }

    public async Task<HttpResponseMessage> PutAsync(string name, string yaml, string? ifMatch = null, bool ifNone = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/workflows/{name}") { Content = new StringContent(yaml, Encoding.UTF8, "application/yaml") };
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (ifNone)
            request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        return await Http.SendAsync(request);
    }

    public async Task<long> TriggerAsync(string workflow, object? body = null)
    {
        var answer = await Http.PostAsJsonAsync($"/api/v1/workflows/{workflow}/runs", body ?? new { });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (long)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["run"]!;
    }

    public async Task<JsonNode> GetAsync(string path)
    {
        var answer = await Http.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"GET {path}: {(int)answer.StatusCode} {await WhyAsync(answer)}");
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    public async Task<JsonNode> EndedAsync(long run)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System);
        while (true)
        {
            var found = await GetAsync($"/api/v1/runs/{run}");
            if ((string?)found["state"] is "success" or "failed" or "canceled")
                return found;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
        }
    }

    /// <summary>The request is refused with this status, and says what and what to do.</summary>
    public async Task<string> RefusedAsync(HttpMethod method, string path, int status, object? body = null, HttpClient? client = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is string text)
            request.Content = new StringContent(text, Encoding.UTF8, "application/json");
        else if (body is not null)
            request.Content = JsonContent.Create(body);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var answer = await (client ?? Http).SendAsync(request);
        var content = await answer.Content.ReadAsStringAsync();
        if ((int)answer.StatusCode != status)
            Assert.Fail($"{method} {path}: {(int)answer.StatusCode} {await WhyAsync(answer)}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(content)!;
        Assert.Equal(status, (int?)problem["status"]);
        Assert.False(string.IsNullOrWhiteSpace((string?)problem["title"]));
        Assert.True(((string?)problem["detail"])?.Length > 10, content);
        return $"{problem["title"]} {problem["detail"]}";
    }

    /// <summary>What an answer says; of a 500 also what the server wrote, where alone the reason stands, a moment after the answer.</summary>
    private async Task<string> WhyAsync(HttpResponseMessage answer)
    {
        var content = await answer.Content.ReadAsStringAsync();
        if ((int)answer.StatusCode != 500)
            return content;
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        return $"{content}\n{_server!.LastSaid}";
    }
}
