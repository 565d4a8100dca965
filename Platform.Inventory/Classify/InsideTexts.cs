using System.Text;
using Platform.Inventory.Personal;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Classify;

/// <summary>Personal data inside the texts of a column.</summary>
/// <param name="Shares">Share of the texts that hold each kind; what a text is, <paramref name="Basis"/> says.</param>
/// <param name="Basis">What the shares are of.</param>
/// <param name="OfDifferent">The largest share among the different texts looked at, whatever the basis: it tells that something is there.</param>
internal sealed record InsideFound(IReadOnlyDictionary<string, double> Shares, InsideBasis Basis, double OfDifferent);

/// <summary>
/// Which personal data stand inside the texts of a column. What is looked at are different texts; where it is known how often they stand, each weighs as many rows.
/// </summary>
internal static class InsideTexts
{
    /// <summary>Texts looked at beside the frequent ones: enough to see what stands in one of fifty. Where no more than the sample are different, all are.</summary>
    private const int Most = 128;

    /// <summary>Share of the rest's rows up to which, and rows a different text up to which, the rest may be taken to repeat evenly.</summary>
    private const double SmallRest = 0.2, HardlyRepeats = 1.2;

    /// <summary>Share of the texts that hold each kind; kinds that none holds, and those that say nothing about a person by themselves, are left out.</summary>
    /// <param name="sample">The column.</param>
    /// <param name="sentences">Whether they are sentences: names and addresses are told by the words around them, which a title or the name of a firm lacks.</param>
    public static InsideFound Find(ColumnSample sample, bool sentences)
    {
        var profile = sample.Profile;
        var all = profile.DistinctError == 0 && profile.Distinct <= DistinctSample.Size;
        // A frequent value is kept by its first bytes: texts that begin alike share their rows.
        var frequent = profile.Frequent.GroupBy(value => value.Value, StringComparer.Ordinal).ToDictionary(group => group.Key, group => (Rows: group.Sum(value => value.Count), Texts: group.Count()), StringComparer.Ordinal);
        var groups = sample.Values.GroupBy(Kept).ToList();
        var known = groups.Where(group => frequent.ContainsKey(group.Key)).Select(group => (Texts: group.Select(text => KindsOf(text, sentences)).ToList(), Rows: frequent[group.Key].Rows, Sure: frequent[group.Key].Texts == group.Count())).ToList();
        var rest = groups.Where(group => !frequent.ContainsKey(group.Key)).SelectMany(group => group).Take(all ? DistinctSample.Size : Most).Select(text => KindsOf(text, sentences)).ToList();
        var kinds = known.SelectMany(group => group.Texts).Concat(rest).SelectMany(found => found).Distinct().Order().ToList();
        var texts = known.Sum(group => group.Texts.Count) + rest.Count;
        var ofDifferent = kinds.ToDictionary(PersonalKinds.NameOf, kind => Math.Round((known.Sum(group => group.Texts.Count(found => found.Contains(kind))) + rest.Count(found => found.Contains(kind))) / (double)texts, 4));
        if (kinds.Count == 0)
            return new InsideFound(ofDifferent, InsideBasis.DifferentTexts, 0);

        var knownRows = known.Sum(group => group.Rows);
        var restRows = Math.Max(0, profile.Values - knownRows);
        var restTexts = Math.Max(rest.Count, profile.Distinct - known.Sum(group => group.Texts.Count));
        var each = restTexts == 0 ? 0 : restRows / (double)restTexts;
        if (restRows > SmallRest * profile.Values && (each > HardlyRepeats || rest.Count == 0))
            return new InsideFound(ofDifferent, InsideBasis.DifferentTexts, ofDifferent.Values.Max());

        var exact = all && profile.FrequentError == 0 && rest.Count == restTexts && restRows == restTexts && known.All(group => group.Sure);
        var ofRows = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var kind in kinds)
        {
            var rows = known.Sum(group => group.Rows * group.Texts.Count(found => found.Contains(kind)) / (double)group.Texts.Count);
            rows += rest.Count == 0 ? 0 : restRows * rest.Count(found => found.Contains(kind)) / (double)rest.Count;
            exact &= known.All(group => group.Texts.Count == 1 || group.Texts.Count(found => found.Contains(kind)) is var holding && (holding == 0 || holding == group.Texts.Count));
            ofRows[PersonalKinds.NameOf(kind)] = Math.Min(1, rows / Math.Max(1, profile.Values));
        }

        return new InsideFound(ofRows, exact ? InsideBasis.Rows : InsideBasis.AboutRows, ofDifferent.Values.Max());
    }

    private static HashSet<PersonalKind> KindsOf(string text, bool sentences)
        => [.. PersonalFinder.Find(text).Select(span => span.Kind).Where(kind => PersonalKinds.ClassOf(kind) is not (PersonalClass.None or PersonalClass.Demographic) && (sentences || kind is not (PersonalKind.PersonName or PersonalKind.Address or PersonalKind.Postcode)))];

    private static string Kept(string text) => Encoding.UTF8.GetString(FrequentValues.Cut(Encoding.UTF8.GetBytes(text)));
}
