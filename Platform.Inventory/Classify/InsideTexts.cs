using Platform.Inventory.Personal;

namespace Platform.Inventory.Classify;

/// <summary>Which personal data stand inside the texts of a column.</summary>
internal static class InsideTexts
{
    /// <summary>Texts looked at: enough to see what stands in one of fifty.</summary>
    private const int Most = 128;

    /// <summary>Share of the texts that hold each kind; kinds that none holds, and those that say nothing about a person by themselves, are left out.</summary>
    /// <param name="texts">The values of a column.</param>
    /// <param name="sentences">Whether they are sentences: names and addresses are told by the words around them, which a title or the name of a firm lacks.</param>
    public static IReadOnlyDictionary<string, double> Find(IReadOnlyList<string> texts, bool sentences)
    {
        var counts = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var looked = Math.Min(Most, texts.Count);
        foreach (var text in texts.Take(looked))
        {
            foreach (var kind in PersonalFinder.Find(text).Select(span => span.Kind).Where(kind => PersonalKinds.ClassOf(kind) is not (PersonalClass.None or PersonalClass.Demographic) && (sentences || kind is not (PersonalKind.PersonName or PersonalKind.Address or PersonalKind.Postcode))).Distinct())
                counts[PersonalKinds.NameOf(kind)] = counts.GetValueOrDefault(PersonalKinds.NameOf(kind)) + 1;
        }

        return counts.ToDictionary(pair => pair.Key, pair => Math.Round(pair.Value / looked, 4));
    }
}
