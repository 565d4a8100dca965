using System.Globalization;
using Platform.Workflows.Activities;

namespace Platform.Activities.Inventory;

/// <summary>What the tasks of the inventory say while they work.</summary>
internal static class InventoryLog
{
    private const int MostNamed = 20;
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(5);

    /// <summary>Logs what <paramref name="progress"/> says every five seconds until disposed; null says nothing.</summary>
    public static ITimer Every5Seconds(ActivityContext context, Func<string?> progress) => context.Clock.CreateTimer(
        _ =>
        {
            if (progress() is { } line)
                context.Log.Info(line);
        },
        null, Often, Often);

    /// <summary>Names what could not be read: the first twenty, and how many more there are.</summary>
    public static void Unreadable(ITaskLog log, IReadOnlyList<string> lines)
    {
        foreach (var line in lines.Take(MostNamed))
            log.Warning(line);
        if (lines.Count > MostNamed)
            log.Warning($"{Count(lines.Count - MostNamed)} more could not be read; the report names them all.");
    }

    /// <summary>Bytes for people.</summary>
    public static string Size(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, bytes >> 10)} KiB"),
    };

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
