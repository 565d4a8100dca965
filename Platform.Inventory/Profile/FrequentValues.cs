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

    private ulong[] _keys = new ulong[64];
    private long[] _counts = new long[64];
    private byte[]?[] _values = new byte[64][];
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
        for (var i = 0; i < _keys.Length; i++)
        {
            if (_keys[i] != 0)
                items.Add(new Counted(_values[i]!, _counts[i]));
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

    /// <summary>Counts a value that is held already; false, and nothing counted, where it is not.</summary>
    internal bool TryCount(ulong hash, long times = 1)
    {
        hash = hash == 0 ? 1 : hash;
        var mask = _keys.Length - 1;
        for (var i = (int)(hash >> 20) & mask; _keys[i] != 0; i = (i + 1) & mask)
        {
            if (_keys[i] != hash)
                continue;
            _counts[i] += times;
            Total += times;
            return true;
        }

        return false;
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
        for (var i = 0; i < other._keys.Length && !GaveUp; i++)
        {
            if (other._keys[i] != 0)
                Put(other._keys[i], other._values[i], other._counts[i]);
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
        foreach (var i in Enumerable.Range(0, _keys.Length).Where(i => _keys[i] != 0).OrderBy(i => _keys[i]))
        {
            writer.Write(_keys[i]);
            writer.Write7BitEncodedInt64(_counts[i]);
            writer.Write((byte)_values[i]!.Length);
            writer.Write(_values[i]!);
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
        // 0 marks a free slot.
        hash = hash == 0 ? 1 : hash;
        var mask = _keys.Length - 1;
        var i = (int)(hash >> 20) & mask;
        while (_keys[i] != 0)
        {
            if (_keys[i] == hash)
            {
                _counts[i] += count;
                return;
            }

            i = (i + 1) & mask;
        }

        _keys[i] = hash;
        _counts[i] = count;
        _values[i] = Cut(value);
        _used++;
        if (_used > UsedAtMost)
            Purge();
        else if (_used * 2 > _keys.Length && _keys.Length < Slots)
            Rebuild(_keys.Length * 2, 0);
    }

    private void Purge()
    {
        var counts = new long[_used];
        var n = 0;
        for (var i = 0; i < _keys.Length; i++)
        {
            if (_keys[i] != 0)
                counts[n++] = _counts[i];
        }

        Array.Sort(counts);
        var median = counts[n / 2];
        Error += median;
        var before = _used;
        Rebuild(_keys.Length, median);
        _purged += before - _used;
        // Values thrown out for being rare are most of the stream: nothing here repeats.
        if (Total > LookAfter && _purged > 0.4 * Total)
            GiveUp();
    }

    private void GiveUp()
    {
        GaveUp = true;
        _keys = new ulong[2];
        _counts = new long[2];
        _values = new byte[2][];
        _used = 0;
    }

    private void Rebuild(int slots, long minus)
    {
        var (keys, counts, values) = (_keys, _counts, _values);
        _keys = new ulong[slots];
        _counts = new long[slots];
        _values = new byte[slots][];
        _used = 0;
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] == 0 || counts[i] <= minus)
                continue;
            var j = (int)(keys[i] >> 20) & (slots - 1);
            while (_keys[j] != 0)
                j = (j + 1) & (slots - 1);
            _keys[j] = keys[i];
            _counts[j] = counts[i] - minus;
            _values[j] = values[i];
            _used++;
        }
    }

    private static byte[] Cut(ReadOnlySpan<byte> value)
    {
        if (value.Length <= KeptBytes)
            return value.ToArray();
        var end = KeptBytes;
        while (end > 0 && (value[end] & 0xC0) == 0x80)
            end--;
        return value[..end].ToArray();
    }
}
