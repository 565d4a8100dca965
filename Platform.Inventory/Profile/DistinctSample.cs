using System.Runtime.CompilerServices;

namespace Platform.Inventory.Profile;

/// <summary>
/// A uniform sample of the distinct values: those with the smallest hashes (bottom-k, KMV). The same values give the same sample in any order and
/// however the files are split, so what is judged by it does not flicker from night to night.
/// </summary>
public sealed class DistinctSample
{
    /// <summary>Values kept.</summary>
    public const int Size = 256;

    /// <summary>Bytes kept of a value; longer ones are cut.</summary>
    public const int KeptBytes = 256;

    private readonly Dictionary<ulong, Kept> _values = [];
    private ulong _threshold = ulong.MaxValue;

    /// <summary>Whether a value of this hash would be kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Wants(ulong hash) => hash < _threshold;

    /// <summary>Notes a value under its hash.</summary>
    public void Add(ulong hash, ReadOnlySpan<byte> value)
    {
        if (hash < _threshold && !_values.ContainsKey(hash))
            Add(hash, new Kept(value.Length <= KeptBytes ? value.ToArray() : Cut(value), 0, TypedForm.None));
    }

    /// <summary>Notes a number or a time under its hash.</summary>
    internal void Add(ulong hash, long value, TypedForm form)
    {
        if (hash < _threshold)
            Add(hash, new Kept(null, value, form));
    }

    /// <summary>Takes in what <paramref name="other"/> saw.</summary>
    public void Merge(DistinctSample other)
    {
        foreach (var (hash, value) in other._values)
        {
            if (hash < _threshold)
                Add(hash, value);
        }

        _threshold = Math.Min(_threshold, other._threshold);
        Prune();
    }

    /// <summary>The sample in hash order, which is random order of values.</summary>
    public IReadOnlyList<byte[]> Values()
    {
        Prune();
        return [.. _values.OrderBy(pair => pair.Key).Select(pair => pair.Value.Bytes)];
    }

    internal void Write(BinaryWriter writer)
    {
        Prune();
        writer.Write(_threshold);
        writer.Write(_values.Count);
        foreach (var (hash, value) in _values.OrderBy(pair => pair.Key))
        {
            writer.Write(hash);
            var bytes = value.Bytes;
            writer.Write7BitEncodedInt(bytes.Length);
            writer.Write(bytes);
        }
    }

    internal static DistinctSample Read(BinaryReader reader)
    {
        var sample = new DistinctSample();
        var threshold = reader.ReadUInt64();
        var count = reader.ReadInt32();
        if (count is < 0 or > Size * 2)
            throw new InvalidDataException($"A sample of distinct values claims {count} values.");
        for (var i = 0; i < count; i++)
        {
            var hash = reader.ReadUInt64();
            var length = reader.Read7BitEncodedInt();
            sample._values[hash] = new Kept(reader.ReadBytes(length is < 0 or > KeptBytes ? throw new InvalidDataException($"A sampled value claims {length} bytes.") : length), 0, TypedForm.None);
        }

        sample._threshold = threshold;
        return sample;
    }

    private void Add(ulong hash, Kept value)
    {
        if (_values.TryAdd(hash, value) && _values.Count >= Size * 2)
            Prune();
    }

    private void Prune()
    {
        if (_values.Count <= Size)
            return;
        var hashes = _values.Keys.ToArray();
        Array.Sort(hashes);
        foreach (var hash in hashes.AsSpan(Size))
            _values.Remove(hash);
        _threshold = Math.Min(_threshold, hashes[Size]);
    }

    private static byte[] Cut(ReadOnlySpan<byte> value)
    {
        var end = KeptBytes;
        while (end > 0 && (value[end] & 0xC0) == 0x80)
            end--;
        return value[..end].ToArray();
    }

    // A text, or a number or a time that is made one where it is asked for: most are thrown out again.
    private readonly record struct Kept(byte[]? Text, long Typed, TypedForm Form)
    {
        public byte[] Bytes => Text ?? TypedValue.Text(Form, Typed);
    }
}
