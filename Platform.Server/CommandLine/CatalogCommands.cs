using System.CommandLine;
using System.Globalization;
using Platform.Catalog.Assets;
using Platform.Catalog.Lineage;

namespace Platform.Server.CommandLine;

/// <summary><c>inventory</c> and <c>lineage</c>: what the catalog knows.</summary>
internal static class CatalogCommands
{
    public static Command Inventory()
    {
        var names = new Argument<string[]>("source") { Description = "What to look into at once: folders, files, postgresql://user@host/database, connection:NAME, http addresses. Or the key or name of an asset to show; all where left out", HelpName = "SOURCE…|ASSET", Arity = ArgumentArity.ZeroOrMore };
        var search = new Option<string?>("--search") { Description = "Only assets that these words match", HelpName = "words" };
        var kind = new Option<string?>("--kind") { Description = "Only this kind: table, file_set, database_table, model, endpoint, report", HelpName = "kind" };
        return Cli.Command("inventory", "Inventories sources at once; or shows all assets, or one with its profile, classification and relations", [names, search, kind, Cli.Json], async (result, cancellationToken) =>
        {
            var given = result.GetValue(names) ?? [];
            if (given.Length > 1 || given is [var only] && InventorySources.IsSource(only) && !await IsAssetAsync(result, only, cancellationToken))
                return await InventoryCommand.RunAsync(result, given, cancellationToken);
            await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
            await node.ProjectAsync(cancellationToken);
            var assets = node.Get<AssetQueries>();
            if (given is not [var text])
            {
                var found = await FindAllAsync(assets, new AssetSearch { Text = result.GetValue(search), Kind = result.GetValue(kind), Limit = 1000 }, cancellationToken);
                if (result.GetValue(Cli.Json))
                    Cli.PrintJson(found);
                else
                    Cli.PrintTable(["asset", "kind", "rows", "columns", "personal", "problem"], found.Select(a => (IReadOnlyList<string>)
                        [a.Key, a.Kind, Count(a.RowCount), Count(a.ColumnCount), a.PersonalColumnCount > 0 ? Count(a.PersonalColumnCount) : "", a.Problem ?? ""]));
                return 0;
            }
            var key = await ResolveAsync(assets, text, cancellationToken);
            var asset = await assets.GetAsync(key, cancellationToken) ?? throw Unknown(text);
            if (result.GetValue(Cli.Json))
                Cli.PrintJson(asset);
            else
            {
                Console.Out.WriteLine($"{asset.Asset.Key} ({asset.Asset.Kind}): {Count(asset.Asset.RowCount)} row{(asset.Asset.RowCount == 1 ? "" : "s")}, {Count(asset.Asset.ByteCount)} byte{(asset.Asset.ByteCount == 1 ? "" : "s")}{(asset.Asset.Problem is { } p ? $"; {p}" : "")}\n");
                Cli.PrintTable(["column", "type", "meaning", "personal", "confidence", "decided"], asset.Columns.Where(c => c.GoneAt is null).Select(c => (IReadOnlyList<string>)
                    [c.Name, c.DataType, c.SemanticType ?? "", c.PersonalClass ?? "", c.Confidence?.ToString("0.00", CultureInfo.InvariantCulture) ?? "", c.Verdict ?? ""]));
                Console.Out.WriteLine();
                Cli.PrintTable(["made from / makes", "asset", "by"], asset.Upstream.Select(n => (IReadOnlyList<string>)["from", n.Key, $"{n.Workflow}/{n.TaskId}, run {n.LastRun}"])
                    .Concat(asset.Downstream.Select(n => (IReadOnlyList<string>)["makes", n.Key, $"{n.Workflow}/{n.TaskId}, run {n.LastRun}"])));
            }
            return 0;
        });
    }

    public static Command Lineage()
    {
        var name = new Argument<string>("asset") { Description = "Key or name of an asset, or of a column: ASSET.column", HelpName = "ASSET|ASSET.column" };
        var direction = new Option<LineageDirection>("--direction") { Description = "upstream, downstream or both", DefaultValueFactory = _ => LineageDirection.Both };
        var depth = new Option<int>("--depth") { Description = "Steps, 1 to 50", DefaultValueFactory = _ => 2 };
        return Cli.Command("lineage", "What an asset or a column came from, and what depends on it", [name, direction, depth, Cli.Json], async (result, cancellationToken) =>
        {
            if (result.GetValue(depth) is < 1 or > 50)
                throw CliError.Usage($"--depth {result.GetValue(depth)} is not possible.", "Give 1 to 50 steps.");
            await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
            await node.ProjectAsync(cancellationToken);
            var text = result.GetValue(name)!;
            var (asset, column) = await FindAsync(node.Get<AssetQueries>(), text, cancellationToken);
            var graph = await node.Get<LineageQueries>().WalkAsync(asset, column, result.GetValue(direction), result.GetValue(depth), cancellationToken) ?? throw Unknown(text);
            if (result.GetValue(Cli.Json))
                Cli.PrintJson(graph);
            else
            {
                foreach (var n in graph.Nodes.OrderBy(n => n.Distance))
                    Console.Out.WriteLine($"{n.Distance,4:+0;-0;0}  {n.Id}  ({n.Kind}{(n.RowCount is { } rows ? $", {Count(rows)} row{(rows == 1 ? "" : "s")}" : "")}{(n.LastRun is { } run ? $", {n.LastWorkflow}/{n.LastTask} run {run}" : "")})");
                foreach (var e in graph.Edges)
                    Console.Out.WriteLine($"      {e.From} -> {e.To}  [{string.Join(", ", e.Kinds)}] by {e.Workflow}/{e.TaskId}");
                if (graph.Truncated)
                    Console.Error.WriteLine($"There is more than this: {Count(graph.Met)} within {Cli.Count(graph.Steps, "step")}. Ask for fewer steps, or begin at another asset.");
            }
            return 0;
        });
    }

    private static async Task<IReadOnlyList<AssetRow>> FindAllAsync(AssetQueries assets, AssetSearch search, CancellationToken cancellationToken)
    {
        var all = new List<AssetRow>();
        while (true)
        {
            var page = await assets.SearchAsync(search with { Offset = all.Count }, cancellationToken);
            all.AddRange(page.Items);
            if (page.Items.Count == 0 || all.Count >= page.Total)
                return all;
        }
    }

    // postgresql://host:5432/shop/public.orders is the key of an asset, and an address too.
    private static async Task<bool> IsAssetAsync(ParseResult result, string text, CancellationToken cancellationToken)
    {
        var options = GlobalOptions.Read(result);
        if (Path.Exists(text) || options.Database is null && !Platform.Postgres.Embedded.EmbeddedPostgres.Exists(options.Home))
            return false;
        await using var node = await PlatformNode.OpenExistingAsync(options, cancellationToken);
        return await node.Get<AssetQueries>().GetAsync(text, cancellationToken) is not null;
    }

    private static async Task<string> ResolveAsync(AssetQueries assets, string text, CancellationToken cancellationToken) =>
        await assets.ResolveAsync(text, cancellationToken) ?? throw Unknown(text);

    /// <summary>An asset as it is named, else what stands before the last dot with the rest as its column.</summary>
    private static async Task<(string Asset, string? Column)> FindAsync(AssetQueries assets, string text, CancellationToken cancellationToken)
    {
        if (await assets.ResolveAsync(text, cancellationToken) is { } whole)
            return (whole, null);
        for (var cut = text.LastIndexOf('.'); cut > 0; cut = text.LastIndexOf('.', cut - 1))
            if (await assets.ResolveAsync(text[..cut], cancellationToken) is { } key)
            {
                var columns = (await assets.GetAsync(key, cancellationToken))!.Columns;
                var column = columns.FirstOrDefault(c => c.Name == text[(cut + 1)..]) ?? columns.FirstOrDefault(c => string.Equals(c.Name, text[(cut + 1)..], StringComparison.OrdinalIgnoreCase));
                return column is not null ? (key, column.Name)
                    : throw new CliError($"'{key}' has no column '{text[(cut + 1)..]}'.", $"It has {string.Join(", ", columns.Select(c => c.Name).Take(30))}.");
            }
        throw Unknown(text);
    }

    private static CliError Unknown(string text) => new($"There is no asset '{text}', or more than one ends so.", "Give its whole key, as './platform inventory' lists it.");

    private static string Count(long? n) => n?.ToString("N0", CultureInfo.InvariantCulture) ?? "";
}
