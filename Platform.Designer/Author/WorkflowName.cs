using System.Globalization;
using System.Text;
using Platform.Workflows;

namespace Platform.Designer.Author;

/// <summary>The name of a new workflow, made of its title.</summary>
internal static class WorkflowName
{
    /// <summary>The title's Latin letters and digits, words with hyphens; where it has none, or the name is taken, the first one with a number that is free.</summary>
    /// <param name="title">As somebody typed it; nothing gives nothing.</param>
    /// <param name="taken">Names that there are.</param>
    public static string Of(string title, IReadOnlySet<string> taken)
    {
        if (string.IsNullOrWhiteSpace(title))
            return "";
        var name = new StringBuilder();
        foreach (var c in title.Normalize(NormalizationForm.FormD).ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
                name.Append(c);
            else if (name.Length > 0 && name[^1] != '-' && CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
                name.Append('-');
        }
        var stem = name.ToString().Trim('-');
        if (!Names.IsWorkflow(stem))
            stem = "workflow";
        if (!taken.Contains(stem))
            return stem;
        for (var i = 2; ; i++)
        {
            if (!taken.Contains($"{stem}-{i}"))
                return $"{stem}-{i}";
        }
    }

    /// <summary>What of a title cannot stand in a name: letters that are not Latin, such as Chinese; empty where nothing is left out.</summary>
    public static string LeftOut(string title) =>
        string.Concat(title.Normalize(NormalizationForm.FormD).EnumerateRunes().Where(r => Rune.IsLetterOrDigit(r) && !r.IsAscii)).Normalize();
}
