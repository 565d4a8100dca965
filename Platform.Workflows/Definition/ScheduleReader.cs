using Platform.Workflows.Schedules;

namespace Platform.Workflows.Definition;

/// <summary>Reads <c>schedule:</c>.</summary>
internal static class ScheduleReader
{
    // Any day from which a schedule without a start is asked whether it fires at all.
    private static readonly DateTimeOffset SearchFrom = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan ShortestEvery = TimeSpan.FromSeconds(1);

    public static ScheduleDefinition? Read(MapReader workflow, ProblemCollector problems)
    {
        var calendars = Calendars(workflow, problems);
        if (workflow.Node("schedule") is not { } node || node is { Kind: SourceKind.Scalar, Value: "none" })
            return null;
        if (node.Kind != SourceKind.Map)
        {
            problems.Add(node.Mark, "wrong-type", $"'schedule' expects a map such as {{ cron: '0 2 * * *' }}, or none, not {node.Describe()}.", "schedule");
            return null;
        }
        var map = new MapReader(node, "the schedule", "schedule.", problems);
        var zone = Zone(map, problems);
        var schedule = new ScheduleDefinition
        {
            Cron = Cron(map, zone, problems),
            Every = Every(map, problems),
            Assets = [.. map.Texts("assets").Select(a => a.Text)],
            AnyAsset = map.Boolean("any_asset") ?? false,
            Partitions = Partitions(map, zone, problems),
            Partial = map.Boolean("partial") ?? false,
            TimeZone = zone,
            Start = Time(map, "start", zone, problems),
            End = Time(map, "end", zone, problems),
            Skip = Skip(map, calendars, problems),
            Catchup = map.Boolean("catchup") ?? false,
        };
        map.Finish();
        var kinds = new[] { "cron", "every", "assets" }.Where(k => map.Node(k) is not null).ToList();
        // Partitions without assets are said below.
        if (kinds.Count != 1 && !(kinds.Count == 0 && map.Node("partitions") is not null))
        {
            problems.Add(kinds.Count == 0 ? workflow.MarkOf("schedule") : map.MarkOf(kinds[1]), "bad-schedule", kinds.Count == 0
                ? "The schedule needs one of cron, every and assets. Add one, or write 'schedule: none'."
                : $"The schedule has {string.Join(" and ", kinds)}. Keep one of them.", "schedule");
        }
        if (schedule.Assets.Count == 0 && map.Node("assets") is { Kind: SourceKind.List })
            problems.Add(map.MarkOf("assets"), "bad-schedule", "'schedule.assets' is empty. Name the tables whose new versions start a run.", "schedule.assets");
        foreach (var (asset, assetNode) in map.Texts("assets"))
            if (!Names.IsAsset(asset))
                problems.Add(assetNode.Mark, "bad-asset", $"'{JsonScalars.Shorten(asset)}' names no asset. Write a table as schema.table in lower case, such as clean.orders, or another asset as the inventory names it, such as model:demand.", "schedule.assets");
        // A grid of partitions tiles time as a schedule by time does, so days to skip mean the same there.
        foreach (var key in schedule.Partitions is { AsWritten: false } ? new[] { "catchup" } : ["skip", "catchup"])
            if (schedule.Assets.Count > 0 && map.Node(key) is not null)
                problems.Add(map.MarkOf(key), "bad-schedule", $"'schedule.{key}' has no meaning for a schedule that follows assets{(map.Node("partitions") is null ? "" : " in the partitions as they are written")}. Remove it.", $"schedule.{key}", ProblemSeverity.Warning);
        CheckPartitions(map, schedule, problems);
        if (map.Node("any_asset") is not null && schedule.Assets.Count == 0)
            problems.Add(map.MarkOf("any_asset"), "bad-schedule", "'schedule.any_asset' needs 'assets'. Remove it, or name the assets.", "schedule.any_asset", ProblemSeverity.Warning);
        if (schedule.Skip is not null && (Schedule.Of(schedule) ?? Schedule.OfPartitions(schedule)) is { } grid && grid.FirstFrom(schedule.Start ?? SearchFrom) is null)
            problems.Add(map.MarkOf("skip"), "bad-schedule", "'schedule.skip' takes away every day on which the schedule would fire, so that nothing would ever run. Leave some days.", "schedule.skip");
        if (schedule.End <= schedule.Start)
            problems.Add(map.MarkOf("end"), "bad-schedule", "'schedule.end' is not after 'schedule.start', so that nothing would ever run.", "schedule.end");
        return schedule;
    }

    private static void CheckPartitions(MapReader map, ScheduleDefinition schedule, ProblemCollector problems)
    {
        if (map.Node("partitions") is null)
        {
            if (map.Node("partial") is not null)
                problems.Add(map.MarkOf("partial"), "bad-schedule", "'schedule.partial' needs 'partitions', such as partitions: '@weekly'. Add them, or remove it.", "schedule.partial");
            return;
        }
        if (map.Node("assets") is null)
        {
            var timed = map.Node("cron") is not null ? "cron" : map.Node("every") is not null ? "every" : null;
            problems.Add(map.MarkOf("partitions"), "bad-schedule", timed is null
                ? "'schedule.partitions' needs 'assets': the tables whose partitions start a run. Name them."
                : $"'schedule.partitions' goes with 'assets', and this schedule has '{timed}', whose intervals are its partitions. Remove 'partitions', or name the assets in place of '{timed}'.", "schedule.partitions");
        }
        if (schedule.Partitions is { AsWritten: true } && map.Node("partial") is not null)
            problems.Add(map.MarkOf("partial"), "bad-schedule", "'schedule.partial' has no meaning where each interval that is written is a partition: it is always whole. Remove it.", "schedule.partial", ProblemSeverity.Warning);
        foreach (var (asset, node) in map.Texts("assets"))
            if (asset.Split(':', 2) is [var kind and ("model" or "endpoint" or "report"), _])
                problems.Add(node.Mark, "bad-asset", $"'{JsonScalars.Shorten(asset)}' has no partitions: a {kind} is never written for an interval, so that no run would ever start. Name tables here, or remove 'partitions'.", "schedule.assets");
    }

    /// <summary>Partitions: a cron expression, a duration, or <c>as_written</c>.</summary>
    private static PartitionsDefinition? Partitions(MapReader map, TimeZoneInfo zone, ProblemCollector problems)
    {
        const string forms = "Write a cron expression such as '@daily' or '0 0 * * MON', a duration such as 6h, or as_written for each interval as it is written.";
        if (map.Node("partitions") is { Kind: SourceKind.Scalar, Value.Length: 0 })
        {
            problems.Add(map.ValueMarkOf("partitions"), "bad-cron", $"'schedule.partitions' is empty. {forms}", "schedule.partitions");
            return null;
        }
        if (map.Text("partitions") is not { } text)
            return null;
        if (text == PartitionsDefinition.Written)
            return new PartitionsDefinition();
        if (Duration.TryParse(text, out var every))
        {
            if (every >= ShortestEvery)
                return new PartitionsDefinition(Every: every);
            problems.Add(map.ValueMarkOf("partitions"), "out-of-range", "'schedule.partitions' is shorter than 1s. Give 1s or more.", "schedule.partitions");
            return null;
        }
        if (!CronExpression.TryParse(text, out var cron, out var error))
        {
            problems.Add(map.ValueMarkOf("partitions"), "bad-cron", $"'schedule.partitions' cannot be read: {error} {forms}{(Naming.Nearest(text, [PartitionsDefinition.Written, "@hourly", "@daily", "@weekly", "@monthly", "@yearly"]) is { } near ? $" Did you mean '{near}'?" : "")}", "schedule.partitions");
            return null;
        }
        if (cron.Next(DateTimeOffset.UnixEpoch, zone) is null)
            problems.Add(map.ValueMarkOf("partitions"), "bad-cron", $"'{text}' never fires: there is no such day. Change the day or the month.", "schedule.partitions");
        return new PartitionsDefinition(Cron: text);
    }

    /// <summary>Named lists of days, below the workflow's <c>calendars</c>.</summary>
    private static Dictionary<string, IReadOnlyList<(string Text, SourceNode Node)>> Calendars(MapReader workflow, ProblemCollector problems)
    {
        var calendars = new Dictionary<string, IReadOnlyList<(string, SourceNode)>>(StringComparer.Ordinal);
        if (workflow.Inner("calendars", "the calendars") is not { } inner)
            return calendars;
        foreach (var entry in inner.Map.Entries)
        {
            calendars[entry.Key] = inner.Texts(entry.Key);
            if (SkipDays.TryParse(entry.Key, out _, out _))
                problems.Add(entry.KeyMark, "bad-name", $"A calendar cannot be called '{entry.Key}', which means days itself. Choose another name, such as 'holidays'.", $"calendars.{entry.Key}");
            foreach (var (text, node) in calendars[entry.Key])
                if (!SkipDays.TryParse(text, out _, out var error))
                    problems.Add(node.Mark, "bad-day", $"'calendars.{entry.Key}': {error}", $"calendars.{entry.Key}");
        }
        return calendars;
    }

    private static SkipDays? Skip(MapReader map, Dictionary<string, IReadOnlyList<(string Text, SourceNode Node)>> calendars, ProblemCollector problems)
    {
        var rules = new List<SkipRule>();
        foreach (var (text, node) in map.Texts("skip"))
        {
            if (calendars.TryGetValue(text, out var days))
                rules.AddRange(days.Select(d => SkipDays.TryParse(d.Text, out var rule, out _) ? rule : null).OfType<SkipRule>());
            else if (SkipDays.TryParse(text, out var rule, out var error))
                rules.Add(rule);
            else
                problems.Add(node.Mark, "bad-day", $"'schedule.skip': {error}{(calendars.Count == 0 ? " A name needs a list of days below 'calendars:'." : $" The calendars are {string.Join(", ", calendars.Keys)}.")}{Naming.DidYouMean(text, calendars.Keys)}", "schedule.skip");
        }
        return rules.Count == 0 ? null : new SkipDays(rules);
    }

    private static string? Cron(MapReader map, TimeZoneInfo zone, ProblemCollector problems)
    {
        if (map.Text("cron") is not { } text)
            return null;
        if (!CronExpression.TryParse(text, out var cron, out var error))
        {
            problems.Add(map.ValueMarkOf("cron"), "bad-cron", $"'schedule.cron' cannot be read: {error}", "schedule.cron");
            return null;
        }
        if (cron.Next(DateTimeOffset.UnixEpoch, zone) is null)
            problems.Add(map.ValueMarkOf("cron"), "bad-cron", $"'{text}' never fires: there is no such day. Change the day or the month.", "schedule.cron");
        return text;
    }

    private static TimeSpan? Every(MapReader map, ProblemCollector problems)
    {
        if (map.Span("every") is not { } every)
            return null;
        if (every >= ShortestEvery)
            return every;
        problems.Add(map.ValueMarkOf("every"), "out-of-range", "'schedule.every' is shorter than 1s. Give 1s or more.", "schedule.every");
        return null;
    }

    private static TimeZoneInfo Zone(MapReader map, ProblemCollector problems)
    {
        if (map.Text("timezone") is not { } id)
            return TimeZoneInfo.Utc;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone))
            return zone;
        var near = Naming.Nearest(id, TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id));
        problems.Add(map.ValueMarkOf("timezone"), "bad-timezone", $"There is no time zone '{id}'.{(near is null ? " Write an IANA name such as Asia/Shanghai, Europe/Berlin or UTC." : $" Did you mean '{near}'?")}", "schedule.timezone");
        return TimeZoneInfo.Utc;
    }

    private static DateTimeOffset? Time(MapReader map, string key, TimeZoneInfo zone, ProblemCollector problems)
    {
        if (map.Text(key) is not { } text)
            return null;
        try
        {
            return RunRange.ReadTime(text, zone);
        }
        catch (FormatException e)
        {
            problems.Add(map.ValueMarkOf(key), "bad-date", $"'schedule.{key}': {e.Message}", $"schedule.{key}");
            return null;
        }
    }
}
