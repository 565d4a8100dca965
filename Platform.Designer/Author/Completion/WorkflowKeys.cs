namespace Platform.Designer.Author.Completion;

/// <summary>A key of a workflow's YAML.</summary>
/// <param name="Name">The key.</param>
/// <param name="Shape">What stands behind it.</param>
/// <param name="Values">The only values; empty for any.</param>
internal sealed record WorkflowKey(string Name, KeyShape Shape, params string[] Values)
{
    /// <summary>What is written for it.</summary>
    public string Insert => Shape switch { KeyShape.Map or KeyShape.List => $"{Name}:\n  ", KeyShape.Flow => $"{Name}: [", _ => $"{Name}: " };
}

/// <summary>What stands behind a key.</summary>
internal enum KeyShape
{
    Scalar,

    /// <summary>A short list in brackets.</summary>
    Flow,
    List,
    Map,
}

/// <summary>The keys of a workflow's YAML by their place; those of <c>with</c> come from the activity.</summary>
internal static class WorkflowKeys
{
    private static readonly string[] YesNo = ["true", "false"];

    private static readonly WorkflowKey[] Inherited =
    [
        new("retries", KeyShape.Scalar), new("retry_delay", KeyShape.Scalar, "30s", "1m", "5m"), new("retry_max_delay", KeyShape.Scalar, "10m", "1h"), new("retry_on", KeyShape.Flow),
        new("timeout", KeyShape.Scalar, "10m", "30m", "1h"), new("queue", KeyShape.Scalar), new("pool", KeyShape.Scalar), new("pool_slots", KeyShape.Scalar), new("priority", KeyShape.Scalar),
        new("trigger_rule", KeyShape.Scalar, "all_success", "all_failed", "all_done", "all_done_min_one_success", "all_skipped", "one_success", "one_failed", "one_done", "none_failed", "none_failed_min_one_success", "none_skipped", "always"),
        new("depends_on_past", KeyShape.Scalar, YesNo), new("resources", KeyShape.Map), new("on_failure", KeyShape.List),
    ];

    private static readonly Dictionary<string, WorkflowKey[]> ByPlace = new()
    {
        [""] =
        [
            new("name", KeyShape.Scalar), new("title", KeyShape.Scalar), new("description", KeyShape.Scalar), new("owner", KeyShape.Scalar), new("tags", KeyShape.Flow), new("schedule", KeyShape.Map), new("calendars", KeyShape.Map),
            new("params", KeyShape.Map), new("defaults", KeyShape.Map), new("limits", KeyShape.Map), new("tasks", KeyShape.List), new("on_failure", KeyShape.List), new("run_timeout", KeyShape.Scalar, "1h", "6h", "1d"), new("deadline", KeyShape.Scalar, "1h", "6h"),
        ],
        ["schedule"] =
        [
            new("cron", KeyShape.Scalar, "\"0 2 * * *\"", "\"0 * * * *\"", "\"*/15 * * * *\"", "\"@daily\"", "\"@hourly\"", "\"@weekly\"", "\"@monthly\""), new("every", KeyShape.Scalar, "15m", "1h", "6h", "1d"), new("assets", KeyShape.Flow), new("any_asset", KeyShape.Scalar, YesNo),
            new("partitions", KeyShape.Scalar, "\"@daily\"", "\"@weekly\"", "\"@monthly\"", "as_written"), new("partial", KeyShape.Scalar, YesNo), new("timezone", KeyShape.Scalar, "UTC", "Asia/Shanghai", "Asia/Tokyo", "Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles"),
            new("start", KeyShape.Scalar), new("end", KeyShape.Scalar), new("skip", KeyShape.Flow, "weekend", "SAT", "SUN", "12-25", "01-01"), new("catchup", KeyShape.Scalar, YesNo),
        ],
        ["limits"] = [new("active_runs", KeyShape.Scalar), new("active_tasks", KeyShape.Scalar)],
        ["params.*"] = [new("type", KeyShape.Scalar, "string", "integer", "number", "boolean", "date", "path", "list", "any"), new("default", KeyShape.Scalar), new("description", KeyShape.Scalar), new("options", KeyShape.Flow), new("required", KeyShape.Scalar, YesNo)],
        ["tasks.[]"] =
        [
            new("id", KeyShape.Scalar), new("title", KeyShape.Scalar), new("activity", KeyShape.Scalar), new("after", KeyShape.Flow), new("with", KeyShape.Map), new("when", KeyShape.Scalar), new("map", KeyShape.Map), .. Inherited,
            new("group", KeyShape.Scalar), new("role", KeyShape.Scalar, "setup", "teardown"),
        ],
        ["tasks.[].map"] = [new("over", KeyShape.Scalar), new("as", KeyShape.Scalar), new("limit", KeyShape.Scalar), new("follows", KeyShape.Scalar)],
        ["tasks.[].resources"] = [new("cpu", KeyShape.Scalar), new("memory", KeyShape.Scalar, "512MiB", "1GiB", "4GiB"), new("gpu", KeyShape.Scalar)],
        ["defaults"] = Inherited,
        ["on_failure.[]"] = [new("kind", KeyShape.Scalar, "webhook", "email", "log"), new("to", KeyShape.Scalar), new("connection", KeyShape.Scalar), new("secret", KeyShape.Scalar)],
    };

    /// <summary>The keys of a map; none where they are not told beforehand.</summary>
    /// <param name="path">Where the map stands.</param>
    public static IReadOnlyList<WorkflowKey> In(IReadOnlyList<string> path) => ByPlace.TryGetValue(Place(path), out var keys) ? keys : [];

    /// <summary>A key by its path; null where it is none of the workflow's own.</summary>
    public static WorkflowKey? Find(IReadOnlyList<string> path)
    {
        var end = path.Count;
        while (end > 0 && path[end - 1] == "[]")
            end--;
        return end == 0 ? null : In([.. path.Take(end - 1)]).FirstOrDefault(k => k.Name == path[end - 1]);
    }

    /// <summary>The name of the key's help among the texts.</summary>
    public static string HelpOf(IReadOnlyList<string> path, string key)
    {
        var place = Place(path);
        return place switch
        {
            "" or "tasks.[]" or "defaults" => $"Key.{key}",
            "tasks.[].on_failure.[]" or "on_failure.[]" => $"Key.notify.{key}",
            _ => $"Key.{place.Replace("tasks.[].", "", StringComparison.Ordinal).Replace(".*", "", StringComparison.Ordinal)}.{key}",
        };
    }

    private static string Place(IReadOnlyList<string> path)
    {
        if (path is ["params", _])
            return "params.*";
        var place = string.Join('.', path);
        return place is "tasks.[].on_failure.[]" or "defaults.on_failure.[]" ? "on_failure.[]" : place == "defaults.resources" ? "tasks.[].resources" : place;
    }
}
