using Platform.Catalog.Quality;
using Platform.Inventory.Quality;
using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities.Monitor;

/// <summary>
/// Makes the checks that guard a table when a task has written it. A broken one fails the task although the version is committed: no task behind it in the run begins and no
/// schedule follows the write, until a later version holds or a person waives the incident and clears the task. Workflows with a clock of their own read the version.
/// </summary>
public sealed class WriteGate(TableStore tables, QualityCommands commands, QualityQueries queries) : IWriteGate
{
    /// <inheritdoc/>
    public async Task CheckAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        var written = context.Facts.All.OfType<AssetWritten>().Where(fact => fact.Kind == AssetKind.Table && TableName.TryParse(fact.Asset, out _)).GroupBy(fact => fact.Asset).Select(group => group.Last()).ToList();
        if (written.Count == 0)
            return;
        var guards = await queries.GatesAsync([.. written.Select(fact => fact.Asset)], cancellationToken);
        if (guards.Count == 0)
            return;
        var results = await Task.Run(() => guards.Select(guard => Make(guard, written.First(fact => fact.Asset == guard.Asset), context, cancellationToken)).ToList(), cancellationToken);
        context.Facts.AddRange(results);
        var incidents = await commands.RecordResultsAsync(context, results, context.Clock.GetUtcNow(), cancellationToken);
        var broken = results.Where(result => !result.Passed).Zip(incidents).ToList();
        var waived = (await queries.WaivedAsync(incidents, cancellationToken)).ToHashSet();
        foreach (var (result, incident) in broken.Where(pair => waived.Contains(pair.Second)))
            context.Log.Warning($"{result.Asset}: the check “{result.Headline}” is broken ({result.Observed}), and incident {incident} was waived: it lets pass.");
        if (broken.Where(pair => !waived.Contains(pair.Second)).ToList() is not [var (first, id), ..] stops)
            return;
        var version = written.First(fact => fact.Asset == first.Asset).Version;
        throw new ActivityException(
            "check-failed",
            $"Table '{first.Asset}' (version {version}) does not pass {(stops.Count == 1 ? "its check" : $"{stops.Count} of its checks; the first is")} '{first.Headline}': {first.Observed}; expected {first.Expected}. It is incident {id}. No task of this run behind it begins, and no workflow that starts when the table is written; one that reads it by a clock of its own is not stopped. Repair the data and clear this task, or waive the incident and clear it.",
            retryable: false);
    }

    private CheckResult Make(DeclaredCheckRow guard, AssetWritten written, ActivityContext context, CancellationToken cancellationToken)
    {
        var (check, outcome) = Judge(guard, written, context, cancellationToken);
        return outcome.Result(guard.Asset, check) with { Name = guard.Name };
    }

    private (CheckDefinition Check, CheckOutcome Outcome) Judge(DeclaredCheckRow guard, AssetWritten written, ActivityContext context, CancellationToken cancellationToken)
    {
        var check = new CheckDefinition { Kind = guard.Kind, Column = guard.Column, Name = guard.Name, Severity = guard.Severity };
        try
        {
            check = CheckDefinition.Read(guard.Definition) with { Kind = guard.Kind, Column = guard.Column, Name = guard.Name, Severity = guard.Severity };
            return (check, new RowChecks(tables, _ => null).Judge(check, TableName.Parse(guard.Asset), written.Version, context.Clock.GetUtcNow(), cancellationToken));
        }
        catch (FormatException e)
        {
            return (check, CheckOutcome.Unreadable(e.Message));
        }
    }
}
