using Platform.Inventory.Cache;
using Platform.Tables;

namespace Platform.Inventory.Scan;

/// <summary>Scans sources: folders and files, the platform's own tables (<c>tables</c>).</summary>
public sealed class InventoryScanner(TableStore store, InventoryCache cache, TimeProvider clock)
{
    /// <summary>The source that stands for the platform's own tables.</summary>
    public const string OwnTables = "tables";

    /// <summary>What each source holds, in their order. A source that cannot be scanned says so and does not stop the rest.</summary>
    /// <param name="sources">Absolute paths, or <see cref="OwnTables"/>.</param>
    /// <param name="include">Globs below a folder; empty takes all.</param>
    /// <param name="exclude">Globs below a folder to leave out.</param>
    /// <param name="cancellation">Ends the scan.</param>
    public IReadOnlyList<ScanResult> Scan(IReadOnlyList<string> sources, IReadOnlyList<string> include, IReadOnlyList<string> exclude, CancellationToken cancellation)
    {
        var delta = new DeltaScanner(store, cache);
        var folders = new FolderScanner(cache.Files, clock);
        var results = new List<ScanResult>();
        foreach (var source in sources.Distinct(StringComparer.Ordinal))
        {
            try
            {
                results.Add(source == OwnTables ? delta.ScanTables(cancellation) : folders.Scan(source, include, exclude, delta.Examine, cancellation));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                results.Add(new ScanResult { Source = source, Failure = $"The source '{source}' could not be scanned: {e.Message}" });
            }
        }

        cache.Files.Save(results.Where(result => result.Failure is null && result.Source != OwnTables).Select(result => result.Source));
        return results;
    }
}
