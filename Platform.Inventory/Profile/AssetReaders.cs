using Platform.Inventory.Cache;
using Platform.Inventory.Read;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Tables.Sources;

namespace Platform.Inventory.Profile;

/// <summary>Reads the parts of assets, wherever they lie.</summary>
internal sealed class AssetReaders(TableStore store, IReadOnlyDictionary<string, PostgresAddress>? databases, PostgresReadLimits? limits)
{
    private const string View = "inventoried";

    /// <summary>The state of a Delta table, from its log.</summary>
    public TableSnapshot Snapshot(FoundAsset asset)
    {
        using var session = Open();
        return session.SnapshotOf(asset.Location!, asset.Version);
    }

    /// <summary>Ranges of rows that a large file is best read in; none for a small one, or one that cannot be cut.</summary>
    public static IReadOnlyList<RowRange> Ranges(FoundAsset asset, DataPart part, FileProfiler profiler, CancellationToken cancellation)
        => part.File is not null && asset.Layout!.Form == FileForm.Parquet && part.Bytes >= FileProfiler.LargeFile ? profiler.Ranges(part.Path, cancellation) : [];

    /// <summary>Reads a part, or some of its rows.</summary>
    public TableState Read(FoundAsset asset, DataPart part, TableSnapshot? snapshot, RowRange? range, FileProfiler profiler, CancellationToken cancellation)
    {
        if (part.TableFile is null)
        {
            var state = profiler.Read(part.Path, asset.Layout!, range, FilePartitions.Of(asset.Key, part.Path), cancellation);
            CheckUnchanged(part.File!);
            return state;
        }

        using var session = Open();
        session.ExposeFile(View, snapshot!, part.TableFile);
        return Read(session, cancellation);
    }

    /// <summary>The columns of a Delta table without data files.</summary>
    public TableState ReadEmpty(TableSnapshot snapshot, CancellationToken cancellation)
    {
        using var session = Open();
        session.ExposeFolder(View, snapshot.Folder, snapshot.Version);
        return Read(session, cancellation);
    }

    /// <summary>Reads a table of a database.</summary>
    public (TableState, PostgresReading, Relate.RowTrace?) ReadDatabase(FoundAsset asset, bool trace, CancellationToken cancellation)
        => databases?.GetValueOrDefault(asset.Source) is { } address
            ? new DatabaseReader(address, limits ?? new PostgresReadLimits()).Read(asset, trace, cancellation)
            : throw new SourceException(SourceErrorKind.NotFound, $"There is no connection any more for the source '{asset.Source}'. Set it again, or leave the source out.");

    private TableSession Open() => store.OpenSession(new TableSessionOptions { Threads = 1 });

    private static TableState Read(TableSession session, CancellationToken cancellation)
    {
        var state = new TableState();
        using var reader = session.Stream($"select * from {View}", null, cancellation);
        new BatchRecords().ReadAll(reader, state, cancellation);
        return state;
    }

    // Its state is kept under the content that was scanned: it must not be that of another.
    private static void CheckUnchanged(ScannedFile file)
    {
        var now = new FileInfo(file.Path);
        if (!now.Exists)
            throw new UnreadableFileException("The file is gone.");
        if ((now.Length != file.Length || new DateTimeOffset(now.LastWriteTimeUtc, TimeSpan.Zero) != file.Modified) && FileIndex.Hash(file.Path) != file.Hash)
            throw new UnreadableFileException("The file changed after it was scanned. The next run reads it again.");
    }
}
