using Platform.Inventory.Profile;

namespace Platform.Inventory.Duplicates;

/// <summary>
/// The pairs of rows that are worth comparing: those that share a value, a sound, a neighbourhood in sorted order, or enough runs of characters
/// (MinHash). Groups that are too large say nothing and are left out.
/// </summary>
internal sealed class Blocking
{
    private const int Window = 4;
    private const int Bands = 16;
    private const int RowsPerBand = 3;
    private readonly IReadOnlyList<RecordColumn> _columns;
    private readonly int _rows;
    private readonly HashSet<ulong> _pairs = [];
    private readonly int _mostPairs;
    private readonly int _mostGroup;

    private Blocking(IReadOnlyList<RecordColumn> columns, int rows, int mostPairs)
    {
        (_columns, _rows, _mostPairs) = (columns, rows, mostPairs);
        _mostGroup = Math.Max(20, Math.Min(200, mostPairs / Math.Max(1, rows)));
    }

    /// <summary>Whether pairs were left out because there were too many.</summary>
    public bool Full { get; private set; }

    /// <summary>Pairs of rows, the smaller first.</summary>
    /// <param name="columns">The columns that are compared.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="mostPairs">The most pairs.</param>
    /// <param name="full">Whether there would have been more.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static List<(int A, int B)> Pairs(IReadOnlyList<RecordColumn> columns, int rows, int mostPairs, out bool full, CancellationToken cancellationToken)
    {
        var blocking = new Blocking(columns, rows, mostPairs);
        // The sharpest first: if the pairs run out, the vaguest keys are missing.
        blocking.ByRecord();
        foreach (var column in columns.Where(column => column.Kind is RecordKind.Text or RecordKind.Code))
        {
            cancellationToken.ThrowIfCancellationRequested();
            blocking.ByKey(row => column.IsMissing(row) ? null : column.At(row));
        }

        for (var i = 0; i < columns.Count; i++)
        {
            for (var j = i + 1; j < columns.Count; j++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var (a, b) = (columns[i], columns[j]);
                blocking.ByKey(row => a.IsMissing(row) || b.IsMissing(row) ? null : $"{Vague(a, row)}|{Vague(b, row)}");
            }
        }

        foreach (var column in columns.Where(column => column.Kind == RecordKind.Text))
        {
            cancellationToken.ThrowIfCancellationRequested();
            blocking.Sorted(column);
        }

        blocking.ByMinHash(cancellationToken);
        full = blocking.Full;
        return [.. blocking._pairs.Order().Select(pair => ((int)(pair >> 32), (int)(uint)pair))];
    }

    private static string Vague(RecordColumn column, int row) => column.Kind switch
    {
        RecordKind.Text when column.Words[column.Code(row)] is [var first, ..] => PlainText.Sound(first),
        RecordKind.Code => column.At(row)[..Math.Min(4, column.At(row).Length)],
        _ => column.At(row),
    };

    private void ByRecord() => ByKey(row => string.Join('\u0001', _columns.Select(column => column.At(row))));

    private void ByKey(Func<int, string?> keyOf)
    {
        var groups = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var row = 0; row < _rows; row++)
        {
            if (keyOf(row) is { } key)
                (groups.TryGetValue(key, out var members) ? members : groups[key] = []).Add(row);
        }

        foreach (var members in groups.Values)
            AddAll(members);
    }

    private void AddAll(List<int> members)
    {
        if (members.Count < 2 || members.Count > _mostGroup)
            return;
        for (var i = 0; i < members.Count; i++)
        {
            for (var j = i + 1; j < members.Count; j++)
                Add(members[i], members[j]);
        }
    }

    private void Sorted(RecordColumn column)
    {
        var order = Enumerable.Range(0, _rows).Where(row => !column.IsMissing(row)).OrderBy(column.At, StringComparer.Ordinal).ThenBy(row => row).ToArray();
        for (var i = 0; i < order.Length; i++)
        {
            for (var j = i + 1; j <= Math.Min(order.Length - 1, i + Window); j++)
                Add(order[i], order[j]);
        }
    }

    private void ByMinHash(CancellationToken cancellationToken)
    {
        var groups = new Dictionary<ulong, List<int>>[Bands];
        for (var band = 0; band < Bands; band++)
            groups[band] = [];
        Span<ulong> least = stackalloc ulong[Bands * RowsPerBand];
        for (var row = 0; row < _rows; row++)
        {
            if ((row & 1023) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            least.Fill(ulong.MaxValue);
            foreach (var column in _columns)
            {
                if (column.Kind is not (RecordKind.Text or RecordKind.Code))
                    continue;
                foreach (var three in PlainText.Threes(column.At(row)))
                {
                    var hash = (ulong)ValueHash.Of((long)three);
                    for (var i = 0; i < least.Length; i++)
                    {
                        hash = hash * 6364136223846793005 + 1442695040888963407;
                        least[i] = Math.Min(least[i], hash ^ (hash >> 29));
                    }
                }
            }

            if (least[0] == ulong.MaxValue)
                continue;
            for (var band = 0; band < Bands; band++)
            {
                var key = 0UL;
                for (var i = 0; i < RowsPerBand; i++)
                    key = (key ^ least[band * RowsPerBand + i]) * 0x9E3779B97F4A7C15;
                (groups[band].TryGetValue(key, out var members) ? members : groups[band][key] = []).Add(row);
            }
        }

        foreach (var members in groups.SelectMany(band => band.Values))
            AddAll(members);
    }

    private void Add(int a, int b)
    {
        if (_pairs.Count >= _mostPairs)
        {
            Full = true;
            return;
        }

        _pairs.Add(a < b ? ((ulong)a << 32) | (uint)b : ((ulong)b << 32) | (uint)a);
    }
}
