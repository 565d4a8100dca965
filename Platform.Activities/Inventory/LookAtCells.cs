using System.Text.Json;
using Platform.Catalog.Cells;
using Platform.Catalog.Inventory;
using Platform.Inventory.Cache;
using Platform.Inventory.Errors;
using Platform.Tables;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Inventory;

/// <summary>Looks for wrong cells in what has changed since the last inventory.</summary>
[Activity("inventory.cells", Title = "Look for wrong cells", TitleZh = "查看错误单元格", Stage = Stage.Inventory, Icon = "zoom-scan", Preview = PreviewSupport.Stops,
    Would = "look for wrong cells and note them in the catalog", WouldZh = "查找错误单元格并记入目录",
    Help = "Looks at the cells of every asset that the run profiled and that nobody has looked at in its present content: up to so many rows of each, for so long together, small ones first. Tells only what is almost surely wrong, with the witness: values that rows of the same thing contradict, misspelt ones among them, empty ones that the others tell, other units, broken letters, times the wrong way round. What the time does not reach waits for the next run and is named in the report. Groups that people reject in the review queue are not told again. For suspects, labels and a trained search of one table use inventory.errors.",
    HelpZh = "查看本次已分析且内容有变化的每个资产的单元格：每个资产有行数上限，总时间有限，小表优先。只报告几乎确定有误的单元格并给出依据：与同一事物的其他行矛盾（含拼写错误）、可由其他行补出的空值、单位不一致、乱码、时间顺序颠倒。时间不足未查看的资产留待下次并在报告中列出；在审核队列中被驳回的分组不再报告。若需对单表进行带标注的细查，请使用 inventory.errors。",
    Outputs = typeof(LookAtCellsOutputs),
    Example = "time: 30s\nrows: 20000")]
public sealed class LookAtCells(TableStore tables, Workspace workspace, InventoryCommands inventory, CellCommands? commands = null, CellQueries? queries = null, IConnections? connections = null) : IActivity
{
    [Field(Title = "Time", TitleZh = "时间", Kind = FieldKind.Duration, Help = "How long all assets together may take.", HelpZh = "所有资产合计可用的时间。")]
    public TimeSpan Time { get; set; } = TimeSpan.FromSeconds(30);

    [Field(Title = "Rows", TitleZh = "行数", Min = 100, Max = 100_000, Help = "The most rows of one asset; of a set of files, stretches of some of them, the newest among them.", HelpZh = "每个资产最多查看的行数；对文件集读取其中若干文件的片段，含最新文件。")]
    public int Rows { get; set; } = 20_000;

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Failures.RunAsync(async () =>
    {
        if (Time <= TimeSpan.Zero || Time > TimeSpan.FromHours(12))
            throw new ActivityException("bad-input", $"'time' is {Time.TotalSeconds:N0} s. Give it a second at least and 12 hours at most.", retryable: false);
        var runs = new InventoryRuns(Path.Combine(workspace.Home, "inventory"));
        var inventoryRun = await inventory.BeginAsync(context.RunId, context.Workflow, [], cancellationToken);
        var snapshot = runs.Find(inventoryRun) is { Profiles.Count: > 0 } found ? found
            : throw new ActivityException("not-found", $"Run {context.RunId} has profiled nothing whose cells could be looked at. Put tasks with the activities inventory.scan and inventory.profile before '{context.TaskId}'.", retryable: false);
        var started = context.Clock.GetTimestamp();
        var databases = await DatabaseSources.FindAsync(snapshot.Sources.Where(source => source.Failure is null).Select(source => source.Source), connections, cancellationToken);
        var watch = new CellWatch(tables, new InventoryCache(runs.CacheFolder), databases.Addresses);
        var result = await Task.Run(() => watch.Look([.. snapshot.Assets.Where(asset => asset.HasRows)], snapshot.Profiles, new CellWatchOptions { Budget = Time, MostRows = Rows }, (done, all) => context.Progress.Report(new ActivityProgress(done, all, "assets")), cancellationToken), cancellationToken);
        var added = commands is null ? 0 : await commands.RecordNightAsync([.. result.Looks.Select(look => look.Asset)], [.. result.Looks.SelectMany(look => look.Problems.Select(problem => (look.Asset, ToCatalog(problem))))], cancellationToken);
        var rejected = queries is null ? [] : (await queries.DecidedAsync(null, cancellationToken)).Where(group => group is { AtNight: true, Wrong: false }).Select(group => (group.Asset, group.Group)).ToHashSet();
        var told = result.Looks.Select(look => look with { Problems = [.. look.Problems.Where(problem => !rejected.Contains((look.Asset, problem.Group)))] }).ToList();
        runs.KeepCells(inventoryRun, [.. told.Where(look => look.Problems.Count > 0)], result.Left);
        InventoryLog.Unreadable(context.Log, [.. result.Looks.Where(look => look.Failure is not null).Select(look => $"The cells of {look.Asset} could not be looked at: {look.Failure}")]);
        foreach (var (look, problem) in told.SelectMany(look => look.Problems.Select(problem => (look, problem))).OrderByDescending(one => one.problem.Cells).Take(20))
            context.Log.Info($"{look.Asset}.{problem.Column}: {problem.Cells:N0} {CellWords.Name(problem.Cause)}.");
        if (result.Left.Count > 0)
            context.Log.Warning($"{Plural.Of(result.Left.Count, "asset")} {Plural.Word(result.Left.Count, "was", "were")} left out after {Time.TotalSeconds:N0} s; the next run goes on with them. Give 'time' more for all at once.");
        var cells = told.Sum(look => look.Problems.Sum(problem => (long)problem.Cells));
        context.Log.Info($"Looked at {Plural.Of(result.Fresh, "asset")} anew, {Plural.Of(cells, "cell")} {Plural.Word(cells, "is", "are")} surely wrong in {Plural.Of(told.Sum(look => look.Problems.Count), "group")}, {added:N0} of them not known before; {context.Clock.GetElapsedTime(started).TotalSeconds:N1} s.");
        return ActivityResult.Success(new LookAtCellsOutputs
        {
            InventoryRun = inventoryRun,
            Looked = result.Fresh,
            Known = result.Looks.Count - result.Fresh,
            Left = result.Left.Count,
            Cells = cells,
            Groups = told.Sum(look => look.Problems.Count),
            NewGroups = added,
        });
    }, cancellationToken);

    private static FoundCellGroup ToCatalog(CellProblem problem) => new(problem.Group, problem.Column, CellWords.Name(problem.Cause), problem.By ?? "", problem.Cells, problem.Score,
        JsonSerializer.SerializeToElement(problem.Examples.Select(example => new { place = example.Place, value = example.Value, suggestion = example.Expected, given = example.Given, with = example.With, score = example.Score })));
}

/// <summary>What the look at cells found.</summary>
public sealed record LookAtCellsOutputs
{
    /// <summary>Id of the inventory run.</summary>
    public required long InventoryRun { get; init; }

    /// <summary>Assets that were looked at.</summary>
    public required int Looked { get; init; }

    /// <summary>Assets of which an earlier run knows already, because nothing changed.</summary>
    public required int Known { get; init; }

    /// <summary>Assets for which the time did not suffice.</summary>
    public required int Left { get; init; }

    /// <summary>Cells that are almost surely wrong.</summary>
    public required long Cells { get; init; }

    /// <summary>Groups of them, by column and cause.</summary>
    public required int Groups { get; init; }

    /// <summary>Groups that the catalog did not know.</summary>
    public required int NewGroups { get; init; }
}
