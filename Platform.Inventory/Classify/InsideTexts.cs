using System.Text;
using Platform.Inventory.Personal;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Classify;

/// <summary>Personal data inside the texts of a column.</summary>
/// <param name="Shares">Share of the texts that hold each kind; what a text is, <paramref name="Basis"/> says.</param>
/// <param name="Basis">What the shares are of.</param>
/// <param name="Told">Whether it is enough to call the column personal.</param>
/// <param name="Confidence">How sure the surest kind is that does so, as the rules and taggers say of what they found; 0 where none does.</param>
internal sealed record InsideFound(IReadOnlyDictionary<string, double> Shares, InsideBasis Basis, bool Told, double Confidence);

/// <summary>
/// Which personal data stand inside the texts of a column. What is looked at are different texts; where it is known how often they stand, each weighs as many rows.
/// </summary>
internal static class InsideTexts
{
    /// <summary>Share of the texts, different ones or rows, from which on a kind makes a column personal.</summary>
    private const double LeastShare = 0.02;

    /// <summary>What a checksum or a fixed form proves makes a column personal however rare it is, from so many different texts on.</summary>
    private const int LeastProved = 2;

    private const double Proved = 0.9;

    /// <summary>Shorter texts hold nobody.</summary>
    private const int Shortest = 5;

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
        // A text that stands often is looked at whether the sample has it or not, if all of it is kept.
        var sampled = groups.Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
        known.AddRange(frequent.Where(text => !sampled.Contains(text.Key) && text.Key.Length >= Shortest && Encoding.UTF8.GetByteCount(text.Key) < FrequentValues.KeptBytes - 3).Select(text => (new List<Dictionary<PersonalKind, double>> { KindsOf(text.Key, sentences) }, text.Value.Rows, true)));
        var rest = groups.Where(group => !frequent.ContainsKey(group.Key)).SelectMany(group => group).Select(text => KindsOf(text, sentences)).ToList();
        var looked = known.SelectMany(group => group.Texts).Concat(rest).ToList();
        var kinds = looked.SelectMany(found => found.Keys).Distinct().Order().ToList();
        if (kinds.Count == 0)
            return new InsideFound(new Dictionary<string, double>(), InsideBasis.DifferentTexts, false, 0);
        var ofDifferent = kinds.ToDictionary(kind => kind, kind => Math.Round(looked.Count(found => found.ContainsKey(kind)) / (double)looked.Count, 4));
        var knownRows = known.Sum(group => group.Rows);
        var restRows = Math.Max(0, profile.Values - knownRows);
        var restTexts = Math.Max(rest.Count, profile.Distinct - known.Sum(group => group.Texts.Count));
        var each = restTexts == 0 ? 0 : restRows / (double)restTexts;
        if (restRows > SmallRest * profile.Values && (each > HardlyRepeats || rest.Count == 0))
            return Found(ofDifferent, InsideBasis.DifferentTexts);

        var exact = all && profile.FrequentError == 0 && rest.Count == restTexts && restRows == restTexts && known.All(group => group.Sure);
        var ofRows = new Dictionary<PersonalKind, double>();
        foreach (var kind in kinds)
        {
            var rows = known.Sum(group => group.Rows * group.Texts.Count(found => found.ContainsKey(kind)) / (double)group.Texts.Count);
            rows += rest.Count == 0 ? 0 : restRows * rest.Count(found => found.ContainsKey(kind)) / (double)rest.Count;
            exact &= known.All(group => group.Texts.Count == 1 || group.Texts.Count(found => found.ContainsKey(kind)) is var holding && (holding == 0 || holding == group.Texts.Count));
            ofRows[kind] = Math.Min(1, rows / Math.Max(1, profile.Values));
        }

        return Found(ofRows, exact ? InsideBasis.Rows : InsideBasis.AboutRows);

        InsideFound Found(Dictionary<PersonalKind, double> shares, InsideBasis basis)
        {
            double confidence = 0;
            foreach (var kind in kinds)
            {
                var finds = looked.Where(found => found.ContainsKey(kind)).Select(found => found[kind]).ToList();
                var sure = finds.Average();
                var proves = PersonalKinds.ClassOf(kind) != PersonalClass.Name && sure >= Proved && finds.Count >= LeastProved;
                if (proves || ofDifferent[kind] >= LeastShare || shares[kind] >= LeastShare)
                    confidence = Math.Max(confidence, sure);
            }

            return new InsideFound(shares.ToDictionary(share => PersonalKinds.NameOf(share.Key), share => share.Value), basis, confidence > 0, Math.Round(Math.Min(0.99, confidence), 3));
        }
    }

    // Each kind with the confidence of its surest span.
    private static Dictionary<PersonalKind, double> KindsOf(string text, bool sentences)
    {
        var kinds = new Dictionary<PersonalKind, double>();
        foreach (var span in PersonalFinder.Find(text))
        {
            if (PersonalKinds.ClassOf(span.Kind) is PersonalClass.None or PersonalClass.Demographic || !sentences && span.Kind is (PersonalKind.PersonName or PersonalKind.Address or PersonalKind.Postcode))
                continue;
            kinds[span.Kind] = Math.Max(kinds.GetValueOrDefault(span.Kind), span.Confidence);
        }

        return kinds;
    }

    private static string Kept(string text) => Encoding.UTF8.GetString(FrequentValues.Cut(Encoding.UTF8.GetBytes(text)));
}
