using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Tables.Native;

namespace Platform.Tables.Sources;

/// <summary>Types of columns as people name them in a workflow, and what a name says about its column.</summary>
public static partial class SourceTypes
{
    public static readonly DuckDbType Text = new(DuckDbKind.Varchar);
    public static readonly DuckDbType Integer = new(DuckDbKind.BigInt);
    public static readonly DuckDbType Number = new(DuckDbKind.Double);
    public static readonly DuckDbType Boolean = new(DuckDbKind.Boolean);
    public static readonly DuckDbType Date = new(DuckDbKind.Date);
    public static readonly DuckDbType Timestamp = new(DuckDbKind.TimestampTz);

    /// <summary>The type that <paramref name="name"/> stands for: text, integer, number, decimal(p,s), boolean, date, timestamp, and SQL's names for them.</summary>
    /// <exception cref="SourceException">There is none.</exception>
    public static DuckDbType Parse(string name)
    {
        var lower = name.Trim().ToLowerInvariant();
        var @decimal = DecimalType().Match(lower);
        if (@decimal.Success)
        {
            var precision = int.Parse(@decimal.Groups[1].Value, CultureInfo.InvariantCulture);
            var scale = @decimal.Groups[2].Success ? int.Parse(@decimal.Groups[2].Value, CultureInfo.InvariantCulture) : 0;
            if (precision is >= 1 and <= 28 && scale <= precision)
                return new DuckDbType(DuckDbKind.Decimal) { Precision = precision, Scale = scale };
        }
        return lower switch
        {
            "text" or "string" or "varchar" or "char" => Text,
            "integer" or "int" or "long" or "bigint" or "int64" => Integer,
            "int32" => new DuckDbType(DuckDbKind.Integer),
            "number" or "double" or "float" or "float64" or "real" => Number,
            "boolean" or "bool" => Boolean,
            "date" => Date,
            "timestamp" or "timestamptz" or "datetime" or "timestamp with time zone" => Timestamp,
            _ => throw new SourceException(SourceErrorKind.BadOption, $"'{name}' is no type of a column. Use text, integer, number, decimal(p,s), boolean, date or timestamp."),
        };
    }

    /// <summary>
    /// Whether a column of that name holds identifiers, which are text even where all are digits: leading zeros must stay, and the next file may hold <c>C536379</c>.
    /// </summary>
    public static bool NamesIdentifier(string name)
    {
        var words = WordsOf().Matches(name).Select(match => match.Value.ToLowerInvariant()).ToList();
        if (words.Count == 0)
            return false;
        return words[^1] switch
        {
            "id" or "ids" or "code" or "key" or "sku" or "zip" or "zipcode" or "postcode" or "phone" or "mobile" or "tel" or "fax" or "isbn" or "ean" or "upc"
                or "uuid" or "guid" or "iban" or "ssn" or "barcode" => true,
            "no" or "nr" or "num" or "number" or "card" => words.Count > 1,
            _ => false,
        };
    }

    /// <summary>What a value must be to fit, for messages.</summary>
    internal static string Describe(DuckDbType type) => type.Kind switch
    {
        DuckDbKind.Boolean => "true or false",
        DuckDbKind.Float or DuckDbKind.Double or DuckDbKind.Decimal => "a number",
        DuckDbKind.Date => "a date (yyyy-MM-dd)",
        DuckDbKind.Timestamp or DuckDbKind.TimestampTz => "a time (yyyy-MM-dd HH:mm:ss)",
        DuckDbKind.Varchar => "text",
        _ => "a whole number",
    };

    [GeneratedRegex(@"^(?:decimal|numeric)\((\d{1,2})(?:\s*,\s*(\d{1,2}))?\)$", RegexOptions.CultureInvariant)]
    private static partial Regex DecimalType();

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex WordsOf();
}
