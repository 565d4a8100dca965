using Platform.Workflows.Activities;

namespace Platform.Workflows.Tests.Definition;

/// <summary>The example of the design, and activities that stand for its names.</summary>
internal static class Shop
{
    public const string Yaml = """
        name: shop-recommendations            # [a-z0-9-], unique
        title: Shop recommendations
        description: Ingests a day of orders, trains and deploys the recommender.
        owner: search-and-recommendation
        tags: [recommendation, nightly]
        schedule:
          cron: "0 0 * * *"                   # or every: 15m, or assets: [clean.orders], or none
          timezone: Asia/Shanghai
          start: 2010-12-01
          end: null
          catchup: false
        params:
          source: { type: path, default: "sample", description: Folder of the day files }
        defaults: { retries: 2, retry_delay: 30s, timeout: 30m, queue: default }
        limits: { active_runs: 1, active_tasks: 16 }
        tasks:
          - id: ingest
            activity: ingest.files
            with: { path: "{{ params.source }}/{{ interval.start | date 'yyyy-MM-dd' }}.csv", table: raw.order_lines, mode: replace-interval, on_missing: skip }
          - id: clean
            activity: clean.sql
            after: [ingest]
            with:
              table: clean.order_lines
              mode: replace-interval
              sql: |
                select distinct * from raw.order_lines
                where Quantity > 0 and InvoiceDate >= $interval_start and InvoiceDate < $interval_end
          - id: train
            activity: train.recommender
            after: [clean]
            resources: { memory: 2GiB }         # queue: gpu, resources: { gpu: 1 } where there is one
          - id: score_day
            activity: score.batch
            after: [train]
            map: { over: "{{ tasks.clean.outputs.partitions }}", as: partition }
          - id: report
            activity: inventory.report
            after: [score_day]
            trigger_rule: all_done
        """;

    public static ActivityCatalog Catalog { get; } = ActivityCatalog.Empty.WithTypes(typeof(Ingest), typeof(Clean), typeof(Train), typeof(Score), typeof(Report));

    public abstract class Nothing : IActivity
    {
        public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Task.FromResult(ActivityResult.Success());
    }

    public sealed record CleanOutputs(long Rows, IReadOnlyList<string> Partitions);

    [Activity("ingest.files", Title = "Ingest files", Help = "Reads files.", Stage = Stage.Ingest)]
    public sealed class Ingest : Nothing
    {
        [Field(Kind = FieldKind.Path)]
        public required string Path { get; init; }

        [Field(Kind = FieldKind.Table, TableUse = TableUse.Writes)]
        public required string Table { get; init; }

        [Field(Options = ["append", "replace", "replace-interval"])]
        public string Mode { get; init; } = "append";

        [Field(Options = ["skip", "fail"])]
        public string OnMissing { get; init; } = "fail";

        [Field(Min = 1)]
        public int Limit { get; init; } = 10;
    }

    [Activity("clean.sql", Title = "SQL", Help = "Runs a query.", Stage = Stage.Clean, Outputs = typeof(CleanOutputs))]
    public sealed class Clean : Nothing
    {
        [Field(Kind = FieldKind.Table, TableUse = TableUse.Writes)]
        public required string Table { get; init; }

        [Field(Kind = FieldKind.Table, TableUse = TableUse.Reads)]
        public string? From { get; init; }

        [Field(Options = ["append", "replace", "replace-interval"])]
        public string Mode { get; init; } = "append";

        [Field(Kind = FieldKind.Sql)]
        public string Sql { get; init; } = "select 1";
    }

    [Activity("train.recommender", Title = "Train", Help = "Trains.", Stage = Stage.Train)]
    public sealed class Train : Nothing
    {
        [Field]
        public IReadOnlyList<string> Columns { get; init; } = [];
    }

    [Activity("score.batch", Title = "Score", Help = "Scores.", Stage = Stage.Score)]
    public sealed class Score : Nothing
    {
        [Field]
        public string? Partition { get; init; }
    }

    [Activity("inventory.report", Title = "Report", Help = "Reports.", Stage = Stage.Inventory)]
    public sealed class Report : Nothing;
}
