using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Platform.Inventory.Profile;

/// <summary>How values come into a column's state: cells of text one by one, typed values in blocks.</summary>
public sealed partial class ColumnState
{
    private const int LongestText = 1 << 20;

    private bool _unsettled;
    private ulong _minPrefix;
    private ulong _maxPrefix;

    /// <summary>Adds <paramref name="count"/> nulls.</summary>
    public void AddNulls(long count)
    {
        Rows += count;
        Nulls += count;
    }

    /// <summary>Adds a UTF-8 cell of a text file: empty is null, and the kind is found.</summary>
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

    /// <summary>Adds a text of a typed source: empty is a value, and its kind is found too, for dates and numbers kept as text.</summary>
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

    /// <summary>Adds a whole number of a typed source.</summary>
    public void AddInteger(long value)
    {
        Span<ulong> hash = stackalloc ulong[1];
        AddIntegers([value], [value], hash);
        LastHash = hash[0];
        LastNumber = value;
    }

    /// <summary>Adds a number of a typed source. NaN and infinities are counted apart.</summary>
    public void AddDecimal(double value)
    {
        Span<ulong> hash = stackalloc ulong[1];
        AddDecimals([value], hash);
        LastHash = hash[0];
        LastNumber = double.IsFinite(value) ? value : double.NaN;
    }

    /// <summary>Adds a truth value of a typed source.</summary>
    public void AddBoolean(bool value)
    {
        AddBooleans(value, 1);
        LastHash = HashOf(value);
    }

    /// <summary>Adds a block of whole numbers.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="numbers">The same as floating point.</param>
    /// <param name="hashes">Filled with their hashes.</param>
    internal void AddIntegers(ReadOnlySpan<long> values, ReadOnlySpan<double> numbers, Span<ulong> hashes)
    {
        if (values.IsEmpty)
            return;
        Rows += values.Length;
        _kinds[(int)CellKind.Integer] += values.Length;
        long min = _minInteger, max = _maxInteger;
        for (var i = 0; i < values.Length; i++)
        {
            hashes[i] = ValueHash.Of(values[i]);
            min = Math.Min(min, values[i]);
            max = Math.Max(max, values[i]);
        }

        (_minInteger, _maxInteger) = (min, max);
        var printer = new IntegerPrinter(values);
        Note(hashes[..values.Length], ref printer);
        AddNumbers(numbers);
    }

    /// <summary>Adds a block of numbers. NaN and infinities are counted apart.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="hashes">Filled with their hashes.</param>
    internal void AddDecimals(ReadOnlySpan<double> values, Span<ulong> hashes)
    {
        if (values.IsEmpty)
            return;
        Rows += values.Length;
        for (var i = 0; i < values.Length; i++)
            hashes[i] = ValueHash.Of(values[i]);
        var printer = new DecimalPrinter(values, DeclaredType == "FLOAT");
        Note(hashes[..values.Length], ref printer);
        var facts = NumberFacts.Of(values);
        if (facts.Finite == values.Length)
        {
            _kinds[(int)CellKind.Decimal] += values.Length;
            _wholeDecimals += facts.Whole;
            AddNumbers(values);
            return;
        }

        foreach (var value in values)
        {
            if (!double.IsFinite(value))
            {
                NotFinite++;
                continue;
            }

            _kinds[(int)CellKind.Decimal]++;
            _wholeDecimals += value == Math.Truncate(value) ? 1 : 0;
            AddNumbers([value]);
        }
    }

    /// <summary>Adds a truth value several times.</summary>
    internal void AddBooleans(bool value, long times)
    {
        if (times == 0)
            return;
        Rows += times;
        _kinds[(int)CellKind.Boolean] += times;
        Note(HashOf(value), value ? "true"u8 : "false"u8, times);
    }

    /// <summary>Hash of a truth value.</summary>
    internal static ulong HashOf(bool value) => ValueHash.Of(value ? "true"u8 : "false"u8);

    /// <summary>Adds a block of dates or timestamps.</summary>
    /// <param name="kind">Date or timestamp.</param>
    /// <param name="micros">Microseconds since 1970 UTC, within the years 1 to 9999.</param>
    /// <param name="numbers">The same as floating point.</param>
    /// <param name="hashes">Filled with their hashes.</param>
    internal void AddTimes(CellKind kind, ReadOnlySpan<long> micros, ReadOnlySpan<double> numbers, Span<ulong> hashes)
    {
        if (micros.IsEmpty)
            return;
        Rows += micros.Length;
        _kinds[(int)kind] += micros.Length;
        for (var i = 0; i < micros.Length; i++)
            hashes[i] = ValueHash.OfTime(micros[i]);
        var printer = new TimePrinter(micros, kind == CellKind.Date);
        Note(hashes[..micros.Length], ref printer);
        (_times ??= new NumberState()).Add(numbers);
    }

    /// <summary>Adds the number of elements of a list or map.</summary>
    internal void AddItems(long count) => (_items ??= new NumberState()).Add(count);

    /// <summary>Forgets the last cell, once the row has taken its hash and number.</summary>
    internal void NextRow()
    {
        LastHash = 0;
        LastNumber = double.NaN;
    }

    // Trimmed and not empty; the row is counted.
    private void AddText(ReadOnlySpan<byte> cell)
    {
        if (cell.Length > LongestText)
        {
            TooLong++;
            cell = cell[..LongestText];
        }

        if (cell.Length <= 4 && IsMissingWord(cell))
            MissingWords++;
        _unsettled = true;
        var hash = ValueHash.Of(cell);
        LastHash = hash;
        var repeats = _repeats ??= new RepeatCache();
        if (cell.Length > RepeatCache.LongestCell || !repeats.IsOpen())
        {
            var read = Read(cell);
            LastNumber = NumberOf(read);
            Apply(cell, hash, read, 1);
            return;
        }

        if (repeats.TryHit(hash, out var facts))
        {
            LastNumber = NumberOf(facts);
            return;
        }

        if (repeats.WantsRoom)
            TakeOut(repeats);
        facts = Read(cell);
        LastNumber = NumberOf(facts);
        Span<byte> old = stackalloc byte[RepeatCache.LongestCell];
        if (repeats.Hold(hash, cell, facts, old, out var slot))
            Apply(old[..slot.Length], slot.Hash, slot.Facts, slot.Times);
    }

    private static CellFacts Read(ReadOnlySpan<byte> cell) => new(CellReader.Read(cell, out var number, out var integer, out var leadingZero), leadingZero, number, integer);

    private static double NumberOf(in CellFacts facts) => facts.Kind is CellKind.Integer or CellKind.Decimal ? facts.Number : double.NaN;

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

    private void AddNumbers(ReadOnlySpan<double> numbers)
    {
        _numbers ??= new NumberState();
        if (numbers.Length == 1)
        {
            _zeros += numbers[0] == 0 ? 1 : 0;
            _negatives += numbers[0] < 0 ? 1 : 0;
            _numbers.Add(numbers[0]);
            return;
        }

        var facts = NumberFacts.Of(numbers);
        _zeros += facts.Zeros;
        _negatives += facts.Negatives;
        _numbers.Add(numbers);
    }

    // A value that is held as frequent has been noted everywhere else when it came there.
    private void Note(ulong hash, ReadOnlySpan<byte> value, long times)
    {
        if (_frequent.TryCount(hash, times))
            return;
        _distinct.Add(hash);
        if (_sample.Wants(hash))
            _sample.Add(hash, value);
        _frequent.Add(hash, value, times);
    }

    private interface IPrinter
    {
        int Print(int index, scoped Span<byte> text);
    }

    // Texts of numbers and times are only made for the few that are kept.
    private void Note<TPrinter>(ReadOnlySpan<ulong> hashes, ref TPrinter printer) where TPrinter : struct, IPrinter, allows ref struct
    {
        Span<byte> text = stackalloc byte[64];
        var i = 0;
        for (; i < hashes.Length && !_frequent.GaveUp; i++)
        {
            if (!_frequent.TryCount(hashes[i]))
                Note(hashes[i], text[..printer.Print(i, text)], 1);
        }

        hashes = hashes[i..];
        _distinct.Add(hashes);
        for (var j = 0; j < hashes.Length; j++)
        {
            if (_sample.Wants(hashes[j]))
                _sample.Add(hashes[j], text[..printer.Print(i + j, text)]);
        }

        _frequent.Pass(hashes.Length);
    }

    private readonly ref struct IntegerPrinter(ReadOnlySpan<long> values) : IPrinter
    {
        private readonly ReadOnlySpan<long> _values = values;

        public int Print(int index, scoped Span<byte> text) => Utf8Formatter.TryFormat(_values[index], text, out var length) ? length : 0;
    }

    private readonly ref struct DecimalPrinter(ReadOnlySpan<double> values, bool single) : IPrinter
    {
        private readonly ReadOnlySpan<double> _values = values;

        public int Print(int index, scoped Span<byte> text)
            => (single ? ((float)_values[index]).TryFormat(text, out var length, default, CultureInfo.InvariantCulture) : _values[index].TryFormat(text, out length, default, CultureInfo.InvariantCulture)) ? length : 0;
    }

    private readonly ref struct TimePrinter(ReadOnlySpan<long> micros, bool isDate) : IPrinter
    {
        private readonly ReadOnlySpan<long> _micros = micros;

        public int Print(int index, scoped Span<byte> text)
            => DateTime.UnixEpoch.AddTicks(_micros[index] * TimeSpan.TicksPerMicrosecond).TryFormat(text, out var length, isDate ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture) ? length : 0;
    }

    // Length, shape and range of a text.
    private void Describe(ReadOnlySpan<byte> cell, long times)
    {
        var length = cell.Length;
        if (!Ascii.IsValid(cell))
        {
            length = Encoding.UTF8.GetCharCount(cell);
            if (!System.Text.Unicode.Utf8.IsValid(cell) && (cell.Length < LongestText || !System.Text.Unicode.Utf8.IsValid(cell[..^3])))
                _invalidUtf8 += times;
        }

        AddLength(length, times);
        Range(cell);
        // Where shapes are as many as values they say nothing.
        if (_shapes.GaveUp)
        {
            _shapes.Pass(times);
            return;
        }

        Span<byte> shape = stackalloc byte[ValueShape.MaxBytes];
        shape = shape[..ValueShape.Of(cell.Length > 256 ? cell[..256] : cell, shape)];
        var hash = ValueHash.Of(shape);
        if (!_shapes.TryCount(hash, times))
            _shapes.Add(hash, shape, times);
    }

    private void AddLength(int length, long times)
    {
        if (length < CountedLengths)
            (_lengthCounts ??= new long[CountedLengths])[length] += times;
        else
            (_lengths ??= new NumberState()).Add(length, times);
    }

    private void Range(ReadOnlySpan<byte> text)
    {
        text = text.Length > 256 ? text[..256] : text;
        // Nearly all texts lie between, and eight bytes tell.
        var prefix = text.Length >= 8 ? BinaryPrimitives.ReadUInt64BigEndian(text) : 0;
        if (text.Length >= 8 && _minText is not null && prefix > _minPrefix && prefix < _maxPrefix)
            return;
        if (_minText is null || text.SequenceCompareTo(_minText) < 0)
            _minText = text.ToArray();
        if (_maxText is null || text.SequenceCompareTo(_maxText) > 0)
            _maxText = text.ToArray();
        _minPrefix = Prefix(_minText);
        _maxPrefix = Prefix(_maxText);
    }

    private static ulong Prefix(ReadOnlySpan<byte> text)
    {
        Span<byte> first = stackalloc byte[8];
        text[..Math.Min(8, text.Length)].CopyTo(first);
        return BinaryPrimitives.ReadUInt64BigEndian(first);
    }

    private static bool IsMissingWord(ReadOnlySpan<byte> cell) => (cell[0] | 0x20) is (byte)'n' or (byte)'\\' or (byte)'|' or (byte)'-'
        && (Ascii.EqualsIgnoreCase(cell, "null"u8) || Ascii.EqualsIgnoreCase(cell, "n/a"u8) || Ascii.EqualsIgnoreCase(cell, "na"u8)
            || Ascii.EqualsIgnoreCase(cell, "none"u8) || Ascii.EqualsIgnoreCase(cell, "nan"u8) || cell.SequenceEqual("\\N"u8));
}
