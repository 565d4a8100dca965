using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Inventory.Profile;

/// <summary>In which forms the dates of a column are written, from a sample of its different values.</summary>
internal static partial class DateForms
{
    /// <summary>The forms from the most frequent down, as <c>9-9-9</c> for 2024-01-05 with an example of each; empty where the values are no dates.</summary>
    /// <param name="values">Different values of a column.</param>
    public static IReadOnlyList<DateForm> Of(IReadOnlyList<string> values)
    {
        var forms = values.Where(IsDate).GroupBy(FormOf, StringComparer.Ordinal).Select(group => new DateForm(group.Key, group.First(), group.Count())).OrderByDescending(form => form.Values).ThenBy(form => form.Form, StringComparer.Ordinal).ToList();
        return forms.Sum(form => form.Values) * 10 >= values.Count * 6 ? forms : [];
    }

    private static bool IsDate(string value)
        => value.Length is >= 6 and <= 40 && (CellReader.Read(Encoding.UTF8.GetBytes(value), out _, out _, out _) is CellKind.Date or CellKind.Timestamp || Named().IsMatch(value) || Short().IsMatch(value));

    // Without the time of day; how many digits a day or month takes is no other form, and a year has four or two.
    private static string FormOf(string value)
    {
        var day = TimeOfDay().Replace(value, "");
        return Digits().Replace(Letters().Replace(day, "Mon"), match => match.Length == 4 ? "yyyy" : match.Length > 4 ? new string('9', match.Length) : "9");
    }

    [GeneratedRegex(@"^(\d{1,2}[ \-./]?[A-Za-z]{3,9}[ \-./,]+\d{2,4}|[A-Za-z]{3,9}\.? \d{1,2},? \d{4})$", RegexOptions.CultureInvariant)]
    private static partial Regex Named();

    [GeneratedRegex(@"^\d{1,2}([./-])\d{1,2}\1(\d{2}|\d{4})$", RegexOptions.CultureInvariant)]
    private static partial Regex Short();

    [GeneratedRegex(@"[ T]\d{1,2}:\d{2}.*$", RegexOptions.CultureInvariant)]
    private static partial Regex TimeOfDay();

    [GeneratedRegex(@"\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();

    [GeneratedRegex("[A-Za-z]{3,9}", RegexOptions.CultureInvariant)]
    private static partial Regex Letters();
}

/// <summary>A form in which dates are written.</summary>
/// <param name="Form">The form: digits as <c>9</c>, a year of four as <c>yyyy</c>, names of months as <c>Mon</c>.</param>
/// <param name="Example">A value of it.</param>
/// <param name="Values">Different values of the sample that are written so.</param>
public sealed record DateForm(string Form, string Example, int Values);
