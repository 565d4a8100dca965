using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.JSInterop;
using Platform.Designer.Inventory;
using Platform.Designer.Ports;
using Platform.Designer.Shell;
using Platform.Designer.SignIn;

namespace Platform.Designer.Tests;

/// <summary>What is personal is nowhere in the page's HTML, not only out of sight.</summary>
public sealed class MaskingTests
{
    private static readonly ColumnView Personal = Column("email", personal: true, "ann@example.com", "zoe@example.com");
    private static readonly ColumnView Plain = Column("city", personal: false, "Aachen", "Zürich");

    [Fact]
    public async Task A_personal_column_shows_neither_its_range_nor_its_frequent_values()
    {
        var html = await RenderAsync<ColumnTable>(new() { ["Columns"] = (IReadOnlyList<ColumnView>)[Personal, Plain], ["Open"] = "email" });

        Assert.DoesNotContain("example.com", html, StringComparison.Ordinal);
        Assert.Contains("Aachen", html, StringComparison.Ordinal);
        Assert.Contains("42", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Permissions.Viewer, false)]
    [InlineData(Permissions.Editor, true)]
    public async Task A_sample_masks_personal_columns_for_everybody_and_keeps_nulls_visible(string role, bool mayAsk)
    {
        var asset = new AssetView { Entry = new AssetEntry { Key = "shop.customers", Kind = "table" }, Columns = [Personal, Plain], Relations = [], Writes = [], Checks = [] };
        var html = await RenderAsync<SampleTable>(new() { ["Asset"] = asset }, role);

        Assert.DoesNotContain("ann@example.com", html, StringComparison.Ordinal);
        Assert.Contains("Aachen", html, StringComparison.Ordinal);
        Assert.Contains("null", html, StringComparison.Ordinal);
        Assert.Equal(mayAsk, html.Contains("<button", StringComparison.Ordinal));
    }

    private static ColumnView Column(string name, bool personal, string min, string max) => new()
    {
        Name = name,
        DataType = "VARCHAR",
        Personal = personal,
        Profile = new ProfileView { Rows = 100, Nulls = 1, Distinct = 42, Min = min, Max = max, Frequent = [(min, 7), (max, 3)] },
    };

    private static async Task<string> RenderAsync<T>(Dictionary<string, object?> parameters, string role = Permissions.Viewer) where T : IComponent
    {
        var services = new ServiceCollection();
        services.AddLogging().AddLocalization().AddSingleton(TimeProvider.System).AddSingleton<IJSRuntime, NoScript>().AddScoped<Browser>().AddScoped<Formats>().AddSingleton<ISamplePort, OneRow>();
        services.AddSingleton<AuthenticationStateProvider>(new SignedIn(role)).AddCascadingAuthenticationState().AddAuthorizationCore(options =>
        {
            foreach (var (action, least) in Permissions.LeastRole)
                options.AddPolicy(action, policy => policy.RequireRole(least));
        });
        await using var provider = services.BuildServiceProvider();
        await using var renderer = new HtmlRenderer(provider, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<T>(ParameterView.FromDictionary(parameters))).ToHtmlString());
    }

    private sealed class SignedIn(string role) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
            Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity(Permissions.Including(role).Select(held => new Claim(ClaimTypes.Role, held)), "test"))));
    }

    private sealed class OneRow : ISamplePort
    {
        public Task<AssetSample?> ReadAsync(string asset, int rows, CancellationToken cancellationToken) =>
            Task.FromResult<AssetSample?>(new AssetSample(["email", "city"], [["ann@example.com", "Aachen"], [null, null]], 1));
    }

    /// <summary>Static rendering calls no script.</summary>
    private sealed class NoScript : IJSRuntime
    {
        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => throw new NotSupportedException(identifier);

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => throw new NotSupportedException(identifier);
    }
}
