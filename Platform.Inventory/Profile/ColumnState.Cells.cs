using System.Runtime.CompilerServices;
using System.Text;

namespace Platform.Inventory.Profile;

/// <summary>How cells of text come into a column's state: one by one, and what repeats is worked out once.</summary>
public sealed partial class ColumnState
{
    private const int LongestText = 1 << 20;

    private readonly bool _holdsNotFinite;
    private bool _unsettled;

    /// <summary>Adds <paramref name="count"/> nulls.</summary>
    public void AddNulls(long count)
    {
        Rows += count;
        Nulls += count;
    }

    /// <summary>Adds a UTF-8 cell of a text file: empty is null, and the kind is found.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddCell(ReadOnlySpan<byte> cell)
    {
        if (cell.IsEmpty)
        {
            AddNulls(1);
            return;
        }

        if (cell[0] <= ' ' || cell[^1] <= ' ')
        {
            cell = cell.Trim(" \t\r\n\v\f\0"u8);
            if (cell.IsEmpty)
            {
                AddNulls(1);
                Blank++;
                return;
            }

            Padded++;
        }

        if (cell.Length == 2 && cell.SequenceEqual("\\N"u8))
        {
            AddNulls(1);
            MissingWords++;
            return;
        }

        Rows++;
        AddText(cell);
    }

    /// <summary>Adds a UTF-8 cell, not empty, several times.</summary>
    internal void AddRepeated(ReadOnlySpan<byte> cell, long times)
    {
        if (times == 0)
            return;
        Rows += times;
        if (cell.Length <= 4 && IsMissingWord(cell))
            MissingWords += times;
        _unsettled = true;
        Apply(cell, ValueHash.Of(cell), Read(cell), times);
    }

    /// <summary>Adds a text of a typed source: empty is a value, and its kind is found too, for dates and numbers kept as text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddTypedText(ReadOnlySpan<byte> text)
    {
        Rows++;
        var cell = text;
        if (!cell.IsEmpty && (cell[0] <= ' ' || cell[^1] <= ' '))
        {
            cell = cell.Trim(" \t\r\n\v\f\0"u8);
            if (!cell.IsEmpty)
                Padded++;
        }

        if (!cell.IsEmpty)
        {
            AddText(cell);
            return;
        }

        // A typed source says null itself: a blank is a text there.
        Blank++;
        _unsettled = true;
        LastHash = ValueHash.Of(text);
        _kinds[(int)CellKind.Text]++;
        Note(LastHash, text, 1);
        AddLength(text.Length, 1);
    }

    /// <summary>Forgets the last cell, once the row has taken its hash and number.</summary>
    internal void NextRow()
    {
        LastHash = 0;
        LastNumber = double.NaN;
    }

    // Trimmed and not empty; the row is counted.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddText(ReadOnlySpan<byte> cell)
    {
        if (cell.Length > LongestText)
        {
            TooLong++;
            cell = cell[..LongestText];
        }

        var hash = ValueHash.Of(cell);
        LastHash = hash;
        LastFacts = default;
        _unsettled = true;
        // A value of the type, as a database writes it: no word for a missing one, and no part of ranges and moments.
        if (_holdsNotFinite && cell.Length <= 9 && IsNotFinite(cell))
        {
            NotFinite++;
            Note(hash, cell, 1);
            return;
        }

        if (cell.Length <= 4 && IsMissingWord(cell))
            MissingWords++;
        var repeats = _repeats ??= new RepeatCache();
        if (cell.Length > RepeatCache.LongestCell || !repeats.IsOpen())
        {
            LastFacts = Read(cell);
            LastNumber = NumberOf(LastFacts);
            Apply(cell, hash, LastFacts, 1);
            return;
        }

        if (repeats.TryHit(hash, out var facts))
        {
            LastNumber = NumberOf(facts);
            LastFacts = facts;
            return;
        }

        if (repeats.WantsRoom)
            TakeOut(repeats);
        facts = Read(cell);
        LastNumber = NumberOf(facts);
        LastFacts = facts;
        Span<byte> old = stackalloc byte[RepeatCache.LongestCell];
        if (repeats.Hold(hash, cell, facts, old, out var slot))
            Apply(old[..slot.Length], slot.Hash, slot.Facts, slot.Times);
    }

    private static CellFacts Read(ReadOnlySpan<byte> cell) => new(CellReader.Read(cell, out var number, out var integer, out var leadingZero), leadingZero, number, integer);

    private static double NumberOf(in CellFacts facts) => facts.Kind is CellKind.Integer or CellKind.Decimal ? facts.Number : double.NaN;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakeOut(RepeatCache repeats)
    {
        for (var place = 0; place < repeats.Places; place++)
        {
            if (repeats.TryTake(place, out var slot, out var cell))
                Apply(cell, slot.Hash, slot.Facts, slot.Times);
        }

        repeats.Clear();
    }

    // What was held back for being repeated is noted before anybody looks.
    private ColumnState Settled()
    {
        if (!_unsettled)
            return this;
        _unsettled = false;
        if (_repeats is not null)
        {
            TakeOut(_repeats);
            _repeats = null;
        }

        for (var length = 0; _lengthCounts is not null && length < CountedLengths; length++)
        {
            if (_lengthCounts[length] > 0)
                (_lengths ??= new NumberState()).Add(length, _lengthCounts[length]);
        }

        _lengthCounts = null;
        return this;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Apply(ReadOnlySpan<byte> cell, ulong hash, in CellFacts facts, long times)
    {
        Note(hash, cell, times);
        _kinds[(int)facts.Kind] += times;
        switch (facts.Kind)
        {
            case CellKind.Integer or CellKind.Decimal:
                if (facts.LeadingZero)
                {
                    _leadingZeros += times;
                    Describe(cell, times);
                }

                if (facts.Kind == CellKind.Integer)
                {
                    _minInteger = Math.Min(_minInteger, facts.Integer);
                    _maxInteger = Math.Max(_maxInteger, facts.Integer);
                }
                else if (facts.Number == Math.Truncate(facts.Number))
                {
                    _wholeDecimals += times;
                }

                if (facts.Number == 0)
                    _zeros += times;
                else if (facts.Number < 0)
                    _negatives += times;
                (_numbers ??= new NumberState()).Add(facts.Number, times);
                break;
            case CellKind.Date or CellKind.Timestamp or CellKind.Time:
                (_times ??= new NumberState()).Add(facts.Number, times);
                break;
            case CellKind.Text:
                Describe(cell, times);
                break;
        }
    }

    private static bool IsNotFinite(ReadOnlySpan<byte> cell)
        => Ascii.EqualsIgnoreCase(cell, "nan"u8) || Ascii.EqualsIgnoreCase(cell, "infinity"u8) || Ascii.EqualsIgnoreCase(cell, "-infinity"u8);

    private static bool HoldsNotFinite(string? declaredType)
        => declaredType is not null && (declaredType.StartsWith("numeric", StringComparison.Ordinal) || declaredType.StartsWith("double", StringComparison.Ordinal) || declaredType.StartsWith("real", StringComparison.Ordinal)
            || declaredType.StartsWith("timestamp", StringComparison.Ordinal) || declaredType == "date");

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsMissingWord(ReadOnlySpan<byte> cell) => (cell[0] | 0x20) is (byte)'n' or (byte)'\\' or (byte)'|' or (byte)'-'
        && (Ascii.EqualsIgnoreCase(cell, "null"u8) || Ascii.EqualsIgnoreCase(cell, "n/a"u8) || Ascii.EqualsIgnoreCase(cell, "na"u8)
            || Ascii.EqualsIgnoreCase(cell, "none"u8) || Ascii.EqualsIgnoreCase(cell, "nan"u8) || cell.SequenceEqual("\\N"u8));
}
