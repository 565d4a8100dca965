using System.Globalization;
using System.Text.Json;
using Platform.Catalog.Models;
using Platform.Learning.Evaluate;
using Platform.Learning.Input;
using Platform.Learning.Recommend;
using Platform.Learning.Serving;
using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities.Train;

/// <summary>Trains a recommender on all intervals so far and registers it as a candidate.</summary>
[Activity("train.recommender", Title = "Train a recommender", TitleZh = "训练推荐模型", Stage = Stage.Train, Icon = "stars", Preview = PreviewSupport.Runs, Outputs = typeof(TrainRecommenderOutputs),
    Help = "Learns from a table of who took what when. The last days are held out, all items are ranked for each user of those days, and HIT@10, NDCG@10 and coverage are measured beside popularity; then the model is trained on everything, exported to ONNX, compared with the export, and registered as a candidate version.",
    HelpZh = "从“谁在何时购买了什么”的表中学习。最后几天作为留出集，对每个用户给全部商品排序，与热门榜对比 HIT@10、NDCG@10 和覆盖率；随后用全部数据训练，导出 ONNX 并校验一致性，登记为候选版本。",
    Example = "table: feature.interactions\nmodel: shop-recommender")]
public sealed class TrainRecommender(Workspace workspace, TableStore tables, ModelRegistry registry) : IActivity
{
    [Field(Title = "Table", TitleZh = "表", Kind = FieldKind.Table, TableUse = TableUse.Reads, Help = "Interactions: a row is one user, one item, one time.", Example = "feature.interactions")]
    public required string Table { get; set; }

    [Field(Title = "Model", TitleZh = "模型", Kind = FieldKind.Model, Help = "Name of the model: letters, digits, dots, hyphens and underscores.", Example = "shop-recommender")]
    public required string Model { get; set; }

    [Field(Title = "User column", TitleZh = "用户列", Kind = FieldKind.Column)]
    public string User { get; set; } = "user_id";

    [Field(Title = "Item column", TitleZh = "商品列", Kind = FieldKind.Column)]
    public string Item { get; set; } = "item_id";

    [Field(Title = "Time column", TitleZh = "时间列", Kind = FieldKind.Column, Needs = ColumnNeed.TimeOrSeconds, Help = "A TIMESTAMP, a DATE, or seconds since 1970.")]
    public string Time { get; set; } = "event_time";

    [Field(Title = "Weight column", TitleZh = "权重列", Kind = FieldKind.Column, Needs = ColumnNeed.Number, Help = "A number above 0, such as a quantity. Left out: the column weight where there is one, else each row weighs 1.")]
    public string? Weight { get; set; }

    [Field(Title = "Rating column", TitleZh = "评分列", Kind = FieldKind.Column, Needs = ColumnNeed.Number, Help = "Where users rate items. Left out: rows are purchases or views.")]
    public string? Rating { get; set; }

    [Field(Title = "Learner", TitleZh = "算法", Help = "auto takes the one that ranks best on the held-out days.")]
    public RecommenderLearner Learner { get; set; } = RecommenderLearner.Auto;

    [Field(Title = "Days held out", TitleZh = "留出天数", Min = 1, Max = 365, Help = "Days at the end of the data on which the learners are compared.")]
    public int EvaluateDays { get; set; } = 7;

    [Field(Title = "Neighbours", TitleZh = "邻居数", Min = 1, Max = 1000, Help = "Similar items kept for each item.")]
    public int Neighbours { get; set; } = new RecommenderOptions().Neighbours;

    [Field(Title = "Factors", TitleZh = "因子数", Min = 1, Max = 512, Help = "For matrix factorisation.")]
    public int Factors { get; set; } = new RecommenderOptions().Factors;

    [Field(Title = "Epochs", TitleZh = "轮数", Min = 1, Max = 10_000, Help = "For matrix factorisation.")]
    public int Epochs { get; set; } = new RecommenderOptions().Epochs;

    [Field(Title = "Half-life of popularity (days)", TitleZh = "热度半衰期（天）", Min = 0.001, Help = "After so many days a purchase counts half for popularity. Left out: 7.")]
    public double PopularityHalfLife { get; set; } = new RecommenderOptions().PopularityHalfLifeDays!.Value;

    [Field(Title = "Half-life of histories (days)", TitleZh = "历史半衰期（天）", Min = 0.001, Help = "After so many days a purchase counts half in its user's history. Left out: 90.")]
    public double HistoryHalfLife { get; set; } = new RecommenderOptions().HistoryHalfLifeDays!.Value;

    [Field(Title = "Leave out what users have", TitleZh = "排除已购", Help = "Left out: no for purchases, yes for ratings.")]
    public bool? ExcludeSeen { get; set; }

    [Field(Title = "Seed", TitleZh = "随机种子", Help = "The same rows, fields and seed give the same model.")]
    public int Seed { get; set; } = 1;

    [Field(Title = "If the table is empty", TitleZh = "空表时", Help = "fail, or skip the task.")]
    public OnEmpty OnEmpty { get; set; } = OnEmpty.Fail;

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Failures.RunAsync(async () =>
    {
        var table = TableTask.ParseName(Table);
        ModelName.Check(Model, "model");
        if (!tables.Exists(table))
            return Empty($"Table '{table}' does not exist yet.");
        using var session = tables.OpenSession();
        var snapshot = session.Expose(table);
        var columns = new InteractionColumns(Table, User, Item, Time, WeightOf(snapshot), Blank(Rating));
        var data = InteractionReader.Read(session.Connection, columns, cancellationToken);
        if (data.Count == 0)
            return Empty($"Table '{table}' (version {snapshot.Version}) has no row with user, item and time.");
        context.Log.Info($"Read {data.Count:N0} interactions of {data.Users.Length:N0} users with {data.Items.Length:N0} items from {table} version {snapshot.Version}.");
        var trained = RecommenderTrainer.Train(data, Options(), EvaluateDays, cancellationToken);
        var card = RecommenderCard.Of(Model, columns, EvaluateDays, Options(), trained, data, snapshot.Version, context.Clock.GetUtcNow());
        // Exported and proved before it is registered, so that a model that cannot be served never gets a number.
        var exported = ExportedModel.Of(trained.Model, card);
        Report(context, trained);
        return context.Preview is null ? await RegisterAsync(context, snapshot, exported, cancellationToken) : await ShowAsync(context, snapshot, exported, cancellationToken);
    }, cancellationToken);

    private async Task<ActivityResult> RegisterAsync(ActivityContext context, TableSnapshot snapshot, ExportedModel exported, CancellationToken cancellationToken)
    {
        var version = await registry.RegisterAsync(
            new NewModelVersion
            {
                Model = Model,
                Learner = exported.Card.Learner,
                Metrics = JsonSerializer.SerializeToElement(exported.Card.Metrics),
                Parameters = JsonSerializer.SerializeToElement(exported.Card.Parameters),
                TrainedOn = [new TrainedOn(Table, snapshot.Version)],
                Card = JsonSerializer.SerializeToElement(exported.Card, ModelCard.Json),
                Task = new TaskKey(context.RunId, context.Workflow, context.TaskId, context.MapIndex, context.Generation),
            },
            number => Path.Combine(workspace.Home, "models", Model, number.ToString(CultureInfo.InvariantCulture)),
            cancellationToken);
        // The number is taken before the files exist: an attempt that dies in between leaves a candidate without files, which the next attempt
        // finds under the same number and completes. Nothing serves a candidate, and deploy.model refuses one without files.
        var card = exported.Write(version.Location);
        context.Log.Info($"Trained {card.Learner} as version {version.Version} of {Model}; the ONNX model agrees within {card.Parity:G2}.");
        AddFacts(context, snapshot, card, version);
        return ActivityResult.Success(Outputs(card, snapshot, version.Version, version.Location));
    }

    private TrainRecommenderOutputs Outputs(ModelCard card, TableSnapshot snapshot, int version, string candidate) => new()
    {
        Model = Model,
        Version = version,
        Candidate = candidate,
        Learner = card.Learner,
        Rows = card.Rows,
        Users = card.Users,
        Items = card.Items,
        TableVersion = card.Tables[0].Version ?? snapshot.Version,
        Metrics = card.Metrics,
        PopularityMetrics = card.BaselineMetrics,
        BeatsPopularity = card.Metrics.TryGetValue(RecommenderCard.LiftLow, out var low) ? low > 0 : null,
    };

    /// <summary>In a preview the model is measured and forgotten: it gets no number. What comes behind works with the version in service.</summary>
    private async Task<ActivityResult> ShowAsync(ActivityContext context, TableSnapshot snapshot, ExportedModel exported, CancellationToken cancellationToken)
    {
        var served = await registry.FindAsync(Model, version: null, cancellationToken);
        var card = exported.Card;
        context.Log.Info($"Trained {card.Learner} on the sample; a preview registers no model. {(served is null ? $"{Model} has no version in service." : $"What comes behind takes version {served.Version} of {Model}, which is in service.")}");
        AddMeasured(context, snapshot, card);
        return ActivityResult.Success(Outputs(card, snapshot, served?.Version ?? 1, served?.Location ?? ""));
    }

    private static void Report(ActivityContext context, TrainedRecommender trained)
    {
        foreach (var report in trained.Reports)
            context.Log.Info($"{RecommenderCard.NameOf(report.Learner)}: HIT@10 {Text(report.Hit)}, NDCG@10 {Text(report.Ndcg)}, coverage {report.Coverage:P1}, over {report.Users} users; new items HIT@10 {Text(report.NewHit)} over {report.NewUsers}.");
        if (trained.Split is null)
            context.Log.Warning("Nothing was measured: no user is both before and in the held-out days.");

        static string Text(Estimate estimate) => $"{estimate.Value:F3} ({estimate.Low:F3} to {estimate.High:F3})";
    }

    private void AddFacts(ActivityContext context, TableSnapshot snapshot, ModelCard card, ModelVersionRow version)
    {
        var asset = $"model:{Model}";
        AddMeasured(context, snapshot, card);
        context.Facts.Add(new AssetWritten(asset, AssetKind.Model, version.Version, "train", Bytes: new FileInfo(Path.Combine(version.Location, ExportedModel.ModelFile)).Length, Location: version.Location));
        context.Facts.Add(new ColumnsDerived(asset, [.. card.Features.Select(feature => new ColumnEdge(Table, feature[(Table.Length + 1)..], null, ColumnEdgeKind.Aggregation))]));
    }

    private void AddMeasured(ActivityContext context, TableSnapshot snapshot, ModelCard card)
    {
        var asset = $"model:{Model}";
        context.Facts.Add(new AssetRead(Table, AssetKind.Table, card.Tables[0].Version, card.Rows, TableTask.ColumnsOf(snapshot.Columns)));
        foreach (var (name, value) in card.Metrics)
            context.Facts.Add(new MetricMeasured(asset, null, name, value));
        foreach (var (name, value) in card.BaselineMetrics)
            context.Facts.Add(new MetricMeasured(asset, null, $"popularity_{name}", value));
    }

    private string? WeightOf(TableSnapshot snapshot) =>
        Blank(Weight) ?? snapshot.Columns.FirstOrDefault(column => string.Equals(column.Name, "weight", StringComparison.OrdinalIgnoreCase))?.Name;

    private ActivityResult Empty(string what) => OnEmpty == OnEmpty.Skip
        ? ActivityResult.Skipped(what)
        : throw new ActivityException("not-found", $"{what} There is nothing to train on. Run the tasks that fill it first, or set on_empty to skip.", retryable: false);

    private RecommenderOptions Options() => new()
    {
        Learner = Learner,
        Neighbours = Neighbours,
        Factors = Factors,
        Epochs = Epochs,
        PopularityHalfLifeDays = PopularityHalfLife,
        HistoryHalfLifeDays = HistoryHalfLife,
        ExcludeSeen = ExcludeSeen,
        Seed = Seed,
    };

    private static string? Blank(string? column) => string.IsNullOrWhiteSpace(column) ? null : column;
}

/// <summary>What to do when there is nothing to learn from.</summary>
public enum OnEmpty
{
    Fail,
    Skip,
}

/// <summary>What <c>train.recommender</c> made.</summary>
public sealed record TrainRecommenderOutputs
{
    public required string Model { get; init; }

    /// <summary>The version registered as a candidate.</summary>
    public required int Version { get; init; }

    /// <summary>Folder with model.onnx and model.json.</summary>
    public required string Candidate { get; init; }

    /// <summary>The learner that was chosen.</summary>
    public required string Learner { get; init; }

    /// <summary>Interactions learned from.</summary>
    public required long Rows { get; init; }

    public required int Users { get; init; }

    public required int Items { get; init; }

    /// <summary>Version of the table that was read.</summary>
    public required long TableVersion { get; init; }

    /// <summary>Measured values by name; empty where nothing could be held out.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>The same for popularity.</summary>
    public required IReadOnlyDictionary<string, double> PopularityMetrics { get; init; }

    /// <summary>Whether HIT@10 is above popularity's beyond doubt (95 %); null where nothing could be held out.</summary>
    public required bool? BeatsPopularity { get; init; }
}
