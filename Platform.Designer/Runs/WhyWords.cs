using System.Globalization;
using Microsoft.Extensions.Localization;
using Platform.Designer.Language;
using Platform.Designer.Shell;
using Platform.Engine.Explain;

namespace Platform.Designer.Runs;

/// <summary>Says a cause in the reader's language: the sentence of its code with its values.</summary>
internal static class WhyWords
{
    public static string Say(Cause cause, IStringLocalizer<Texts> texts, Formats formats)
    {
        var found = texts["Cause." + cause.Code, [.. cause.Values.Select(v => (object)Value(cause.Code, v, texts, formats))]];
        // A code that a newer engine brought: its own sentence is better than a key.
        return found.ResourceNotFound ? cause.Text : found.Value;
    }

    /// <summary>States are words and times are the reader's.</summary>
    private static string Value(string code, string value, IStringLocalizer<Texts> texts, Formats formats)
    {
        if (code == CauseCodes.Approval && value.Length == 0)
            return texts["Approval.Anyone"];
        if (code is CauseCodes.Upstream or CauseCodes.Past or CauseCodes.Ended)
            return texts.Or("State." + value, value);
        return DateTimeOffset.TryParseExact(value, "yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? formats.Moment(time) : value;
    }
}
