namespace Platform.Inventory.Relate;

/// <summary>What people and earlier nights say of references: a decision stands, and a break does not turn a reference to another table.</summary>
internal sealed class KnownReferences(IReadOnlyList<KnownReference> known)
{
    // Of what was hardly likely nothing is kept.
    private const double LeastKept = 0.5;

    // While so many of its values fit, a reference that was found keeps its target; more must where only values spoke for it.
    private const double LeastFit = 0.5;
    private const double LeastFitOfUnsure = 0.9;

    // Shares are kept with six digits.
    private const double Rounding = 1e-5;

    private readonly ILookup<(string, string), KnownReference> _known = known.ToLookup(reference => (reference.FromAsset, reference.FromColumn));

    /// <summary>Share of the values that must be found where the reference is known; null where it is not, or was unlikely.</summary>
    public double? LeastOf(RelationEnd from, RelationEnd to) => Of(from, to) switch
    {
        { As: KnownAs.Confirmed } => 0,
        { } found when IsKept(found) => found.Confidence >= LeastKept ? LeastFit : LeastFitOfUnsure,
        _ => null,
    };

    /// <summary>Whether anything that is likely is known of a column.</summary>
    public bool Knows(RelationEnd from) => _known[(from.Asset.Key, from.Column.Name)].Any(reference => reference.As == KnownAs.Confirmed || IsKept(reference));

    public bool IsRejected(Relation relation) => Of(relation)?.As == KnownAs.Rejected;

    public bool IsConfirmed(Relation relation) => Of(relation)?.As == KnownAs.Confirmed;

    public bool IsRejected(RelationCandidate candidate) => Of(candidate.From, candidate.To)?.As == KnownAs.Rejected;

    public bool IsConfirmed(RelationCandidate candidate) => Of(candidate.From, candidate.To)?.As == KnownAs.Confirmed;

    /// <summary>How sure a reference was before values went missing in it; null where none went, or it was not known.</summary>
    public double? BeforeBreak(RelationCandidate candidate)
        => candidate.Counted is { MissingRows: > 0 } counted && Of(candidate.From, candidate.To) is { } before && IsKept(before) && (before.Kept || counted.ValueShare < before.Inclusion - Rounding) ? before.Confidence : null;

    /// <summary>What people have said of columns of these tables, as a text that changes with it.</summary>
    public string Said(IEnumerable<RelatedTable> tables)
    {
        var keys = tables.Select(table => table.Asset.Key).ToHashSet(StringComparer.Ordinal);
        return string.Join('\n', known.Where(reference => reference.As != KnownAs.Found && keys.Contains(reference.FromAsset))
            .Select(reference => $"{reference.As} {reference.FromAsset} {reference.FromColumn} {reference.ToAsset} {reference.ToColumn}").Order(StringComparer.Ordinal));
    }

    // What held without exception is kept however unsure it is: that it breaks is news whatever it is called.
    private static bool IsKept(KnownReference reference)
        => reference.As == KnownAs.Found && (reference.Confidence >= LeastKept || reference.Confidence >= RelationFinder.LeastConfidence && (reference.Kept || reference.Inclusion >= 1 - Rounding));

    // Several where the same pair was known twice: what people say comes first.
    private KnownReference? Of(RelationEnd from, RelationEnd to)
        => _known[(from.Asset.Key, from.Column.Name)].Where(reference => reference.ToAsset == to.Asset.Key && reference.ToColumn == to.Column.Name).MaxBy(reference => reference.As);

    private KnownReference? Of(Relation relation)
        => _known[(relation.FromAsset, Joined(relation.FromColumns, relation.FromColumn))].Where(reference => reference.ToAsset == relation.ToAsset && reference.ToColumn == Joined(relation.ToColumns, relation.ToColumn)).MaxBy(reference => reference.As);

    private static string Joined(IReadOnlyList<string>? columns, string column) => columns is null ? column : string.Join(", ", columns);
}
