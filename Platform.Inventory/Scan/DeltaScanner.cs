using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Platform.Inventory.Cache;
using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Inventory.Scan;

/// <summary>Judges Delta tables: those that lie in folders, and the platform's own.</summary>
public sealed class DeltaScanner(TableStore store, InventoryCache cache)
{
    /// <summary>A Delta table in a folder tree. Never throws for what the folder holds: the asset says what is wrong.</summary>
    public FoundAsset Examine(string folder) => Examine(folder, FolderScanner.KeyOf(folder), AssetKind.FileSet, Path.GetDirectoryName(folder)!);

    /// <summary>The platform's own tables, by their names.</summary>
    public ScanResult ScanTables(CancellationToken cancellation)
    {
        var assets = new List<FoundAsset>();
        foreach (var table in store.List())
        {
            cancellation.ThrowIfCancellationRequested();
            assets.Add(Examine(store.FolderOf(table), table.ToString(), AssetKind.Table, table.Schema) with { Name = table.ToString(), Source = "tables" });
        }

        return new ScanResult { Source = "tables", Assets = assets };
    }

    private FoundAsset Examine(string folder, string key, AssetKind kind, string group)
    {
        string fingerprint;
        long bytes;
        DateTimeOffset modified;
        try
        {
            (fingerprint, bytes, modified) = Fingerprint(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Base(folder, key, kind, group, "unreadable") with { Condition = AssetCondition.Broken, Reason = $"The folder cannot be read: {e.Message}" };
        }

        var verdict = cache.Find<Judged>("delta", fingerprint);
        if (verdict is null)
        {
            verdict = Judge(folder);
            cache.Keep("delta", fingerprint, verdict);
        }

        return Base(folder, key, kind, group, fingerprint) with
        {
            Condition = verdict.Condition,
            Reason = verdict.Reason,
            Version = verdict.Version,
            KnownRows = verdict.Rows,
            Bytes = verdict.Bytes ?? bytes,
            Modified = verdict.Modified ?? modified,
        };
    }

    private Judged Judge(string folder)
    {
        var verdict = DeltaTable.Examine(store, folder);
        var snapshot = verdict.Snapshot;
        return new Judged(
            verdict.Kind switch { TableVerdictKind.Readable => AssetCondition.Readable, TableVerdictKind.Unsupported => AssetCondition.Unsupported, _ => AssetCondition.Broken },
            verdict.Kind switch
            {
                TableVerdictKind.Readable => null,
                TableVerdictKind.Unsupported => $"Feature {verdict.Subject}: {verdict.Message}",
                _ => verdict.Message.Contains(verdict.Subject ?? "", StringComparison.Ordinal) ? verdict.Message : $"{verdict.Subject}: {verdict.Message}",
            },
            snapshot?.Version,
            snapshot?.Rows,
            snapshot?.Bytes,
            snapshot?.Timestamp);
    }

    private static FoundAsset Base(string folder, string key, AssetKind kind, string group, string fingerprint) => new()
    {
        Key = key,
        Kind = kind,
        Name = Path.GetFileName(folder),
        Source = folder,
        Group = group,
        Format = "delta",
        Location = folder,
        Fingerprint = fingerprint,
    };

    // The log's content says what the table is; data files never change under their name, so their sizes tell loss and damage.
    private static (string Fingerprint, long Bytes, DateTimeOffset Modified) Fingerprint(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long bytes = 0;
        var modified = DateTimeOffset.UnixEpoch;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(file => file.FullName, StringComparer.Ordinal))
        {
            if (file.Name.EndsWith(".crc", StringComparison.Ordinal) || file.Name.EndsWith(".tmp", StringComparison.Ordinal))
                continue;
            var relative = Path.GetRelativePath(folder, file.FullName);
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{relative}\n{file.Length}\n")));
            if (relative.StartsWith("_delta_log", StringComparison.Ordinal) && file.Length < 16 << 20)
                hash.AppendData(File.ReadAllBytes(file.FullName));
            else
                bytes += file.Length;
            var written = new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero);
            modified = written > modified ? written : modified;
        }

        return (Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16)), bytes, modified);
    }

    private sealed record Judged(AssetCondition Condition, string? Reason, long? Version, long? Rows, long? Bytes, DateTimeOffset? Modified);
}
