using Platform.Inventory.Classify;
using Platform.Inventory.Profile;
using Platform.Inventory.Relate;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Quality;

/// <summary>
/// Five scores from 0 to 1, each the mean of its parts; null where nothing speaks to it. An asset's score is the mean of its columns' and its own parts.
/// </summary>
/// <param name="Column">The column; null for the whole asset.</param>
/// <param name="Completeness">Rows with a value, words for a missing one counted as none.</param>
/// <param name="Uniqueness">Values that stand alone, of columns that are to tell rows apart.</param>
/// <param name="Validity">Values of the kind, range, set and pattern that they should be.</param>
/// <param name="Consistency">References that are found, one way of writing, files and types alike.</param>
/// <param name="Timeliness">Newness by declared checks, or by its usual rhythm.</param>
/// <param name="Parts">What each is made of.</param>
public sealed record QualityScore(string? Column, double? Completeness, double? Uniqueness, double? Validity, double? Consistency, double? Timeliness, IReadOnlyList<ScorePart> Parts)
{
    /// <summary>Mean of the scores that are there; null without any.</summary>
    public double? Overall => new[] { Completeness, Uniqueness, Validity, Consistency, Timeliness }.OfType<double>().ToList() is { Count: > 0 } known ? known.Average() : null;

    /// <summary>The scores of an asset and its columns.</summary>
    /// <param name="asset">The asset.</param>
    /// <param name="profile">Its profile.</param>
    /// <param name="relations">Foreign keys of it.</param>
    /// <param name="checks">Checks of it that were made, with their outcomes.</param>
    /// <param name="lateness">How likely so long a silence is by the asset's rhythm, 0 to 1; null where it has none.</param>
    /// <returns>The asset's first, then those of its columns; of an asset that cannot be read, or has no columns, only the first and without any score.</returns>
    public static IReadOnlyList<QualityScore> Of(FoundAsset asset, AssetProfile profile, IReadOnlyList<Relation> relations, IReadOnlyList<(CheckDefinition Check, CheckOutcome Outcome)> checks, double? lateness)
    {
        // Nothing is known of what cannot be read or has no columns: no score is not the same as a score of 0.
        if (asset.Condition != AssetCondition.Readable || profile.Failure is not null || profile.Columns.Count == 0)
            return [From(null, [])];
        var columns = new List<QualityScore>();
        foreach (var (column, at) in profile.Columns.Select((column, at) => (column, at)).DistinctBy(pair => pair.column.Name))
            columns.Add(From(column.Name, [.. PartsOf(column, at < profile.Verdicts.Count ? profile.Verdicts[at] : null, profile, relations.Where(relation => relation.FromAsset == asset.Key && relation.FromColumn == column.Name)), .. Checked(checks, column.Name)]));
        var own = new List<ScorePart>(Checked(checks, null));
        if (profile.BadRows > 0)
            own.Add(new ScorePart(Dimension.Validity, "lines that fit", profile.Rows, Share(profile.Rows, profile.Rows + profile.BadRows)));
        if (profile.Failures.Count > 0)
            own.Add(new ScorePart(Dimension.Consistency, "files that can be read", asset.Files.Count - profile.Failures.Count, Share(asset.Files.Count - profile.Failures.Count, asset.Files.Count)));
        if (lateness is { } late)
            own.Add(new ScorePart(Dimension.Timeliness, "usual rhythm of writes", late, Math.Min(1, late * 20)));
        foreach (var dimension in Enum.GetValues<Dimension>())
        {
            if (columns.Select(column => column.Score(dimension)).OfType<double>().ToList() is { Count: > 0 } known)
                own.Add(new ScorePart(dimension, $"mean of {known.Count} columns", known.Count, known.Average()));
        }
        return [From(null, own), .. columns];
    }

    private double? Score(Dimension dimension) => dimension switch
    {
        Dimension.Completeness => Completeness,
        Dimension.Uniqueness => Uniqueness,
        Dimension.Validity => Validity,
        Dimension.Consistency => Consistency,
        _ => Timeliness,
    };

    private static IEnumerable<ScorePart> PartsOf(ColumnProfile column, ColumnVerdict? verdict, AssetProfile profile, IEnumerable<Relation> relations)
    {
        if (column.Rows > 0)
            yield return new ScorePart(Dimension.Completeness, "rows with a value", column.Rows - column.Nulls - column.MissingWords, Share(column.Rows - column.Nulls - column.MissingWords, column.Rows));
        if (profile.CandidateKeys.Contains(column.Name) || (column.UniqueShare > 0.98 && column.Values > 20 && verdict?.Role == ColumnRole.Key))
            yield return new ScorePart(Dimension.Uniqueness, "values that stand alone", column.Distinct, Share(Math.Min(column.Distinct, column.Values), column.Values));
        if (column.Values > 0)
            yield return new ScorePart(Dimension.Validity, $"values of the kind {column.Kind.ToString().ToLowerInvariant()}", column.Values - column.Misfits, Share(column.Values - column.Misfits, column.Values));
        if (verdict is { Type: "price" or "quantity" or "age" } && column.Values > 0)
            yield return new ScorePart(Dimension.Validity, "values not below zero", column.Values - column.Negatives, Share(column.Values - column.Negatives, column.Values));
        if (column.Values > 0)
            yield return new ScorePart(Dimension.Consistency, "values without blanks around", column.Values - column.Padded, Share(column.Values - column.Padded, column.Values));
        foreach (var relation in relations.Where(relation => relation.Confidence >= 0.7 && !relation.Unchecked))
            yield return new ScorePart(Dimension.Consistency, $"rows whose value {relation.ToColumn} knows", column.Rows - relation.MissingRows, Share(column.Rows - relation.MissingRows, column.Rows));
    }

    private static IEnumerable<ScorePart> Checked(IReadOnlyList<(CheckDefinition Check, CheckOutcome Outcome)> checks, string? column)
    {
        foreach (var (check, outcome) in checks.Where(made => (made.Check.Column is { Length: > 0 } name ? name : null) == column))
        {
            var score = outcome is { Broken: { } broken, Looked: > 0 and var looked } ? Share(looked - broken, looked) : outcome.Passed ? 1 : 0;
            yield return new ScorePart(DimensionOf(check.Kind), $"check '{check.Title}'", outcome.Broken ?? (outcome.Passed ? 0 : 1), score);
        }
    }

    private static Dimension DimensionOf(string kind) => kind switch
    {
        "not_null" or "volume" => Dimension.Completeness,
        "unique" => Dimension.Uniqueness,
        "reference" or "schema" or "drift" or "growth" => Dimension.Consistency,
        "freshness" => Dimension.Timeliness,
        _ => Dimension.Validity,
    };

    private static QualityScore From(string? column, IReadOnlyList<ScorePart> parts)
    {
        return new QualityScore(column, Of(Dimension.Completeness), Of(Dimension.Uniqueness), Of(Dimension.Validity), Of(Dimension.Consistency), Of(Dimension.Timeliness), parts);

        double? Of(Dimension dimension) => parts.Where(part => part.Dimension == dimension).Select(part => part.Score).ToList() is { Count: > 0 } scores ? scores.Average() : null;
    }

    private static double Share(long good, long all) => all <= 0 ? 1 : Math.Clamp((double)good / all, 0, 1);
}

/// <summary>What a score is about.</summary>
public enum Dimension
{
    Completeness,
    Uniqueness,
    Validity,
    Consistency,
    Timeliness,
}

/// <summary>A part of a score.</summary>
/// <param name="Dimension">Of which score.</param>
/// <param name="What">In words.</param>
/// <param name="Value">What was counted.</param>
/// <param name="Score">0 to 1.</param>
public sealed record ScorePart(Dimension Dimension, string What, double Value, double Score);
