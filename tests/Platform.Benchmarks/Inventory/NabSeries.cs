using System.Globalization;
using System.Text.Json;

namespace Platform.Benchmarks.Inventory;

/// <summary>A series of the Numenta Anomaly Benchmark with its windows.</summary>
/// <param name="Name">Folder and file.</param>
/// <param name="Times">When, ascending.</param>
/// <param name="Values">The values.</param>
/// <param name="Windows">First and last index of each labelled window.</param>
internal sealed record NabSeries(string Name, DateTimeOffset[] Times, double[] Values, IReadOnlyList<(int First, int Last)> Windows)
{
    /// <summary>Points at the start that are not scored: 15 % of the series, 750 at most.</summary>
    public int Probation => (int)Math.Floor(0.15 * Math.Min(Values.Length, 5000));

    /// <summary>Whether it belongs to the half that is held back from tuning, by a hash of its name.</summary>
    public bool HeldBack
    {
        get
        {
            var hash = 2166136261u;
            foreach (var letter in Name)
                hash = (hash ^ letter) * 16777619;
            return ((hash >> 8) & 1) == 1;
        }
    }

    /// <summary>Reads the labelled series of a folder.</summary>
    public static IReadOnlyList<NabSeries> Read(string folder)
    {
        using var labels = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "labels_dev", "combined_windows.json")));
        var all = new List<NabSeries>();
        foreach (var entry in labels.RootElement.EnumerateObject())
        {
            var path = Path.Combine(folder, entry.Name);
            if (!File.Exists(path))
                continue;
            var rows = File.ReadLines(path).Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',')).ToList();
            var times = rows.Select(row => Time(row[0])).ToArray();
            var windows = entry.Value.EnumerateArray().Select(window => (Index(times, Time(window[0].GetString()!)), Index(times, Time(window[1].GetString()!)))).ToList();
            all.Add(new NabSeries(entry.Name, times, [.. rows.Select(row => double.Parse(row[1], CultureInfo.InvariantCulture))], windows));
        }
        return all;
    }

    private static int Index(DateTimeOffset[] times, DateTimeOffset time)
    {
        var at = Array.IndexOf(times, time);
        return at >= 0 ? at : throw new InvalidDataException($"No point has the time {time:s} of a label.");
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
