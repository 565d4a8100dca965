using Platform.Catalog.Review;
using Platform.Designer.Inventory;
using Platform.Designer.Runs;
using Platform.Designer.Shell;
using Platform.Designer.Workflows;
using Platform.Engine.Definitions;
using Platform.Engine.History;

namespace Platform.Designer.Home;

/// <summary>Reads what the dashboard shows. Everybody sees the same, so everybody shares the readings: the runs at most once a second, the data, which runs change less often, once in five.</summary>
internal sealed class HomeReader
{
    /// <summary>The workflow that makes the inventory of a night.</summary>
    public const string Nightly = "nightly-inventory";

    private const int MostRuns = 500;
    private const int MostNamed = 3;
    private static readonly TimeSpan Night = TimeSpan.FromHours(24);
    private readonly SharedReading<HomeRuns> _runs;
    private readonly SharedReading<HomeData> _data;

    public HomeReader(IRunSource runs, IWorkflowSource workflows, AttentionQueries attention, WorkflowDrafts drafts, HomeCatalog catalog, TimeProvider clock)
    {
        _runs = new SharedReading<HomeRuns>(async stop =>
        {
            var since = clock.GetUtcNow() - Night;
            var (listed, known, asked, begun) = (runs.ListAsync(new RunFilter { From = since, Limit = MostRuns }, stop), workflows.ListAsync(stop), attention.ReadAsync(MostNamed, stop), drafts.ListAsync(stop));
            await Task.WhenAll(listed, known, asked, begun);
            return new HomeRuns(await listed, await known, await asked, await begun);
        }, TimeSpan.FromSeconds(1), clock);
        _data = new SharedReading<HomeData>(stop => catalog.ReadAsync(clock.GetUtcNow() - Night, MostNamed, stop), TimeSpan.FromSeconds(5), clock);
    }

    /// <summary>Everything, as new as a second and five seconds.</summary>
    public async Task<HomeView> GetAsync(CancellationToken cancellationToken)
    {
        var (runs, data) = (_runs.GetAsync(cancellationToken), _data.GetAsync(cancellationToken));
        await Task.WhenAll(runs, data);
        return new HomeView(await runs, await data);
    }

    /// <summary>The runs after a change that was told.</summary>
    public Task<HomeRuns> RunsAfterAsync(CancellationToken cancellationToken) => _runs.NextAsync(cancellationToken);

    /// <summary>The data after a change that was told.</summary>
    public Task<HomeData> DataAfterAsync(CancellationToken cancellationToken) => _data.NextAsync(cancellationToken);
}

/// <summary>The catalog's part of the dashboard.</summary>
internal sealed class HomeCatalog(IInventorySource inventory, ReviewQueries review, DecisionQueries decisions)
{
    public async Task<HomeData> ReadAsync(DateTimeOffset since, int named, CancellationToken cancellationToken)
    {
        var (overview, queue, open) = (inventory.OverviewAsync(since, cancellationToken), review.QueueAsync(new ReviewFilter { Limit = named }, cancellationToken), decisions.ReadAsync(cancellationToken));
        await Task.WhenAll(overview, queue, open);
        return new HomeData(await overview, await queue, await open);
    }
}

/// <summary>What the dashboard shows.</summary>
internal sealed record HomeView(HomeRuns Runs, HomeData Data);

/// <summary>What ran and what it asks.</summary>
/// <param name="Runs">Of the last 24 hours, newest first.</param>
/// <param name="Workflows">All.</param>
/// <param name="Attention">Questions and notices.</param>
/// <param name="Drafts">Drafts that are not published, newest first.</param>
internal sealed record HomeRuns(IReadOnlyList<RunRow> Runs, IReadOnlyList<WorkflowRow> Workflows, Attention Attention, IReadOnlyList<DraftRow> Drafts);

/// <summary>What became of the data.</summary>
/// <param name="Overview">Figures and changes.</param>
/// <param name="Review">The head of the review queue.</param>
/// <param name="Open">What else needs a decision.</param>
internal sealed record HomeData(InventoryOverview Overview, ReviewPage Review, OpenDecisions Open);
