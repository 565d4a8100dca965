using Platform.Catalog.Assets;
using Platform.Designer.Author.Completion;
using Platform.Designer.Inventory;
using Platform.Designer.Ports;
using Platform.Engine.History;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Designer.Author.Properties;

/// <summary>What the pickers of the property panel offer: names that there are, read once a page when a picker first asks.</summary>
public sealed class AuthorLists(IInventorySource inventory, ISettingsPort settings, PoolQueries pools, WorkflowQueries workflows, IAuthorSource source, IDataPort data, ActivityCatalog activities, Func<AssetEntry, string?> about, Func<string, string> texts, CancellationToken leaving)
{
    private const int MostTables = 500;

    private WorkflowDocument? _writtenOf;
    private Task<IReadOnlyList<DataTable>>? _written;
    private Task<Knowledge>? _knowledge;

    private readonly Dictionary<string, IReadOnlyList<PickerColumn>> _columns = [];
    private readonly Dictionary<string, IReadOnlyList<PickerColumn>> _previewed = new(StringComparer.OrdinalIgnoreCase);
    private IReadOnlyList<string>? _models;
    private IReadOnlyList<string>? _connections;
    private IReadOnlyList<string>? _secrets;
    private IReadOnlyList<string>? _pools;

    /// <summary>Tables of the platform that a text finds, the best first; 30 at most.</summary>
    public async Task<IReadOnlyList<AssetEntry>> TablesAsync(string? text) =>
        (await inventory.SearchAsync(new InventoryQuery { Text = text, Facets = new Dictionary<string, string> { ["kind"] = "table" }, Limit = 30 }, leaving)).Assets;

    /// <summary>Columns of a table, in its order; none where the inventory does not know it.</summary>
    public async Task<IReadOnlyList<PickerColumn>> ColumnsAsync(string table)
    {
        if (_previewed.TryGetValue(table, out var seen) || _columns.TryGetValue(table, out seen))
            return seen;
        IReadOnlyList<PickerColumn> found = await data.ColumnsAsync(table, leaving) is { } now
            ? [.. now.Select(c => new PickerColumn(c.Name, c.Type))]
            : [.. ((await inventory.GetAsync(table, leaving))?.Columns ?? []).Select(c => new PickerColumn(c.Name, c.DataType))];
        // A table that is not there yet is asked for again.
        if (found.Count > 0)
            _columns[table] = found;
        return found;
    }

    /// <summary>Takes the columns that a table had in a preview: nothing knows better what the tasks on the screen will write.</summary>
    public void Learn(string table, IReadOnlyList<PickerColumn> columns) => _previewed[table] = columns;

    /// <summary>Columns of a table as the workflow will have it: of one that its tasks write, those that they give.</summary>
    public async Task<IReadOnlyList<PickerColumn>> ColumnsAsync(string table, AuthorSession session) =>
        (await WrittenAsync(session)).FirstOrDefault(t => t.Name == table)?.Columns is { } given ? [.. given.Select(c => new PickerColumn(c.Name, c.Type))] : await ColumnsAsync(table);

    /// <summary>Tables that the workflow's tasks write, as the text says now.</summary>
    public async Task<IReadOnlyList<DataTable>> WrittenAsync(AuthorSession session)
    {
        if (session.Draft is not { } draft)
            return [];
        if (_written is null || !ReferenceEquals(_writtenOf, session.Document))
            (_writtenOf, _written) = (session.Document, source.WrittenAsync(draft, leaving));
        return await _written;
    }

    /// <summary>What suggestions are made of: read once, but for what the workflow itself writes.</summary>
    internal async Task<Knowledge> KnowledgeAsync(AuthorSession session)
    {
        var known = await (_knowledge ??= ReadAsync());
        return known with { Draft = session.Draft, Written = await WrittenAsync(session) };
    }

    private async Task<Knowledge> ReadAsync()
    {
        var tables = inventory.SearchAsync(new InventoryQuery { Facets = new Dictionary<string, string> { ["kind"] = "table" }, Limit = MostTables }, leaving);
        var functions = data.FunctionsAsync(leaving);
        var nodes = workflows.NodesAsync(leaving);
        return new Knowledge
        {
            Activities = activities,
            Tables = [.. (await tables).Assets.Select(t => new KnownTable(t.Key, About(t)))],
            Columns = async table => [.. (await ColumnsAsync(table)).Select(c => new DataColumn(c.Name, c.Type ?? ""))],
            Connections = await ConnectionsAsync(),
            Secrets = await SecretsAsync(),
            Models = await ModelsAsync(),
            Pools = await PoolsAsync(),
            Queues = [.. (await nodes).Where(n => n.Alive).SelectMany(n => n.Queues).Append("default").Distinct().Order(StringComparer.Ordinal)],
            Functions = await functions,
            Texts = texts,
        };
    }

    /// <summary>Rows and newest change of a table, for people; null where neither is known.</summary>
    public string? About(AssetEntry table) => about(table);

    /// <summary>Registered models.</summary>
    public async Task<IReadOnlyList<string>> ModelsAsync() =>
        _models ??= [.. (await inventory.SearchAsync(new InventoryQuery { Facets = new Dictionary<string, string> { ["kind"] = "model" }, Limit = 200 }, leaving)).Assets.Select(a => a.Key[(a.Key.IndexOf(':', StringComparison.Ordinal) + 1)..])];

    /// <summary>Connections by name.</summary>
    public async Task<IReadOnlyList<string>> ConnectionsAsync() => _connections ??= [.. (await settings.ConnectionsAsync(leaving)).Select(c => c.Name).Order(StringComparer.Ordinal)];

    /// <summary>Names of secrets; their values are never read.</summary>
    public async Task<IReadOnlyList<string>> SecretsAsync() => _secrets ??= [.. (await settings.SecretsAsync(leaving)).Select(s => s.Name).Order(StringComparer.Ordinal)];

    /// <summary>Pools by name.</summary>
    public async Task<IReadOnlyList<string>> PoolsAsync() => _pools ??= [.. (await pools.ListAsync(leaving)).Select(p => p.Name)];
}

/// <summary>A column that a picker offers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, for people; null where unknown.</param>
public sealed record PickerColumn(string Name, string? Type);
