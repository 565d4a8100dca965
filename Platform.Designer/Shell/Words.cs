using Microsoft.Extensions.Localization;
using Platform.Designer.Language;

namespace Platform.Designer.Shell;

/// <summary>Words that the engine and the catalog write in English and the pages show in the reader's language.</summary>
internal static class Words
{
    /// <summary>A run's note; what the pages do not know are messages of tasks.</summary>
    public static string Note(string note, IStringLocalizer<Texts> texts) =>
        note.TrimEnd('.').Equals("nothing to do", StringComparison.OrdinalIgnoreCase) ? texts["Runs.Nothing"] : Said.In(note, texts);

    /// <summary>The first line of a message: what a list shows of it.</summary>
    public static string FirstLine(string message) => message.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? message[..end] : message;

    /// <summary>The text of a key for that many: one has a text of its own, <c>KEY.1</c>.</summary>
    public static string Count(this IStringLocalizer<Texts> texts, string key, long count, params object[] arguments) =>
        texts[count == 1 ? key + ".1" : key, arguments];

    /// <summary>The text of a key, or the word itself where the pages do not know it.</summary>
    public static string Or(this IStringLocalizer<Texts> texts, string key, string word)
    {
        var found = texts[key];
        return found.ResourceNotFound ? word : found.Value;
    }
}
