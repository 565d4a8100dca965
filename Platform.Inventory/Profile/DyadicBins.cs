using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Platform.Inventory.Profile;

/// <summary>
/// Counts of numbers in bins on a fixed grid: the bits of a double, in the order of the numbers, without their last few. As long as there are no more
/// than <see cref="Most"/> different numbers each has a bin of its own; with more, a bit is dropped and neighbours fall together, as often as it takes.
/// The bins depend on the numbers alone, not on their order nor on how they came in parts.
/// </summary>
internal sealed class DyadicBins
{
    /// <summary>Bins at most.</summary>
    public const int Most = 16_384;

    private const int WindowWidth = 1 << 15;

    private Bin[] _slots = new Bin[64];
    private int _inTable;
    private int _dropped;

    // Where the bins lie close together they are found by place: counts of the bins from _windowFrom on, which are then not in the table.
    private long[]? _window;
    private long _windowFrom;
    private int _inWindow;

    /// <summary>Whether every bin holds one number.</summary>
    public bool IsExact => _dropped == 0;

    /// <summary>Bins with numbers in them.</summary>
    public int Used => _inTable + _inWindow;

    /// <summary>Whether so many more different numbers might be too many for a bin each.</summary>
    public bool MayOverflow(int more) => Used + more > Most;

    /// <summary>Gives the numbers, as long as each has its bin, to a sketch.</summary>
    public void CopyTo(RankSketch ranks)
    {
        foreach (var (from, _, count) in Sorted())
            ranks.Add(from, count);
    }

    /// <summary>Notes numbers.</summary>
    public void Add(ReadOnlySpan<double> block)
    {
        var i = 0;
        while (i < block.Length)
            i += _window is null ? AddToTable(block[i..]) : AddToWindow(block[i..]);
    }

    // Until the bins change their form; returns how many numbers were noted.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int AddToWindow(ReadOnlySpan<double> block)
    {
        var dropped = _dropped;
        var from = _windowFrom;
        var used = Used;
        ref var first = ref MemoryMarshal.GetArrayDataReference(_window!);
        for (var i = 0; i < block.Length; i++)
        {
            var id = KeyOf(block[i]) >> dropped;
            var place = (ulong)(id - from);
            if (place < WindowWidth)
            {
                ref var count = ref Unsafe.Add(ref first, (nint)place);
                if (count++ != 0)
                    continue;
                _inWindow++;
                if (++used <= Most)
                    continue;
                MakeRoom();
                return i + 1;
            }

            PutInTable(id, 1);
            if (_dropped != dropped || _windowFrom != from)
                return i + 1;
            used = Used;
        }

        return block.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int AddToTable(ReadOnlySpan<double> block)
    {
        var slots = _slots;
        var dropped = _dropped;
        var shift = 64 - BitOperations.Log2((uint)slots.Length);
        var mask = slots.Length - 1;
        var room = RoomOf(slots.Length) - _inTable;
        ref var first = ref MemoryMarshal.GetArrayDataReference(slots);
        for (var i = 0; i < block.Length; i++)
        {
            var id = KeyOf(block[i]) >> dropped;
            var at = (int)((ulong)id * 0x9E3779B97F4A7C15 >> shift);
            ref var slot = ref Unsafe.Add(ref first, at);
            while (slot.Count != 0 && slot.Id != id)
            {
                at = (at + 1) & mask;
                slot = ref Unsafe.Add(ref first, at);
            }

            if (slot.Count++ != 0)
                continue;
            slot.Id = id;
            _inTable++;
            if (--room > 0)
                continue;
            MakeRoom();
            return i + 1;
        }

        return block.Length;
    }

    /// <summary>Notes a number that was seen several times.</summary>
    public void Add(double x, long times) => Put(KeyOf(x) >> _dropped, times);

    /// <summary>Takes in what <paramref name="other"/> saw.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Merge(DyadicBins other)
    {
        if (other._dropped > _dropped)
            Coarsen(SortedBins(), other._dropped - _dropped);
        foreach (var bin in other.SortedBins())
            Put(bin.Id >> (_dropped - other._dropped), bin.Count);
    }

    /// <summary>The bins in order: where each begins, where it ends (the same where it holds one number), and its count.</summary>
    public (double From, double To, long Count)[] Sorted()
    {
        var bins = SortedBins();
        var result = new (double From, double To, long Count)[bins.Length];
        for (var i = 0; i < bins.Length; i++)
        {
            var from = NumberOf(bins[i].Id << _dropped);
            // The last number that the bin may hold.
            result[i] = (from, IsExact ? from : NumberOf((bins[i].Id << _dropped) | ((1L << _dropped) - 1)), bins[i].Count);
        }

        return result;
    }

    public void Write(BinaryWriter writer)
    {
        var bins = SortedBins();
        writer.Write((byte)_dropped);
        writer.Write7BitEncodedInt(bins.Length);
        long last = 0;
        foreach (var bin in bins)
        {
            writer.Write7BitEncodedInt64(bin.Id - last);
            writer.Write7BitEncodedInt64(bin.Count);
            last = bin.Id;
        }
    }

    public static DyadicBins Read(BinaryReader reader)
    {
        var bins = new DyadicBins { _dropped = reader.ReadByte() };
        var count = reader.Read7BitEncodedInt();
        if (count is < 0 or > Most || bins._dropped > 63)
            throw new InvalidDataException($"A histogram claims {count} bins.");
        bins._slots = new Bin[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, count * 2))];
        long last = 0;
        for (var i = 0; i < count; i++)
        {
            last += reader.Read7BitEncodedInt64();
            bins.Put(last, reader.Read7BitEncodedInt64());
        }

        return bins;
    }

    // Half of the slots may be used, so that looking for one takes a step or two.
    private static int RoomOf(int slots) => Math.Min(slots / 2, Most) + 1;

    // The bits of a double as a number of the same order; both zeros are one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long KeyOf(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x + 0.0);
        return bits ^ ((bits >> 63) & long.MaxValue);
    }

    private static double NumberOf(long key) => BitConverter.Int64BitsToDouble(key ^ ((key >> 63) & long.MaxValue));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Put(long id, long times)
    {
        var place = (ulong)(id - _windowFrom);
        if (_window is null || place >= WindowWidth)
        {
            PutInTable(id, times);
            return;
        }

        if (_window[place] == 0)
            _inWindow++;
        _window[place] += times;
        if (Used > Most)
            MakeRoom();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PutInTable(long id, long times)
    {
        var mask = _slots.Length - 1;
        var at = (int)((ulong)id * 0x9E3779B97F4A7C15 >> (64 - BitOperations.Log2((uint)_slots.Length)));
        while (_slots[at].Count != 0 && _slots[at].Id != id)
            at = (at + 1) & mask;
        ref var slot = ref _slots[at];
        if (slot.Count == 0)
        {
            slot.Id = id;
            _inTable++;
        }

        slot.Count += times;
        if (Used > Most || _inTable >= RoomOf(_slots.Length))
            MakeRoom();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MakeRoom()
    {
        if (Used > Most)
        {
            var bins = SortedBins();
            Coarsen(bins, Surplus(bins));
            return;
        }

        var old = _slots;
        _slots = new Bin[old.Length * 2];
        _inTable = 0;
        foreach (var bin in old)
        {
            if (bin.Count > 0)
                PutInTable(bin.Id, bin.Count);
        }
    }

    // How many bits more to drop: two neighbours fall together once the highest bit in which they differ is gone.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Surplus(ReadOnlySpan<Bin> bins)
    {
        Span<int> parted = stackalloc int[65];
        for (var i = 1; i < bins.Length; i++)
            parted[BitOperations.Log2((ulong)(bins[i].Id ^ bins[i - 1].Id)) + 1]++;
        var left = bins.Length;
        var bits = 0;
        while (left > Most)
            left -= parted[++bits];
        return bits;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Coarsen(Bin[] bins, int bits)
    {
        var count = 0;
        foreach (var bin in bins)
        {
            var id = bin.Id >> bits;
            if (count > 0 && bins[count - 1].Id == id)
                bins[count - 1].Count += bin.Count;
            else
                bins[count++] = new Bin { Id = id, Count = bin.Count };
        }

        Array.Clear(_slots);
        _dropped += bits;
        _inTable = 0;
        _inWindow = 0;
        OpenWindow(bins.AsSpan(0, count));
        foreach (var bin in bins.AsSpan(0, count))
            Put(bin.Id, bin.Count);
    }

    // Over the stretch that holds the most bins, if that is most of them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void OpenWindow(ReadOnlySpan<Bin> bins)
    {
        int from = 0, best = 0, most = 0;
        for (var to = 0; to < bins.Length; to++)
        {
            while (bins[to].Id - bins[from].Id >= WindowWidth)
                from++;
            if (to - from >= most)
                (best, most) = (from, to - from + 1);
        }

        if (bins.IsEmpty || most * 2 < bins.Length)
        {
            _window = null;
            return;
        }

        if (_window is null)
            _window = new long[WindowWidth];
        else
            Array.Clear(_window);
        // Numbers to come lie on both sides of those that came.
        var spare = WindowWidth - (bins[best + most - 1].Id - bins[best].Id + 1);
        _windowFrom = bins[best].Id - (spare / 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Bin[] SortedBins()
    {
        var bins = new Bin[Used];
        var at = 0;
        foreach (var bin in _slots)
        {
            if (bin.Count > 0)
                bins[at++] = bin;
        }

        BinOrder.Sort(bins.AsSpan(0, at));
        if (_window is null)
            return bins;
        // Those of the table lie before or after the window.
        var before = 0;
        while (before < at && bins[before].Id < _windowFrom)
            before++;
        bins.AsSpan(before, at - before).CopyTo(bins.AsSpan(before + _inWindow));
        for (var place = 0; place < _window.Length; place++)
        {
            if (_window[place] > 0)
                bins[before++] = new Bin { Id = _windowFrom + place, Count = _window[place] };
        }

        return bins;
    }
}

/// <summary>A bin and how many numbers are in it.</summary>
internal struct Bin
{
    public long Id;
    public long Count;
}
