using System.Globalization;
using System.Text.Json.Serialization;
using Platform.Inventory.Classify;
using Platform.Inventory.Errors;
using Platform.Inventory.Profile;
using Platform.Inventory.Relate;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Quality;

/// <summary>
/// Five scores from 0 to 1, each the mean of its parts; null where nothing speaks to it. An asset's score is the mean of its columns' and its own parts. What the night found
/// counts: cells that are surely wrong, rows and keys that repeat, dates that cannot be. A check that fails sets a limit by its severity, so that a mean cannot hide it.
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
    // What a failing check lets a score be at most, and the mean of all scores with it.
    private const double MostWithCritical = 0.5, MostWithWarning = 0.8;

    /// <summary>Mean of the scores that are there, at most what failing checks leave; null without any.</summary>
    public double? Overall => new[] { Completeness, Uniqueness, Validity, Consistency, Timeliness }.OfType<double>().ToList() is { Count: > 0 } known
        ? Math.Min(known.Average(), Parts.Where(part => part.Limits).Select(part => part.Score).DefaultIfEmpty(1).Min()) : null;

    /// <summary>The scores of an asset and its columns.</summary>
    /// <param name="asset">The asset.</param>
    /// <param name="profile">Its profile.</param>
    /// <param name="relations">Foreign keys of it.</param>
    /// <param name="checks">Checks of it that were made, with their outcomes.</param>
    /// <param name="lateness">How likely so long a silence is by the asset's rhythm, 0 to 1; null where it has none.</param>
    /// <param name="look">What the night found wrong in its cells; null for nothing.</param>
    /// <param name="taken">When the data were read: births after it cannot be. Null judges no time.</param>
    /// <returns>The asset's first, then those of its columns; of an asset that cannot be read, or has no columns, only the first and without any score.</returns>
    public static IReadOnlyList<QualityScore> Of(FoundAsset asset, AssetProfile profile, IReadOnlyList<Relation> relations, IReadOnlyList<(CheckDefinition Check, CheckOutcome Outcome)> checks, double? lateness, CellLook? look = null, DateTimeOffset? taken = null)
    {
        // Nothing is known of what cannot be read or has no columns: no score is not the same as a score of 0.
        if (asset.Condition != AssetCondition.Readable || profile.Failure is not null || profile.Columns.Count == 0)
            return [From(null, [])];
        var columns = new List<QualityScore>();
        foreach (var (column, at) in profile.Columns.Select((column, at) => (column, at)).DistinctBy(pair => pair.column.Name))
            columns.Add(From(column.Name,
            [
                .. PartsOf(column, at, at < profile.Verdicts.Count ? profile.Verdicts[at] : null, profile, relations.Where(relation => relation.FromAsset == asset.Key && relation.FromColumn == column.Name), taken),
                .. Wrong(column.Name, look), .. Checked(checks.Where(made => made.Check.Column == column.Name)),
            ]));
        var own = new List<ScorePart>(Checked(checks.Where(made => made.Check.Column is not { Length: > 0 })));
        if (profile is { DuplicateRows: { } repeated, Rows: > 0 })
            own.Add(new ScorePart(Dimension.Uniqueness, Text($"rows that repeat no other ({repeated:N0} do)"), Text($"不与其他行重复的行（{repeated:N0} 行重复）"), profile.Rows - repeated, Share(profile.Rows - repeated, profile.Rows)));
        if (profile.BadRows > 0)
            own.Add(new ScorePart(Dimension.Validity, "lines that fit", "格式相符的行", profile.Rows, Share(profile.Rows, profile.Rows + profile.BadRows)));
        if (profile.Failures.Count > 0)
            own.Add(new ScorePart(Dimension.Consistency, "files that can be read", "可读取的文件", asset.Files.Count - profile.Failures.Count, Share(asset.Files.Count - profile.Failures.Count, asset.Files.Count)));
        if (lateness is { } late)
            own.Add(new ScorePart(Dimension.Timeliness, "usual rhythm of writes", "通常的写入节奏", late, Math.Min(1, late * 20)));
        foreach (var dimension in Enum.GetValues<Dimension>())
        {
            if (columns.Select(column => column.Score(dimension)).OfType<double>().ToList() is { Count: > 0 } known)
            {
                // What lowers the mean stands with it: the mean alone says nothing that can be mended.
                var worst = columns.Where(column => column.Score(dimension) is < 1).MinBy(column => column.Score(dimension));
                var part = worst?.Parts.Where(one => one.Dimension == dimension && one is { Limits: false, Score: < 1 }).MinBy(one => one.Score);
                own.Add(new ScorePart(dimension, $"{(known.Count == 1 ? "one column" : $"mean of {known.Count} columns")}{(part is null ? "" : $"; the lowest, {worst!.Column}: {part.What}")}", $"{known.Count} 列的均值{(part is null ? "" : $"；最低的 {worst!.Column}：{part.WhatZh}")}", known.Count, known.Average()));
            }
        }
        // A check of a column is one of the asset: the mean of many columns would hide it.
        foreach (var limit in columns.SelectMany(column => column.Parts.Where(part => part.Limits)))
            own.Add(limit);
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

    private static IEnumerable<ScorePart> PartsOf(ColumnProfile column, int at, ColumnVerdict? verdict, AssetProfile profile, IEnumerable<Relation> relations, DateTimeOffset? taken)
    {
        if (column.Rows > 0)
            yield return new ScorePart(Dimension.Completeness, "rows with a value", "有值的行", column.Rows - column.Nulls - column.MissingWords, Share(column.Rows - column.Nulls - column.MissingWords, column.Rows));
        if (profile.CandidateKeys.Contains(column.Name) || column.Values > 20 && column.UniqueShare > 0.98 && (verdict?.Role == ColumnRole.Key || verdict?.Role == ColumnRole.Reference && at == 0))
        {
            // An estimate that may be all of them says nothing of repeats.
            var alone = column.LooksUnique || column.Distinct * (1 + (3 * column.DistinctError)) >= column.Values && column.DistinctError > 0 ? column.Values : Math.Min(column.Distinct, column.Values);
            var again = column.Values - alone;
            yield return new ScorePart(Dimension.Uniqueness, again == 0 ? "keys that stand alone" : Text($"keys that stand alone ({again:N0} {(again == 1 ? "repeats" : "repeat")})"), again == 0 ? "不重复的键" : Text($"不重复的键（{again:N0} 个重复）"), alone, Share(alone, column.Values));
        }
        if (column.Values > 0)
            yield return new ScorePart(Dimension.Validity, $"values of the kind {column.Kind.ToString().ToLowerInvariant()}", $"类型相符的值", column.Values - column.Misfits, Share(column.Values - column.Misfits, column.Values));
        if (verdict is { Type: "price" or "quantity" or "age" } && column.Values > 0)
            yield return new ScorePart(Dimension.Validity, "values not below zero", "不小于零的值", column.Values - column.Negatives, Share(column.Values - column.Negatives, column.Values));
        if (verdict?.Type is "date_of_birth" or "birth_date" && taken is { } now && Later(column, now.AddDays(1)) is > 0 and var unborn)
            yield return new ScorePart(Dimension.Validity, Text($"births that have been ({unborn:N0} or more are still to come, up to {Year(column.Max)})"), Text($"已发生的出生日期（至少 {unborn:N0} 个在未来，最晚 {Year(column.Max)} 年）"), column.Values - unborn, Share(column.Values - unborn, column.Values));
        if (column.Values > 0)
            yield return new ScorePart(Dimension.Consistency, "values without blanks around", "前后无空格的值", column.Values - column.Padded, Share(column.Values - column.Padded, column.Values));
        foreach (var relation in relations.Where(relation => relation.Confidence >= 0.7 && !relation.Unchecked))
            yield return new ScorePart(Dimension.Consistency, $"rows whose value {relation.ToColumn} knows", $"值存在于 {relation.ToColumn} 的行", column.Rows - relation.MissingRows, Share(column.Rows - relation.MissingRows, column.Rows));
    }

    // A date of birth is personal, its year alone is not.
    private static int Year(string? date) => CheckDefinition.Time(date, out var time) ? time.Year : 0;

    /// <summary>How many values at least are later than a time, by the largest and the quantiles.</summary>
    private static long Later(ColumnProfile column, DateTimeOffset time)
    {
        if (column.Kind is not (ValueKind.Date or ValueKind.Timestamp) || !CheckDefinition.Time(column.Max, out var last) || last <= time)
            return 0;
        foreach (var (name, share) in new[] { ("p01", 0.99), ("p05", 0.95), ("p25", 0.75), ("p50", 0.5), ("p75", 0.25), ("p95", 0.05), ("p99", 0.01) })
        {
            if (column.Quantiles.TryGetValue(name, out var text) && CheckDefinition.Time(text, out var value) && value > time)
                return Math.Max(1, (long)(share * column.Values));
        }
        return 1;
    }

    private static IEnumerable<ScorePart> Wrong(string column, CellLook? look)
    {
        if (look is null or { Looked: 0 })
            yield break;
        foreach (var problem in look.Problems.Where(problem => problem.Column == column))
        {
            var (en, zh) = CellWords.Told(problem.Cause, problem.Cells);
            yield return new ScorePart(problem.Cause == CellCause.Left ? Dimension.Completeness : Dimension.Validity, en, zh, problem.Cells, Share(look.Looked - problem.Cells, look.Looked));
        }
    }

    private static IEnumerable<ScorePart> Checked(IEnumerable<(CheckDefinition Check, CheckOutcome Outcome)> checks)
    {
        foreach (var (check, outcome) in checks)
        {
            var score = outcome is { Broken: { } broken, Looked: > 0 and var looked } ? Share(looked - broken, looked) : outcome.Passed ? 1 : 0;
            var dimension = DimensionOf(check.Kind);
            yield return new ScorePart(dimension, $"check '{check.Title}'", $"检查“{check.Title}”", outcome.Broken ?? (outcome.Passed ? 0 : 1), score);
            if (outcome.Passed)
                continue;
            var (most, en, zh) = check.Severity == "critical" ? (MostWithCritical, "critical check", "关键检查") : (MostWithWarning, "check", "检查");
            yield return new ScorePart(dimension, Text($"the {en} '{check.Title}' fails: {100 * most:0} % at most"), Text($"{zh}“{check.Title}”未通过：最高 {100 * most:0} %"), 1, most) { Limits = true };
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

        double? Of(Dimension dimension) => parts.Where(part => part.Dimension == dimension && !part.Limits).Select(part => part.Score).ToList() is { Count: > 0 } scores
            ? Math.Min(scores.Average(), parts.Where(part => part.Dimension == dimension && part.Limits).Select(part => part.Score).DefaultIfEmpty(1).Min()) : null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

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
/// <param name="WhatZh">The same in Chinese.</param>
/// <param name="Value">What was counted.</param>
/// <param name="Score">0 to 1.</param>
public sealed record ScorePart(Dimension Dimension, string What, string WhatZh, double Value, double Score)
{
    /// <summary>Whether it is what the score is at most, and no part of the mean.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Limits { get; init; }
}
