using System.Text;
using Platform.Inventory.Cache;
using Platform.Inventory.Compare;
using Platform.Inventory.Profile;
using Platform.Inventory.Relate;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Testing;

namespace Platform.Inventory.Tests;

/// <summary>A folder of data and a home beside it, in which inventories are taken as the nightly run takes them.</summary>
public abstract class InventoryTest : IDisposable
{
    private readonly TempFolder _home = new();

    protected InventoryTest() => Store = new TableStore(new TableStoreOptions { Root = _home.File("tables"), Threads = 1 });

    protected TempFolder Data { get; } = new();

    protected TableStore Store { get; }

    protected string Home => _home.Path;

    public void Dispose()
    {
        Store.Dispose();
        Data.Dispose();
        _home.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected ScanResult Scan(string? root = null, string[]? exclude = null)
        => new InventoryScanner(Store, new InventoryCache(_home.File("cache")), TimeProvider.System).Scan([root ?? Data.Path], [], exclude ?? [], default)[0];

    private protected InventorySnapshot Take(string? root = null)
    {
        var cache = new InventoryCache(_home.File("cache"));
        var sources = new InventoryScanner(Store, cache, TimeProvider.System).Scan([root ?? Data.Path], [], [], default);
        var assets = sources.SelectMany(source => source.Assets).ToList();
        var profiles = new AssetProfiler(Store, cache).Profile(assets, null, default);
        var problems = new List<string>();
        var found = new RelationFinder(Store, cache).Find(assets, profiles, problems.Add, default);
        return new InventorySnapshot { Taken = DateTimeOffset.UnixEpoch, Sources = sources, Profiles = profiles.ToDictionary(profile => profile.Key), Relations = found.References, Structures = found.Structures, Copies = found.Copies, Joins = found.Joins, Problems = problems };
    }

    private protected static AssetProfile ProfileOf(InventorySnapshot snapshot, string name)
        => snapshot.Profiles[Assert.Single(snapshot.Assets, asset => asset.Name == name).Key];

    private protected string Write(string name, string text, Encoding? encoding = null)
    {
        var path = Data.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, (encoding ?? new UTF8Encoding(false)).GetBytes(text));
        // The scan does not trust times of the last two seconds; the files of a night are older.
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        return path;
    }
}
