using System.Runtime.CompilerServices;

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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
        Note(hashes[..values.Length], values, TypedForm.Integer);
        AddNumbers(numbers);
    }

    /// <summary>Adds a block of numbers. NaN and infinities are counted apart.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="hashes">Filled with their hashes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void AddDecimals(ReadOnlySpan<double> values, Span<ulong> hashes)
    {
        if (values.IsEmpty)
            return;
        Rows += values.Length;
        for (var i = 0; i < values.Length; i++)
            hashes[i] = ValueHash.Of(values[i]);
        Note(hashes[..values.Length], TypedValue.Bits(values), DeclaredType == "FLOAT" ? TypedForm.Single : TypedForm.Decimal);
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void AddTimes(CellKind kind, ReadOnlySpan<long> micros, ReadOnlySpan<double> numbers, Span<ulong> hashes)
    {
        if (micros.IsEmpty)
            return;
        Rows += micros.Length;
        _kinds[(int)kind] += micros.Length;
        for (var i = 0; i < micros.Length; i++)
            hashes[i] = ValueHash.OfTime(micros[i]);
        Note(hashes[..micros.Length], micros, kind == CellKind.Date ? TypedForm.Date : TypedForm.Timestamp);
        (_times ??= new NumberState()).Add(numbers);
    }

    /// <summary>Adds the number of elements of a list or map.</summary>
    internal void AddItems(long count) => (_items ??= new NumberState()).Add(count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Note(ReadOnlySpan<ulong> hashes, ReadOnlySpan<long> values, TypedForm form)
    {
        var i = 0;
        for (; i < hashes.Length && !_frequent.GaveUp; i++)
        {
            if (_frequent.TryCount(hashes[i]))
                continue;
            _distinct.Add(hashes[i]);
            if (_sample.Wants(hashes[i]))
                _sample.Add(hashes[i], values[i], form);
            _frequent.Add(hashes[i], values[i], form);
        }

        hashes = hashes[i..];
        _distinct.Add(hashes);
        for (var j = 0; j < hashes.Length; j++)
        {
            if (_sample.Wants(hashes[j]))
                _sample.Add(hashes[j], values[i + j], form);
        }

        _frequent.Pass(hashes.Length);
    }
}
