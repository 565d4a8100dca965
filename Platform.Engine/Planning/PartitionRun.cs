using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;
using Platform.Workflows.Schedules;

namespace Platform.Engine.Planning;

/// <summary>A write that waits in a partition, and that no run was told yet.</summary>
/// <param name="Id">Its row.</param>
/// <param name="Asset">What was written.</param>
/// <param name="Written">The interval that was written.</param>
/// <param name="Version">Null where the asset has no versions.</param>
/// <param name="RunId">Who wrote it.</param>
/// <param name="TaskId">Which task of that run.</param>
/// <param name="At">When.</param>
internal sealed record PartitionUpdate(long Id, string Asset, DataInterval Written, long? Version, long RunId, string TaskId, DateTimeOffset At);

/// <summary>How far an asset was written in a partition.</summary>
/// <param name="Whole">Whether the written intervals leave no gap in it.</param>
/// <param name="Any">Whether anything in it was written.</param>
/// <param name="Version">The newest version; null where there is none.</param>
/// <param name="RunId">Who wrote last; null where nobody did.</param>
/// <param name="TaskId">Which task of that run.</param>
/// <param name="At">When.</param>
internal sealed record PartitionCover(bool Whole, bool Any, long? Version, long? RunId, string? TaskId, DateTimeOffset? At);

/// <summary>The run that the writes in a partition ask for. Pure: what is written is given, what is to be done is told.</summary>
/// <param name="Assets">What the run is told of each asset.</param>
/// <param name="Taken">Writes that it takes up.</param>
internal sealed record PartitionRun(JsonObject Assets, IReadOnlyList<long> Taken)
{
    // A month of hours is told in full; of more, how many and the newest.
    private const int MostIntervals = 800;

    /// <summary>The partitions that a write touches, oldest first, within the schedule's start and end.</summary>
    public static IEnumerable<DataInterval> Partitions(ScheduleDefinition schedule, DataInterval written)
    {
        if (schedule.Partitions is null || written.Start >= written.End)
            return [];
        if (Schedule.OfPartitions(schedule) is { } grid)
            return grid.Overlapping(written);
        return written.Start < schedule.Start || written.Start >= schedule.End ? [] : [written];
    }

    /// <summary>
    /// Whether a partition is ready, and what its run is told. With all assets: when each is there and something is new. With any: of those that are there and new.
    /// </summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="waiting">What was written in the partition and told to no run, in order.</param>
    /// <param name="covers">How far each asset is there.</param>
    /// <returns>Null where the partition waits.</returns>
    public static PartitionRun? Of(ScheduleDefinition schedule, IReadOnlyList<PartitionUpdate> waiting, IReadOnlyDictionary<string, PartitionCover> covers)
    {
        bool There(string asset) => covers.GetValueOrDefault(asset) is { } cover && (cover.Whole || (schedule.Partial && cover.Any));
        var updates = waiting.ToLookup(u => u.Asset);
        var followed = schedule.Assets.Distinct().ToList();
        var told = schedule.AnyAsset ? followed.Where(a => updates[a].Any() && There(a)).ToList() : followed.All(There) ? followed : [];
        if (!told.Any(a => updates[a].Any()))
            return null;
        var assets = new JsonObject();
        foreach (var asset in told)
            assets[asset] = Told([.. updates[asset]], covers[asset]);
        return new PartitionRun(assets, [.. told.SelectMany(a => updates[a]).Select(u => u.Id)]);
    }

    /// <summary>What a queued run is told when further writes join it: the newest versions, and all writes since the first that was new.</summary>
    public static JsonObject Fold(JsonObject before, JsonObject more)
    {
        var folded = before.DeepClone().AsObject();
        foreach (var (asset, value) in more)
        {
            var fresh = value!.DeepClone().AsObject();
            if (folded[asset] is JsonObject old && (int)old["updates"]! > 0)
            {
                // Nothing new of this asset: what it was told stays.
                if ((int)fresh["updates"]! == 0)
                    continue;
                fresh["from_version"] = old["from_version"]?.DeepClone();
                fresh["updates"] = (int)old["updates"]! + (int)fresh["updates"]!;
                fresh["intervals"] = Newest([.. old["intervals"]!.AsArray().Concat(fresh["intervals"]!.AsArray()).Select(i => i!.DeepClone())]);
            }
            folded[asset] = fresh;
        }
        return folded;
    }

    private static JsonObject Told(IReadOnlyList<PartitionUpdate> updates, PartitionCover cover)
    {
        var last = updates.Count == 0 ? null : updates[^1];
        return new JsonObject
        {
            ["version"] = cover.Version ?? last?.Version,
            ["from_version"] = updates.Count == 0 ? cover.Version : updates[0].Version,
            // 0 where it was there already, and another asset of the partition was written.
            ["updates"] = updates.Count,
            ["run"] = last?.RunId ?? cover.RunId,
            ["task"] = last?.TaskId ?? cover.TaskId,
            ["at"] = JsonSerializer.SerializeToNode((last?.At ?? cover.At)?.UtcDateTime),
            ["intervals"] = Newest([.. updates.Select(u => new JsonObject
            {
                ["start"] = JsonSerializer.SerializeToNode(u.Written.Start.UtcDateTime),
                ["end"] = JsonSerializer.SerializeToNode(u.Written.End.UtcDateTime),
                ["version"] = u.Version,
                ["run"] = u.RunId,
            })]),
        };
    }

    /// <summary>The newest of each interval, the oldest interval first.</summary>
    private static JsonArray Newest(IReadOnlyList<JsonNode> intervals) =>
        [.. intervals.GroupBy(i => ((DateTimeOffset)i["start"]!, (DateTimeOffset)i["end"]!)).Select(g => g.Last()).OrderBy(i => (DateTimeOffset)i["start"]!).ThenBy(i => (DateTimeOffset)i["end"]!).TakeLast(MostIntervals)];
}
