using Platform.Inventory.Classify;
using Platform.Inventory.Compare;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Report;

/// <summary>Makes the report of an inventory.</summary>
public static class ReportBuilder
{
    private const string OwnSource = "tables";

    /// <summary>The report of a night.</summary>
    /// <param name="snapshot">What the night found.</param>
    /// <param name="differences">What is different from the inventory before.</param>
    /// <param name="facts">What the catalog remembers; null for nothing.</param>
    /// <param name="earlier">What the report of the inventory before told, which says what is new or worse; null where there is none.</param>
    public static InventoryReport Build(InventorySnapshot snapshot, InventoryDifferences differences, CatalogFacts? facts = null, IReadOnlyList<Finding>? earlier = null)
    {
        snapshot = snapshot with { Sources = [.. snapshot.Sources.Select(source => source with { Assets = [.. source.Assets.Select(asset => asset with { Name = ReportNames.Of(asset.Key, asset.Name) })] })] };
        var assets = snapshot.Assets.ToList();
        var names = assets.ToDictionary(asset => asset.Key, asset => asset.Name);
        string name(string key) => names.GetValueOrDefault(key, key);
        var told = snapshot.Relations.Where(relation => relation.IsTold).ToList();
        var relations = told
            .Select(relation => new RelationLine(relation.FromAsset, name(relation.FromAsset), string.Join(" + ", relation.FromColumns ?? [relation.FromColumn]), relation.ToAsset, name(relation.ToAsset), string.Join(" + ", relation.ToColumns ?? [relation.ToColumn]), relation.Confidence, relation.Holds, relation.MissingRows, relation.MissingValues, [.. relation.MissingExamples.Select(value => value.Value)], relation.Reasons))
            .OrderBy(relation => relation.Holds).ThenByDescending(relation => relation.Confidence).ThenBy(relation => relation.FromAsset, StringComparer.Ordinal).ToList();
        // The platform's own tables do not count where somebody asked about others.
        var own = snapshot.Sources.Any(source => source.Source != OwnSource && source.Assets.Count > 0) ? snapshot.Sources.Where(source => source.Source == OwnSource).SelectMany(source => source.Assets).Select(asset => asset.Key).ToHashSet(StringComparer.Ordinal) : [];
        var counted = told.Where(relation => relation.IsSure && !own.Contains(relation.FromAsset)).ToList();
        var quality = told.Where(relation => !relation.Holds).Select(relation => QualityFindings.Broken(relation, name(relation.FromAsset), name(relation.ToAsset)))
            .Concat(assets.SelectMany(asset => snapshot.Profiles.TryGetValue(asset.Key, out var profile) ? QualityFindings.Of(asset, profile) : []))
            .OrderBy(line => line.Severity == "warning" ? 0 : 1).ThenBy(line => line.Kind == "broken-reference" ? 0 : 1).ThenBy(line => line.Name, StringComparer.Ordinal).ToList();
        var personal = Personal(snapshot, assets);
        // Where rows were compared, that says more than equal figures do.
        // A table that others look things up in has all its rows in them, and is no copy.
        var lookups = snapshot.Relations.Where(relation => relation.IsSure).SelectMany(relation => new[] { (relation.FromAsset, relation.ToAsset), (relation.ToAsset, relation.FromAsset) }).ToHashSet();
        facts = facts is null ? null : facts with { Copies = [.. facts.Copies.Where(copy => !lookups.Contains((copy.Asset, copy.Other)))] };
        var copied = (facts?.Copies ?? []).SelectMany(copy => new[] { copy.Asset, copy.Other }).ToHashSet(StringComparer.Ordinal);
        // A cell with its witness says more than the rule that it breaks.
        var accused = snapshot.Cells.SelectMany(look => look.Problems.Where(problem => problem.By is not null).Select(problem => (look.Asset, problem.Column))).ToHashSet();
        var lines = Lines(snapshot, differences, assets, personal, quality);
        var skipped = snapshot.Sources.SelectMany(source => source.Skipped).ToList();
        var unreadable = Unreadable(snapshot, assets, skipped);
        return new InventoryReport
        {
            Taken = snapshot.Taken,
            Sources = [.. snapshot.Sources.Select(source => new SourceLine(source.Source, source.Assets.Count, source.Failure))],
            Totals = new Totals
            {
                Assets = assets.Count,
                Readable = lines.Count(line => line.Condition == "readable"),
                Unsupported = lines.Count(line => line.Condition == "unsupported"),
                Broken = lines.Count(line => line.Condition == "broken"),
                Rows = lines.Sum(line => line.Rows ?? 0),
                Bytes = lines.Sum(line => line.Bytes ?? 0),
                Files = lines.Sum(line => line.Files),
                Columns = lines.Sum(line => line.Columns),
                PersonalColumns = personal.Count(line => line.Class != "masked"),
                PersonalAssets = personal.Where(line => line.Class != "masked").Select(line => line.Asset).Distinct().Count(),
                Relations = counted.Count,
                BrokenRelations = counted.Count(relation => !relation.Holds),
                Findings = quality.Count(line => line.Severity == "warning"),
                Skipped = skipped.Count(path => !path.IsProblem),
            },
            Differences = differences,
            Surprises = Ranked(snapshot, differences, facts, earlier, [.. DataFindings.Of(snapshot, differences, facts).Where(finding => finding.Kind != "same-data" || !copied.Contains(finding.Asset)), .. CellFindings.Of(snapshot, names), .. FormulaFindings.Of(snapshot, names), .. facts is null ? [] : MemoryFindings.Of(facts, snapshot, differences.Since).Where(finding => finding.Kind != "dependency" || !accused.Contains((finding.Asset, finding.Column ?? ""))), .. ModelFindings.Of(snapshot, facts)]),
            Catalog = facts,
            Personal = personal,
            Relations = relations,
            Quality = quality,
            Cells = [.. snapshot.Cells.SelectMany(look => look.Problems.Select(problem => (look.Asset, Problem: problem, Line: CellFindings.Line(problem)))).OrderByDescending(one => one.Problem.Cells)
                .Select(one => new CellLine(one.Asset, name(one.Asset), one.Problem.Column, Errors.CellWords.Name(one.Problem.Cause), one.Problem.Cells, one.Line.En, one.Line.Zh))],
            CellsLeft = [.. snapshot.CellsLeft.Select(name)],
            Unreadable = unreadable,
            Models = ReportModels.Models(snapshot),
            Endpoints = ReportModels.Endpoints(snapshot),
            Assets = lines,
            Skipped = [.. skipped.Where(path => !path.IsProblem).GroupBy(path => path.Reason).OrderByDescending(group => group.Count()).Select(group => new SkippedLine(group.Key, group.Count(), [.. group.Take(3).Select(path => path.Path)]))],
            Problems = [.. snapshot.Problems, .. snapshot.Sources.Where(source => source.Failure is not null).Select(source => source.Failure!), .. snapshot.Sources.Select(Empty).OfType<string>()],
        };
    }

    // What is new or worse leads. Whoever points the inventory at a folder or a database asks about that; the platform's own tables are known from the runs that wrote them, and follow, but for what somebody promised or declared of them.
    private static IReadOnlyList<Finding> Ranked(InventorySnapshot snapshot, InventoryDifferences differences, CatalogFacts? facts, IReadOnlyList<Finding>? earlier, IReadOnlyList<Finding> findings)
    {
        var own = snapshot.Sources.Where(source => source.Source == OwnSource).SelectMany(source => source.Assets).Select(asset => asset.Key).ToHashSet(StringComparer.Ordinal);
        var onlyOwn = snapshot.Sources.All(source => source.Source == OwnSource);
        var merged = FindingMerge.Merge(findings, facts?.MadeFrom ?? [], onlyOwn ? new HashSet<string>() : own);
        if (differences.Since is not null && earlier is not null)
            merged = merged.Select(new FindingNews(earlier, differences.New.Concat(differences.Changed.Select(change => change.Key)).ToHashSet(StringComparer.Ordinal)).Mark);
        var told = merged.ToList();
        return [.. told.GroupBy(finding => (Stands: finding.News is null, Own: !onlyOwn && own.Contains(finding.Asset) && finding.Kind is not ("contract" or "failing"))).OrderBy(group => group.Key.Stands).ThenBy(group => group.Key.Own).SelectMany(Finding.Rank)];
    }

    /// <summary>Whoever names a source asks about it: that nothing in it is data is an answer.</summary>
    private static string? Empty(ScanResult source)
    {
        if (source.Failure is not null || source.Assets.Count > 0 || InventoryScanner.IsOwn(source.Source))
            return null;
        var first = source.Skipped.GroupBy(path => path.Reason).MaxBy(group => group.Count());
        return first is null ? $"There is no data in '{source.Source}': it is empty." : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"There is no data that can be read in '{source.Source}': {source.Skipped.Count:N0} {(source.Skipped.Count == 1 ? "file was" : "files were")} passed over. {first.Key}");
    }

    private static List<PersonalLine> Personal(InventorySnapshot snapshot, List<FoundAsset> assets)
    {
        var lines = new List<PersonalLine>();
        foreach (var asset in assets)
        {
            if (!snapshot.Profiles.TryGetValue(asset.Key, out var profile))
                continue;
            lines.AddRange(profile.Verdicts.Where(verdict => verdict.Personal != PersonalClass.None && verdict.PersonalConfidence >= 0.5)
                .Select(verdict => new PersonalLine(asset.Key, asset.Name, verdict.Column, verdict.Type, Words.Of(verdict.Personal), verdict.PersonalConfidence, verdict.Evidence.Rule, verdict.Evidence.ShareMatching,
                    verdict.Inside.Count > 0 ? string.Join(", ", verdict.Inside.Select(kind => FormattableString.Invariant($"{kind.Key} in {kind.Value:P1}"))) : verdict.Evidence.Note)));
        }

        return lines;
    }

    private static List<AssetLine> Lines(InventorySnapshot snapshot, InventoryDifferences differences, List<FoundAsset> assets, List<PersonalLine> personal, List<QualityLine> quality)
    {
        var added = differences.Since is null ? [] : differences.New.ToHashSet(StringComparer.Ordinal);
        var changed = differences.Changed.Select(change => change.Key).ToHashSet(StringComparer.Ordinal);
        var people = personal.Where(line => line.Class != "masked").GroupBy(line => line.Asset).ToDictionary(group => group.Key, group => group.Count());
        var findings = quality.Where(line => line.Severity == "warning").GroupBy(line => line.Asset).ToDictionary(group => group.Key, group => group.Count());
        return
        [
            .. assets.Select(asset =>
            {
                var profile = snapshot.Profiles.GetValueOrDefault(asset.Key);
                var failed = asset.Condition == AssetCondition.Readable && profile?.Failure is not null;
                return new AssetLine
                {
                    Key = asset.Key,
                    Name = asset.Name,
                    Source = asset.Source,
                    Format = asset.Format,
                    Condition = failed ? "broken" : asset.Condition.ToString().ToLowerInvariant(),
                    Change = added.Contains(asset.Key) ? "new" : changed.Contains(asset.Key) ? "changed" : null,
                    Rows = profile is { Failure: null } ? profile.Rows : asset.KnownRows,
                    Columns = profile?.Columns.Count ?? 0,
                    Files = asset.Files.Count,
                    Bytes = asset.Bytes,
                    Modified = asset.Modified,
                    Domain = profile?.Domain?.Domain,
                    PersonalColumns = people.GetValueOrDefault(asset.Key),
                    Keys = profile?.CandidateKeys ?? [],
                    Findings = findings.GetValueOrDefault(asset.Key),
                };
            }),
        ];
    }

    private static List<UnreadableLine> Unreadable(InventorySnapshot snapshot, List<FoundAsset> assets, List<SkippedPath> skipped)
        => [
            .. assets.Where(asset => asset.Condition != AssetCondition.Readable).Select(asset => new UnreadableLine(asset.Key, asset.Name, asset.Condition.ToString().ToLowerInvariant(), asset.Reason ?? "")),
            .. assets.Where(asset => asset.Condition == AssetCondition.Readable && snapshot.Profiles.TryGetValue(asset.Key, out var profile) && profile.Failure is not null).Select(asset => new UnreadableLine(asset.Key, asset.Name, "broken", $"{(asset.Files.Count == 1 ? asset.Files[0].Path : asset.Name)}: {snapshot.Profiles[asset.Key].Failure}")),
            .. skipped.Where(path => path.IsProblem).Select(path => new UnreadableLine(path.Path, Path.GetFileName(path.Path), "unreadable", path.Reason)),
        ];
}
