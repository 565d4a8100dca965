using Platform.Activities.Train;
using Platform.Catalog.Models;
using Platform.Learning.Serving;
using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities.Score;

/// <summary>Ranks items for many users at once into a table.</summary>
[Activity("score.batch", Title = "Score a batch of users", TitleZh = "批量打分", Stage = Stage.Score, Icon = "list-numbers", Preview = PreviewSupport.Runs, Outputs = typeof(ScoreBatchOutputs),
    Help = "Ranks items with the model in service for all users that it knows, or for the users in a table, and writes a table with the columns user, item, rank and score. Users that the model does not know get the popular items.",
    HelpZh = "用在役模型为其已知的全部用户或指定表中的用户排序商品，写入含 user、item、rank、score 四列的表。模型未知的用户得到热门商品。",
    Example = "model: shop-recommender\ntable: score.recommendations")]
public sealed class ScoreBatch(TableStore tables, ModelRegistry registry) : IActivity
{
    [Field(Title = "Model", TitleZh = "模型", Kind = FieldKind.Model, Example = "shop-recommender")]
    public required string Model { get; set; }

    [Field(Title = "Version", TitleZh = "版本", Min = 1, Help = "Left out: the version in service.")]
    public int? Version { get; set; }

    [Field(Title = "Table", TitleZh = "目标表", Kind = FieldKind.Table, TableUse = TableUse.Writes, Help = "Where the rankings go.", Example = "score.recommendations")]
    public required string Table { get; set; }

    [Field(Title = "Items a user", TitleZh = "每用户商品数", Min = 1, Max = 1000)]
    public int Count { get; set; } = 10;

    [Field(Title = "Mode", TitleZh = "写入方式", Help = "replace keeps the newest rankings only; replace-interval keeps those of each interval, told apart by a column scored_for with its start.")]
    public TableMode Mode { get; set; } = TableMode.Replace;

    [Field(Title = "Table of users", TitleZh = "用户表", Kind = FieldKind.Table, TableUse = TableUse.Reads, Help = "Score the users in this table. Left out: all users that the model knows.")]
    public string? Users { get; set; }

    [Field(Title = "User column", TitleZh = "用户列", Kind = FieldKind.Column, Help = "Column of the table of users.")]
    public string UserColumn { get; set; } = "user";

    [Field(Title = "If no version is in service", TitleZh = "无在役版本时", Help = "fail, or skip the task.")]
    public OnEmpty OnEmpty { get; set; } = OnEmpty.Fail;

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Failures.RunAsync(async () =>
    {
        ModelName.Check(Model, "model");
        if (await registry.FindAsync(Model, Version, cancellationToken) is not { } version)
        {
            var problem = Version is null ? $"Model '{Model}' has no version in service." : $"Model '{Model}' has no version {Version}.";
            return OnEmpty == OnEmpty.Skip
                ? ActivityResult.Skipped(problem)
                : throw new ActivityException("not-found", $"{problem} Deploy one first with deploy.model, or set on_empty to skip.", retryable: false);
        }
        return Write(context, version, cancellationToken);
    }, cancellationToken);

    private ActivityResult Write(ActivityContext context, ModelVersionRow version, CancellationToken cancellationToken)
    {
        using var task = new TableTask(tables, context, Table, Mode);
        var model = ModelFolder.ReadRecommender(version.Location);
        var users = Users is { Length: > 0 } from ? UserList.Read(task.Session, TableTask.ParseName(from), UserColumn, model, cancellationToken) : UserList.All(model).First(context.Preview?.Rows);
        RankingTable.Fill(task.Session.Connection, model, users, Count, Mode == TableMode.Replace ? null : context.Interval?.Start, cancellationToken);
        task.Facts.Add(new AssetRead($"model:{Model}", AssetKind.Model, version.Version, Location: version.Location));
        task.Facts.Add(new AssetDerived(task.Target.ToString(), $"model:{Model}"));
        if (Users is { Length: > 0 })
            task.Facts.Add(new ColumnsDerived(task.Target.ToString(), [new ColumnEdge(Users, UserColumn, RankingTable.UserColumn, ColumnEdgeKind.Identity)]));
        var outputs = new ScoreBatchOutputs { Model = Model, ModelVersion = version.Version, Users = users.Ids.Count, UnknownUsers = users.Unknown };
        context.Log.Info($"Ranked {Count} items for {users.Ids.Count:N0} users ({users.Unknown:N0} unknown to the model) with version {version.Version} of {Model}.");
        return ActivityResult.Success(task.Commit(new TableWrite { Table = task.Target, TempTable = RankingTable.Name }, outputs, cancellationToken));
    }
}

/// <summary>What <c>score.batch</c> wrote.</summary>
public sealed record ScoreBatchOutputs : TableOutputs
{
    public required string Model { get; init; }

    /// <summary>Version that ranked.</summary>
    public required int ModelVersion { get; init; }

    /// <summary>Users ranked for.</summary>
    public required int Users { get; init; }

    /// <summary>Users that the model does not know, who got the popular items.</summary>
    public required int UnknownUsers { get; init; }
}
