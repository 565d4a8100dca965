using System.Collections.Immutable;

namespace Platform.Tables.Log;

/// <summary>A table's state after a version: what replaying its log up to there gives. Immutable and shared.</summary>
internal sealed class Snapshot
{
    public required string TableFolder { get; init; }

    public required long Version { get; init; }

    /// <summary>When the version was committed, by its writer's clock.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    public required Protocol Protocol { get; init; }

    public required TableMetadata Metadata { get; init; }

    public required ImmutableDictionary<string, AddFile> Files { get; init; }

    /// <summary>Removed files, kept for vacuum and for checkpoints.</summary>
    public required ImmutableDictionary<string, RemoveFile> Removed { get; init; }

    public required ImmutableDictionary<string, Transaction> Transactions { get; init; }

    /// <summary>Files in the order in which they were written.</summary>
    public IReadOnlyList<AddFile> OrderedFiles => field ??= [.. Files.Values.OrderBy(file => file.Order)];

    public StructType Schema => Metadata.Schema;

    /// <summary>All rows; null if a file has no count.</summary>
    public long? Rows
    {
        get
        {
            long rows = 0;
            foreach (var file in Files.Values)
            {
                if (file.Rows is not { } count)
                    return null;
                rows += count;
            }
            return rows;
        }
    }

    public long Bytes => Files.Values.Sum(file => file.Size);

    public SnapshotBuilder Continue() => new(TableFolder, this);
}

/// <summary>Replays actions onto a state (protocol section "Action Reconciliation").</summary>
internal sealed class SnapshotBuilder(string tableFolder, Snapshot? from)
{
    private readonly ImmutableDictionary<string, AddFile>.Builder _files = (from?.Files ?? ImmutableDictionary<string, AddFile>.Empty).ToBuilder();
    private readonly ImmutableDictionary<string, RemoveFile>.Builder _removed = (from?.Removed ?? ImmutableDictionary<string, RemoveFile>.Empty).ToBuilder();
    private readonly ImmutableDictionary<string, Transaction>.Builder _transactions = (from?.Transactions ?? ImmutableDictionary<string, Transaction>.Empty).ToBuilder();
    private Protocol? _protocol = from?.Protocol;
    private TableMetadata? _metadata = from?.Metadata;
    private DateTimeOffset _timestamp = from?.Timestamp ?? DateTimeOffset.UnixEpoch;
    private long _order = from?.Files.Values.Select(file => file.Order).DefaultIfEmpty(0).Max() ?? 0;

    public long Version { get; private set; } = from?.Version ?? -1;

    /// <summary>Applies a version's actions. With fromCheckpoint they are a whole state, else one commit.</summary>
    public void Apply(long version, IEnumerable<LogAction> actions, bool fromCheckpoint, Func<DateTime> fileTime)
    {
        Version = version;
        DateTimeOffset? said = null;
        foreach (var action in actions)
        {
            switch (action)
            {
                case AddFile add:
                    _files[add.Key] = add with { Order = ++_order };
                    _removed.Remove(add.Key);
                    break;
                case RemoveFile remove:
                    _files.Remove(remove.Key);
                    _removed[remove.Key] = remove;
                    break;
                case Transaction transaction:
                    _transactions[transaction.AppId] = fromCheckpoint ? transaction : transaction with { CommitVersion = version };
                    break;
                case Protocol protocol:
                    _protocol = protocol;
                    break;
                case TableMetadata metadata:
                    _metadata = metadata;
                    break;
                case CommitInfo info when info.Timestamp is { } milliseconds:
                    said = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
                    break;
                default:
                    break;
            }
        }
        _timestamp = said ?? new DateTimeOffset(fileTime());
    }

    /// <exception cref="BrokenTableException">The log says nothing of protocol or metadata.</exception>
    /// <exception cref="UnsupportedTableException">The table needs a reader that we are not.</exception>
    public Snapshot Build()
    {
        var file = $"{LogFolder.Name}/{LogFolder.CommitName(Version)}";
        if (_protocol is null)
            throw new BrokenTableException(file, $"Table '{tableFolder}' has no protocol action up to '{file}': its log is incomplete.");
        ReaderProtocol.Check(tableFolder, _protocol);
        if (_metadata is null)
            throw new BrokenTableException(file, $"Table '{tableFolder}' has no metaData action up to '{file}': its log is incomplete.");
        return new Snapshot
        {
            TableFolder = tableFolder,
            Version = Version,
            Timestamp = _timestamp,
            Protocol = _protocol,
            Metadata = _metadata,
            Files = _files.ToImmutable(),
            Removed = _removed.ToImmutable(),
            Transactions = _transactions.ToImmutable(),
        };
    }
}
