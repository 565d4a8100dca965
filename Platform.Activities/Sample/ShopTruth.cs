using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Activities.Sample;

/// <summary>What was written and planted, counted while it happens and kept as <c>truth.json</c> beside the files. Safe for several threads; sums do not depend on their order.</summary>
internal sealed class ShopTruth
{
    public const string FileName = "truth.json";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly ConcurrentDictionary<string, long> _rows = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Table, string Kind), long> _planted = new();

    public void Rows(string table, long count) => _rows.AddOrUpdate(table, count, (_, old) => old + count);

    public void Planted(string table, string kind, long count = 1) => _planted.AddOrUpdate((table, kind), count, (_, old) => old + count);

    public long RowsOf(string table) => _rows.GetValueOrDefault(table);

    public long PlantedOf(string table, string kind) => _planted.GetValueOrDefault((table, kind));

    /// <summary>Adds the counts of another, such as those of one day.</summary>
    public void Add(ShopTruth other)
    {
        foreach (var (table, count) in other._rows)
            Rows(table, count);
        foreach (var ((table, kind), count) in other._planted)
            Planted(table, kind, count);
    }

    public void Write(string folder, ShopOptions options)
    {
        var planted = new JsonObject();
        foreach (var table in _planted.Keys.Select(key => key.Table).Distinct().Order(StringComparer.Ordinal))
            planted[table] = Sorted(_planted.Where(pair => pair.Key.Table == table).Select(pair => (pair.Key.Kind, pair.Value)));
        var truth = new JsonObject
        {
            ["generator_version"] = ShopOptions.GeneratorVersion,
            ["options"] = Describe(options),
            ["customers"] = options.Customers,
            ["products"] = options.Products,
            ["rows"] = Sorted(_rows.Select(pair => (pair.Key, pair.Value))),
            ["planted"] = planted,
        };
        File.WriteAllText(Path.Combine(folder, FileName), truth.ToJsonString(Indented) + "\n");
    }

    /// <summary>Whether the folder holds the shop of these options. Its file is written last, so its presence means that all others are complete.</summary>
    public static bool Holds(string folder, ShopOptions options) =>
        Read(folder) is { } truth
        && truth["generator_version"]?.GetValue<int>() == ShopOptions.GeneratorVersion
        && JsonNode.DeepEquals(truth["options"], Describe(options));

    /// <summary>The first day of the shop in the folder if it is that of the options but for its start, and trades on <paramref name="day"/>; else null.</summary>
    public static DateOnly? StartOfShopWith(string folder, ShopOptions options, DateOnly day) =>
        DateOnly.TryParseExact(Read(folder)?["options"]?["start"]?.GetValue<string>(), "yyyy-MM-dd", out var start)
        && start <= day && day < start.AddDays(options.Days) && Holds(folder, options with { Start = start }) ? start : null;

    /// <summary>The rows of each kind of file, as a folder's truth has them; null where there is none that can be read.</summary>
    public static JsonObject? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject;
        }
        catch (JsonException)
        {
            return null;    // half written by something else: not ours, write anew
        }
    }

    private static JsonObject Describe(ShopOptions options) => (JsonObject)JsonNode.Parse(JsonSerializer.Serialize(new
    {
        orders = options.Orders,
        days = options.Days,
        start = options.Start.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        seed = options.Seed,
        dirt = options.Dirt,
        fraud = options.Fraud,
    }))!;

    private static JsonObject Sorted(IEnumerable<(string Name, long Count)> counts)
    {
        var result = new JsonObject();
        foreach (var (name, count) in counts.OrderBy(pair => pair.Name, StringComparer.Ordinal))
            result[name] = count;
        return result;
    }
}
