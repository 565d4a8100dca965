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
            TimeZone = zone,
            Start = Time(map, "start", zone, problems),
            End = Time(map, "end", zone, problems),
            Skip = Skip(map, calendars, problems),
            Catchup = map.Boolean("catchup") ?? false,
        };
        map.Finish();
        var kinds = new[] { "cron", "every", "assets" }.Where(k => map.Node(k) is not null).ToList();
        if (kinds.Count != 1)
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
        foreach (var key in new[] { "skip", "catchup" })
            if (schedule.Assets.Count > 0 && map.Node(key) is not null)
                problems.Add(map.MarkOf(key), "bad-schedule", $"'schedule.{key}' has no meaning for a schedule that follows assets. Remove it.", $"schedule.{key}", ProblemSeverity.Warning);
        if (map.Node("any_asset") is not null && schedule.Assets.Count == 0)
            problems.Add(map.MarkOf("any_asset"), "bad-schedule", "'schedule.any_asset' needs 'assets'. Remove it, or name the assets.", "schedule.any_asset", ProblemSeverity.Warning);
        if (schedule is { Skip: not null } and ({ Cron: not null } or { Every: not null }) && Schedule.Of(schedule)!.FirstFrom(schedule.Start ?? SearchFrom) is null)
            problems.Add(map.MarkOf("skip"), "bad-schedule", "'schedule.skip' takes away every day on which the schedule would fire, so that nothing would ever run. Leave some days.", "schedule.skip");
        if (schedule.End <= schedule.Start)
            problems.Add(map.MarkOf("end"), "bad-schedule", "'schedule.end' is not after 'schedule.start', so that nothing would ever run.", "schedule.end");
        return schedule;
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
