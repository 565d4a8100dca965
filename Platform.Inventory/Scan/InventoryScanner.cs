using Platform.Inventory.Cache;
using Platform.Tables;
using Platform.Tables.Sources;

namespace Platform.Inventory.Scan;

/// <summary>Scans sources: folders and files, the platform's own tables (<c>tables</c>), databases (<c>connection:NAME</c>).</summary>
/// <param name="store">The platform's own tables.</param>
/// <param name="cache">What earlier scans found.</param>
/// <param name="clock">Tells files that change right now.</param>
/// <param name="databases">Addresses of the databases by their sources; null without any.</param>
/// <param name="progress">Hears how far the scan is; null for nobody.</param>
public sealed class InventoryScanner(TableStore store, InventoryCache cache, TimeProvider clock, IReadOnlyDictionary<string, PostgresAddress>? databases = null, ScanProgress? progress = null)
{
    /// <summary>The source that stands for the platform's own tables.</summary>
    public const string OwnTables = "tables";

    /// <summary>The source that stands for the models that the platform has trained.</summary>
    public const string OwnModels = "models";

    /// <summary>The source that stands for the endpoints that serve them.</summary>
    public const string OwnEndpoints = "endpoints";

    /// <summary>Begins a source that is a database: <c>connection:NAME</c>.</summary>
    public const string Connection = "connection:";

    /// <summary>What each source holds, in their order. A source that cannot be scanned says so and does not stop the rest.</summary>
    /// <param name="sources">Absolute paths, <see cref="OwnTables"/>, or the sources of databases.</param>
    /// <param name="include">Globs below a folder, or of <c>schema.table</c>; empty takes all.</param>
    /// <param name="exclude">Globs below a folder, or of <c>schema.table</c>, to leave out.</param>
    /// <param name="cancellation">Ends the scan.</param>
    public IReadOnlyList<ScanResult> Scan(IReadOnlyList<string> sources, IReadOnlyList<string> include, IReadOnlyList<string> exclude, CancellationToken cancellation)
    {
        (include, exclude) = (OfData(include), OfData(exclude));
        var delta = new DeltaScanner(store, cache);
        var folders = new FolderScanner(cache.Files, clock, progress);
        var results = new List<ScanResult>();
        foreach (var source in sources.Distinct(StringComparer.Ordinal))
        {
            progress?.Begin(source);
            try
            {
                results.Add(databases?.GetValueOrDefault(source) is { } address ? new DatabaseScanner(address, clock).Scan(source, include, exclude, cancellation)
                    : source == OwnTables ? delta.ScanTables(cancellation) : folders.Scan(source, include, exclude, delta.Examine, cancellation));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                results.Add(new ScanResult { Source = source, Failure = $"The source '{source}' could not be scanned: {e.Message}" });
            }
        }

        cache.Files.Save(results.Where(result => result.Failure is null && Path.IsPathRooted(result.Source)).Select(result => result.Source));
        return results;
    }

    /// <summary>Whether a source is one of the platform's own.</summary>
    public static bool IsOwn(string source) => source is OwnTables or OwnModels or OwnEndpoints;

    private static List<string> OfData(IReadOnlyList<string> globs) => [.. globs.Where(glob => !ModelScanner.IsForModels(glob))];
}
