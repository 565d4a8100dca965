using Platform.Tables.Files;
using Platform.Tables.Log;
using Platform.Tables.Native;

namespace Platform.Tables;

/// <summary>Where tables are and what working on them may take.</summary>
public sealed record TableStoreOptions
{
    /// <summary>The folder of all tables; table raw.order_lines lies in raw/order_lines.</summary>
    public required string Root { get; init; }

    /// <summary>Where queries put what does not fit into memory; null for a folder in <see cref="Root"/>.</summary>
    public string? SpillFolder { get; init; }

    /// <summary>The most bytes a session may spill; 50 GiB by default.</summary>
    public long SpillLimit { get; init; } = 50L << 30;

    /// <summary>The most memory of a session, in bytes; 1 GiB by default.</summary>
    public long MemoryLimit { get; init; } = 1L << 30;

    /// <summary>Threads of a session; one a core by default.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The clock of commits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>The tables of a platform: Delta tables in one folder. Safe for all threads; several processes may use the same folder.</summary>
public sealed class TableStore : IDisposable
{
    private readonly TableStoreOptions _options;
    private readonly SnapshotCache _snapshots;

    public TableStore(TableStoreOptions options)
    {
        _options = options with { Root = Path.GetFullPath(options.Root) };
        var spill = Path.GetFullPath(options.SpillFolder ?? Path.Combine(_options.Root, ".spill"));
        foreach (var scratch in new[] { spill, StagingFolder })
            Leftovers.Delete(scratch, options.Time.GetUtcNow());
        Databases = new DuckDbPool(new DuckDbOptions { MemoryLimit = options.MemoryLimit, Threads = options.Threads, SpillLimit = options.SpillLimit }, spill, options.Time);
        Reader = new SnapshotReader(Databases);
        _snapshots = new SnapshotCache(Reader);
        Committer = new Committer(_snapshots, Databases, options.Time);
    }

    private TableStore(TableStore real, Overlay overlay)
    {
        (_options, Databases, Reader, Real, Overlay) = (real._options, real.Databases, real.Reader, real, overlay);
        // Its tables vanish: the real store's memory does not fill with them.
        _snapshots = new SnapshotCache(Reader);
        Committer = new Committer(_snapshots, Databases, Time);
    }

    /// <summary>
    /// The same tables with an overlay: writes go into its folder, and so do reads of what was written there; everything else is read from the real tables, as a sample.
    /// The real tables are never written. For one attempt, or for one who looks at the result.
    /// </summary>
    public TableStore With(Overlay overlay) => new(Real ?? this, overlay);

    internal DuckDbPool Databases { get; }

    internal SnapshotReader Reader { get; }

    /// <summary>The store below the overlay; null where there is none.</summary>
    internal TableStore? Real { get; }

    /// <summary>The overlay; null for the real tables.</summary>
    public Overlay? Overlay { get; }

    internal Committer Committer { get; }

    internal TimeProvider Time => _options.Time;

    /// <summary>Where a session's files wait to be moved into their table; on the same disk as the tables.</summary>
    internal string StagingFolder => Path.Combine(_options.Root, ".staging");

    /// <summary>The folder of all tables.</summary>
    public string Root => _options.Root;

    /// <summary>The folder of a table, whether it exists or not; with an overlay, the one that it is read from.</summary>
    public string FolderOf(TableName table) => Overlay is null || Holds(table) ? FolderToWrite(table) : Real!.FolderOf(table);

    /// <summary>Whether the overlay has the table: a task of the same run has written it.</summary>
    public bool Holds(TableName table) => Overlay is not null && _snapshots.TryGet(FolderToWrite(table)) is not null;

    /// <summary>Whether the table exists outside of the overlay.</summary>
    public bool IsReal(TableName table) => (Real ?? this).Exists(table);

    /// <summary>The folder that a write goes to.</summary>
    internal string FolderToWrite(TableName table) => Path.Combine(Overlay?.Folder ?? _options.Root, table.Schema, table.Table);

    /// <summary>The newest state of the table in a folder; null if there is none.</summary>
    internal Snapshot? Newest(string folder) => CacheOf(folder).TryGet(folder);

    /// <summary>The tables that exist, in order of their names.</summary>
    public IReadOnlyList<TableName> List()
    {
        if (Real is not null)
            return [.. Real.List().Concat(In(Overlay!.Folder)).Distinct().OrderBy(name => name.ToString(), StringComparer.Ordinal)];
        return [.. In(_options.Root).OrderBy(name => name.ToString(), StringComparer.Ordinal)];
    }

    private IEnumerable<TableName> In(string root)
    {
        if (!Directory.Exists(root))
            return [];
        return [.. Directory.EnumerateDirectories(root)
            .SelectMany(Directory.EnumerateDirectories)
            .Select(folder => TableName.TryParse($"{Path.GetFileName(Path.GetDirectoryName(folder))}.{Path.GetFileName(folder)}", out var name) ? name : null)
            .OfType<TableName>()
            .Where(Exists)];
    }

    /// <summary>Whether the table has a first version.</summary>
    public bool Exists(TableName table) => Newest(FolderOf(table)) is not null;

    /// <summary>The table's state now, or at a version.</summary>
    /// <exception cref="TableNotFoundException">The table or the version does not exist.</exception>
    public TableSnapshot Snapshot(TableName table, long? version = null)
    {
        var folder = FolderOf(table);
        if (version is null)
            return new TableSnapshot(Newest(folder) ?? throw Missing(table));
        // An old version is read for itself, so that damage done since does not hide it.
        return new TableSnapshot(CacheOf(folder).Known(folder, version.Value) ?? (new LogFolder(folder).Exists ? Reader.Read(folder, version) : throw Missing(table)));
    }

    /// <summary>The table's state at a time: the last version committed at or before it.</summary>
    /// <exception cref="TableNotFoundException">The table does not exist, or did not yet.</exception>
    public TableSnapshot Snapshot(TableName table, DateTimeOffset at)
    {
        var newest = Newest(FolderOf(table)) ?? throw Missing(table);
        if (newest.Timestamp <= at)
            return new TableSnapshot(newest);
        var version = TableHistory.Read(newest.TableFolder).FirstOrDefault(commit => commit.Timestamp <= at)?.Version
            ?? throw new TableNotFoundException($"Table '{table}' had no version at {at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}. Ask for a later time.");
        return new TableSnapshot(Reader.Read(newest.TableFolder, version));
    }

    /// <summary>The table's commits, newest first, as far back as its log reaches.</summary>
    /// <exception cref="TableNotFoundException">The table does not exist.</exception>
    public IReadOnlyList<TableCommit> History(TableName table) => TableHistory.Read((Newest(FolderOf(table)) ?? throw Missing(table)).TableFolder);

    /// <summary>A database to work on tables with; a task attempt has one of its own.</summary>
    public TableSession OpenSession(TableSessionOptions? options = null) => new(this, options ?? new());

    /// <summary>
    /// Deletes files that no version newer than the given age needs: orphans of writers that died, and files that were removed from the
    /// table. Versions that used them can no longer be read.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="olderThan">Files younger than this stay; at least an hour, so that a running write keeps its files.</param>
    /// <param name="dryRun">True only tells.</param>
    /// <returns>The files that were, or would be, deleted.</returns>
    /// <exception cref="TableNotFoundException">The table does not exist.</exception>
    public IReadOnlyList<string> Vacuum(TableName table, TimeSpan olderThan, bool dryRun)
        => TableVacuum.Run(Newest(FolderOf(table)) ?? throw Missing(table), olderThan, dryRun, Time.GetUtcNow());

    internal TableNotFoundException Missing(TableName table)
    {
        var known = List();
        var list = known.Count == 0 ? "There are no tables yet." : $"There are {string.Join(", ", known.Take(20))}{(known.Count > 20 ? " and others" : "")}.";
        return new TableNotFoundException($"Table '{table}' does not exist. Run the task that writes it, or check the name. {list}");
    }

    private SnapshotCache CacheOf(string folder) => Overlay is null || folder.StartsWith(Overlay.Folder, StringComparison.Ordinal) ? _snapshots : Real!._snapshots;

    public void Dispose()
    {
        // A store with an overlay borrows its databases.
        if (Real is null)
            Databases.Dispose();
    }
}
