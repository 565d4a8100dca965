using System.Globalization;
using System.Text;
using Platform.Tables.Native;

namespace Platform.Tables.Sources;

/// <summary>Turns a record into a row: first all values are read, and only if all of them fit are they written, so that a bad record leaves no trace.</summary>
internal sealed class RowParser
{
    private readonly SourceColumn[] _columns;
    private readonly int[] _fieldOf;
    private readonly Slot[] _slots;
    private readonly byte[][] _nulls;
    private readonly TimeZoneInfo _zone;

    /// <param name="columns">Columns of the staged table.</param>
    /// <param name="fieldOf">For each column the record's field, or -1 where the file has none.</param>
    /// <param name="options">Texts for null, and the zone.</param>
    public RowParser(IReadOnlyList<SourceColumn> columns, int[] fieldOf, FileReadOptions options)
    {
        _columns = [.. columns];
        _fieldOf = fieldOf;
        _slots = new Slot[columns.Count];
        _nulls = [.. options.Nulls.Select(Encoding.UTF8.GetBytes)];
        _zone = options.TimeZone;
        foreach (var column in columns)
        {
            if (!CanRead(column.Type))
                throw new SourceException(SourceErrorKind.BadInput, $"Column '{column.Name}' is {column.Type}, which cannot be read from a text file. Ingest into another table, or from Parquet.");
        }
    }

    /// <summary>The column whose value did not fit in the last record that was refused.</summary>
    public string? FailedColumn { get; private set; }

    /// <summary>Why.</summary>
    public string? Reason { get; private set; }

    /// <summary>Reads the record's values; false where one does not fit.</summary>
    public bool Parse(RecordReader record)
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            ref var slot = ref _slots[i];
            var field = _fieldOf[i];
            slot.IsNull = field < 0 || field >= record.Count || record.FormOf(field) == FieldForm.Missing || IsNull(record.Field(field));
            if (slot.IsNull || _columns[i].Type.Kind == DuckDbKind.Varchar || Parse(record.Field(field), _columns[i].Type, ref slot))
                continue;
            FailedColumn = _columns[i].Name;
            var shown = Encoding.UTF8.GetString(record.Field(field));
            Reason = $"'{(shown.Length > 80 ? shown[..80] + "…" : shown)}' is not {SourceTypes.Describe(_columns[i].Type)} ({_columns[i].Type})";
            return false;
        }
        return true;
    }

    /// <summary>Writes the values of the record that <see cref="Parse(RecordReader)"/> accepted.</summary>
    public void Write(RecordReader record, DuckDbAppender appender, int row)
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            ref var slot = ref _slots[i];
            if (slot.IsNull)
            {
                appender.SetNull(i, row);
                continue;
            }
            switch (_columns[i].Type.Kind)
            {
                case DuckDbKind.Varchar: appender.SetUtf8(i, row, record.Field(_fieldOf[i])); break;
                case DuckDbKind.BigInt or DuckDbKind.Timestamp or DuckDbKind.TimestampTz: appender.Column<long>(i)[row] = slot.Whole; break;
                case DuckDbKind.Double: appender.Column<double>(i)[row] = slot.Real; break;
                case DuckDbKind.Float: appender.Column<float>(i)[row] = (float)slot.Real; break;
                case DuckDbKind.Integer or DuckDbKind.Date: appender.Column<int>(i)[row] = (int)slot.Whole; break;
                case DuckDbKind.SmallInt: appender.Column<short>(i)[row] = (short)slot.Whole; break;
                case DuckDbKind.TinyInt: appender.Column<sbyte>(i)[row] = (sbyte)slot.Whole; break;
                case DuckDbKind.Boolean: appender.Column<bool>(i)[row] = slot.Whole != 0; break;
                default: WriteDecimal(appender, i, row, slot.Exact); break;
            }
        }
    }

    private static bool CanRead(DuckDbType type) => type.Kind is DuckDbKind.Varchar or DuckDbKind.BigInt or DuckDbKind.Integer or DuckDbKind.SmallInt or DuckDbKind.TinyInt
        or DuckDbKind.Double or DuckDbKind.Float or DuckDbKind.Boolean or DuckDbKind.Date or DuckDbKind.Timestamp or DuckDbKind.TimestampTz
        || (type.Kind == DuckDbKind.Decimal && type.Precision <= 28);

    private bool IsNull(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return true;
        foreach (var text in _nulls)
        {
            if (value.SequenceEqual(text))
                return true;
        }
        return false;
    }

    private bool Parse(ReadOnlySpan<byte> value, DuckDbType type, ref Slot slot)
    {
        value = value.Trim((byte)' ');
        switch (type.Kind)
        {
            case DuckDbKind.BigInt:
                return ValueParser.TryInteger(value, out slot.Whole);
            case DuckDbKind.Integer:
                return ValueParser.TryInteger(value, out slot.Whole) && slot.Whole is >= int.MinValue and <= int.MaxValue;
            case DuckDbKind.SmallInt:
                return ValueParser.TryInteger(value, out slot.Whole) && slot.Whole is >= short.MinValue and <= short.MaxValue;
            case DuckDbKind.TinyInt:
                return ValueParser.TryInteger(value, out slot.Whole) && slot.Whole is >= sbyte.MinValue and <= sbyte.MaxValue;
            case DuckDbKind.Double or DuckDbKind.Float:
                return ValueParser.TryNumber(value, out slot.Real);
            case DuckDbKind.Boolean:
                var read = ValueParser.TryBoolean(value, out var truth);
                slot.Whole = truth ? 1 : 0;
                return read;
            case DuckDbKind.Date:
                var isDate = ValueParser.TryDate(value, out var days);
                slot.Whole = days;
                return isDate;
            case DuckDbKind.TimestampTz:
                return ValueParser.TryTimestamp(value, _zone, out slot.Whole);
            case DuckDbKind.Timestamp:
                return ValueParser.TryTimestamp(value, null, out slot.Whole);
            default:
                return ValueParser.TryDecimal(value, out slot.Exact) && Math.Abs(slot.Exact) < Power(type.Precision - type.Scale);
        }
    }

    private void WriteDecimal(DuckDbAppender appender, int column, int row, decimal value)
    {
        var type = _columns[column].Type;
        var unscaled = decimal.Round(value, type.Scale, MidpointRounding.AwayFromZero) * Power(type.Scale);
        switch (type.Precision)
        {
            case <= 4: appender.Column<short>(column)[row] = (short)unscaled; break;
            case <= 9: appender.Column<int>(column)[row] = (int)unscaled; break;
            case <= 18: appender.Column<long>(column)[row] = (long)unscaled; break;
            default: appender.Column<Int128>(column)[row] = (Int128)unscaled; break;
        }
    }

    private static decimal Power(int digits) => decimal.Parse("1" + new string('0', digits), CultureInfo.InvariantCulture);

    private struct Slot
    {
        public bool IsNull;
        public long Whole;
        public double Real;
        public decimal Exact;
    }
}
