using Dapper;
using Npgsql;
using Platform.Workflows.Activities;

namespace Platform.Catalog.OpenLineage;

/// <summary>Finds the asset that each dataset of some events is: by the names that are known already, by its symlinks, else by its name's form.</summary>
internal sealed class DatasetResolver(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
{
    internal async Task<ResolvedNames> ResolveAsync(IReadOnlyList<LineageEvent> events)
    {
        const string KnownSql = """
            select n.namespace, n.name, a.key, a.kind
            from jsonb_to_recordset(@rows::jsonb) as r(namespace text, name text)
            join catalog.dataset_names n on n.namespace = r.namespace and n.name = r.name
            join catalog.assets a on a.id = n.asset_id
            """;
        const string ExistingSql = "select key from catalog.assets where key = any(@keys)";
        var links = new Dictionary<(string, string), HashSet<(string, string)>>();
        foreach (var dataset in events.SelectMany(e => e.Datasets))
        {
            var name = (dataset.Namespace, dataset.Name);
            if (!links.TryGetValue(name, out var others))
                links[name] = others = [];
            foreach (var other in dataset.Facet("symlinks")?.Items("identifiers") ?? [])
                others.Add((other.GetProperty("namespace").GetString()!, other.GetProperty("name").GetString()!));
        }
        // Sources of column lineage may be named nowhere else.
        foreach (var (space, name) in events.SelectMany(e => e.Outputs).SelectMany(Sources))
            links.TryAdd((space, name), []);
        var all = links.Keys.Concat(links.Values.SelectMany(others => others)).Distinct().ToList();
        var known = (await connection.QueryAsync<KnownName>(new CommandDefinition(KnownSql, new { rows = CatalogJson.Write(all.Select(n => new { @namespace = n.Item1, name = n.Item2 })) }, transaction, cancellationToken: cancellationToken)))
            .ToDictionary(n => (n.Namespace, n.Name), n => (n.Key, Kind: ParseKind(n.Kind)));
        var made = all.ToDictionary(n => n, n => DatasetNames.ToAsset(n.Item1, n.Item2));
        var existing = (await connection.QueryAsync<string>(new CommandDefinition(ExistingSql, new { keys = made.Values.Select(m => m.Key).ToArray() }, transaction, cancellationToken: cancellationToken))).ToHashSet(StringComparer.Ordinal);
        var names = new Dictionary<(string, string), (string, AssetKind)>();
        foreach (var (name, others) in links)
        {
            var candidates = others.Prepend(name).ToList();
            var asset = candidates.Where(known.ContainsKey).Select(n => known[n]).Concat(candidates.Where(n => existing.Contains(made[n].Key)).Select(n => made[n])).Append(made[name]).First();
            foreach (var candidate in candidates)
                names.TryAdd(candidate, known.GetValueOrDefault(candidate, asset));
            names[name] = asset;
        }
        return new ResolvedNames(names);
    }

    private static IEnumerable<(string, string)> Sources(EventDataset output)
    {
        if (output.Facet("columnLineage") is not { } lineage)
            return [];
        return lineage.GetProperty("fields").EnumerateObject().SelectMany(field => field.Value.Items("inputFields")).Concat(lineage.Items("dataset"))
            .Select(input => (input.GetProperty("namespace").GetString()!, input.GetProperty("name").GetString()!));
    }

    private static AssetKind ParseKind(string kind) => Enum.Parse<AssetKind>(kind.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    private sealed record KnownName
    {
        public required string Namespace { get; init; }

        public required string Name { get; init; }

        public required string Key { get; init; }

        public required string Kind { get; init; }
    }
}

/// <summary>The assets of datasets by namespace and name.</summary>
internal sealed record ResolvedNames(IReadOnlyDictionary<(string Namespace, string Name), (string Key, AssetKind Kind)> All)
{
    internal (string Key, AssetKind Kind) Asset(string space, string name) => All.TryGetValue((space, name), out var asset) ? asset : DatasetNames.ToAsset(space, name);
}
