using System.Globalization;
using System.Text.RegularExpressions;

namespace Platform.Inventory.Report;

/// <summary>Tells what the inventory before did not tell, or told of less, from what stands.</summary>
internal sealed partial class FindingNews
{
    public const string New = "new";
    public const string Worse = "worse";

    /// <summary>From a tenth more on there is more of it; a table that grows has a little more of everything.</summary>
    private const double WorseFrom = 1.1;

    /// <summary>These tell of a difference to the time before, and are news unless the very same was told.</summary>
    private static readonly HashSet<string> Differences = new(StringComparer.Ordinal) { "drift", "shrunk", "columns-gone", "retyped", "odd-day", "anomaly", "repeated-load" };

    private readonly Dictionary<(string Kind, string Asset, string? Column, string Reference), Finding> _earlier;
    private readonly HashSet<(string Kind, string? Column, string Figures)> _figures;
    private readonly IReadOnlySet<string> _touched;
    private readonly bool _all;

    /// <param name="earlier">What the inventory before told.</param>
    /// <param name="touched">Keys of assets that are new or changed since: where the inventory before told only its first findings, only theirs can be new.</param>
    public FindingNews(IReadOnlyList<Finding> earlier, IReadOnlySet<string> touched)
    {
        _earlier = earlier.DistinctBy(Identity).ToDictionary(Identity);
        _figures = [.. earlier.Select(f => (f.Kind, f.Column, FindingMerge.Digits(f, f.Sentence)))];
        _touched = touched;
        _all = earlier.Count < Finding.Most;
    }

    public Finding Mark(Finding finding)
    {
        if (_earlier.GetValueOrDefault(Identity(finding)) is { } then)
        {
            if (Differences.Contains(finding.Kind))
                return then.Sentence == finding.Sentence && then.Evidence == finding.Evidence ? finding : finding with { News = New };
            return Amount(finding) is { } now && Amount(then) is > 0 and var before && now >= WorseFrom * before
                ? finding with { News = Worse, Evidence = $"{finding.Evidence}; {Text(before)} at the last look", EvidenceZh = $"{finding.EvidenceZh}；上次为 {Text(before)}" } : finding;
        }

        // The same figures of a copy of the data, which told it then.
        if (!Differences.Contains(finding.Kind) && FindingMerge.IsOfData(finding) && FindingMerge.Digits(finding, finding.Sentence) is { Length: > 0 } figures && _figures.Contains((finding.Kind, finding.Column, figures)))
            return finding;
        return _all || _touched.Contains(finding.Asset) ? finding with { News = New } : finding;
    }

    // Of a column that several refer to, each reference is a thing of its own: its evidence begins with it.
    private static (string Kind, string Asset, string? Column, string Reference) Identity(Finding finding)
        => (finding.Kind, finding.Asset, finding.Column, finding.Evidence.Contains(" → ", StringComparison.Ordinal) ? finding.Evidence.Split(';')[0] : "");

    // What a sentence counts stands first in it; digits of names are part of words.
    private static double? Amount(Finding finding)
        => Number().Match(finding.Sentence.Replace(finding.Name, "", StringComparison.Ordinal)) is { Success: true } match && double.TryParse(match.ValueSpan, NumberStyles.AllowThousands | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Text(double number) => number.ToString("#,0.##", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<![\w.\-/])\d[\d,]*(\.\d+)?(?![\w\-/])", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
