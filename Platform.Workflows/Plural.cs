using System.Globalization;

namespace Platform.Workflows;

/// <summary>Counts in English words: "1 row", "1,204 rows".</summary>
public static class Plural
{
    /// <summary>The number with what is counted.</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">What one of them is called.</param>
    /// <param name="many">What several are called; null adds an s.</param>
    public static string Of(long count, string one, string? many = null) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {Word(count, one, many)}");

    /// <summary>The word alone, where the number stands elsewhere: <c>Word(n, "has", "have")</c>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">The word of one.</param>
    /// <param name="many">The word of several; null adds an s.</param>
    public static string Word(long count, string one, string? many = null) => count == 1 ? one : many ?? one + "s";
}
