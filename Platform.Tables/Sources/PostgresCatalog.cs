using Npgsql;

namespace Platform.Tables.Sources;

/// <summary>What a PostgreSQL database holds, read from its catalogs in one read-only transaction; no row of a table is touched.</summary>
public sealed class PostgresCatalog(PostgresAddress address)
{
    private static readonly TimeSpan StatementTimeout = TimeSpan.FromMinutes(2);

    // Extensions' own relations and partitions are left out: a partitioned table stands for its partitions. The parts of a relation are
    // its partitions and, for a view, the relations that it reads; their counters say whether its rows may have changed.
    private const string RelationsSql = """
        with recursive wanted as (
            select c.oid, n.nspname, c.relname, c.relkind
            from pg_catalog.pg_class c
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
              and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
        ), parts(root, oid) as (
            select oid, oid from wanted
            union
            select p.root, link.oid
            from parts p
            cross join lateral (
                select i.inhrelid from pg_catalog.pg_inherits i where i.inhparent = p.oid
                union all
                select d.refobjid
                from pg_catalog.pg_rewrite r
                join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_catalog.pg_class'::regclass
                where r.ev_class = p.oid and d.refobjid <> p.oid
            ) as link(oid)
        ), sums as (
            select p.root, bool_or(c.relkind = 'f') as foreign_parts,
                   string_agg(concat_ws(' ', c.oid, c.relfilenode, case when c.relkind in ('r', 'm') then pg_catalog.pg_relation_size(c.oid) end,
                       pg_catalog.pg_stat_get_tuples_inserted(c.oid), pg_catalog.pg_stat_get_tuples_updated(c.oid), pg_catalog.pg_stat_get_tuples_deleted(c.oid),
                       case when c.relkind in ('v', 'm') then md5(pg_catalog.pg_get_viewdef(c.oid)) end), ';' order by c.oid) as state,
                   sum(case when c.relkind in ('r', 'm') then pg_catalog.pg_table_size(c.oid) end)::bigint as bytes,
                   case when bool_or(c.relkind in ('r', 'm', 'f') and c.reltuples < 0) then null else sum(case when c.relkind in ('r', 'm', 'f') then c.reltuples end)::bigint end as estimate
            from parts p
            join pg_catalog.pg_class c on c.oid = p.oid
            group by p.root
        )
        select w.oid::bigint, w.nspname::text, w.relname::text, w.relkind::text, case when w.relkind <> 'v' then s.estimate end, case when w.relkind not in ('v', 'f') then s.bytes end,
               pg_catalog.obj_description(w.oid, 'pg_class'),
               pg_catalog.has_schema_privilege(w.nspname, 'usage') and pg_catalog.has_any_column_privilege(w.oid, 'select'),
               case when s.foreign_parts or pg_catalog.pg_is_in_recovery() or pg_catalog.current_setting('track_counts') = 'off' then null
                    else concat_ws('|', (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()),
                        (select stats_reset from pg_catalog.pg_stat_database where datname = pg_catalog.current_database()), s.state) end
        from wanted w
        join sums s on s.root = w.oid
        order by w.nspname, w.relname
        """;

    private const string ColumnsSql = """
        select a.attrelid::bigint, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), not a.attnotnull, pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'select'), pg_catalog.col_description(a.attrelid, a.attnum)
        from pg_catalog.pg_attribute a
        join pg_catalog.pg_class c on c.oid = a.attrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
        order by a.attrelid, a.attnum
        """;

    private const string ConstraintsSql = """
        select o.conrelid::bigint, o.contype::text, o.convalidated, n.nspname::text, t.relname::text,
               array(select a.attname::text from unnest(o.conkey) with ordinality as k(num, at) join pg_catalog.pg_attribute a on a.attrelid = o.conrelid and a.attnum = k.num order by k.at),
               array(select a.attname::text from unnest(o.confkey) with ordinality as k(num, at) join pg_catalog.pg_attribute a on a.attrelid = o.confrelid and a.attnum = k.num order by k.at)
        from pg_catalog.pg_constraint o
        left join pg_catalog.pg_class t on t.oid = o.confrelid
        left join pg_catalog.pg_namespace n on n.oid = t.relnamespace
        where o.contype in ('p', 'u', 'f') and o.conrelid <> 0 and (t.oid is null or not t.relispartition)
        order by o.conrelid, o.contype <> 'p', o.conname
        """;

    /// <summary>Tables and views of all but the system's schemas, by name.</summary>
    /// <param name="cancellation">Ends the reading between catalogs.</param>
    /// <exception cref="SourceException">The database does not answer or refuses.</exception>
    public IReadOnlyList<PostgresRelation> Read(CancellationToken cancellation)
    {
        PostgresSession.Forget(address);
        return ReadAgain(cancellation);
    }

    private IReadOnlyList<PostgresRelation> ReadAgain(CancellationToken cancellation) => PostgresSession.Run(address, "its catalogs", StatementTimeout, session =>
    {
        cancellation.ThrowIfCancellationRequested();
        var relations = List(session, RelationsSql, row => (Id: row.GetInt64(0), Relation: new PostgresRelation
        {
            Schema = row.GetString(1),
            Name = row.GetString(2),
            Kind = KindOf(row.GetString(3)),
            EstimatedRows = row.IsDBNull(4) ? null : row.GetInt64(4),
            Bytes = row.IsDBNull(5) ? null : row.GetInt64(5),
            Comment = Text(row, 6),
            Readable = row.GetBoolean(7),
            State = Text(row, 8),
        }));
        cancellation.ThrowIfCancellationRequested();
        var columns = List(session, ColumnsSql, row => (Id: row.GetInt64(0), Column: new PostgresRelationColumn(row.GetString(1), row.GetString(2), row.GetBoolean(3), row.GetBoolean(4), Text(row, 5))))
            .ToLookup(row => row.Id, row => row.Column);
        var constraints = List(session, ConstraintsSql, row => (Id: row.GetInt64(0), Type: row.GetString(1), Valid: row.GetBoolean(2), Schema: Text(row, 3), Table: Text(row, 4),
            Columns: row.GetFieldValue<string[]>(5), ToColumns: row.GetFieldValue<string[]>(6))).ToLookup(row => row.Id);
        return (IReadOnlyList<PostgresRelation>)[.. relations.Select(row => row.Relation with
        {
            Columns = [.. columns[row.Id]],
            Keys = [.. constraints[row.Id].Where(found => found.Type != "f").Select(found => new PostgresKey(found.Columns, found.Type == "p"))],
            ForeignKeys = [.. constraints[row.Id].Where(found => found.Type == "f").Select(found => new PostgresForeignKey(found.Columns, found.Schema!, found.Table!, found.ToColumns, found.Valid))],
        })];
    }, cancellation);

    private static List<T> List<T>(PostgresSession session, string sql, Func<NpgsqlDataReader, T> read)
    {
        using var command = session.Command(sql);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static PostgresRelationKind KindOf(string kind) => kind switch
    {
        "p" => PostgresRelationKind.PartitionedTable,
        "v" => PostgresRelationKind.View,
        "m" => PostgresRelationKind.MaterializedView,
        "f" => PostgresRelationKind.ForeignTable,
        _ => PostgresRelationKind.Table,
    };
}
