using System.Text.Json;
using Platform.Catalog.Inventory;
using Platform.Inventory.Cache;
using Platform.Inventory.Compare;
using Platform.Inventory.Report;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Inventory;

/// <summary>Writes the report of the run's inventory.</summary>
[Activity("inventory.report", Title = "Write the inventory report", TitleZh = "生成盘点报告", Stage = Stage.Inventory, Icon = "report-analytics", Preview = PreviewSupport.Stops,
    Would = "write the inventory report", WouldZh = "生成盘点报告",
    Help = "Writes what the run's inventory found as a page that a manager can read (HTML, light and dark, English and Chinese) and as JSON: the most telling findings first, what changed since the last inventory of the same sources, how much is owned, described, classified and checked over time, what fails, personal data, quality, broken references, what could not be read, and every asset.",
    HelpZh = "将本次盘点结果写成管理者可读的网页（HTML，明暗主题，中英文）和 JSON：最值得关注的发现、与上次相比的变化、了解程度的走势、未通过的检查、个人信息、数据质量、断裂的引用、无法读取的内容和全部资产。",
    Outputs = typeof(ReportInventoryOutputs),
    Example = "name: inventory")]
public sealed class ReportInventory(Workspace workspace, InventoryCommands commands, InventoryQueries queries, InventoryMemory? memory = null, IPublishedWorkflows? workflows = null) : IActivity
{
    private const int RunsLookedBack = 50;

    [Field(Title = "Name", TitleZh = "名称", Help = "Name of the report in the inventory and the lineage.")]
    public string Name { get; set; } = "inventory";

    [Field(Title = "Folder", TitleZh = "文件夹", Kind = FieldKind.Path, Help = "Where a copy of the report goes beside the platform's own; left out, there is no copy.")]
    public string? Folder { get; set; }

    /// <inheritdoc/>
    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        var runs = new InventoryRuns(Path.Combine(workspace.Home, "inventory"));
        var inventoryRun = await commands.BeginAsync(context.RunId, context.Workflow, [], cancellationToken);
        var snapshot = runs.Find(inventoryRun)
            ?? throw new ActivityException("not-found", $"Run {context.RunId} has found nothing to report. Put tasks with the activities inventory.scan, inventory.profile and inventory.relate before '{context.TaskId}'.", retryable: false);
        var (before, told) = await BeforeAsync(runs, inventoryRun, snapshot, cancellationToken);
        var differences = InventoryComparer.Compare(before, snapshot);
        var deployed = workflows is null ? null : await workflows.NamesAsync(cancellationToken);
        var facts = memory is null ? null : await ReportMemory.ReadAsync(memory, deployed, context.RunId, inventoryRun, snapshot, differences, cancellationToken);
        var report = ReportBuilder.Build(snapshot, differences, facts, told);
        var (page, json) = ReportFiles.Write(report, runs.FolderOf(inventoryRun));
        if (!string.IsNullOrWhiteSpace(Folder))
            ReportFiles.Write(report, workspace.Resolve(Folder));
        var element = JsonSerializer.SerializeToElement(report, ReportFiles.Json);
        await commands.EndAsync(inventoryRun, succeeded: true, element, page, cancellationToken);
        runs.Prune();
        context.Facts.Add(new AssetWritten($"report:{Name}", AssetKind.Report, Operation: "render", Bytes: new FileInfo(page).Length, Location: page));
        var d = report.Differences;
        foreach (var finding in report.Surprises.Take(3))
            context.Log.Info(finding.News is { } news ? $"{(news == "worse" ? "Worse" : "New")}: {finding.Sentence}" : finding.Sentence);
        context.Log.Info($"{Plural.Of(report.Totals.Assets, "asset")}; {d.New.Count:N0} new, {d.Changed.Count:N0} changed, {d.Gone.Count:N0} gone. The report is {page}.");
        return ActivityResult.Success(new ReportInventoryOutputs
        {
            InventoryRun = inventoryRun,
            Report = page,
            ReportJson = json,
            Assets = report.Totals.Assets,
            First = d.Since is null,
            New = d.New.Count,
            Changed = [.. d.Changed.Take(100).Select(change => change.Key)],
            ChangedCount = d.Changed.Count,
            Gone = d.Gone.Count,
            PersonalColumns = report.Totals.PersonalColumns,
            BrokenRelations = report.Totals.BrokenRelations,
            Unreadable = report.Unreadable.Count,
            Warnings = report.Totals.Findings,
            NewFindings = report.Surprises.Count(finding => finding.News == "new"),
            WorseFindings = report.Surprises.Count(finding => finding.News == "worse"),
        });
    }

    // The last inventory of each source: the runs between may have looked at others.
    private async Task<(IReadOnlyList<InventorySnapshot> Snapshots, IReadOnlyList<Finding>? Told)> BeforeAsync(InventoryRuns runs, long inventoryRun, InventorySnapshot snapshot, CancellationToken cancellationToken)
    {
        var wanted = snapshot.Sources.Where(source => source.Failure is null).Select(source => source.Source).ToHashSet(StringComparer.Ordinal);
        var before = new List<InventorySnapshot>();
        List<Finding>? told = null;
        foreach (var run in await queries.RunsAsync(RunsLookedBack, cancellationToken))
        {
            if (wanted.Count == 0)
                break;
            if (run.Id >= inventoryRun || run.State != "success" || !run.Sources.Any(wanted.Contains) || runs.Find(run.Id) is not { } earlier)
                continue;
            before.Add(earlier);
            if (run.Report is { ValueKind: JsonValueKind.Object } report && report.TryGetProperty("surprises", out var findings))
                (told ??= []).AddRange(findings.Deserialize<List<Finding>>(ReportFiles.Json)!);
            wanted.ExceptWith(earlier.Sources.Where(source => source.Failure is null).Select(source => source.Source));
        }

        return (before, told);
    }
}

/// <summary>The report and its headline figures.</summary>
public sealed record ReportInventoryOutputs
{
    /// <summary>Id of the inventory run.</summary>
    public required long InventoryRun { get; init; }

    /// <summary>Path of the page.</summary>
    public required string Report { get; init; }

    /// <summary>Path of the same as JSON.</summary>
    public required string ReportJson { get; init; }

    public required int Assets { get; init; }

    /// <summary>Whether no earlier inventory looked at these sources.</summary>
    public required bool First { get; init; }

    /// <summary>Assets that were not there before.</summary>
    public required int New { get; init; }

    /// <summary>Keys of the assets whose content changed, 100 at most.</summary>
    public required IReadOnlyList<string> Changed { get; init; }

    public required int ChangedCount { get; init; }

    public required int Gone { get; init; }

    public required int PersonalColumns { get; init; }

    public required int BrokenRelations { get; init; }

    public required int Unreadable { get; init; }

    public required int Warnings { get; init; }

    /// <summary>Findings that the inventory before did not tell; 0 in the first.</summary>
    public int NewFindings { get; init; }

    /// <summary>Findings of which there is more than at the inventory before.</summary>
    public int WorseFindings { get; init; }
}
