using System.Buffers.Text;
using System.Globalization;

namespace Platform.Inventory.Profile;

/// <summary>How typed values come into a column's state: in blocks.</summary>
public sealed partial class ColumnState
{
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
}
