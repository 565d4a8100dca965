using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Platform.Benchmarks.Inventory.Scale;

/// <summary>Asks a served catalog the same kind of question many times, one after the other, and prints how long the answers took as a client sees them.</summary>
internal sealed class CatalogQuestions(ServedCatalog server, ScaleCatalog catalog, int count)
{
    private readonly Random _random = new(11);
    private readonly List<double> _searches = [];

    /// <summary>Searches as people type them; the last line is over all of them together.</summary>
    internal async Task SearchAsync()
    {
        var regions = ScaleCatalog.Regions;
        await SearchAsync("a whole name", () => Name(Key()));
        await SearchAsync("a whole key", Key);
        await SearchAsync("beginning of a word", () => Pick(ScaleCatalog.Subjects)[..2]);
        await SearchAsync("a frequent word", () => Pick(ScaleCatalog.Subjects));
        await SearchAsync("one typing error", () => Mistyped(Pick(ScaleCatalog.Subjects.Where(s => s.Length > 5)), 1));
        await SearchAsync("two typing errors", () => Mistyped(Pick(ScaleCatalog.Subjects.Where(s => s.Length > 7)), 2));
        await SearchAsync("two words", () => $"{Pick(ScaleCatalog.Subjects)} {Pick(regions)}");
        await SearchAsync("four words, one mistyped", () => $"{Pick(ScaleCatalog.Subjects)} {Mistyped("history", 1)} {Pick(regions)} finance");
        await SearchAsync("Chinese", () => Pick(["订单", "客户", "商品", "库存", "订"]));
        await SearchAsync("first letters of Chinese", () => Pick(["dd", "kh", "sp", "kc"]));
        await SearchAsync("readings of Chinese", () => Pick(["dingdan", "kehu", "shangpin", "kucun", "dingd"]));
        await SearchAsync("a column", () => Pick(ScaleCatalog.Columns));
        await SearchAsync("a column of a table", () => $"{Pick(ScaleCatalog.Subjects)} {Pick(regions)} email");
        await SearchAsync("a word and facets", () => $"{Pick(ScaleCatalog.Subjects)}&kind=table&domain={Pick(regions)}");
        await SearchAsync("a word and facets of columns", () => $"email&kind=column&domain={Pick(regions)}");
        await SearchAsync("facets alone", () => $"&kind=table&domain={Pick(regions)}&personal=true");
        await SearchAsync("all columns", () => "&kind=column");
        await SearchAsync("nothing is so called", () => "xq" + Guid.NewGuid().ToString("N")[..8]);
        Print("all searches together", _searches, null, null);
    }

    /// <summary>Asks an address of the API once a question.</summary>
    /// <param name="what">What is asked.</param>
    /// <param name="hubs">Of one of the largest hubs instead of any asset.</param>
    /// <param name="path">The address for an asset's key.</param>
    /// <param name="found">Counts what the answer holds.</param>
    internal async Task AskAsync(string what, bool hubs, Func<string, string> path, Func<JsonNode, long> found)
    {
        var paths = Enumerable.Range(0, count).Select(_ => path(hubs ? catalog.Keys[catalog.Hubs[_random.Next(catalog.Hubs.Count)]] : Key())).ToList();
        Print(what, await TimesAsync(paths, found, out var each, out var cost), each(), cost());
    }

    internal string Key() => catalog.Keys[_random.Next(catalog.Keys.Count)];

    private async Task SearchAsync(string what, Func<string> words)
    {
        var paths = Enumerable.Range(0, count).Select(_ => words()).Select(w => w.Split('&', 2) is [var text, var rest] ? $"text={Uri.EscapeDataString(text)}&{rest}" : $"text={Uri.EscapeDataString(w)}").Select(q => $"/api/v1/assets?columns=true&limit=50&{q}").ToList();
        var times = await TimesAsync(paths, answer => (long)answer["total"]!, out var each, out var cost);
        _searches.AddRange(times);
        Print($"search: {what}", times, each(), cost());
    }

    private Task<List<double>> TimesAsync(List<string> paths, Func<JsonNode, long> found, out Func<double> each, out Func<double> cost)
    {
        long total = 0;
        var processor = TimeSpan.Zero;
        cost = () => processor.TotalMilliseconds / paths.Count;
        each = () => (double)total / paths.Count;
        return AskAllAsync();

        async Task<List<double>> AskAllAsync()
        {
            // A few before: neither the compiler nor a cold cache is what is asked about.
            foreach (var path in paths.Take(5))
                await server.Http.GetStringAsync(path);
            var times = new List<double>();
            var before = server.Processor();
            foreach (var path in paths)
            {
                var clock = Stopwatch.GetTimestamp();
                var text = await server.Http.GetStringAsync(path);
                times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
                total += found(JsonNode.Parse(text)!);
            }

            processor = server.Processor() - before;
            times.Sort();
            return times;
        }
    }

    private static void Print(string what, List<double> times, double? each, double? cost)
    {
        var sorted = times.Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-44} p50 {At(sorted, 0.5):0.0} ms  p95 {At(sorted, 0.95):0.0} ms  p99 {At(sorted, 0.99):0.0} ms{(each is null ? "" : $"  ({each:0} found, {cost:0.0} ms of processor each)")}"));
    }

    private static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];

    private static string Name(string key) => key[(key.LastIndexOfAny(['.', ':']) + 1)..];

    private string Pick(IEnumerable<string> of)
    {
        var all = of.ToArray();
        return all[_random.Next(all.Length)];
    }

    /// <summary>Letters swapped, left out or put in the place of others, behind the first.</summary>
    private string Mistyped(string word, int errors)
    {
        for (var i = 0; i < errors; i++)
        {
            var at = 1 + _random.Next(word.Length - 2);
            word = _random.Next(3) switch
            {
                0 => word.Remove(at, 1),
                1 => word[..at] + 'x' + word[(at + 1)..],
                _ => word[..at] + word[at + 1] + word[at] + word[(at + 2)..],
            };
        }

        return word;
    }
}
