using System.Text;
using Platform.Inventory.Cache;
using Platform.Inventory.Scan;
using Platform.Tables;

namespace Platform.Inventory.Profile;

/// <summary>A piece of an asset that has a state of its own: a file, or a data file of a Delta table.</summary>
/// <param name="Path">The file.</param>
/// <param name="StateKey">What its state is kept under: says what its rows are.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="File">The file as scanned; null for those of Delta tables.</param>
/// <param name="TableFile">The data file of a Delta table; null for others.</param>
internal sealed record DataPart(string Path, string StateKey, long Bytes, ScannedFile? File, TableFile? TableFile)
{
    private const int PartsAtMost = 64;

    /// <summary>The files of an asset that a scan found.</summary>
    public static IReadOnlyList<DataPart> Of(FoundAsset asset)
        => [.. asset.Files.Select(file => new DataPart(file.Path, StateStore.KeyOf(file, asset.Layout!, FilePartitions.Of(asset.Key, file.Path)), file.Length, file, null))];

    /// <summary>The data files of a Delta table. Another schema shows the same file as other columns.</summary>
    public static IReadOnlyList<DataPart> Of(TableSnapshot snapshot)
    {
        var schema = string.Join('\n', snapshot.Columns.Select(column => $"{column.Name} {column.Type}"));
        return [.. snapshot.Files.Select(file => new DataPart(file.Path, StateStore.KeyOf($"{snapshot.Folder}\n{file.Identity}\n{schema}"), file.Bytes, null, file))];
    }

    /// <summary>
    /// The parts in groups of about sixteen, by their order. Where a group ends depends on the name of its last part alone: a part more or less
    /// changes one group and leaves the others, whose merged states are kept, as they are.
    /// </summary>
    public static IReadOnlyList<PartGroup> Groups(IReadOnlyList<DataPart> parts)
    {
        var groups = new List<PartGroup>();
        for (var from = 0; from < parts.Count;)
        {
            var to = from + 1;
            while (to < parts.Count && to - from < PartsAtMost && (ValueHash.Of(Encoding.UTF8.GetBytes(System.IO.Path.GetFileName(parts[to - 1].Path))) & 15) != 0)
                to++;
            groups.Add(new PartGroup(from, to, StateStore.KeyOf(string.Join('\n', parts.Skip(from).Take(to - from).Select(part => part.StateKey)))));
            from = to;
        }

        return groups;
    }
}

/// <summary>Parts that follow each other, merged into one state.</summary>
/// <param name="From">The first of them.</param>
/// <param name="To">The one after the last.</param>
/// <param name="StateKey">What the merged state is kept under.</param>
internal readonly record struct PartGroup(int From, int To, string StateKey);

/// <summary>The pieces of one large file, read on several threads and merged in their order as they come, so that few wait in memory.</summary>
/// <param name="count">How many pieces there are.</param>
internal sealed class FilePieces(int count)
{
    private readonly Dictionary<int, TableState> _waiting = [];
    private TableState? _whole;
    private int _next;

    /// <summary>Takes in a piece; the whole comes back with the last one, else null.</summary>
    public TableState? Add(int piece, TableState state)
    {
        lock (_waiting)
        {
            _waiting.Add(piece, state);
            while (_waiting.Remove(_next, out var next))
            {
                _next++;
                if (_whole is null)
                    _whole = next;
                else
                    _whole.Merge(next);
            }

            return _next == count ? _whole : null;
        }
    }
}
