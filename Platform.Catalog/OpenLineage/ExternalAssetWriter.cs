using System.Text.Json;
using Platform.Catalog.Projection;

namespace Platform.Catalog.OpenLineage;

/// <summary>Writes what events say about datasets beyond lineage: names, facets, descriptions and owners where people have said nothing, what was dropped, and what a run as a whole made.</summary>
internal sealed class ExternalAssetWriter(ProjectionWriter rows, Dictionary<string, long> ids, ResolvedNames names)
{
    /// <summary>Facets that live in tables of their own.</summary>
    private static readonly HashSet<string> Elsewhere = new(StringComparer.Ordinal) { "schema", "columnLineage" };

    internal async Task WriteAsync(IReadOnlyList<LineageEvent> events, ExternalRuns runs)
    {
        await WriteNamesAsync();
        await WriteFacetsAsync(events, runs);
        await WriteAboutAsync(events);
        await WriteGoneAsync(events);
        await WriteRunsAsync(runs);
        await EndJobEdgesAsync(events);
    }

    private Task WriteNamesAsync()
    {
        const string Sql = """
            insert into catalog.dataset_names (namespace, name, asset_id)
            select namespace, name, asset_id from jsonb_to_recordset(@rows::jsonb) as r(namespace text, name text, asset_id bigint)
            on conflict (namespace, name) do nothing
            """;
        return rows.RunAsync(Sql, names.All.Where(name => ids.ContainsKey(name.Value.Key)).Select(name => new { @namespace = name.Key.Namespace, name = name.Key.Name, asset_id = ids[name.Value.Key] }));
    }

    private Task WriteFacetsAsync(IReadOnlyList<LineageEvent> events, ExternalRuns runs)
    {
        const string Sql = """
            insert into catalog.openlineage_facets as f (subject, subject_id, scope, name, at, facet)
            select subject, subject_id, scope, name, at, facet
            from jsonb_to_recordset(@rows::jsonb) as r(subject text, subject_id bigint, scope text, name text, at timestamptz, facet jsonb)
            on conflict (subject, subject_id, scope, name) do update set at = excluded.at, facet = excluded.facet
            where f.at <= excluded.at
            """;
        var facets = new Dictionary<(string, long, string, string), object>();
        void Add(string subject, long id, string scope, JsonElement? all, DateTimeOffset at)
        {
            foreach (var facet in all?.EnumerateObject() ?? default)
            {
                if (facet.Value.ValueKind == JsonValueKind.Object && !Elsewhere.Contains(facet.Name))
                    facets[(subject, id, scope, facet.Name)] = new { subject, subject_id = id, scope, name = facet.Name, at, facet = all.Facet(facet.Name) };
            }
        }
        foreach (var e in events)
        {
            if (e.RunId is { } run)
                Add("run", runs.Runs[run].Id, "", e.RunFacets, e.At);
            if (e.Job is { } job)
                Add("job", runs.Jobs[(job.Namespace, job.Name)], "", job.Facets, e.At);
            foreach (var dataset in e.Datasets)
            {
                var id = Id(dataset);
                Add("dataset", id, "", dataset.Facets, e.At);
                Add("dataset", id, e.Inputs.Contains(dataset) ? "input" : "output", dataset.UseFacets, e.At);
            }
        }
        return rows.RunAsync(Sql, facets.Values);
    }

    /// <summary>What people say stays; what only other systems say fills what is empty.</summary>
    private Task WriteAboutAsync(IReadOnlyList<LineageEvent> events)
    {
        const string Sql = """
            update catalog.assets a
            set description = coalesce(a.description, r.description), owner = coalesce(a.owner, r.owner), location = coalesce(a.location, r.location), last_seen_at = greatest(a.last_seen_at, r.at)
            from jsonb_to_recordset(@rows::jsonb) as r(asset_id bigint, description text, owner text, location text, at timestamptz)
            where a.id = r.asset_id
            """;
        return rows.RunAsync(Sql, events.SelectMany(e => e.Datasets.Select(dataset => (Dataset: dataset, e.At))).GroupBy(d => Id(d.Dataset)).Select(group => new
        {
            asset_id = group.Key,
            description = group.Select(d => d.Dataset.Facet("documentation")?.FindText("description")).LastOrDefault(text => !string.IsNullOrWhiteSpace(text)),
            owner = group.Select(d => d.Dataset.Facet("ownership")?.Items("owners").Select(owner => owner.FindText("name")).FirstOrDefault()).LastOrDefault(text => !string.IsNullOrWhiteSpace(text)),
            location = group.Select(d => d.Dataset.Facet("dataSource")?.FindText("uri")).LastOrDefault(text => text is not null),
            at = group.Max(d => d.At),
        }));
    }

    private Task WriteGoneAsync(IReadOnlyList<LineageEvent> events)
    {
        const string Sql = """
            update catalog.assets a set gone_at = r.at
            from jsonb_to_recordset(@rows::jsonb) as r(asset_id bigint, at timestamptz)
            where a.id = r.asset_id and a.gone_at is null and (a.last_written_at is null or a.last_written_at <= r.at)
            """;
        var gone = new Dictionary<long, DateTimeOffset>();
        foreach (var e in events)
        {
            foreach (var dataset in e.Datasets)
            {
                var change = dataset.Facet("lifecycleStateChange");
                var previous = change?.Find("previousIdentifier");
                if (change?.FindText("lifecycleStateChange") == "DROP")
                    gone[Id(dataset)] = e.At;
                else if (change?.FindText("lifecycleStateChange") == "RENAME" && previous is { } before && ids.TryGetValue(names.Asset(before.GetProperty("namespace").GetString()!, before.GetProperty("name").GetString()!).Key, out var old) && old != Id(dataset))
                    gone[old] = e.At;
                else if (change is not null)
                    gone.Remove(Id(dataset));
            }
        }
        return rows.RunAsync(Sql, gone.Select(one => new { asset_id = one.Key, at = one.Value }));
    }

    /// <summary>
    /// A run tells its inputs and outputs over several events: what it read in all feeds what it wrote in all. A run that completed wrote its outputs then; one that failed is a failed task.
    /// </summary>
    private async Task WriteRunsAsync(ExternalRuns runs)
    {
        const string EdgesSql = """
            insert into catalog.asset_edges as e (from_asset, to_asset, workflow, task_id, first_seen_at, last_seen_at, last_run)
            select i.asset_id, o.asset_id, o.workflow, o.task_id, min(greatest(i.at, o.at)), max(greatest(i.at, o.at)), max(o.run_id)
            from jsonb_to_recordset(@rows::jsonb) as r(run bigint)
            join catalog.accesses i on i.run_id = -r.run and i.mode = 'read'
            join catalog.accesses o on o.run_id = i.run_id and o.mode = 'write' and o.asset_id <> i.asset_id
            group by i.asset_id, o.asset_id, o.workflow, o.task_id
            on conflict (to_asset, from_asset, workflow, task_id) do update
            set first_seen_at = least(e.first_seen_at, excluded.first_seen_at), last_seen_at = greatest(e.last_seen_at, excluded.last_seen_at),
                last_run = case when e.last_seen_at <= excluded.last_seen_at then excluded.last_run else e.last_run end
            """;
        const string WrittenSql = """
            update catalog.assets a
            set last_written_at = w.ended_at, last_written_run = -w.id, last_written_workflow = w.workflow, last_written_task = w.task_id, last_seen_at = greatest(a.last_seen_at, w.ended_at), gone_at = null
            from (
                select distinct on (o.asset_id) o.asset_id, x.ended_at, x.id, o.workflow, o.task_id
                from jsonb_to_recordset(@rows::jsonb) as r(run bigint)
                join catalog.external_runs x on x.id = r.run and x.state = 'COMPLETE'
                join catalog.accesses o on o.run_id = -x.id and o.mode = 'write'
                order by o.asset_id, x.ended_at desc
            ) w
            where a.id = w.asset_id and (a.last_written_at is null or a.last_written_at <= w.ended_at)
              and not exists (select 1 from catalog.openlineage_facets f where f.subject = 'dataset' and f.subject_id = a.id and f.name = 'lifecycleStateChange' and f.facet ->> 'lifecycleStateChange' = 'DROP' and f.at >= w.ended_at)
            """;
        const string FailedSql = """
            with told as (
                select x.id, j.namespace, j.name, x.state, x.state_at, x.error
                from jsonb_to_recordset(@rows::jsonb) as r(run bigint)
                join catalog.external_runs x on x.id = r.run
                join catalog.external_jobs j on j.id = x.job_id
            ), mended as (
                delete from catalog.task_failures f using told where f.run_id = -told.id and told.state <> 'FAIL'
            )
            insert into catalog.task_failures (run_id, task_id, map_index, workflow, at, error)
            select -id, name, -1, 'openlineage:' || namespace, state_at, error from told where state = 'FAIL'
            on conflict (run_id, task_id, map_index) do update set at = excluded.at, error = excluded.error
            """;
        var told = runs.Runs.Values.Select(run => new { run = run.Id }).ToList();
        await rows.RunAsync(EdgesSql, told);
        await rows.RunAsync(WrittenSql, told);
        await rows.RunAsync(FailedSql, told);
    }

    /// <summary>An event of a job alone says what the job is now: what it does not name has ended.</summary>
    private Task EndJobEdgesAsync(IReadOnlyList<LineageEvent> events)
    {
        const string Sql = """
            with gone as (
                delete from catalog.asset_edges e
                using jsonb_to_recordset(@rows::jsonb) as r(asset_id bigint, workflow text, task text, sources bigint[], at timestamptz)
                where e.to_asset = r.asset_id and e.workflow = r.workflow and e.task_id = r.task and e.last_seen_at < r.at and not e.from_asset = any(r.sources)
                returning e.*, r.at
            )
            insert into catalog.ended_asset_edges (from_asset, to_asset, workflow, task_id, first_seen_at, last_seen_at, last_run, ended_at)
            select from_asset, to_asset, workflow, task_id, first_seen_at, last_seen_at, last_run, max(at) from gone group by 1, 2, 3, 4, 5, 6, 7
            on conflict do nothing
            """;
        return rows.RunAsync(Sql, events.Where(e => e.RunId is null && e.Job is not null && e.Inputs.Count > 0).SelectMany(e => e.Outputs.Select(output => new
        {
            asset_id = Id(output),
            workflow = ExternalProjection.Prefix + e.Job!.Namespace,
            task = e.Job.Name,
            sources = e.Inputs.Select(Id).ToArray(),
            at = e.At,
        })));
    }

    private long Id(EventDataset dataset) => ids[names.Asset(dataset.Namespace, dataset.Name).Key];
}
