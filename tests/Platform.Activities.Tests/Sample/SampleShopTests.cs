using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Activities.Sample;
using Platform.Testing;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Sample;

public sealed class SampleShopTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TestRun _run = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        await Make("a", seed: 7);
        await Make("b", seed: 7);
        await Make("c", seed: 8);
        Assert.Equal(Digest("a"), Digest("b"));
        Assert.NotEqual(Digest("a"), Digest("c"));
    }

    [Fact]
    public async Task The_bytes_of_version_1_do_not_change_between_machines_and_releases()
    {
        await Make("a", seed: 42);
        Assert.Equal("8726E304E580F7B9", Digest("a"));
    }

    [Fact]
    public async Task A_shop_that_is_already_there_is_left_as_it_is_and_another_size_replaces_it()
    {
        var first = await Make("a", seed: 1);
        var stamp = Directory.GetCreationTimeUtc(PathOf("a", "order_lines"));
        var again = await Make("a", seed: 1);
        Assert.True(again.AlreadyThere);
        Assert.Equal(first with { AlreadyThere = true }, again);
        Assert.Equal(stamp, Directory.GetCreationTimeUtc(PathOf("a", "order_lines")));
        var larger = await Make("a", seed: 1, orders: 2_000);
        Assert.False(larger.AlreadyThere);
        Assert.Equal(2_000, larger.Orders);
        Assert.Empty(Directory.GetDirectories(_folder.Path, ".a.*"));
    }

    [Fact]
    public async Task The_truth_counts_what_the_files_hold()
    {
        var outputs = await Make("a", seed: 3, orders: 5_000);
        var truth = JsonNode.Parse(await File.ReadAllTextAsync(PathOf("a", "truth.json")))!;
        var lines = Lines("order_lines");
        Assert.Equal(5_000, outputs.Orders);
        Assert.Equal(outputs.Lines, lines.Count);
        Assert.Equal(Planted("cancellation"), lines.Count(line => line.StartsWith('C')));
        Assert.Equal(Planted("torn_line"), lines.Count(line => line.Split(',').Length < 3));
        Assert.Equal(Planted("wrong_type_date"), lines.Count(line => line.Contains("31/02/20xx", StringComparison.Ordinal)));
        Assert.Equal(Planted("broken_reference_product"), lines.Count(line => line.Contains(",ZZ", StringComparison.Ordinal)));
        Assert.True(Planted("repeated_line") > 0);
        Assert.True(lines.Count - lines.Distinct().Count() >= Planted("repeated_line"));
        Assert.Equal(truth["planted"]!["orders"]!["fraud"]!.GetValue<int>(), Lines("fraud_labels").Count);
        Assert.Equal(outputs.Reviews, Lines("reviews").Count);

        int Planted(string kind) => truth["planted"]!["order_lines"]![kind]!.GetValue<int>();
        List<string> Lines(string kind) => [.. Directory.GetFiles(PathOf("a", kind)).SelectMany(file => File.ReadLines(file).Skip(1))];
    }

    [Fact]
    public async Task A_shop_without_dirt_has_nothing_planted_but_cancellations()
    {
        await Make("a", seed: 3, dirt: 0, fraud: 0);
        var truth = JsonNode.Parse(await File.ReadAllTextAsync(PathOf("a", "truth.json")))!;
        Assert.Equal(["order_lines"], truth["planted"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(["cancellation"], truth["planted"]!["order_lines"]!.AsObject().Select(pair => pair.Key));
    }

    [Fact]
    public async Task Identity_cards_of_customers_have_a_valid_checksum_but_for_the_planted_ones()
    {
        await Make("a", seed: 5, orders: 20_000);
        var truth = JsonNode.Parse(await File.ReadAllTextAsync(PathOf("a", "truth.json")))!;
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        var cards = File.ReadLines(PathOf("a", "customers.csv")).Skip(1).Select(line => line.Split(',')[4]).Where(card => card.Length > 0).ToList();
        var wrong = cards.Count(card => "10X98765432"[weights.Select((weight, i) => weight * (card[i] - '0')).Sum() % 11] != card[17]);
        Assert.True(cards.Count > 500);
        Assert.InRange(wrong, 1, truth["planted"]!["customers"]!["wrong_checksum"]!.GetValue<int>() * 2);
    }

    [Fact]
    public async Task Customers_buy_from_the_categories_they_like_more_than_others_do()
    {
        await Make("a", seed: 11, orders: 10_000, dirt: 0, fraud: 0);
        var bought = Directory.GetFiles(PathOf("a", "order_lines")).SelectMany(file => File.ReadLines(file).Skip(1))
            .Where(line => !line.StartsWith('C')).Select(line => line.Split(',')).GroupBy(cells => cells[^2])
            .Select(group => group.Select(cells => cells[1]).ToList()).Where(codes => codes.Count >= 20).ToList();
        var repeated = bought.Average(codes => 1 - codes.Distinct().Count() / (double)codes.Count);
        Assert.True(bought.Count > 50);
        Assert.True(repeated > 0.3, $"Only {repeated:P0} of the lines repeat a product that the customer bought before.");
    }

    [Fact]
    public async Task A_folder_with_other_files_is_refused()
    {
        Directory.CreateDirectory(PathOf("a"));
        await File.WriteAllTextAsync(PathOf("a", "thesis.txt"), "mine");
        var error = await Assert.ThrowsAsync<ActivityException>(() => Make("a", seed: 1));
        Assert.Contains("not a generated shop", error.Message, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(PathOf("a", "thesis.txt")));
    }

    [Theory]
    [InlineData(999, 0.02)]
    [InlineData(10_000_001, 0.02)]
    [InlineData(1_000, 0.9)]
    public async Task Sizes_and_shares_out_of_range_are_refused(long orders, double dirt) =>
        await Assert.ThrowsAsync<ActivityException>(() => Make("a", seed: 1, orders: orders, dirt: dirt));

    [Fact]
    public async Task A_cancelled_attempt_leaves_nothing()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        var activity = new SampleShop(new Workspace(_folder.Path)) { Folder = "a", StartDate = new DateOnly(2025, 1, 1) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => activity.RunAsync(_run.Context(), source.Token));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    private async Task<SampleShopOutputs> Make(string folder, long seed, long orders = 1_000, double dirt = 0.05, double fraud = 0.01)
    {
        var activity = new SampleShop(new Workspace(_folder.Path)) { Folder = folder, Orders = orders, Days = 30, StartDate = new DateOnly(2025, 1, 1), Seed = seed, Dirt = dirt, Fraud = fraud };
        var result = await activity.RunAsync(_run.Context(), CancellationToken.None);
        return (SampleShopOutputs)result.Outputs!;
    }

    private string PathOf(params string[] parts) => Path.Combine([_folder.Path, .. parts]);

    private string Digest(string folder)
    {
        var all = new StringBuilder();
        foreach (var file in Directory.GetFiles(PathOf(folder), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            all.Append(Path.GetRelativePath(PathOf(folder), file)).Append(' ').AppendLine(Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString())))[..16];
    }
}
