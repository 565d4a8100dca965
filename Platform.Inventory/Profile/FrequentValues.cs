using System.Runtime.CompilerServices;

namespace Platform.Inventory.Profile;

/// <summary>
/// The most frequent values by Misra and Gries with purges by the median: each count is between <see cref="Counted.AtLeast"/> and that plus <see cref="Error"/>.
/// Exact while no more than 768 values are distinct. On near-unique streams it gives up: there a list of frequent values costs time and means nothing.
/// </summary>
public sealed class FrequentValues
{
    /// <summary>Bytes kept of a value; longer ones are cut.</summary>
    public const int KeptBytes = 80;

    private const int Slots = 2048;
    private const int UsedAtMost = 768;
    private const long LookAfter = 20_000;
    private const int SmallCounts = 256;

    private Slot[] _slots = new Slot[64];
    private Slot[]? _spare;
    private TypedForm _form;
    private int _used;
    private long _purged;

    /// <summary>By how much a count may be too low. 0 means that the counts are exact.</summary>
    public long Error { get; private set; }

    /// <summary>Values noted.</summary>
    public long Total { get; private set; }

    /// <summary>Whether it stopped counting because hardly any value repeats.</summary>
    public bool GaveUp { get; private set; }

    /// <summary>A value and how often it was seen, at least.</summary>
    public readonly record struct Counted(byte[] Value, long AtLeast);

    /// <summary>Values from the most frequent down, ties in byte order; empty after giving up.</summary>
    public IReadOnlyList<Counted> Top(int count)
    {
        var items = new List<Counted>(_used);
        foreach (var slot in _slots)
        {
            if (slot.Key != 0)
                items.Add(new Counted(TextOf(slot), slot.Count));
        }

        items.Sort((a, b) => a.AtLeast != b.AtLeast ? b.AtLeast.CompareTo(a.AtLeast) : a.Value.AsSpan().SequenceCompareTo(b.Value));
        return items.Count > count ? items.GetRange(0, count) : items;
    }

    /// <summary>Notes a value under its hash.</summary>
    /// <param name="hash">The value's hash.</param>
    /// <param name="value">The value.</param>
    /// <param name="times">How often it was seen.</param>
    public void Add(ulong hash, ReadOnlySpan<byte> value, long times = 1)
    {
        Total += times;
        if (!GaveUp)
            Put(hash, value, times);
    }

    /// <summary>Notes a number or a time under its hash.</summary>
    internal void Add(ulong hash, long value, TypedForm form)
    {
        Total++;
        if (GaveUp)
            return;
        if (form != _form)
            SetForm(form);
        if (Find(hash, 1, out var at))
            return;
        _slots[at] = new Slot { Key = hash == 0 ? 1 : hash, Count = 1, Typed = value };
        MakeRoom();
    }

    /// <summary>Counts a value that is held already; false, and nothing counted, where it is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool TryCount(ulong hash, long times = 1)
    {
        hash = hash == 0 ? 1 : hash;
        var slots = _slots;
        var mask = slots.Length - 1;
        for (var i = (int)(hash >> 20) & mask; ; i = (i + 1) & mask)
        {
            ref var slot = ref slots[i];
            if (slot.Key == hash)
            {
                slot.Count += times;
                Total += times;
                return true;
            }

            if (slot.Key == 0)
                return false;
        }
    }

    /// <summary>Counts values of which none is held, after giving up.</summary>
    internal void Pass(long times) => Total += times;

    /// <summary>Takes in what <paramref name="other"/> saw.</summary>
    public void Merge(FrequentValues other)
    {
        Total += other.Total;
        if (GaveUp)
            return;
        if (other.GaveUp)
        {
            GiveUp();
            return;
        }

        Error += other.Error;
        _purged += other._purged;
        foreach (var slot in other._slots)
        {
            if (slot.Key != 0 && !GaveUp)
                Put(slot.Key, other.TextOf(slot), slot.Count);
        }
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write(Total);
        writer.Write(Error);
        writer.Write(_purged);
        writer.Write(GaveUp);
        writer.Write(_used);
        // In order of their hashes: where they lie depends on the order in which they came.
        foreach (var slot in _slots.Where(slot => slot.Key != 0).OrderBy(slot => slot.Key))
        {
            writer.Write(slot.Key);
            writer.Write7BitEncodedInt64(slot.Count);
            var value = TextOf(slot);
            writer.Write((byte)value.Length);
            writer.Write(value);
        }
    }

    internal static FrequentValues Read(BinaryReader reader)
    {
        var result = new FrequentValues { Total = reader.ReadInt64(), Error = reader.ReadInt64() };
        result._purged = reader.ReadInt64();
        result.GaveUp = reader.ReadBoolean();
        var used = reader.ReadInt32();
        if (used is < 0 or > UsedAtMost)
            throw new InvalidDataException($"Frequent values claim {used} entries.");
        for (var i = 0; i < used; i++)
        {
            var key = reader.ReadUInt64();
            var count = reader.Read7BitEncodedInt64();
            result.Put(key, reader.ReadBytes(reader.ReadByte()), count);
        }

        return result;
    }

    private void Put(ulong hash, ReadOnlySpan<byte> value, long count)
    {
        if (Find(hash, count, out var at))
            return;
        _slots[at] = new Slot { Key = hash == 0 ? 1 : hash, Count = count, Text = Cut(value) };
        MakeRoom();
    }

    // Counts a value that is held; else where it is to be put.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Find(ulong hash, long count, out int at)
    {
        // 0 marks a free slot.
        hash = hash == 0 ? 1 : hash;
        var slots = _slots;
        var mask = slots.Length - 1;
        at = (int)(hash >> 20) & mask;
        while (slots[at].Key != 0)
        {
            if (slots[at].Key == hash)
            {
                slots[at].Count += count;
                return true;
            }

            at = (at + 1) & mask;
        }

        return false;
    }

    private void MakeRoom()
    {
        _used++;
        if (_used > UsedAtMost)
            Purge();
        else if (_used * 2 > _slots.Length && _slots.Length < Slots)
            Rebuild(new Slot[_slots.Length * 2], 0);
    }

    // Values of another form than those before: these become texts.
    private void SetForm(TypedForm form)
    {
        foreach (ref var slot in _slots.AsSpan())
        {
            if (slot.Key != 0)
                slot.Text = TextOf(slot);
        }

        _form = form;
    }

    private byte[] TextOf(in Slot slot) => slot.Text ?? TypedValue.Text(_form, slot.Typed);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Purge()
    {
        var median = Median();
        Error += median;
        var before = _used;
        var spare = _spare ?? new Slot[_slots.Length];
        _spare = _slots;
        Rebuild(spare, median);
        Array.Clear(_spare);
        _purged += before - _used;
        // Values thrown out for being rare are most of the stream: nothing here repeats.
        if (Total > LookAfter && _purged > 0.4 * Total)
            GiveUp();
    }

    // Most counts are small where a purge is needed: those are told without sorting all.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long Median()
    {
        Span<int> small = stackalloc int[SmallCounts];
        small.Clear();
        foreach (ref readonly var slot in _slots.AsSpan())
        {
            if (slot.Key != 0 && slot.Count < SmallCounts)
                small[(int)slot.Count]++;
        }

        var below = 0;
        for (var count = 0; count < SmallCounts; count++)
        {
            below += small[count];
            if (below > _used / 2)
                return count;
        }

        var counts = new long[_used];
        var n = 0;
        foreach (ref readonly var slot in _slots.AsSpan())
        {
            if (slot.Key != 0)
                counts[n++] = slot.Count;
        }

        Array.Sort(counts);
        return counts[n / 2];
    }

    private void GiveUp()
    {
        GaveUp = true;
        _slots = new Slot[2];
        _spare = null;
        _used = 0;
    }

    // Into empty slots, without those that are no more than a count.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rebuild(Slot[] into, long minus)
    {
        var mask = into.Length - 1;
        _used = 0;
        foreach (ref readonly var slot in _slots.AsSpan())
        {
            if (slot.Key == 0 || slot.Count <= minus)
                continue;
            var i = (int)(slot.Key >> 20) & mask;
            while (into[i].Key != 0)
                i = (i + 1) & mask;
            into[i] = slot with { Count = slot.Count - minus };
            _used++;
        }

        _slots = into;
    }

    /// <summary>What is kept of a value: its first bytes, up to a whole character.</summary>
    internal static byte[] Cut(ReadOnlySpan<byte> value)
    {
        if (value.Length <= KeptBytes)
            return value.ToArray();
        var end = KeptBytes;
        while (end > 0 && (value[end] & 0xC0) == 0x80)
            end--;
        return value[..end].ToArray();
    }

    private struct Slot
    {
        public ulong Key;
        public long Count;

        // One of the two: a text, or a number or a time of the present form.
        public byte[]? Text;
        public long Typed;
    }
}
