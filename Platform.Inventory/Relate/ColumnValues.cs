using System.Runtime.InteropServices;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Relate;

/// <summary>
/// The distinct values of a column with their counts, by hash in order. Up to <see cref="MostValues"/> exactly; beyond, only values whose hash lies
/// in a shrinking part of all hashes, the same part for every column, so that inclusion is still measured without bias.
/// </summary>
internal sealed class ColumnValues
{
    /// <summary>Distinct values kept at most.</summary>
    public const int MostValues = 1 << 18;

    private const byte Format = 1;
    private const int FewestToGiveUp = 64;

    private readonly ulong[] _hashes;
    private readonly int[] _counts;
    private readonly int _halvings;

    private ColumnValues(ulong[] hashes, int[] counts, int halvings) => (_hashes, _counts, _halvings) = (hashes, counts, halvings);

    /// <summary>Bytes in memory.</summary>
    public long Bytes => _hashes.LongLength * (sizeof(ulong) + sizeof(int));

    /// <summary>Distinct values, an estimate where only a part of the hashes is kept.</summary>
    public long Distinct => _hashes.LongLength << _halvings;

    // Hashes above it are not kept.
    private ulong Threshold => ulong.MaxValue >> _halvings;

    /// <summary>How many values and rows of <paramref name="from"/> are among the values of <paramref name="to"/>.</summary>
    public static Inclusion Compare(ColumnValues from, ColumnValues to) => Compare(from, to, 0)!;

    /// <summary>The same; null as soon as the first values, which are as good as random ones, say that hardly so large a share of them can be found.</summary>
    /// <param name="from">The values looked for.</param>
    /// <param name="to">Where they are looked for.</param>
    /// <param name="least">Share of the values that must be found for the figures to matter; 0 counts to the end.</param>
    public static Inclusion? Compare(ColumnValues from, ColumnValues to, double least)
    {
        var halvings = Math.Max(from._halvings, to._halvings);
        var threshold = Math.Min(from.Threshold, to.Threshold);
        long rows = 0, missingRows = 0, values = 0, missingValues = 0;
        var missing = new PriorityQueue<(ulong Hash, int Count), int>();
        var at = 0;
        for (var i = 0; i < from._hashes.Length && from._hashes[i] <= threshold; i++)
        {
            var hash = from._hashes[i];
            while (at < to._hashes.Length && to._hashes[at] < hash)
                at++;
            values++;
            rows += from._counts[i];
            if (at < to._hashes.Length && to._hashes[at] == hash)
                continue;
            missingValues++;
            missingRows += from._counts[i];
            // Six standard deviations below what such a share would show.
            if (least > 0 && values >= FewestToGiveUp && (missingValues & 15) == 0 && values - missingValues < (least * values) - (6 * Math.Sqrt(least * (1 - least) * values)))
                return null;
            missing.Enqueue((hash, from._counts[i]), from._counts[i]);
            if (missing.Count > Inclusion.MostMissing)
                missing.Dequeue();
        }

        long keys = to._hashes.Length;
        if (to.Threshold > threshold)
        {
            var last = Array.BinarySearch(to._hashes, threshold);
            keys = last < 0 ? ~last : last + 1;
        }

        return new Inclusion
        {
            Rows = rows << halvings,
            MissingRows = missingRows << halvings,
            Values = values << halvings,
            MissingValues = missingValues << halvings,
            KeyValues = keys << halvings,
            IsEstimate = halvings > 0,
            Missing = [.. missing.UnorderedItems.Select(item => item.Element).OrderByDescending(item => item.Count).ThenBy(item => item.Hash).Select(item => new MissingValue(item.Hash, item.Count))],
        };
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Format);
        writer.Write(_halvings);
        writer.Write(_hashes.Length);
        writer.Write(MemoryMarshal.AsBytes(_hashes.AsSpan()));
        writer.Write(MemoryMarshal.AsBytes(_counts.AsSpan()));
    }

    /// <summary>Null where the bytes are of another form or damaged.</summary>
    public static ColumnValues? Read(BinaryReader reader)
    {
        if (reader.ReadByte() != Format)
            return null;
        var halvings = reader.ReadInt32();
        var length = reader.ReadInt32();
        if (halvings is < 0 or > 62 || length is < 0 or > MostValues)
            return null;
        var hashes = new ulong[length];
        var counts = new int[length];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(hashes.AsSpan()));
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(counts.AsSpan()));
        return new ColumnValues(hashes, counts, halvings);
    }

    /// <summary>17850.0 and 17850 are the same reference; so are numbers with and without a plus.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> value)
        => MayBeNumber(value[0]) ? HashOf(new CellFacts(CellReader.Read(value, out var number, out var integer, out var leadingZero), leadingZero, number, integer), ValueHash.Of(value)) : ValueHash.Of(value);

    /// <summary>The same of a cell of which that much is known already.</summary>
    /// <param name="value">Its text, without blanks around it.</param>
    /// <param name="facts">What it looks like.</param>
    /// <param name="hash">Hash of its text.</param>
    public static ulong HashOf(ReadOnlySpan<byte> value, in CellFacts facts, ulong hash) => MayBeNumber(value[0]) ? HashOf(facts, hash) : hash;

    private static bool MayBeNumber(byte first) => first is (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'+';

    private static ulong HashOf(in CellFacts facts, ulong hash) => facts switch
    {
        { LeadingZero: true } => hash,
        { Kind: CellKind.Integer } => ValueHash.Of(facts.Integer),
        { Kind: CellKind.Decimal } when facts.Number == Math.Truncate(facts.Number) && Math.Abs(facts.Number) < 9e15 => ValueHash.Of((long)facts.Number),
        _ => hash,
    };

    /// <summary>Collects the values of a column.</summary>
    public sealed class Builder
    {
        private readonly HashNumbers _counts = new();
        private ulong _threshold = ulong.MaxValue;
        private int _halvings;

        public void Add(ulong hash)
        {
            if (hash > _threshold)
                return;
            _counts.Of(hash, out _)++;
            if (_counts.Count > MostValues)
                Halve();
        }

        /// <summary>Values kept so far.</summary>
        public int Count => _counts.Count;

        /// <summary>Keeps about half of the values from now on.</summary>
        public void Halve()
        {
            _threshold = ulong.MaxValue >> ++_halvings;
            _counts.Keep(_threshold);
        }

        public ColumnValues Build()
        {
            var (hashes, counts) = _counts.Sorted();
            return new ColumnValues(hashes, counts, _halvings);
        }
    }
}

/// <summary>How far the values of one column are among those of another.</summary>
internal sealed record Inclusion
{
    /// <summary>Missing values that are named.</summary>
    public const int MostMissing = 20;

    /// <summary>What is said where the values differ so plainly that nobody counted them all.</summary>
    public static Inclusion None { get; } = new() { Rows = 0, MissingRows = 0, Values = 0, MissingValues = 0, KeyValues = 0 };

    /// <summary>Rows with a value.</summary>
    public required long Rows { get; init; }

    /// <summary>Those whose value is not found.</summary>
    public required long MissingRows { get; init; }

    /// <summary>Distinct values.</summary>
    public required long Values { get; init; }

    public required long MissingValues { get; init; }

    /// <summary>Distinct values of the other column.</summary>
    public required long KeyValues { get; init; }

    /// <summary>Whether the figures come from a part of the values.</summary>
    public bool IsEstimate { get; init; }

    /// <summary>Hashes of the missing values with the most rows.</summary>
    public IReadOnlyList<MissingValue> Missing { get; init; } = [];

    /// <summary>Values that are found.</summary>
    public long Common => Values - MissingValues;

    public double RowShare => Rows == 0 ? 0 : 1 - (MissingRows / (double)Rows);

    public double ValueShare => Values == 0 ? 0 : 1 - (MissingValues / (double)Values);

    /// <summary>Share of the other column's values that are found here.</summary>
    public double Coverage => KeyValues == 0 ? 0 : Math.Min(1, Common / (double)KeyValues);
}

/// <summary>A value that is missing, by its hash, and its rows.</summary>
internal sealed record MissingValue(ulong Hash, int Count);
