using Platform.Workflows.Schedules;

namespace Platform.Workflows.Definition;

/// <summary>Reads <c>schedule:</c>.</summary>
internal static class ScheduleReader
{
    private static readonly TimeSpan ShortestEvery = TimeSpan.FromSeconds(1);

    public static ScheduleDefinition? Read(MapReader workflow, ProblemCollector problems)
    {
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
        if (schedule.End <= schedule.Start)
            problems.Add(map.MarkOf("end"), "bad-schedule", "'schedule.end' is not after 'schedule.start', so that nothing would ever run.", "schedule.end");
        return schedule;
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
