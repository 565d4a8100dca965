using System.Runtime.InteropServices;
using System.Text;

namespace Platform.Inventory.Profile;

/// <summary>
/// All that one pass learns of a column, mergeable: the state of two files merged says the same as the state of both read in turn
/// (exactly for counts, distinct values, moments and sample; within the stated errors for quantiles and frequent values).
/// </summary>
public sealed class ColumnState
{
    /// <summary>Raised when the bytes of states, or the meaning of a metric, change: states of another version are read from the data again.</summary>
    public const byte FormatVersion = 1;

    private static readonly int KindCount = Enum.GetValues<CellKind>().Length;

    private readonly long[] _kinds = new long[KindCount];
    private NumberState? _numbers;
    private NumberState? _times;
    private NumberState? _lengths;
    private DistinctCounter _distinct = new();
    private FrequentValues _frequent = new();
    private FrequentValues _shapes = new();
    private DistinctSample _sample = new();
    private byte[]? _minText;
    private byte[]? _maxText;

    /// <param name="name">Name of the column.</param>
    /// <param name="declaredType">The type that the source declares (Parquet, Delta, a database); null for text files, whose types are found.</param>
    public ColumnState(string name, string? declaredType = null)
    {
        Name = name;
        DeclaredType = declaredType;
    }

    public string Name { get; }

    public string? DeclaredType { get; }

    /// <summary>Cells seen, nulls included.</summary>
    public long Rows { get; private set; }

    /// <summary>Cells without a value: null, and in text files empty.</summary>
    public long Nulls { get; private set; }

    /// <summary>Empty texts of sources that tell them from null, and texts of only blanks.</summary>
    public long Blank { get; private set; }

    /// <summary>Values with blanks before or after, which are profiled without them.</summary>
    public long Padded { get; private set; }

    /// <summary>Values such as <c>NULL</c>, <c>N/A</c> and <c>nan</c> that stand for a missing one.</summary>
    public long MissingWords { get; private set; }

    /// <summary>Numbers written with leading zeros, which are codes.</summary>
    public long LeadingZeros { get; private set; }

    /// <summary>Numbers that are 0.</summary>
    public long Zeros { get; private set; }

    /// <summary>Numbers below 0.</summary>
    public long Negatives { get; private set; }

    /// <summary>Decimals without a fraction, such as <c>17850.0</c>.</summary>
    public long WholeDecimals { get; private set; }

    /// <summary>Values cut out of the profile because they are longer than 1 MiB.</summary>
    public long TooLong { get; private set; }

    /// <summary>Values: rows less nulls.</summary>
    public long Values => Rows - Nulls;

    public DistinctCounter Distinct => _distinct;

    public FrequentValues Frequent => _frequent;

    public FrequentValues Shapes => _shapes;

    public DistinctSample Sample => _sample;

    /// <summary>Moments of the numbers among the values.</summary>
    public Moments NumberMoments => _numbers?.Moments ?? default;

    /// <summary>Quantiles of the numbers among the values; null without numbers.</summary>
    public QuantileSketch? Numbers => _numbers?.Quantiles;

    /// <summary>Quantiles of dates, timestamps (microseconds since 1970 UTC) and times of day (since midnight); null without any.</summary>
    public QuantileSketch? Times => _times?.Quantiles;

    /// <summary>Moments of the lengths in characters of the values that are text.</summary>
    public Moments LengthMoments => _lengths?.Moments ?? default;

    /// <summary>Quantiles of the lengths in characters of the values that are text; null without any.</summary>
    public QuantileSketch? Lengths => _lengths?.Quantiles;

    /// <summary>Smallest text in byte order, cut to 256 bytes; null without text.</summary>
    public string? MinText => _minText is null ? null : Encoding.UTF8.GetString(_minText);

    /// <summary>Largest text in byte order, cut to 256 bytes; null without text.</summary>
    public string? MaxText => _maxText is null ? null : Encoding.UTF8.GetString(_maxText);

    /// <summary>Values of a kind.</summary>
    public long Of(CellKind kind) => _kinds[(int)kind];

    /// <summary>Adds <paramref name="count"/> nulls.</summary>
    public void AddNulls(long count)
    {
        Rows += count;
        Nulls += count;
    }

    /// <summary>Adds a UTF-8 cell of a text file: empty is null, and the kind is found.</summary>
    public void AddCell(ReadOnlySpan<byte> cell)
    {
        Rows++;
        if (cell.IsEmpty)
        {
            Nulls++;
            return;
        }

        if (cell[0] <= ' ' || cell[^1] <= ' ')
        {
            var trimmed = cell.Trim(" \t\r\n\v\f\0"u8);
            if (trimmed.IsEmpty)
            {
                Nulls++;
                Blank++;
                return;
            }

            Padded++;
            cell = trimmed;
        }

        if (cell.Length > 1 << 20)
        {
            TooLong++;
            cell = cell[..(1 << 20)];
        }

        if (cell.Length <= 4 && IsMissingWord(cell))
        {
            MissingWords++;
            if (cell.SequenceEqual("\\N"u8))
            {
                Nulls++;
                return;
            }
        }

        var hash = ValueHash.Of(cell);
        Note(hash, cell);
        var kind = CellReader.Read(cell, out var number, out _, out var leadingZero);
        _kinds[(int)kind]++;
        switch (kind)
        {
            case CellKind.Integer or CellKind.Decimal:
                if (leadingZero)
                    LeadingZeros++;
                if (kind == CellKind.Decimal && number == Math.Truncate(number))
                    WholeDecimals++;
                AddNumber(number);
                if (leadingZero)
                    AddText(cell);
                break;
            case CellKind.Date or CellKind.Timestamp or CellKind.Time:
                (_times ??= new NumberState()).Add(number);
                break;
            case CellKind.Text:
                AddText(cell);
                break;
        }
    }

    /// <summary>Adds a text of a typed source: empty is a value, and its kind is found too, for dates and numbers kept as text.</summary>
    public void AddTypedText(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            Rows++;
            Blank++;
            _kinds[(int)CellKind.Text]++;
            _distinct.Add(ValueHash.Of(text));
            _frequent.Add(ValueHash.Of(text), text);
            (_lengths ??= new NumberState()).Add(0);
            return;
        }

        var nulls = Nulls;
        AddCell(text);
        // A typed source says null itself: blanks and \N are texts there.
        if (Nulls > nulls)
        {
            Nulls = nulls;
            _kinds[(int)CellKind.Text]++;
            Note(ValueHash.Of(text), text);
        }
    }

    /// <summary>Adds whole numbers of a typed source.</summary>
    public void AddIntegers(ReadOnlySpan<long> values)
    {
        Span<byte> text = stackalloc byte[24];
        Rows += values.Length;
        _kinds[(int)CellKind.Integer] += values.Length;
        foreach (var value in values)
        {
            System.Buffers.Text.Utf8Formatter.TryFormat(value, text, out var length);
            Note(ValueHash.Of(text[..length]), text[..length]);
            AddNumber(value);
        }
    }

    /// <summary>Adds a number of a typed source. NaN and infinities are counted as texts.</summary>
    public void AddDecimal(double value)
    {
        Span<byte> text = stackalloc byte[32];
        Rows++;
        System.Buffers.Text.Utf8Formatter.TryFormat(value, text, out var length);
        Note(ValueHash.Of(text[..length]), text[..length]);
        if (!double.IsFinite(value))
        {
            _kinds[(int)CellKind.Text]++;
            return;
        }

        _kinds[(int)CellKind.Decimal]++;
        if (value == Math.Truncate(value))
            WholeDecimals++;
        AddNumber(value);
    }

    /// <summary>Adds a truth value of a typed source.</summary>
    public void AddBoolean(bool value)
    {
        Rows++;
        _kinds[(int)CellKind.Boolean]++;
        var text = value ? "true"u8 : "false"u8;
        Note(ValueHash.Of(text), text);
    }

    /// <summary>Adds a date or timestamp of a typed source, in microseconds since 1970 UTC, with its text.</summary>
    public void AddTime(CellKind kind, double micros, ReadOnlySpan<byte> text)
    {
        Rows++;
        _kinds[(int)kind]++;
        Note(ValueHash.Of(text), text);
        (_times ??= new NumberState()).Add(micros);
    }

    /// <summary>Takes in what <paramref name="other"/> saw of the same column elsewhere.</summary>
    public void Merge(ColumnState other)
    {
        Rows += other.Rows;
        Nulls += other.Nulls;
        Blank += other.Blank;
        Padded += other.Padded;
        MissingWords += other.MissingWords;
        LeadingZeros += other.LeadingZeros;
        Zeros += other.Zeros;
        Negatives += other.Negatives;
        WholeDecimals += other.WholeDecimals;
        TooLong += other.TooLong;
        for (var i = 0; i < KindCount; i++)
            _kinds[i] += other._kinds[i];
        Merge(ref _numbers, other._numbers);
        Merge(ref _times, other._times);
        Merge(ref _lengths, other._lengths);
        _distinct.Merge(other._distinct);
        _frequent.Merge(other._frequent);
        _shapes.Merge(other._shapes);
        _sample.Merge(other._sample);
        if (other._minText is not null)
            Range(other._minText);
        if (other._maxText is not null)
            Range(other._maxText);
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write(Name);
        writer.Write(DeclaredType ?? "");
        foreach (var count in (ReadOnlySpan<long>)[Rows, Nulls, Blank, Padded, MissingWords, LeadingZeros, Zeros, Negatives, WholeDecimals, TooLong])
            writer.Write7BitEncodedInt64(count);
        foreach (var count in _kinds)
            writer.Write7BitEncodedInt64(count);
        foreach (var numbers in (ReadOnlySpan<NumberState?>)[_numbers, _times, _lengths])
        {
            writer.Write(numbers is not null);
            numbers?.Write(writer);
        }

        _distinct.Write(writer);
        _frequent.Write(writer);
        _shapes.Write(writer);
        _sample.Write(writer);
        WriteBytes(writer, _minText);
        WriteBytes(writer, _maxText);
    }

    internal static ColumnState Read(BinaryReader reader)
    {
        var name = reader.ReadString();
        var declared = reader.ReadString();
        var state = new ColumnState(name, declared.Length == 0 ? null : declared)
        {
            Rows = reader.Read7BitEncodedInt64(),
            Nulls = reader.Read7BitEncodedInt64(),
            Blank = reader.Read7BitEncodedInt64(),
            Padded = reader.Read7BitEncodedInt64(),
            MissingWords = reader.Read7BitEncodedInt64(),
            LeadingZeros = reader.Read7BitEncodedInt64(),
            Zeros = reader.Read7BitEncodedInt64(),
            Negatives = reader.Read7BitEncodedInt64(),
            WholeDecimals = reader.Read7BitEncodedInt64(),
            TooLong = reader.Read7BitEncodedInt64(),
        };
        for (var i = 0; i < KindCount; i++)
            state._kinds[i] = reader.Read7BitEncodedInt64();
        state._numbers = reader.ReadBoolean() ? NumberState.Read(reader) : null;
        state._times = reader.ReadBoolean() ? NumberState.Read(reader) : null;
        state._lengths = reader.ReadBoolean() ? NumberState.Read(reader) : null;
        state._distinct = DistinctCounter.Read(reader);
        state._frequent = FrequentValues.Read(reader);
        state._shapes = FrequentValues.Read(reader);
        state._sample = DistinctSample.Read(reader);
        state._minText = ReadBytes(reader);
        state._maxText = ReadBytes(reader);
        return state;
    }

    private void Note(ulong hash, ReadOnlySpan<byte> value)
    {
        _distinct.Add(hash);
        _frequent.Add(hash, value);
        _sample.Add(hash, value);
    }

    private void AddNumber(double number)
    {
        if (number == 0)
            Zeros++;
        else if (number < 0)
            Negatives++;
        (_numbers ??= new NumberState()).Add(number);
    }

    private void AddText(ReadOnlySpan<byte> cell)
    {
        (_lengths ??= new NumberState()).Add(Encoding.UTF8.GetCharCount(cell));
        Span<byte> shape = stackalloc byte[ValueShape.MaxBytes];
        shape = shape[..ValueShape.Of(cell.Length > 256 ? cell[..256] : cell, shape)];
        _shapes.Add(ValueHash.Of(shape), shape);
        Range(cell);
    }

    private void Range(ReadOnlySpan<byte> text)
    {
        text = text.Length > 256 ? text[..256] : text;
        if (_minText is null || text.SequenceCompareTo(_minText) < 0)
            _minText = text.ToArray();
        if (_maxText is null || text.SequenceCompareTo(_maxText) > 0)
            _maxText = text.ToArray();
    }

    private static bool IsMissingWord(ReadOnlySpan<byte> cell) => (cell[0] | 0x20) is (byte)'n' or (byte)'\\' or (byte)'|' or (byte)'-'
        && (System.Text.Ascii.EqualsIgnoreCase(cell, "null"u8) || System.Text.Ascii.EqualsIgnoreCase(cell, "n/a"u8) || System.Text.Ascii.EqualsIgnoreCase(cell, "na"u8)
            || System.Text.Ascii.EqualsIgnoreCase(cell, "none"u8) || System.Text.Ascii.EqualsIgnoreCase(cell, "nan"u8) || cell.SequenceEqual("\\N"u8));

    private static void Merge(ref NumberState? into, NumberState? from)
    {
        if (from is not null)
            (into ??= new NumberState()).Merge(from);
    }

    private static void WriteBytes(BinaryWriter writer, byte[]? bytes)
    {
        writer.Write(bytes is null ? -1 : bytes.Length);
        if (bytes is not null)
            writer.Write(bytes);
    }

    private static byte[]? ReadBytes(BinaryReader reader)
    {
        var length = reader.ReadInt32();
        return length < 0 ? null : length > 256 ? throw new InvalidDataException($"A text range claims {length} bytes.") : reader.ReadBytes(length);
    }
}
