using System.Collections.Concurrent;
using System.Text;
using Platform.Inventory.Cache;
using Platform.Inventory.Read;
using Platform.Tables.Sources;
using Platform.Workflows.Activities;

namespace Platform.Inventory.Scan;

/// <summary>
/// Finds the assets of a folder tree. Files become one asset when they lie in one folder, have the same shape, and their names differ only by a date
/// (one file is enough, see <see cref="FileAssetKey"/>), or by a number or id (three or more); Hive partition folders, and folders of <c>part-…</c> files, are one asset each.
/// Everything else is an asset by itself.
/// </summary>
/// <param name="index">What is known of files.</param>
/// <param name="clock">Tells files that change right now.</param>
/// <param name="progress">Hears how far the scan is; null for nobody.</param>
public sealed class FolderScanner(FileIndex index, TimeProvider clock, ScanProgress? progress = null)
{
    private const int FewestNumbered = 3;

    /// <summary>Scans the tree under <paramref name="root"/>.</summary>
    /// <param name="root">A folder, or one file. Absolute.</param>
    /// <param name="include">Globs below the root; empty takes all.</param>
    /// <param name="exclude">Globs below the root to leave out.</param>
    /// <param name="examineDelta">Judges a Delta folder.</param>
    /// <param name="cancellation">Ends the scan.</param>
    public ScanResult Scan(string root, IReadOnlyList<string> include, IReadOnlyList<string> exclude, Func<string, FoundAsset> examineDelta, CancellationToken cancellation)
    {
        root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        var single = File.Exists(root);
        if (!single && !Directory.Exists(root))
            return new ScanResult { Source = root, Failure = $"The folder '{root}' does not exist. Correct the source, or mount it on this worker." };
        var walk = new FolderWalk(single ? Path.GetDirectoryName(root)! : root, single ? [Path.GetFileName(root)] : include, exclude, named: single);
        walk.Walk(cancellation);
        progress?.Found(walk.Files.Count);
        var looked = new ConcurrentBag<Looked>();
        var skipped = new ConcurrentBag<SkippedPath>(walk.Skipped);
        var now = clock.GetUtcNow();
        Parallel.ForEach(walk.Files, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, file =>
        {
            try
            {
                var (scanned, layout) = index.Look(file, now, LayoutSniffer.Find);
                looked.Add(new Looked(scanned, layout));
            }
            catch (UnreadableFileException e)
            {
                skipped.Add(new SkippedPath(file.FullName, e.Message, IsProblem: IsDataName(file.Name)));
            }

            progress?.Looked();
        });
        // A file that was named by itself is not the series that its name may belong to: of that, nothing was looked at.
        List<FoundAsset> assets = single
            ? [.. looked.Select(file => Asset(root, file.File.Path, [file]))]
            : Group(root, [.. looked.OrderBy(file => file.File.Path, StringComparer.Ordinal)]);
        var deltas = new ConcurrentBag<FoundAsset>();
        Parallel.ForEach(walk.DeltaFolders, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, folder => deltas.Add(examineDelta(folder) with { Source = root, Name = Name(root, folder) }));
        return new ScanResult
        {
            Source = root,
            Assets = [.. assets.Concat(deltas).OrderBy(asset => asset.Key, StringComparer.Ordinal)],
            Skipped = [.. skipped.OrderBy(path => path.Path, StringComparer.Ordinal)],
            Hidden = walk.Hidden,
        };
    }

    /// <summary>The key of a file or folder.</summary>
    public static string KeyOf(string path) => "file:" + path;

    /// <summary>The fingerprint of files: their paths and contents, without their times.</summary>
    public static string FingerprintOf(IReadOnlyList<ScannedFile> files, FileLayout? layout) => FingerprintOf(files, layout, []);

    private static string FingerprintOf(IReadOnlyList<ScannedFile> files, FileLayout? layout, IReadOnlyList<string> partitions)
    {
        var text = new StringBuilder(layout?.Shape);
        foreach (var partition in partitions)
            text.Append("\n=").Append(partition);
        foreach (var file in files)
            text.Append('\n').Append(file.Path).Append(' ').Append(file.Hash);
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }

    private sealed record Looked(ScannedFile File, FileLayout Layout);

    private static List<FoundAsset> Group(string root, IReadOnlyList<Looked> files)
    {
        var assets = new List<FoundAsset>();
        var partFolders = files.GroupBy(file => Path.GetDirectoryName(file.File.Path)!).Where(folder => folder.All(file => IsPart(Path.GetFileName(file.File.Path)))).Select(folder => folder.Key).ToHashSet(StringComparer.Ordinal);
        // Where its files would be looked for, were they one asset; the shape then divides them.
        foreach (var bucket in files.GroupBy(file => Bucket(file.File.Path, partFolders)))
        {
            foreach (var shape in bucket.GroupBy(file => file.Layout.Form == FileForm.Parquet || file.Layout.Columns.Count == 0 ? file.Layout.Form.ToString() : file.Layout.Shape))
            {
                var members = shape.ToList();
                var others = bucket.Count() - members.Count;
                var together = bucket.Key.Together(members.Count) && (others == 0 || members.Count >= FewestNumbered);
                if (together)
                    assets.Add(Asset(root, bucket.Key.Path, members));
                else
                    assets.AddRange(members.Select(member => Asset(root, member.File.Path, [member])));
            }
        }

        // Two shapes in one pattern cannot share its key: all but the largest go by their own names.
        foreach (var twins in assets.GroupBy(asset => asset.Key).Where(group => group.Count() > 1).ToList())
        {
            foreach (var smaller in twins.OrderByDescending(asset => asset.Files.Count).Skip(1))
            {
                assets.Remove(smaller);
                assets.AddRange(smaller.Files.Select(file => Asset(root, file.Path, [new Looked(file, smaller.Layout!)])));
            }
        }

        return WithOtherShapes(assets, files);
    }

    /// <summary>A day file whose columns changed is there, though not with the others of its name: of both it is told.</summary>
    private static List<FoundAsset> WithOtherShapes(List<FoundAsset> assets, IReadOnlyList<Looked> files)
    {
        var series = assets.Where(asset => FileAssetKey.IsPattern(asset.Key)).ToDictionary(asset => asset.Key, StringComparer.Ordinal);
        if (series.Count == 0)
            return assets;
        var single = assets.Where(asset => asset.Files.Count == 1 && !FileAssetKey.IsPattern(asset.Key)).Select(asset => asset.Files[0].Path).ToHashSet(StringComparer.Ordinal);
        var others = files.Where(file => single.Contains(file.File.Path) && series.ContainsKey(FileAssetKey.For(file.File.Path))).ToLookup(file => FileAssetKey.For(file.File.Path), StringComparer.Ordinal);
        return [.. assets.Select(asset => others[asset.Key].ToList() is { Count: > 0 } apart && asset.Layout is { } layout
            ? asset with { OtherShapes = [.. apart.Select(file => new OtherShape(file.File.Path, [.. file.Layout.Columns.Except(layout.Columns, StringComparer.Ordinal)], [.. layout.Columns.Except(file.Layout.Columns, StringComparer.Ordinal)]))] }
            : asset)];
    }

    private readonly record struct BucketKey(string Path, int Fewest)
    {
        public bool Together(int count) => count >= Fewest;
    }

    private static BucketKey Bucket(string path, HashSet<string> partFolders)
    {
        // The same key that readers and the lineage use.
        var key = FileAssetKey.For(path);
        if (FileAssetKey.IsPattern(key))
            return new BucketKey(key[KeyOf("").Length..], 1);
        var folder = Path.GetDirectoryName(path)!;
        return partFolders.Contains(folder)
            ? new BucketKey(folder, 1)
            : new BucketKey(Path.Combine(folder, FileNamePattern.Of(Path.GetFileName(path))), FewestNumbered);
    }

    private static bool IsPart(string name) => name.StartsWith("part-", StringComparison.Ordinal) && name.Length > 5 && char.IsAsciiDigit(name[5]);

    private static FoundAsset Asset(string root, string path, List<Looked> members)
    {
        var files = members.Select(member => member.File).ToList();
        return new FoundAsset
        {
            Key = KeyOf(path),
            Kind = AssetKind.FileSet,
            Name = Name(root, path),
            Source = root,
            Group = GroupOf(path),
            Format = FormatOf(members[0].Layout),
            Layout = members[0].Layout,
            Files = files,
            Bytes = files.Sum(file => file.Length),
            Modified = files.Max(file => file.Modified),
            Fingerprint = FingerprintOf(files, members[0].Layout, FilePartitions.Names(KeyOf(path))),
        };
    }

    // Relations are looked for among the files of a folder; the folders of a pattern are its parts.
    private static string GroupOf(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        while (folder.Contains('{', StringComparison.Ordinal) && Path.GetDirectoryName(folder) is { } parent)
            folder = parent;
        return folder;
    }

    private static string Name(string root, string path) => path == root ? Path.GetFileName(path) : Path.GetRelativePath(root, path);

    private static string FormatOf(FileLayout layout) => layout.Form switch
    {
        FileForm.Delimited => layout.Delimiter == '\t' ? "tsv" : "csv",
        FileForm.Lines => "text",
        FileForm.JsonLines => "json-lines",
        FileForm.JsonArray or FileForm.JsonObject => "json",
        FileForm.Parquet => "parquet",
        _ => "delta",
    };

    private static bool IsDataName(string name)
        => FileNamePattern.Extension(name).ToLowerInvariant() is ".csv" or ".tsv" or ".tab" or ".json" or ".jsonl" or ".ndjson" or ".parquet" or ".pq" or ".csv.gz" or ".tsv.gz" or ".json.gz" or ".jsonl.gz";
}
