using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.Server.Tests.CommandLine;

/// <summary>What a new user presses first: each shipped workflow as it stands, on a small sample shop.</summary>
public sealed class ShippedWorkflowTests : IDisposable
{
    private readonly PlatformProcess _platform = new();

    public void Dispose() => _platform.Dispose();

    [Fact]
    public async Task The_shipped_workflows_run_whole_on_the_sample_shop()
    {
        var sample = await _platform.RunAsync("run", "sample-shop", "--param", "orders=1000", "--json");
        Assert.True(sample.ExitCode == 0, Failures(sample));

        var day = (string)sample.Json["tasks"]!.AsArray().Single(t => (string?)t!["id"] == "generate")!["outputs"]!["start_date"]!;
        var shop = await _platform.RunAsync("run", File("shop-recommendations"), "--param", $"source={_platform.Home}/samples/shop/order_lines", "--date", day, "--json");
        Assert.True(shop.ExitCode == 0, Failures(shop));
        var score = await _platform.RunAsync("score", "shop-recommender", """{"inputs":[{"user":"nobody","k":3}]}""", "--json");
        Assert.Equal(3, score.Json["outputs"]![0]!["items"]!.AsArray().Count);

        var inventory = await _platform.RunAsync("run", File("nightly-inventory"), "--json");
        Assert.True(inventory.ExitCode == 0, Failures(inventory));
        var customers = await _platform.RunAsync("inventory", "shop.customers", "--json");
        Assert.True((int)customers.Json["asset"]!["personal_column_count"]! >= 3, customers.Output);
    }

    private static string File(string name) => Repository.PathOf("workflows", name + ".yaml");

    private static string Failures(Printed run) => run.Output.Length == 0 ? run.Error
        : string.Join('\n', run.Json["tasks"]!.AsArray().Where(t => (string?)t!["state"] == "failed").Select(t => $"{t!["id"]}: {t["error"]}"));
}
