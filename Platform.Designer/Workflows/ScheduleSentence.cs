using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;
using Platform.Designer.Language;
using Platform.Designer.Shell;
using Platform.Engine.History;
using Platform.Workflows;
using Platform.Workflows.Definition;
using Platform.Workflows.Schedules;

namespace Platform.Designer.Workflows;

/// <summary>A schedule as a sentence, from the short text that the engine keeps: <c>0 2 * * * (Asia/Shanghai)</c>, <c>every 15 min</c>, <c>all of a, b</c>.</summary>
internal static partial class ScheduleSentence
{
    /// <summary>The sentence; cron that no sentence is known for stays cron.</summary>
    public static string Of(string? schedule, IStringLocalizer<Texts> texts)
    {
        if (schedule is null)
            return texts["Schedule.None"];
        if (Every().Match(schedule) is { Success: true } every)
            return texts["Schedule.Every", every.Groups[1].Value, texts.Or("Schedule.Unit." + every.Groups[2].Value, every.Groups[2].Value)];
        if (Assets().Match(schedule) is { Success: true } assets)
        {
            var names = texts[assets.Groups[1].Value == "any" ? "Schedule.AnyAsset" : "Schedule.AllAssets", assets.Groups[2].Value].Value;
            return !assets.Groups[3].Success ? names : texts["Schedule.ByPartition", names, assets.Groups[3].Value == PartitionsDefinition.Written ? texts["Schedule.AsWritten"].Value : Partitions(assets.Groups[3].Value)];
        }
        var cron = Cron().Match(schedule);
        return cron.Success ? Words(cron.Groups[1].Value.Trim(), cron.Groups[2].Success ? cron.Groups[2].Value : "UTC") : schedule;
    }

    /// <summary>IANA zone of each workflow that has a schedule with one.</summary>
    public static IReadOnlyDictionary<string, string> Zones(IEnumerable<WorkflowRow> workflows) =>
        workflows.Select(w => (w.Name, Zone: w.Schedule is null ? null : Cron().Match(w.Schedule) is { Success: true } cron && cron.Groups[2].Success ? cron.Groups[2].Value : null))
            .Where(w => w.Zone is not null).ToDictionary(w => w.Name, w => w.Zone!);

    /// <summary>Partitions are written as a duration, or as cron with its zone where that is not UTC.</summary>
    private static string Partitions(string partitions) =>
        Duration.TryParse(partitions, out _) ? partitions : Cron().Match(partitions) is { Success: true } cron ? Words(cron.Groups[1].Value.Trim(), cron.Groups[2].Success ? cron.Groups[2].Value : "UTC") : partitions;

    private static string Words(string cron, string zone) =>
        CronExpression.TryParse(cron, out var expression, out _) ? $"{expression.Describe(CultureInfo.CurrentUICulture)} ({zone})" : $"{cron} ({zone})";

    [GeneratedRegex(@"^every ([\d.]+) (min|s)$")]
    private static partial Regex Every();

    [GeneratedRegex("^(any|all) of (.+?)(?: by partition (.+))?$")]
    private static partial Regex Assets();

    [GeneratedRegex(@"^([^(]+)(?: \((.+)\))?$")]
    private static partial Regex Cron();
}
