using System.Text.RegularExpressions;

namespace Platform.Tables.Sql;

/// <summary>Puts values where a statement has parameters, so that it binds as it will with theirs.</summary>
internal static partial class ParameterSamples
{
    /// <summary>What to try, one after the other, for parameters of which nothing is known.</summary>
    public static readonly IReadOnlyList<string> Guesses = ["1::BIGINT", "'x'", "TIMESTAMPTZ '2000-01-01 00:00:00+00'", "DATE '2000-01-01'", "true"];

    public static string Substitute(string sql, IReadOnlyDictionary<string, object?> parameters)
        => Token().Replace(sql, match => match.Groups["name"].Success && Find(parameters, match.Groups["name"].Value) is { } value ? $"({Sample(value)})" : match.Value);

    /// <summary>Puts one guess for all parameters that are left; null if none are.</summary>
    public static string? Guess(string sql, string guess)
    {
        var text = Token().Replace(sql, match => match.Groups["name"].Success ? $"({guess})" : match.Value);
        return text == sql ? null : text;
    }

    /// <summary>Names of the parameters of a text, each once, in its order.</summary>
    public static IReadOnlyList<string> NamesIn(string sql) => [.. Token().Matches(sql).Where(match => match.Groups["name"].Success).Select(match => match.Groups["name"].Value).Distinct(StringComparer.OrdinalIgnoreCase)];

    private static object? Find(IReadOnlyDictionary<string, object?> parameters, string name)
        => parameters.FirstOrDefault(parameter => string.Equals(parameter.Key, name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>
    /// A value of the parameter's type, the same at every run so that answers can be kept. Not null, for DuckDB folds what is computed from
    /// null; texts as they are, for they may be patterns or formats.
    /// </summary>
    private static string Sample(object value) => value switch
    {
        string text => SqlText.Literal(text),
        bool => "true",
        int or short or byte or sbyte or ushort => "1::INTEGER",
        long or uint => "1::BIGINT",
        double or float => "1.5::DOUBLE",
        decimal => "1.5::DECIMAL(38,10)",
        DateTime { Kind: DateTimeKind.Unspecified } => "TIMESTAMP '2000-01-01'",
        DateTimeOffset or DateTime => "TIMESTAMPTZ '2000-01-01 00:00:00+00'",
        DateOnly => "DATE '2000-01-01'",
        TimeOnly => "TIME '12:00'",
        Guid => "UUID '123e4567-e89b-12d3-a456-426614174000'",
        byte[] => "'x'::BLOB",
        System.Collections.IEnumerable list => $"[{Sample(list.Cast<object?>().FirstOrDefault(item => item is not null) ?? "")}]",
        _ => "'x'",
    };

    /// <summary>Quoted parts and comments are passed over whole, so that a dollar sign in them stays.</summary>
    [GeneratedRegex("""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|\$(?<tag>[A-Za-z_]\w*)?\$.*?\$\k<tag>\$|\$\$.*?\$\$|\$(?<name>[A-Za-z_]\w*)""", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
