using Platform.Catalog.Assets;
using Platform.Catalog.Inventory;
using Platform.Designer.Shell;

namespace Platform.Designer.Inventory;

/// <summary>The inventory from the catalog's queries.</summary>
internal sealed class CatalogInventorySource(AssetQueries assets, InventoryQueries inventory, RecentWriteQueries writes) : IInventorySource
{
    private const int MostChanges = 40;
    private const int MostInventories = 5;
    private static readonly string[] FacetOrder = ["kind", "personal", "domain", "tier", "owner", "tag", "type", "source", "state"];

    public async Task<InventoryResult> SearchAsync(InventoryQuery query, CancellationToken cancellationToken)
    {
        var found = await assets.SearchAsync(SearchOf(query), cancellationToken);
        var facets = found.Facets.GroupBy(f => f.Facet)
            .Select(g => new Facet(g.Key, [.. g.OrderByDescending(v => v.Count).Select(v => new FacetValue(g.Key == "personal" ? YesOrNo(v.Value) : v.Value, v.Count))]))
            .OrderBy(f => Array.IndexOf(FacetOrder, f.Name) is >= 0 and var i ? i : FacetOrder.Length);
        return new InventoryResult(found.Total, [.. found.Items.Select(Entry)], [.. facets]);
    }

    /// <summary>What the catalog is asked for a page's query.</summary>
    internal static AssetSearch SearchOf(InventoryQuery query)
    {
        var sort = Sorting.Parse(query.Sort, new Sorting("", false));
        return new AssetSearch
        {
            Text = query.Text,
            Kind = query.Facets.GetValueOrDefault("kind"),
            Columns = query.Columns,
            Domain = query.Facets.GetValueOrDefault("domain"),
            Owner = query.Facets.GetValueOrDefault("owner"),
            Source = query.Facets.GetValueOrDefault("source"),
            Tier = query.Facets.GetValueOrDefault("tier"),
            Tag = query.Facets.GetValueOrDefault("tag"),
            SemanticType = query.Facets.GetValueOrDefault("type"),
            State = query.Facets.GetValueOrDefault("state"),
            Personal = query.Facets.GetValueOrDefault("personal") switch { "yes" => true, "no" => false, _ => null },
            NotLookedAt = query.Facets.GetValueOrDefault("personal") == "unknown",
            Sort = sort.Column,
            Descending = sort.Descending,
            Offset = query.Offset,
            Limit = query.Limit,
        };
    }

    /// <summary>The newest change of the data. When somebody looked at it is none: a source that nobody renews must look as old as it is.</summary>
    internal static DateTimeOffset? UpdatedAt(AssetRow row) =>
        row.LastWrittenAt is { } written && row.NewestDataAt is { } newest ? written > newest ? written : newest : row.LastWrittenAt ?? row.NewestDataAt;

    public async Task<AssetView?> GetAsync(string key, CancellationToken cancellationToken)
    {
        if (await assets.GetAsync(key, cancellationToken) is not { } detail)
            return null;
        return new AssetView
        {
            Entry = Entry(detail.Asset),
            Location = detail.Asset.Location,
            Version = detail.Asset.Version,
            Files = detail.Asset.FileCount,
            Domain = detail.Asset.Domain,
            Tier = detail.Asset.Tier,
            Tags = detail.Asset.Tags,
            FirstSeenAt = detail.Asset.FirstSeenAt,
            ProfiledAt = detail.ProfiledAt,
            Columns = [.. detail.Columns.Where(c => c.GoneAt is null).Select(Column)],
            Relations = [.. detail.Relations.Where(r => r.Status != "rejected").Select(r => new RelationView(r.FromAsset, r.FromColumns, r.ToAsset ?? r.FromAsset, r.ToColumns, r.Kind, r.Inclusion, r.BrokenRows, r.MissingValues))],
            Writes = Writes(detail),
            Checks = [.. detail.Checks.Select(c => new CheckView(c.Name, c.Column, c.Passed, Formats.Pick(c.Observed, c.ObservedZh), Formats.Pick(c.Expected, c.ExpectedZh), c.At) { Title = c.Title, TitleZh = c.TitleZh })],
        };
    }

    public async Task<InventoryOverview> OverviewAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var counts = await assets.CountsAsync(cancellationToken);
        (string Kind, long Count)[] kinds = [("table", counts.Tables), ("file_set", counts.FileSets), ("database_table", counts.DatabaseTables), ("model", counts.Models), ("endpoint", counts.Endpoints), ("report", counts.Reports)];
        return new InventoryOverview
        {
            Assets = counts.Assets,
            Kinds = [.. kinds.Where(k => k.Count > 0).OrderByDescending(k => k.Count).Select(k => new FacetValue(k.Kind, k.Count))],
            Columns = counts.Columns,
            PersonalColumns = counts.PersonalColumns,
            JudgedColumns = counts.JudgedColumns,
            FailingChecks = counts.OpenIncidents,
            Changes = await ChangesAsync(since, cancellationToken),
        };
    }

    /// <summary>What inventories found different and what runs wrote, each asset once, newest first.</summary>
    private async Task<IReadOnlyList<AssetChange>> ChangesAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var changes = new List<AssetChange>();
        foreach (var run in (await inventory.RunsAsync(MostInventories, cancellationToken)).Where(r => r.StartedAt >= since))
            changes.AddRange((await inventory.ChangesAsync(run.Id, cancellationToken)).Select(c => new AssetChange(c.Asset, c.Kind, c.Change, CatalogProfile.RowsBeforeAndAfter(c.Details), run.EndedAt ?? run.StartedAt)));
        var written = await writes.SinceAsync(since, MostChanges, cancellationToken);
        changes.AddRange(written.Select(w => new AssetChange(w.Key, w.Kind, w.IsNew ? "new" : "written", w.RowsWritten is { } rows ? new RowsChange(null, rows) : null, w.At)));
        return [.. changes.OrderByDescending(c => c.At).DistinctBy(c => c.Key).Take(MostChanges)];
    }

    private static AssetEntry Entry(AssetRow row)
    {
        var (status, problem) = row.Problem is { } text ? Split(text) : (row.GoneAt is null ? "readable" : "gone", null);
        return new AssetEntry
        {
            Key = row.Key,
            Kind = row.Kind,
            Rows = row.RowCount,
            Bytes = row.ByteCount,
            Columns = row.ColumnCount == 0 ? null : row.ColumnCount,
            PersonalColumns = row.PersonalColumnCount,
            Status = status,
            Problem = problem,
            Description = row.Description,
            Comment = row.SourceComment,
            Owner = row.Owner,
            UpdatedAt = UpdatedAt(row),
            Column = row.Column is { } column ? new ColumnEntry(column.Name, column.DataType, column.SemanticType, column.PersonalClass, column.Description) : null,
        };
    }

    /// <summary><c>unsupported: …</c> and <c>broken: …</c> are verdicts; another text is a problem without one.</summary>
    private static (string Status, string Problem) Split(string problem)
    {
        foreach (var verdict in (ReadOnlySpan<string>)["unsupported", "broken"])
            if (problem.StartsWith(verdict + ":", StringComparison.Ordinal))
                return (verdict, problem[(verdict.Length + 1)..].Trim());
        return ("broken", problem);
    }

    private static ColumnView Column(AssetColumnRow column) => new()
    {
        Name = column.Name,
        DataType = column.DataType,
        Nullable = column.Nullable,
        Description = column.Description ?? column.SourceComment,
        Personal = column.PersonalClass is not null,
        Profile = CatalogProfile.Of(column.Profile),
        Verdicts = CatalogProfile.Verdicts(column),
    };

    private static List<WriteView> Writes(AssetDetail detail)
    {
        var versions = detail.Versions.Select(v => new WriteView
        {
            RunId = v.RunId,
            Workflow = v.Workflow,
            Task = v.TaskId,
            Version = v.Version,
            Operation = v.Operation,
            Rows = v.RowCount,
            RowsWritten = v.RowsWritten,
            Bytes = v.ByteCount,
            At = v.WrittenAt,
        }).ToList();
        // What has no versions (an endpoint, a report) still tells of its last write.
        if (versions.Count == 0 && detail.Asset is { LastWrittenAt: { } at, LastWrittenWorkflow: { } workflow, LastWrittenTask: { } task })
            versions.Add(new WriteView { RunId = detail.Asset.LastWrittenRun, Workflow = workflow, Task = task, Rows = detail.Asset.RowCount, Bytes = detail.Asset.ByteCount, At = at });
        return versions;
    }

    private static string YesOrNo(string value) => value is "true" or "yes" or "t" ? "yes" : value == "unknown" ? value : "no";
}
