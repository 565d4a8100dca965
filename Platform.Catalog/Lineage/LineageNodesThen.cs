namespace Platform.Catalog.Lineage;

/// <summary>
/// The statement of a graph's nodes as they were at a time (its parameter <c>@At</c>): figures of the last write or profile until then, owner and domain as they stood, the column's type of then.
/// What nobody kept from then is null, never what is known today. Classes of personal data are those of today: what a column holds was personal before anybody knew.
/// </summary>
internal static class LineageNodesThen
{
    private const string Now = "a.row_count, a.owner, a.domain, a.last_written_at, a.last_written_run as last_run, a.last_written_workflow as last_workflow, a.last_written_task as last_task";
    private const string GoneNow = "a.gone_at is not null or c.gone_at is not null as gone";
    private const string TypeNow = "c.data_type,";
    private const string From = "left join catalog.columns c on c.asset_id = a.id and c.name = p.col";

    // An asset's first_seen_at is when an event was projected, which is a little after the write that it tells of.
    private const string Then = """
        coalesce(v.row_count, f.row_count) as row_count, case when o.at is null then a.owner else o.before #>> '{}' end as owner, case when d.at is null then a.domain else d.before #>> '{}' end as domain,
               w.at as last_written_at, w.run_id as last_run, w.workflow as last_workflow, w.task_id as last_task,
               (a.first_seen_at > @At and w.at is null and p.distance = 0 and not exists (select 1 from catalog.accesses x where x.asset_id = a.id and x.at <= @At)) as not_yet
        """;
    private const string GoneThen = "coalesce(a.gone_at <= @At, false) or coalesce(c.gone_at <= @At, false) as gone";
    private const string TypeThen = "case when c.first_seen_at <= @At or w.at is not null then coalesce(t.before, c.data_type) end as data_type,";
    private const string History = """
        left join catalog.columns c on c.asset_id = a.id and c.name = p.col
        left join lateral (select x.at, x.run_id, x.workflow, x.task_id from catalog.accesses x where x.asset_id = a.id and x.mode = 'write' and x.at <= @At order by x.at desc limit 1) w on true
        left join lateral (select y.row_count from catalog.asset_versions y where y.asset_id = a.id and y.written_at <= @At order by y.version desc limit 1) v on true
        left join lateral (select y.row_count from catalog.profiles y where y.asset_id = a.id and y.profiled_at <= @At order by y.id desc limit 1) f on true
        left join lateral (select h.at, h.before from catalog.changes h where h.asset_id = a.id and h.column_name = '' and h.field = 'owner' and h.at > @At order by h.at, h.id limit 1) o on true
        left join lateral (select h.at, h.before from catalog.changes h where h.asset_id = a.id and h.column_name = '' and h.field = 'domain' and h.at > @At order by h.at, h.id limit 1) d on true
        left join lateral (select s.before from catalog.schema_changes s where s.asset_id = a.id and s.column_name = p.col and p.col <> '' and s.change = 'type' and s.changed_at > @At order by s.changed_at, s.id limit 1) t on true
        """;

    internal static string Of(string nodes) => nodes
        .Replace(Now, Then, StringComparison.Ordinal)
        .Replace(GoneNow, GoneThen, StringComparison.Ordinal)
        .Replace(TypeNow, TypeThen, StringComparison.Ordinal)
        .Replace(From, History, StringComparison.Ordinal);
}
