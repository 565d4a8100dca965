using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Exchange;

/// <summary>Writes everything that people have said as JSON lines, in an order that does not change: two exports of the same catalog are the same text, fit for version control.</summary>
public sealed class CatalogExport
{
    private readonly NpgsqlDataSource _dataSource;

    public CatalogExport(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>The lines, as of one moment: terms, assets, columns, relations, suggestions, checks.</summary>
    public async Task<IReadOnlyList<string>> LinesAsync(CancellationToken cancellationToken)
    {
        // Terms above before those below, so that they can be read in this order.
        const string TermsSql = """
            with recursive t as (
                select id, name, 0 as depth from catalog.glossary_terms where parent_id is null
                union all
                select c.id, c.name, t.depth + 1 from t join catalog.glossary_terms c on c.parent_id = t.id
            )
            select g.name, g.definition, nullif(g.synonyms, '{}') as synonyms, p.name as parent, g.owner
            from t join catalog.glossary_terms g on g.id = t.id left join catalog.glossary_terms p on p.id = g.parent_id
            order by t.depth, lower(g.name)
            """;
        const string AssetsSql = """
            select * from (
                select a.key, a.owner, a.description, a.domain, a.tier, nullif(a.tags, '{}') as tags, a.retention_days, a.contract,
                       (select array_agg(g.name order by g.name) from catalog.term_links l join catalog.glossary_terms g on g.id = l.term_id where l.asset_id = a.id and l.column_name = '') as terms
                from catalog.assets a) s
            where coalesce(owner, description, domain, tier, tags::text, retention_days::text, contract::text, terms::text) is not null
            order by key
            """;
        const string ColumnsSql = """
            select * from (
                select a.key as asset, c.name as "column", c.description, nullif(c.tags, '{}') as tags,
                       (select array_agg(g.name order by g.name) from catalog.term_links l join catalog.glossary_terms g on g.id = l.term_id where l.asset_id = a.id and l.column_name = c.name) as terms,
                       k.verdict, catalog.semantic_type(k) as semantic_type, catalog.personal_class(k) as personal_class, k.verdict_by, k.verdict_at, k.verdict_note
                from catalog.columns c
                join catalog.assets a on a.id = c.asset_id
                left join catalog.classifications k on k.asset_id = c.asset_id and k.column_name = c.name and k.verdict is not null) s
            where coalesce(description, tags::text, terms::text, verdict) is not null
            order by asset, "column"
            """;
        const string RelationsSql = """
            select r.kind, f.key as from_asset, r.from_columns, t.key as to_asset, r.to_columns, r.status, r.decided_by
            from catalog.relations r join catalog.assets f on f.id = r.from_asset left join catalog.assets t on t.id = r.to_asset
            where r.status <> 'proposed'
            order by r.kind, f.key, r.from_columns, t.key, r.to_columns
            """;
        const string SuggestionsSql = """
            select s.kind, a.key as asset, nullif(s.column_name, '') as "column", s.value, s.source, s.source_version, s.confidence, s.status, s.corrected_value, s.decided_by, s.decided_at, s.note
            from catalog.suggestions s left join catalog.assets a on a.id = s.asset_id
            where s.status <> 'proposed'
            order by s.kind, a.key, s.column_name, s.content_hash
            """;
        const string ChecksSql = """
            select a.key as asset, nullif(d.column_name, '') as "column", d.name, d.kind, d.definition, d.severity, d.gate, d.enabled, d.note, d.created_by
            from catalog.check_definitions d join catalog.assets a on a.id = d.asset_id
            order by a.key, d.column_name, d.name
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var lines = new List<string>();
        await AddAsync<TermLine>(TermsSql);
        await AddAsync<AssetLine>(AssetsSql);
        await AddAsync<ColumnLine>(ColumnsSql);
        await AddAsync<RelationLine>(RelationsSql);
        await AddAsync<SuggestionLine>(SuggestionsSql);
        await AddAsync<CheckLine>(ChecksSql);
        return lines;

        async Task AddAsync<T>(string sql) where T : CatalogLine =>
            lines.AddRange((await connection.QueryAsync<T>(new CommandDefinition(sql, transaction: transaction, commandTimeout: 120, cancellationToken: cancellationToken))).Select(line => line.Write()));
    }
}
