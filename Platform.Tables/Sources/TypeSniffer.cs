using System.Buffers.Text;
using Platform.Tables.Native;

namespace Platform.Tables.Sources;

/// <summary>What a text looks like.</summary>
internal enum SniffedType
{
    /// <summary>No value was seen.</summary>
    None,
    Boolean,
    Integer,
    Number,
    Date,
    Timestamp,
    Text,
}

/// <summary>Finds the narrowest type that all values of a column fit. A single value that does not fit makes it text: guessing loses nothing, declaring rejects.</summary>
internal sealed class TypeSniffer
{
    private SniffedType _type;

    /// <summary>The type of all values so far; text where there was none.</summary>
    public DuckDbType Type => _type switch
    {
        SniffedType.Boolean => SourceTypes.Boolean,
        SniffedType.Integer => SourceTypes.Integer,
        SniffedType.Number => SourceTypes.Number,
        SniffedType.Date => SourceTypes.Date,
        SniffedType.Timestamp => SourceTypes.Timestamp,
        _ => SourceTypes.Text,
    };

    public void Add(ReadOnlySpan<byte> value, FieldForm form)
    {
        if (_type == SniffedType.Text || form == FieldForm.Missing || value.IsEmpty)
            return;
        var type = TypeOf(value);
        if (form == FieldForm.Text && type is SniffedType.Integer or SniffedType.Number or SniffedType.Boolean)
            type = SniffedType.Text;
        _type = Join(_type, type);
    }

    private static SniffedType Join(SniffedType a, SniffedType b) => (a, b) switch
    {
        (SniffedType.None, _) => b,
        _ when a == b => a,
        (SniffedType.Integer, SniffedType.Number) or (SniffedType.Number, SniffedType.Integer) => SniffedType.Number,
        (SniffedType.Date, SniffedType.Timestamp) or (SniffedType.Timestamp, SniffedType.Date) => SniffedType.Timestamp,
        _ => SniffedType.Text,
    };

    /// <summary>The narrowest type of one value that is not empty. Whole numbers with leading zeros or more than 18 digits are text.</summary>
    public static SniffedType TypeOf(ReadOnlySpan<byte> value)
    {
        var first = value[0];
        if (first is (byte)'t' or (byte)'T' or (byte)'f' or (byte)'F')
            return value.Length >= 4 && ValueParser.TryBoolean(value, out _) ? SniffedType.Boolean : SniffedType.Text;   // a lone T may be anything
        if (first is not ((>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'.' or (byte)'+'))
            return SniffedType.Text;
        var digits = value.TrimStart("-+"u8);
        if (!digits.IsEmpty && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return digits.Length > 18 || first == '+' || (digits[0] == '0' && digits.Length > 1) ? SniffedType.Text : SniffedType.Integer;
        if (value.Length >= 8 && value[4] is (byte)'-' or (byte)'/')
        {
            if (ValueParser.TryDate(value, out _))
                return SniffedType.Date;
            return ValueParser.TryTimestamp(value, null, out _) ? SniffedType.Timestamp : SniffedType.Text;
        }
        return ValueParser.TryNumber(value, out _) && Utf8Parser.TryParse(value, out double _, out var used) && used == value.Length ? SniffedType.Number : SniffedType.Text;
    }
}
