using System.Text;

namespace Platform.Inventory.Profile;

/// <summary>
/// All that one pass learns of a column, mergeable: the state of two files merged says the same as the state of both read in turn
/// (exactly for counts, distinct values, ranges and sample, to the last digits for moments, within the stated errors for quantiles and frequent values).
/// </summary>
public sealed partial class ColumnState
{
    /// <summary>Raised when the bytes of states, or the meaning of a metric, change: states of another version are read from the data again.</summary>
    public const byte FormatVersion = 3;

    private const int CountedLengths = 256;

    private static readonly int KindCount = Enum.GetValues<CellKind>().Length;

    private readonly long[] _kinds = new long[KindCount];
    private RepeatCache? _repeats;
    private long[]? _lengthCounts;
    private NumberState? _numbers;
    private NumberState? _times;
    private NumberState? _lengths;
    private NumberState? _items;
    private DistinctCounter _distinct = new();
    private FrequentValues _frequent = new();
    private FrequentValues _shapes = new();
    private DistinctSample _sample = new();
    private byte[]? _minText;
    private byte[]? _maxText;
    private long _minInteger = long.MaxValue;
    private long _maxInteger = long.MinValue;
    private long _leadingZeros;
    private long _zeros;
    private long _negatives;
    private long _wholeDecimals;
    private long _invalidUtf8;

    /// <param name="name">Name of the column.</param>
    /// <param name="declaredType">The type that the source declares (Parquet, Delta, a database); null for text files, whose types are found.</param>
    public ColumnState(string name, string? declaredType = null)
    {
        Name = name;
        DeclaredType = declaredType;
        _holdsNotFinite = HoldsNotFinite(declaredType);
        RowSalt = ValueHash.Of(Encoding.UTF8.GetBytes(name)) | 1;
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

    /// <summary>Values cut in the profile because they are longer than 1 MiB.</summary>
    public long TooLong { get; private set; }

    /// <summary>NaN and infinities of a numeric type, infinite times of a database. They are values, but no part of ranges, moments and quantiles.</summary>
    public long NotFinite { get; private set; }

    /// <summary>Numbers written with leading zeros, which are codes.</summary>
    public long LeadingZeros => Settled()._leadingZeros;

    /// <summary>Numbers that are 0.</summary>
    public long Zeros => Settled()._zeros;

    /// <summary>Numbers below 0.</summary>
    public long Negatives => Settled()._negatives;

    /// <summary>Decimals without a fraction, such as <c>17850.0</c>.</summary>
    public long WholeDecimals => Settled()._wholeDecimals;

    /// <summary>Texts whose bytes are no UTF-8.</summary>
    public long InvalidUtf8 => Settled()._invalidUtf8;

    /// <summary>Values: rows less nulls.</summary>
    public long Values => Rows - Nulls;

    public DistinctCounter Distinct => Settled()._distinct;

    public FrequentValues Frequent => Settled()._frequent;

    public FrequentValues Shapes => Settled()._shapes;

    public DistinctSample Sample => Settled()._sample;

    /// <summary>Moments of the numbers among the values.</summary>
    public Moments NumberMoments => Settled()._numbers?.Moments ?? default;

    /// <summary>Quantiles of the numbers among the values; null without numbers.</summary>
    public QuantileSketch? Numbers => Settled()._numbers?.Quantiles;

    /// <summary>Moments of dates, timestamps (microseconds since 1970 UTC) and times of day (since midnight).</summary>
    public Moments TimeMoments => Settled()._times?.Moments ?? default;

    /// <summary>Quantiles of dates, timestamps (microseconds since 1970 UTC) and times of day (since midnight); null without any.</summary>
    public QuantileSketch? Times => Settled()._times?.Quantiles;

    /// <summary>Moments of the lengths in characters of the values that are text.</summary>
    public Moments LengthMoments => Settled()._lengths?.Moments ?? default;

    /// <summary>Quantiles of the lengths in characters of the values that are text; null without any.</summary>
    public QuantileSketch? Lengths => Settled()._lengths?.Quantiles;

    /// <summary>Moments of the number of elements of lists and maps.</summary>
    public Moments ItemMoments => _items?.Moments ?? default;

    /// <summary>Quantiles of the number of elements of lists and maps; null for other types.</summary>
    public QuantileSketch? Items => _items?.Quantiles;

    /// <summary>Smallest whole number, exactly; null without any.</summary>
    public long? MinInteger => Settled()._minInteger <= _maxInteger ? _minInteger : null;

    /// <summary>Largest whole number, exactly; null without any.</summary>
    public long? MaxInteger => Settled()._minInteger <= _maxInteger ? _maxInteger : null;

    /// <summary>Smallest text in byte order, cut to 256 bytes; null without text.</summary>
    public string? MinText => Settled()._minText is null ? null : Encoding.UTF8.GetString(_minText!);

    /// <summary>Largest text in byte order, cut to 256 bytes; null without text.</summary>
    public string? MaxText => Settled()._maxText is null ? null : Encoding.UTF8.GetString(_maxText!);

    /// <summary>What the column's hashes are multiplied by in the hash of a row.</summary>
    internal ulong RowSalt { get; }

    /// <summary>Hash of the cell that was added last; 0 for null and after <see cref="NextRow"/>.</summary>
    internal ulong LastHash { get; private set; }

    /// <summary>What the text that was added last looks like; a text where it is no finite number.</summary>
    internal CellFacts LastFacts { get; private set; }

    /// <summary>Number of the cell that was added last; NaN where it is none.</summary>
    internal double LastNumber { get; private set; } = double.NaN;

    /// <summary>Its place among the columns that are compared for correlation; -1 before it held a number, -2 where it is not compared.</summary>
    internal int CorrelationPlace { get; set; } = -1;

    /// <summary>Values of a kind.</summary>
    public long Of(CellKind kind) => Settled()._kinds[(int)kind];

    /// <summary>Takes in what <paramref name="other"/> saw of the same column elsewhere.</summary>
    public void Merge(ColumnState other)
    {
        Settled();
        other.Settled();
        Rows += other.Rows;
        Nulls += other.Nulls;
        Blank += other.Blank;
        Padded += other.Padded;
        MissingWords += other.MissingWords;
        TooLong += other.TooLong;
        NotFinite += other.NotFinite;
        _leadingZeros += other._leadingZeros;
        _zeros += other._zeros;
        _negatives += other._negatives;
        _wholeDecimals += other._wholeDecimals;
        _invalidUtf8 += other._invalidUtf8;
        _minInteger = Math.Min(_minInteger, other._minInteger);
        _maxInteger = Math.Max(_maxInteger, other._maxInteger);
        for (var i = 0; i < KindCount; i++)
            _kinds[i] += other._kinds[i];
        Merge(ref _numbers, other._numbers);
        Merge(ref _times, other._times);
        Merge(ref _lengths, other._lengths);
        Merge(ref _items, other._items);
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
        Settled();
        writer.Write(Name);
        writer.Write(DeclaredType ?? "");
        foreach (var count in (ReadOnlySpan<long>)[Rows, Nulls, Blank, Padded, MissingWords, TooLong, NotFinite, _leadingZeros, _zeros, _negatives, _wholeDecimals, _invalidUtf8])
            writer.Write7BitEncodedInt64(count);
        writer.Write(_minInteger);
        writer.Write(_maxInteger);
        foreach (var count in _kinds)
            writer.Write7BitEncodedInt64(count);
        foreach (var numbers in (ReadOnlySpan<NumberState?>)[_numbers, _times, _lengths, _items])
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
            TooLong = reader.Read7BitEncodedInt64(),
            NotFinite = reader.Read7BitEncodedInt64(),
            _leadingZeros = reader.Read7BitEncodedInt64(),
            _zeros = reader.Read7BitEncodedInt64(),
            _negatives = reader.Read7BitEncodedInt64(),
            _wholeDecimals = reader.Read7BitEncodedInt64(),
            _invalidUtf8 = reader.Read7BitEncodedInt64(),
            _minInteger = reader.ReadInt64(),
            _maxInteger = reader.ReadInt64(),
        };
        for (var i = 0; i < KindCount; i++)
            state._kinds[i] = reader.Read7BitEncodedInt64();
        state._numbers = reader.ReadBoolean() ? NumberState.Read(reader) : null;
        state._times = reader.ReadBoolean() ? NumberState.Read(reader) : null;
        state._lengths = reader.ReadBoolean() ? NumberState.Read(reader) : null;
        state._items = reader.ReadBoolean() ? NumberState.Read(reader) : null;
        state._distinct = DistinctCounter.Read(reader);
        state._frequent = FrequentValues.Read(reader);
        state._shapes = FrequentValues.Read(reader);
        state._sample = DistinctSample.Read(reader);
        state._minText = ReadBytes(reader);
        state._maxText = ReadBytes(reader);
        return state;
    }

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
