using System.Globalization;
using System.Text.RegularExpressions;

namespace Platform.Designer.Inventory;

/// <summary>A report as a page frames it: without its scripts, which do not run there, and without what needs them.</summary>
internal static partial class ReportDocument
{
    /// <summary>The document in the page's theme and language.</summary>
    /// <param name="html">The whole report.</param>
    /// <param name="theme"><c>light</c> or <c>dark</c>.</param>
    public static string Embedded(string html, string theme) => Scripts().Replace(html, "")
        .Replace("<html lang=\"en\"", $"<html data-theme=\"{theme}\" lang=\"{CultureInfo.CurrentUICulture.TwoLetterISOLanguageName}\"", StringComparison.Ordinal)
        .Replace("</head>", "<style>.tools,input[type=search]{display:none}th button{pointer-events:none}</style></head>", StringComparison.Ordinal);

    [GeneratedRegex("<script\\b[^>]*>.*?</script>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Scripts();
}
