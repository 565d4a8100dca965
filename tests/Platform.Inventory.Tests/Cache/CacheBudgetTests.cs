using Platform.Inventory.Cache;
using Platform.Inventory.Profile;
using Platform.Testing;

namespace Platform.Inventory.Tests.Cache;

public sealed class CacheBudgetTests : IDisposable
{
    private static readonly DateTime Monday = new(2026, 1, 5, 0, 0, 0, DateTimeKind.Utc);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_longest_ago_goes_first_of_whatever_kind()
    {
        var cache = new InventoryCache(_folder.Path);
        string[] kinds = ["pairs", "states", "rows", "structures", "profiles"];
        for (var day = 0; day < kinds.Length; day++)
            Write(kinds[day], 1_000, Monday.AddDays(day));
        Write("", 5_000, Monday.AddYears(-1));
        cache.Keep("relations", "abc", new Document("x"));
        cache.Budget.Prune(2_500);
        Assert.Equal(["profiles", "relations", "structures"], Left());
        Assert.True(File.Exists(_folder.File("a.bin")), "What lies in the folder itself is no cached find.");
    }

    [Fact]
    public void Nothing_is_looked_at_where_nothing_was_written_and_nothing_goes_within_the_budget()
    {
        var cache = new InventoryCache(_folder.Path);
        Write("pairs", 1_000, Monday);
        cache.Budget.Prune(0);
        Assert.Equal(["pairs"], Left());
        cache.Keep("rows", "abc", new Document("x"));
        cache.Budget.Prune(2_000);
        Assert.Equal(["pairs", "rows"], Left());
        cache.Budget.Prune(0);
        Assert.Equal(["pairs", "rows"], Left());
    }

    [Fact]
    public void States_are_pruned_oldest_first_and_a_pruned_one_is_not_found_any_more()
    {
        var cache = new InventoryCache(_folder.Path);
        string[] keys = [StateStore.KeyOf("first"), StateStore.KeyOf("second"), StateStore.KeyOf("third")];
        foreach (var key in keys)
        {
            var state = new TableState { Rows = 1 };
            state.Column("c").AddCell("value"u8);
            cache.States.Keep(key, state);
        }

        var files = keys.Select(key => Directory.GetFiles(_folder.Path, key + ".state", SearchOption.AllDirectories).Single()).ToArray();
        for (var i = 0; i < files.Length; i++)
            File.SetLastWriteTimeUtc(files[i], Monday.AddDays(-i));
        cache.Budget.Prune(new FileInfo(files[0]).Length + new FileInfo(files[1]).Length);
        Assert.NotNull(cache.States.Find(keys[0]));
        Assert.NotNull(cache.States.Find(keys[1]));
        Assert.Null(cache.States.Find(keys[2]));
        Assert.False(cache.States.Has(keys[2]));
    }

    [Fact]
    public void A_cache_without_a_folder_keeps_and_prunes_nothing()
    {
        var cache = new InventoryCache(null);
        cache.Keep("rows", "abc", new Document("x"));
        cache.Budget.Prune(0);
        Assert.Null(cache.Find<Document>("rows", "abc"));
    }

    private string[] Left() => [.. Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(_folder.Path, path).Split('/')).Where(parts => parts.Length > 1).Select(parts => parts[0]).Order(StringComparer.Ordinal)];

    private void Write(string kind, int bytes, DateTime written)
    {
        var path = kind.Length == 0 ? _folder.File("a.bin") : _folder.File(Path.Combine(kind, "ab", "a.bin"));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, new byte[bytes]);
        File.SetLastWriteTimeUtc(path, written);
    }

    private sealed record Document(string Text);
}
