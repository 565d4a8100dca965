using System.Text.Json;
using Platform.Catalog.Inventory;
using Platform.Catalog.Quality;
using Platform.Catalog.Review;
using Platform.Inventory.Cache;
using Platform.Inventory.Compare;
using Platform.Inventory.Errors;
using Platform.Inventory.Profile;
using Platform.Inventory.Quality;
using Platform.Inventory.Relate;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Workflows;
using Platform.Workflows.Activities;
using AssetProfile = Platform.Inventory.Profile.AssetProfile;

namespace Platform.Activities.Inventory;

/// <summary>Judges the quality of the assets that the run has profiled.</summary>
[Activity("inventory.quality", Title = "Judge quality", TitleZh = "评估数据质量", Stage = Stage.Inventory, Icon = "shield-check", Preview = PreviewSupport.Stops,
    Would = "judge the quality of every asset and open or close incidents", WouldZh = "评估每个数据资产的质量，并新建或关闭事件",
    Help = "Makes the checks that are declared or accepted, from profiles where they tell it and else by a look at the rows; scores completeness, uniqueness, validity, consistency and timeliness; keeps the history of every metric and finds what is odd in it; opens and closes incidents; proposes checks that would have held so far. What has not changed is not judged again.",
    HelpZh = "执行已声明或已采纳的检查（能用画像判断的不再读数据）；为完整性、唯一性、有效性、一致性、及时性打分；保存各指标历史并发现异常；开启和关闭事件；建议历史上一直成立的检查。未变化的资产不会重新评估。",
    Outputs = typeof(QualityInventoryOutputs),
    Example = "false_alarms_a_year: 2")]
public sealed class QualityInventory(TableStore tables, Workspace workspace, InventoryCommands inventory, InventoryQueries inventories, QualityCommands commands, QualityQueries queries, SuggestionCommands suggestions, IConnections? connections = null) : IActivity
{
    private const int MostChecks = 20_000;
    private const int MostEarlier = 4;
    private const int AssetsAtOnce = 100;
    private static readonly TimeSpan HistoryLooked = TimeSpan.FromDays(400);

    [Field(Title = "False alarms a year", TitleZh = "每年允许误报数", Min = 0.001, Max = 1000, Help = "How many false alarms a year of one asset may bring, about: shared among its metrics, so that a wide table is as quiet as a narrow one.")]
    public double FalseAlarmsAYear { get; set; } = 2;

    [Field(Title = "Suggest checks", TitleZh = "建议检查", Help = "Whether checks that would have held so far are proposed for review.")]
    public bool Suggest { get; set; } = true;

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Failures.RunAsync(async () =>
    {
        var runs = new InventoryRuns(Path.Combine(workspace.Home, "inventory"));
        var inventoryRun = await inventory.BeginAsync(context.RunId, context.Workflow, [], cancellationToken);
        var snapshot = runs.Find(inventoryRun) is { Profiles.Count: > 0 } found ? found
            : throw new ActivityException("not-found", $"Run {context.RunId} has profiled nothing that could be judged. Put tasks with the activities inventory.scan and inventory.profile before '{context.TaskId}'.", retryable: false);
        var started = context.Clock.GetTimestamp();
        var adopted = await commands.AdoptAcceptedAsync(cancellationToken);
        if (adopted > 0)
            context.Log.Info($"{Plural.Of(adopted, "accepted suggestion")} {Plural.Word(adopted, "is a check", "are checks")} now.");
        var earlier = await EarlierAsync(runs, inventoryRun, snapshot, 1, cancellationToken);
        var changed = snapshot.Profiles.Values.Where(profile => earlier.Count == 0 || !earlier[0].Profiles.TryGetValue(profile.Key, out var before) || before.Fingerprint != profile.Fingerprint || before.RulesVersion != profile.RulesVersion)
            .Select(profile => profile.Key).ToHashSet(StringComparer.Ordinal);

        var history = await HistoryAsync(snapshot, changed, context, cancellationToken);
        var made = await ChecksAsync(snapshot, earlier, history, context, cancellationToken);
        var judged = Anomalies(snapshot, changed, history, cancellationToken);
        var days = await Task.Run(() => Days(snapshot, changed, earlier, new InventoryCache(runs.CacheFolder), cancellationToken), cancellationToken);
        var scores = Scores(snapshot, changed, made, history, earlier);
        var failed = await RecordAsync(snapshot, made, judged, days, scores, context, cancellationToken);
        // More of the past only where something is new: a quiet night stays cheap.
        // What people have rejected since suggests nothing any more.
        var reconsidered = snapshot.Rejected.Where(asset => snapshot.Profiles.ContainsKey(asset) && (earlier.Count == 0 || !earlier[0].Rejected.Contains(asset))).Concat(changed).ToHashSet(StringComparer.Ordinal);
        var proposed = Suggest && reconsidered.Count > 0 ? await SuggestAsync(snapshot, reconsidered, await EarlierAsync(runs, inventoryRun, snapshot, MostEarlier, cancellationToken), context, cancellationToken) : 0;
        var odd = judged.Count(one => one.Judged.Alarmed);
        context.Log.Info($"Made {Plural.Of(made.Count, "check")}, {failed:N0} failed; {odd:N0} of {Plural.Of(judged.Count, "metric")} {Plural.Word(odd, "is", "are")} odd, {days.Sum(one => one.Odd.Count):N0} of new days; {Plural.Of(proposed, "check")} proposed; {Plural.Of(changed.Count, "asset")} judged anew in {context.Clock.GetElapsedTime(started).TotalSeconds:N1} s.");
        return ActivityResult.Success(new QualityInventoryOutputs
        {
            InventoryRun = inventoryRun,
            Checks = made.Count,
            Failed = failed,
            FailedCritical = made.Count(one => !one.Outcome.Passed && one.Check.Severity == "critical"),
            Anomalies = judged.Count(one => one.Judged.Alarmed),
            OddDays = days.SelectMany(one => one.Odd.Select(odd => (one.Asset.Key, odd.Day))).Distinct().Count(),
            Metrics = judged.Count,
            Scored = scores.Count(score => score.Column is null),
            Suggested = proposed,
        });
    }, cancellationToken);

    // The last inventories that looked at anything of this one, newest first.
    private async Task<IReadOnlyList<InventorySnapshot>> EarlierAsync(InventoryRuns runs, long inventoryRun, InventorySnapshot snapshot, int most, CancellationToken cancellationToken)
    {
        var sources = snapshot.Sources.Select(source => source.Source).ToHashSet(StringComparer.Ordinal);
        var found = new List<InventorySnapshot>();
        foreach (var run in await inventories.RunsAsync(30, cancellationToken))
        {
            if (found.Count >= most)
                break;
            if (run.Id < inventoryRun && run.State == "success" && run.Sources.Any(sources.Contains) && runs.Find(run.Id) is { } earlier)
                found.Add(earlier);
        }
        return found;
    }

    private async Task<ILookup<(string Asset, string? Column, string Name), (DateTimeOffset At, double Value)>> HistoryAsync(InventorySnapshot snapshot, HashSet<string> changed, ActivityContext context, CancellationToken cancellationToken)
    {
        var rows = new List<MetricHistoryRow>();
        foreach (var group in snapshot.Assets.Select(asset => asset.Key).GroupBy(changed.Contains))
        {
            foreach (var assets in group.Chunk(AssetsAtOnce))
                rows.AddRange(await queries.HistoryAsync(assets, context.TaskId, snapshot.Taken - HistoryLooked, context.RunId, columns: group.Key, cancellationToken));
        }
        return rows.ToLookup(row => (row.Asset, row.Column, row.Name), row => (row.At, row.Value));
    }

    private async Task<List<MadeCheck>> ChecksAsync(InventorySnapshot snapshot, IReadOnlyList<InventorySnapshot> earlier, ILookup<(string, string?, string), (DateTimeOffset At, double Value)> history, ActivityContext context, CancellationToken cancellationToken)
    {
        var assets = snapshot.Assets.ToDictionary(asset => asset.Key, StringComparer.Ordinal);
        var declared = (await queries.DeclaredAsync(asset: null, enabledOnly: true, MostChecks, cancellationToken)).Where(check => assets.ContainsKey(check.Asset)).ToList();
        var databases = declared.Any(check => assets[check.Asset].Database is not null) ? await DatabaseSources.FindAsync(snapshot.Sources.Where(source => source.Failure is null).Select(source => source.Source), connections, cancellationToken) : null;
        return await Task.Run(
            () =>
            {
                var rows = new RowChecks(tables, assets.GetValueOrDefault, databases: databases?.Addresses, columns: key => snapshot.Profiles.GetValueOrDefault(key)?.Columns.Select(column => column.Name).ToList());
                var made = new List<MadeCheck>();
                foreach (var row in declared)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var asset = assets[row.Asset];
                    made.Add(Make(row, asset, rows));
                    context.Progress.Report(new ActivityProgress(made.Count, declared.Count, "checks"));
                }
                return made;
            },
            cancellationToken);

        MadeCheck Make(DeclaredCheckRow row, FoundAsset asset, RowChecks rows)
        {
            var (check, unreadable) = DeclaredChecks.Read(row);
            if (unreadable is not null)
                return new MadeCheck(asset, check, unreadable);
            if (snapshot.Profiles.GetValueOrDefault(asset.Key) is not { } profile)
                return new MadeCheck(asset, check, CheckOutcome.Impossible(check, asset.Reason is { } reason ? Told.Same(reason) : new Told("it has no profile", "没有画像")));
            var before = earlier.Select(one => one.Profiles.GetValueOrDefault(asset.Key)).FirstOrDefault(one => one is { Failure: null });
            double? rowsBefore = history[(asset.Key, null, "rows")].Select(one => (double?)one.Value).LastOrDefault();
            var outcome = ProfileChecks.Judge(check, new CheckSubject(asset, profile, snapshot.Relations, before, rowsBefore, snapshot.Taken)) ?? rows.Judge(check, asset, snapshot.Taken, cancellationToken);
            return new MadeCheck(asset, check, outcome);
        }
    }

    private List<MadeJudgement> Anomalies(InventorySnapshot snapshot, HashSet<string> changed, ILookup<(string, string?, string), (DateTimeOffset, double)> history, CancellationToken cancellationToken)
    {
        var judged = new List<MadeJudgement>();
        foreach (var asset in snapshot.Assets)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var profile = snapshot.Profiles.GetValueOrDefault(asset.Key);
            var metrics = ProfileMetrics.OfAsset(asset, profile, snapshot.Taken);
            if (profile is not null && changed.Contains(asset.Key))
                metrics = metrics.Concat(ProfileMetrics.OfColumns(profile));
            var measured = metrics.ToList();
            var allowed = MetricJudge.Allowance(FalseAlarmsAYear, measured.Select(metric => metric.Name));
            var made = new List<JudgedMetric>();
            foreach (var metric in measured)
            {
                var before = history[(asset.Key, metric.Column, metric.Name)].ToList();
                made.Add(metric.Name == "age_hours" ? MetricJudge.Late(metric, before, snapshot.Taken, allowed) : MetricJudge.Judge(metric, before, snapshot.Taken, allowed, profile?.Rows) ?? new JudgedMetric(metric, default, false, before.Count));
            }
            // Only what was written anew can be the same once more.
            if (changed.Contains(asset.Key))
                made.Add(MetricJudge.Repeated(made, allowed));
            judged.AddRange(made.Select(one => new MadeJudgement(asset, one)));
        }
        return judged;
    }

    // The history that day files bring along. Told are days that are new or changed; on the first night all of them.
    private List<MadeDays> Days(InventorySnapshot snapshot, HashSet<string> changed, IReadOnlyList<InventorySnapshot> earlier, InventoryCache cache, CancellationToken cancellationToken)
    {
        var before = earlier.Count == 0 ? [] : earlier[0].Assets.ToDictionary(asset => asset.Key, asset => asset.Files.Select(file => file.Hash).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        var made = new List<MadeDays>();
        foreach (var asset in snapshot.Assets.Where(asset => changed.Contains(asset.Key)))
        {
            if (DayFiles.Of(asset, cache, cancellationToken) is not { Count: > 0 } days)
                continue;
            var known = before.GetValueOrDefault(asset.Key) ?? [];
            var fresh = days.Where(day => !known.Contains(day.Hash)).ToList();
            var told = fresh.Select(day => day.Day).ToHashSet();
            made.Add(new MadeDays(asset, fresh, [.. DayFiles.Odd(days, FalseAlarmsAYear).Where(odd => told.Contains(odd.Day))], days[^1].Day));
        }
        return made;
    }

    private static List<ScoreRow> Scores(InventorySnapshot snapshot, HashSet<string> changed, List<MadeCheck> made, ILookup<(string, string?, string), (DateTimeOffset At, double Value)> history, IReadOnlyList<InventorySnapshot> earlier)
    {
        var byAsset = made.ToLookup(one => one.Asset.Key, one => (one.Check, one.Outcome), StringComparer.Ordinal);
        var rows = new List<ScoreRow>();
        var (looks, before) = (LooksOf(snapshot), LooksOf(earlier.Count == 0 ? null : earlier[0]));
        var references = snapshot.Relations.ToLookup(relation => relation.FromAsset, StringComparer.Ordinal);
        foreach (var asset in snapshot.Assets.Where(asset => snapshot.Profiles.ContainsKey(asset.Key)))
        {
            var ages = history[(asset.Key, null, "age_hours")].ToList();
            var lateness = asset.Modified is { } modified ? MetricJudge.Lateness(ages, (snapshot.Taken - modified).TotalHours) : null;
            // Scores of what has not changed are as they were, but for time and checks.
            var look = looks.GetValueOrDefault(asset.Key);
            if (!changed.Contains(asset.Key) && !byAsset.Contains(asset.Key) && lateness is null && Wrong(look) == Wrong(before.GetValueOrDefault(asset.Key)))
                continue;
            rows.AddRange(QualityScore.Of(asset, snapshot.Profiles[asset.Key], [.. references[asset.Key]], [.. byAsset[asset.Key]], lateness, look, snapshot.Taken).Select(score => new ScoreRow
            {
                Asset = asset.Key,
                Column = score.Column,
                Completeness = score.Completeness,
                Uniqueness = score.Uniqueness,
                Validity = score.Validity,
                Consistency = score.Consistency,
                Timeliness = score.Timeliness,
                Overall = score.Overall,
                Parts = JsonSerializer.SerializeToElement(score.Parts, Fact.Json),
                At = snapshot.Taken,
            }));
        }
        return rows;
    }

    private static Dictionary<string, CellLook> LooksOf(InventorySnapshot? snapshot) => (snapshot?.Cells ?? []).DistinctBy(look => look.Asset).ToDictionary(look => look.Asset, StringComparer.Ordinal);

    private static long Wrong(CellLook? look) => look?.Problems.Sum(problem => (long)problem.Cells) ?? 0;

    private async Task<int> RecordAsync(InventorySnapshot snapshot, List<MadeCheck> made, List<MadeJudgement> judged, List<MadeDays> days, List<ScoreRow> scores, ActivityContext context, CancellationToken cancellationToken)
    {
        var results = made.Select(one => one.Outcome.Result(one.Asset.Key, one.Check) with { Content = ContentOf(snapshot, one.Asset.Key) }).ToList();
        // A metric is a check only while it is odd, and once more when it is not any longer.
        var failing = (await queries.FailingAsync(cancellationToken)).Select(check => (check.Asset, check.Column, check.Name)).ToHashSet();
        results.AddRange(judged.Where(one => one.Judged.Alarmed || failing.Contains((one.Asset.Key, one.Judged.Metric.Column, one.Judged.Check)))
            .Select(one => one.Judged.Result(one.Asset.Key) with { Content = ContentOf(snapshot, one.Asset.Key) }));
        // An old day that is odd is worth knowing; an incident is of what happens now.
        foreach (var one in days)
        {
            var content = $"{one.Newest:yyyy-MM-dd}";
            var now = one.Odd.Where(odd => odd.Day == one.Newest).Select(odd => (odd.Judged.Metric.Column, odd.Judged.Check)).ToHashSet();
            results.AddRange(one.Odd.Where(odd => odd.Day == one.Newest).Select(odd => odd.Judged.Result(one.Asset.Key, odd.Day) with { Content = content }));
            results.AddRange(one.Fresh.Where(day => day.Day == one.Newest).SelectMany(day => day.Metrics.Append(new ProfileMetric(null, "day_repeated_load", 0))).Select(metric => new JudgedMetric(metric, default, false, 0))
                .Where(metric => !now.Contains((metric.Metric.Column, metric.Check)) && failing.Contains((one.Asset.Key, metric.Metric.Column, metric.Check)))
                .Select(metric => metric.Result(one.Asset.Key, one.Newest)));
        }
        results.AddRange(Ended(snapshot, judged, days, failing));
        foreach (var broken in results.Where(result => !result.Passed).Take(20))
            context.Log.Warning($"{broken.Asset}: {broken.Headline}: {broken.Observed}; expected {broken.Expected}.");
        await commands.RecordMetricsAsync(
            context,
            [
                .. judged.Select(one => new NewMetric(one.Asset.Key, one.Judged.Metric.Column, one.Judged.Metric.Name, one.Judged.Metric.Value)),
                .. scores.Where(score => score.Column is null).SelectMany(ScoreMetrics),
            ],
            snapshot.Taken, cancellationToken);
        foreach (var day in days.SelectMany(one => one.Fresh.Select(day => (one.Asset, Day: day))).GroupBy(one => one.Day.Day))
            await commands.RecordDayMetricsAsync([.. day.SelectMany(one => one.Day.Metrics.Select(metric => new NewMetric(one.Asset.Key, metric.Column, metric.Name, metric.Value)))], DayFiles.At(day.Key), cancellationToken);
        await commands.RecordAnomaliesAsync(
            context.RunId,
            [
                .. judged.Where(one => one.Judged.Alarmed).Select(one => Row(one, snapshot.Taken, context.RunId)),
                .. days.SelectMany(one => one.Odd.Select(odd => Row(new MadeJudgement(one.Asset, odd.Judged), DayFiles.At(odd.Day), context.RunId))),
            ],
            cancellationToken);
        await commands.RecordScoresAsync(scores, cancellationToken);
        // Last, and in batches: incidents tell of what is written already.
        foreach (var batch in results.Chunk(500))
            await commands.RecordResultsAsync(context, batch, snapshot.Taken, cancellationToken);
        return made.Count(one => !one.Outcome.Passed);
    }

    private static string? ContentOf(InventorySnapshot snapshot, string asset) => snapshot.Profiles.GetValueOrDefault(asset)?.Fingerprint;

    // What was odd once and is not measured any more (its column is gone) would be odd for ever.
    private static IEnumerable<CheckResult> Ended(InventorySnapshot snapshot, List<MadeJudgement> judged, List<MadeDays> days, IEnumerable<(string Asset, string? Column, string Name)> failing)
    {
        var measured = judged.Select(one => (one.Asset.Key, one.Judged.Metric.Column, one.Judged.Check))
            .Concat(days.SelectMany(one => one.Fresh.SelectMany(day => day.Metrics.Select(metric => (one.Asset.Key, metric.Column, new JudgedMetric(metric, default, false, 0).Check))))).ToHashSet();
        foreach (var (asset, column, name) in failing.Where(check => check.Column is not null && check.Name.StartsWith(JudgedMetric.CheckBegin, StringComparison.Ordinal) && !measured.Contains(check)))
        {
            if (snapshot.Profiles.GetValueOrDefault(asset) is { Failure: null } profile && profile.Columns.All(known => known.Name != column))
                yield return JudgedMetric.Gone(asset, column, name);
        }
    }

    private async Task<int> SuggestAsync(InventorySnapshot snapshot, HashSet<string> changed, IReadOnlyList<InventorySnapshot> earlier, ActivityContext context, CancellationToken cancellationToken)
    {
        var proposed = new List<NewSuggestion>();
        // What is hardly more than chance makes no check.
        var references = snapshot.Relations.Where(relation => relation.IsSure).ToLookup(relation => relation.FromAsset, StringComparer.Ordinal);
        var formulas = snapshot.Structures.DistinctBy(structure => structure.Asset).ToDictionary(structure => structure.Asset, structure => structure.Formulas, StringComparer.Ordinal);
        foreach (var asset in snapshot.Assets.Where(asset => changed.Contains(asset.Key)))
        {
            var before = earlier.Select(one => one.Profiles.GetValueOrDefault(asset.Key)).OfType<AssetProfile>().ToList();
            foreach (var suggestion in CheckSuggestions.Of(asset, snapshot.Profiles[asset.Key], [.. references[asset.Key]], before, snapshot.Taken, formulas.GetValueOrDefault(asset.Key)))
                proposed.Add(new NewSuggestion
                {
                    Kind = SuggestionKinds.Check,
                    Asset = asset.Key,
                    Column = suggestion.Check.Column,
                    Value = suggestion.Check.ToJson(),
                    Confidence = suggestion.Confidence,
                    Evidence = JsonSerializer.SerializeToElement(new { suggestion.Why, HeldOver = suggestion.Nights + 1 }, Fact.Json),
                    Source = "rule",
                    SourceVersion = CheckSuggestions.Version,
                });
        }
        // By the database's clock where it is known: what was suggested again is younger than this attempt.
        var since = context.Now ?? context.Clock.GetUtcNow();
        var outcome = await suggestions.ProposeAsync(proposed, cancellationToken);
        await suggestions.WithdrawAsync(SuggestionKinds.Check, "rule", changed, since, cancellationToken);
        return outcome.New;
    }

    private static AnomalyRow Row(MadeJudgement one, DateTimeOffset at, long run) => new()
    {
        Asset = one.Asset.Key,
        Column = one.Judged.Metric.Column,
        Metric = one.Judged.Metric.Name,
        At = at,
        RunId = run,
        Kind = JsonNamingPolicy.SnakeCaseLower.ConvertName(one.Judged.Point.Kind.ToString()),
        Value = one.Judged.Metric.Value,
        Expected = Finite(one.Judged.Point.Expected),
        Low = Finite(one.Judged.Point.Low),
        High = Finite(one.Judged.Point.High),
        PValue = one.Judged.Point.PValue,
        Score = one.Judged.Point.Score,
    };

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static IEnumerable<NewMetric> ScoreMetrics(ScoreRow score)
    {
        foreach (var (name, value) in new[] { ("completeness", score.Completeness), ("uniqueness", score.Uniqueness), ("validity", score.Validity), ("consistency", score.Consistency), ("timeliness", score.Timeliness), ("overall", score.Overall) })
        {
            if (value is { } known)
                yield return new NewMetric(score.Asset, null, $"score_{name}", known);
        }
    }

    private sealed record MadeCheck(FoundAsset Asset, CheckDefinition Check, CheckOutcome Outcome);

    private sealed record MadeDays(FoundAsset Asset, IReadOnlyList<DayMetrics> Fresh, IReadOnlyList<(DateOnly Day, JudgedMetric Judged)> Odd, DateOnly Newest);

    private sealed record MadeJudgement(FoundAsset Asset, JudgedMetric Judged);
}

/// <summary>How good the data are.</summary>
public sealed record QualityInventoryOutputs
{
    /// <summary>Id of the inventory run.</summary>
    public required long InventoryRun { get; init; }

    /// <summary>Checks that were made.</summary>
    public required int Checks { get; init; }

    /// <summary>Those that do not hold, or could not be made.</summary>
    public required int Failed { get; init; }

    /// <summary>Those of them that are critical.</summary>
    public required int FailedCritical { get; init; }

    /// <summary>Metrics whose newest value is not like those before.</summary>
    public required int Anomalies { get; init; }

    /// <summary>Days of day files that are not like the days before, among the days that are new or changed.</summary>
    public required int OddDays { get; init; }

    /// <summary>Metrics that were measured.</summary>
    public required int Metrics { get; init; }

    /// <summary>Assets whose scores were computed.</summary>
    public required int Scored { get; init; }

    /// <summary>Checks that were not suggested before.</summary>
    public required int Suggested { get; init; }
}
