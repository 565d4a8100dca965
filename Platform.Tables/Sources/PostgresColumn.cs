using System.Globalization;
using System.Text;
using Npgsql;
using Platform.Tables.Native;

namespace Platform.Tables.Sources;

/// <summary>A column of a PostgreSQL result: its name, the type it gets here, and how its values come over.</summary>
internal sealed class PostgresColumn
{
    private PostgresColumn(string name, DuckDbType type, bool asText, TimeZoneInfo? zone) => (Name, Type, _asText, _zone) = (name, type, asText, zone);

    private readonly bool _asText;
    private readonly TimeZoneInfo? _zone;

    public string Name { get; }

    public DuckDbType Type { get; }

    /// <summary>The expression that selects it; types that we have no equal for come as their text.</summary>
    public string Sql => _asText ? $"{SqlText.Identifier(Name)}::text as {SqlText.Identifier(Name)}" : SqlText.Identifier(Name);

    /// <param name="name">Its name.</param>
    /// <param name="postgresType">As <c>format_type</c> writes it, such as <c>numeric(10,2)</c>.</param>
    /// <param name="zone">Zone of timestamps without one.</param>
    public static PostgresColumn Of(string name, string postgresType, TimeZoneInfo zone)
    {
        var (word, precision, scale) = Split(postgresType);
        return word switch
        {
            "boolean" => Direct(SourceTypes.Boolean),
            "smallint" => Direct(new DuckDbType(DuckDbKind.SmallInt)),
            "integer" => Direct(new DuckDbType(DuckDbKind.Integer)),
            "bigint" => Direct(SourceTypes.Integer),
            "real" => Direct(new DuckDbType(DuckDbKind.Float)),
            "double precision" => Direct(SourceTypes.Number),
            "numeric" when precision is >= 1 and <= 28 && scale >= 0 && scale <= precision => Direct(new DuckDbType(DuckDbKind.Decimal) { Precision = precision, Scale = scale }),
            // Unbounded numerics have no fixed scale: the text keeps every digit.
            "date" => Direct(SourceTypes.Date),
            "timestamp with time zone" => Direct(SourceTypes.Timestamp),
            "timestamp without time zone" => new PostgresColumn(name, SourceTypes.Timestamp, asText: false, zone),
            "text" or "character varying" or "character" or "name" => Direct(SourceTypes.Text),
            "bytea" => Direct(new DuckDbType(DuckDbKind.Blob)),
            _ => new PostgresColumn(name, SourceTypes.Text, asText: true, zone: null),
        };

        PostgresColumn Direct(DuckDbType type) => new(name, type, asText: false, zone: null);
    }

    /// <summary>Writes the value of the reader's current row.</summary>
    public void Write(NpgsqlDataReader reader, DuckDbAppender appender, int column, int row)
    {
        if (reader.IsDBNull(column))
        {
            appender.SetNull(column, row);
            return;
        }
        switch (Type.Kind)
        {
            case DuckDbKind.Boolean: appender.Column<bool>(column)[row] = reader.GetBoolean(column); break;
            case DuckDbKind.SmallInt: appender.Column<short>(column)[row] = reader.GetInt16(column); break;
            case DuckDbKind.Integer: appender.Column<int>(column)[row] = reader.GetInt32(column); break;
            case DuckDbKind.BigInt: appender.Column<long>(column)[row] = reader.GetInt64(column); break;
            case DuckDbKind.Float: appender.Column<float>(column)[row] = reader.GetFloat(column); break;
            case DuckDbKind.Double: appender.Column<double>(column)[row] = reader.GetDouble(column); break;
            case DuckDbKind.Decimal: WriteDecimal(reader.GetDecimal(column), appender, column, row); break;
            case DuckDbKind.Date: WriteDate(reader, appender, column, row); break;
            case DuckDbKind.TimestampTz: appender.Column<long>(column)[row] = Microseconds(reader.GetDateTime(column)); break;
            case DuckDbKind.Blob: appender.SetUtf8(column, row, reader.GetFieldValue<byte[]>(column)); break;
            default: appender.SetUtf8(column, row, Encoding.UTF8.GetBytes(reader.GetString(column))); break;
        }
    }

    private long Microseconds(DateTime time)
    {
        var ticks = time.Ticks - DateTime.UnixEpoch.Ticks;
        if (_zone is not null && time != DateTime.MaxValue && time != DateTime.MinValue)
            ticks -= _zone.GetUtcOffset(DateTime.SpecifyKind(time, DateTimeKind.Unspecified)).Ticks;
        return ticks / TimeSpan.TicksPerMicrosecond;
    }

    private static void WriteDate(NpgsqlDataReader reader, DuckDbAppender appender, int column, int row) =>
        appender.Column<int>(column)[row] = reader.GetFieldValue<DateOnly>(column).DayNumber - new DateOnly(1970, 1, 1).DayNumber;

    private void WriteDecimal(decimal value, DuckDbAppender appender, int column, int row)
    {
        var unscaled = decimal.Round(value, Type.Scale, MidpointRounding.AwayFromZero);
        for (var i = 0; i < Type.Scale; i++)
            unscaled *= 10;
        switch (Type.Precision)
        {
            case <= 4: appender.Column<short>(column)[row] = (short)unscaled; break;
            case <= 9: appender.Column<int>(column)[row] = (int)unscaled; break;
            case <= 18: appender.Column<long>(column)[row] = (long)unscaled; break;
            default: appender.Column<Int128>(column)[row] = (Int128)unscaled; break;
        }
    }

    /// <summary><c>numeric(10,2)</c> is numeric, 10, 2; <c>timestamp(3) with time zone</c> is timestamp with time zone.</summary>
    private static (string Word, int Precision, int Scale) Split(string type)
    {
        var open = type.IndexOf('(', StringComparison.Ordinal);
        var close = type.IndexOf(')', StringComparison.Ordinal);
        if (open < 0 || close < open)
            return (type, 0, 0);
        var numbers = type[(open + 1)..close].Split(',');
        _ = int.TryParse(numbers[0], CultureInfo.InvariantCulture, out var precision);
        var scale = numbers.Length > 1 && int.TryParse(numbers[1], CultureInfo.InvariantCulture, out var given) ? given : 0;
        return (type[..open] + type[(close + 1)..], precision, scale);
    }
}
