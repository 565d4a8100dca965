using System.Globalization;
using Dapper;
using Npgsql;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Engine.Explain;

/// <summary>Which partitions of a workflow have new data and wait for more, and for what.</summary>
internal static class PartitionWaits
{
    private const int MostPartitions = 5;
    private const int MostGaps = 3;

    /// <summary>The causes, one for each of the newest partitions that wait; none where nothing waits.</summary>
    public static async Task<IReadOnlyList<Cause>> ReadAsync(NpgsqlConnection connection, string workflow, ScheduleDefinition schedule, CancellationToken cancellationToken)
    {
        var waiting = (await connection.QueryAsync<PartitionRow>(new CommandDefinition("""
            select partition_start as start, partition_end as "end", count(*)::int as writes, bool_and(seen) as seen, count(*) over ()::int as partitions
            from asset_update
            where workflow = @workflow and partitioned and partition_start is not null
            group by partition_start, partition_end
            order by partition_start desc
            limit @MostPartitions
            """, new { workflow, MostPartitions }, cancellationToken: cancellationToken))).AsList();
        if (waiting.Count == 0)
            return [];
        var gaps = (await connection.QueryAsync<GapRow>(new CommandDefinition("""
            select p.s as start, p.e as "end", s.asset, lower(g.gap) as gap_start, upper(g.gap) as gap_end
            from unnest(@starts, @ends) as p(s, e)
            join asset_subscription s on s.workflow = @workflow
            cross join lateral (
                select range_agg(tstzrange(w.interval_start, w.interval_end)) as there
                from asset_write w where w.asset = s.asset and w.interval_end > p.s and w.interval_start < p.e) c
            cross join lateral unnest(tstzmultirange(tstzrange(p.s, p.e)) - coalesce(c.there, '{}')) g(gap)
            order by p.s desc, s.asset, gap_start
            """, new { workflow, starts = waiting.Select(p => p.Start).ToArray(), ends = waiting.Select(p => p.End).ToArray() }, cancellationToken: cancellationToken))).ToLookup(g => (g.Start, g.End));
        var causes = new List<Cause>();
        foreach (var partition in waiting)
        {
            var name = new DataInterval(partition.Start, partition.End).ToString();
            var missing = string.Join(schedule.AnyAsset ? " or " : " and ", gaps[(partition.Start, partition.End)].GroupBy(g => g.Asset).Select(asset =>
                $"{asset.Key} from {string.Join(", ", asset.Take(MostGaps).Select(g => $"{QueuedCauses.Time(g.GapStart)} to {QueuedCauses.Time(g.GapEnd)}"))}{(asset.Count() > MostGaps ? $" and {QueuedCauses.Number(asset.Count() - MostGaps)} more gaps" : "")}"));
            causes.Add(missing.Length == 0 || !partition.Seen
                ? Cause.Of(CauseCodes.PartitionReady, $"Partition {name} has new data: its run is planned in a moment.", name)
                : Cause.Of(CauseCodes.PartitionWaits, $"Partition {name} has {QueuedCauses.Number(partition.Writes)} new {(partition.Writes == 1 ? "write" : "writes")} and waits for {missing}.", name, QueuedCauses.Number(partition.Writes), missing));
        }
        if (waiting[0].Partitions > MostPartitions)
            causes.Add(Cause.Of(CauseCodes.PartitionsMore, $"{QueuedCauses.Number(waiting[0].Partitions - MostPartitions)} older {(waiting[0].Partitions == MostPartitions + 1 ? "partition waits" : "partitions wait")} too.", QueuedCauses.Number(waiting[0].Partitions - MostPartitions)));
        return causes;
    }

    /// <summary>What a schedule by partition runs for.</summary>
    public static Cause Schedule(ScheduleDefinition schedule)
    {
        var assets = string.Join(", ", schedule.Assets.Distinct());
        var partitions = schedule.Partitions!.ToString();
        return Cause.Of(CauseCodes.Partitions, string.Create(CultureInfo.InvariantCulture, $"It runs for each partition ({partitions}) that is there in {(schedule.AnyAsset ? "any" : "all")} of {assets}{(schedule.Partial ? ", if only in part" : "")}, and again when it is written again."), assets, partitions);
    }

    private sealed record PartitionRow
    {
        public required DateTimeOffset Start { get; init; }

        public required DateTimeOffset End { get; init; }

        public required int Writes { get; init; }

        public required bool Seen { get; init; }

        public required int Partitions { get; init; }
    }

    private sealed record GapRow
    {
        public required DateTimeOffset Start { get; init; }

        public required DateTimeOffset End { get; init; }

        public required string Asset { get; init; }

        public required DateTimeOffset GapStart { get; init; }

        public required DateTimeOffset GapEnd { get; init; }
    }
}
