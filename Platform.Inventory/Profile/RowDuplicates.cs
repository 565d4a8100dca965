using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Platform.Inventory.Profile;

/// <summary>
/// Repeated rows, from a hash of each row: exactly up to a million rows. Beyond, only rows whose hash lies in a shrinking part of all
/// hashes are kept, every copy of one or none, which estimates the rest without bias. Mergeable; the order of rows and of columns makes no difference.
/// </summary>
public sealed class RowDuplicates
{
    /// <summary>Rows up to which the count is exact; also the most hashes that are kept (8 bytes each).</summary>
    public const int ExactLimit = 1 << 20;

    private readonly Dictionary<ulong, long> _more = [];
    private ulong[] _hashes = [];
    private int _kept;
    private int _halvings;

    /// <summary>Rows seen.</summary>
    public long Rows { get; private set; }

    private ulong Threshold => ulong.MaxValue >> _halvings;

    /// <summary>Notes the hash of a row.</summary>
    public void Add(ulong hash)
    {
        Rows++;
        Keep(hash);
    }

    /// <summary>Notes the sums of hashes of rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void AddSums(ReadOnlySpan<ulong> sums)
    {
        Rows += sums.Length;
        while (!sums.IsEmpty)
        {
            if (_kept == _hashes.Length)
            {
                Keep(ValueHash.Finish(sums[0]));
                sums = sums[1..];
                continue;
            }

            var part = sums[..Math.Min(sums.Length, _hashes.Length - _kept)];
            var threshold = Threshold;
            var kept = _kept;
            // Written always and counted if wanted: which of them are, no processor can guess.
            foreach (var sum in part)
            {
                var hash = ValueHash.Finish(sum);
                _hashes[kept] = hash;
                kept += hash <= threshold ? 1 : 0;
            }

            _kept = kept;
            sums = sums[part.Length..];
        }
    }

    /// <summary>Takes in what <paramref name="other"/> saw.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Merge(RowDuplicates other)
    {
        Rows += other.Rows;
        while (_halvings < other._halvings)
            Halve();
        if (_hashes.Length < _kept + other._kept && _kept + other._kept <= ExactLimit)
            Array.Resize(ref _hashes, _kept + other._kept);
        foreach (var hash in other._hashes.AsSpan(0, other._kept))
            Keep(hash);
        foreach (var (hash, copies) in other._more)
        {
            if (hash <= Threshold)
                CollectionsMarshal.GetValueRefOrAddDefault(_more, hash, out _) += copies;
        }
    }

    /// <summary>Rows less different rows, and the standard error of that: 0 where it is exact.</summary>
    public (long Count, double Error) Count()
    {
        Collapse();
        double repeated = 0, squares = 0;
        foreach (double copies in _more.Values)
        {
            repeated += copies;
            squares += copies * copies;
        }

        // Horvitz and Thompson: each group of equal rows is kept with the same chance.
        var scale = Math.ScaleB(1, _halvings);
        return ((long)(repeated * scale), Math.Sqrt(squares * scale * (scale - 1)));
    }

    internal void Write(BinaryWriter writer)
    {
        Collapse();
        writer.Write(Rows);
        writer.Write(_halvings);
        writer.Write(_kept);
        writer.Write(_more.Count);
        writer.Write(MemoryMarshal.AsBytes(_hashes.AsSpan(0, _kept)));
        foreach (var (hash, copies) in _more.OrderBy(pair => pair.Key))
        {
            writer.Write(hash);
            writer.Write(copies);
        }
    }

    internal static RowDuplicates Read(BinaryReader reader)
    {
        var rows = new RowDuplicates { Rows = reader.ReadInt64(), _halvings = reader.ReadInt32(), _kept = reader.ReadInt32() };
        var more = reader.ReadInt32();
        if (rows._kept is < 0 or > ExactLimit || rows._halvings is < 0 or > 62 || more < 0 || more > rows._kept)
            throw new InvalidDataException($"Repeated rows claim {rows._kept} hashes.");
        rows._hashes = new ulong[rows._kept];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(rows._hashes.AsSpan()));
        for (var i = 0; i < more; i++)
            rows._more[reader.ReadUInt64()] = reader.ReadInt64();
        return rows;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Keep(ulong hash)
    {
        if (hash > Threshold)
            return;
        if (_kept == ExactLimit)
        {
            // Rows that repeat that much take little room once they are counted.
            if (Repeats())
                Collapse();
            while (_kept > ExactLimit / 4 * 3)
                Halve();
            if (hash > Threshold)
                return;
        }

        if (_kept == _hashes.Length)
            Array.Resize(ref _hashes, Math.Min(ExactLimit, Math.Max(256, _kept * 2)));
        _hashes[_kept++] = hash;
    }

    // Whether most hashes are there twice or more, by a look at a thousand.
    private bool Repeats()
    {
        const int Looked = 1024;
        var seen = new HashSet<ulong>(Looked);
        for (var i = 0; i < Looked; i++)
            seen.Add(_hashes[(int)((long)i * _kept / Looked)]);
        return seen.Count < Looked / 2;
    }

    // One of equal hashes stays in the list, the others are counted.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Collapse()
    {
        HashOrder.Sort(_hashes.AsSpan(0, _kept));
        var kept = 0;
        for (var i = 0; i < _kept; i++)
        {
            if (kept > 0 && _hashes[kept - 1] == _hashes[i])
                CollectionsMarshal.GetValueRefOrAddDefault(_more, _hashes[i], out _)++;
            else
                _hashes[kept++] = _hashes[i];
        }

        _kept = kept;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Halve()
    {
        _halvings++;
        var kept = 0;
        for (var i = 0; i < _kept; i++)
        {
            if (_hashes[i] <= Threshold)
                _hashes[kept++] = _hashes[i];
        }

        _kept = kept;
        foreach (var hash in _more.Keys.Where(hash => hash > Threshold).ToList())
            _more.Remove(hash);
    }
}
