using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Catalog.Cells;
using Platform.Postgres;

namespace Platform.Catalog.Review;

/// <summary>The queue of what waits for a person: columns' verdicts, relations, suggestions and groups of wrong cells, what an answer settles most first; what a language model suggests comes behind, because nobody knows how sure it is.</summary>
public sealed class ReviewQueries
{
    /// <summary>A column judged at least so surely, and not personal, needs nobody's answer.</summary>
    internal const double SureEnough = 0.95;

    // One row for each open item, with the parts of its place in the queue. The page joins evidence and profiles afterwards, so that the whole queue is sorted without them.
    private const string OpenItems = $"""
        with uses as materialized (
            select asset_id, sum(uses)::bigint as uses
            from (select asset_id, count(*) as uses from catalog.accesses where mode = 'read' and at > now() - interval '30 days' group by asset_id
                  union all
                  select asset_id, sum(uses) from catalog.asset_usage where day > current_date - 30 group by asset_id) u
            group by asset_id
        ), items as (
            select 'column' as source, 'semantic_type' as kind, k.asset_id, k.column_name, 0::bigint as ref, k.confidence, 'rule' as origin, k.personal_class is not null as personal,
                   count(*) over (partition by lower(k.column_name), k.semantic_type) - 1 as similar, case when k.personal_class is not null then 3 else 1 end::float8 as weight
            from catalog.classifications k
            join catalog.columns c on c.asset_id = k.asset_id and c.name = k.column_name and c.gone_at is null
            where k.verdict is null and k.semantic_type is not null and (k.confidence < @sure or k.personal_class is not null)
            union all
            select 'relation', r.kind, r.from_asset, array_to_string(r.from_columns, ', '), r.id, r.confidence, 'rule', false, 0,
                   case when r.broken_rows > 0 then 2 when r.kind in ('key', 'joinable') then 0.5 else 1 end
            from catalog.relations r
            where r.status = 'proposed' and r.gone_at is null and r.confidence < 0.99
            union all
            select 'suggestion', s.kind, s.asset_id, s.column_name, s.id, s.confidence, s.source, false, count(*) over (partition by s.kind, s.content_hash) - 1, 1
            from catalog.suggestions s
            where s.status = 'proposed' and s.withdrawn_at is null
            union all
            select 'cells', 'wrong_cells', g.asset_id, g.column_name, g.id, g.mean_score, 'rule', {CellMask.HiddenInGroupSql}, 0, 1 + log(greatest(1, g.cells)::float8)
            from catalog.cell_groups g
            left join catalog.classifications k on k.asset_id = g.asset_id and k.column_name = g.column_name
            where g.decision is null and g.gone_at is null
        ), open as materialized (
            select i.*, coalesce(u.uses, 0) as uses,
                   (4 * i.confidence * (1 - i.confidence) + 0.02) * sqrt(1 + i.similar) * (1 + ln(1 + coalesce(u.uses, 0)) / ln(2) / 4) * i.weight as score
            from items i
            left join catalog.assets a on a.id = i.asset_id
            left join uses u on u.asset_id = i.asset_id
            where a.id is null or a.gone_at is null
        )
        """;

    private readonly NpgsqlDataSource _dataSource;

    public ReviewQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>A page of the queue.</summary>
    public async Task<ReviewPage> QueueAsync(ReviewFilter filter, CancellationToken cancellationToken)
    {
        const string Sql = $"""
            {OpenItems}, narrowed as materialized (
                select o.*, case when @sort = 'confidence' then o.confidence end as by_confidence, case when @sort = 'asset' then (select a.key from catalog.assets a where a.id = o.asset_id) end as by_asset
                from open o
                where (@source::text is null or o.source = @source) and (@kind::text is null or o.kind = @kind) and (not @personal or o.personal) and (@origin::text is null or o.origin = @origin)
                  and (@asset::text is null or o.asset_id = (select id from catalog.assets where key = @asset))
            )
            select (select count(*) from narrowed) as total,
                   (select jsonb_agg(k order by k.count desc, k.source, k.kind) from (select source, kind, count(*) as count from open group by source, kind) k)::text as kinds,
                   (select jsonb_agg(k order by k.origin) from (select origin, count(*) as count from open group by origin) k)::text as origins,
                   (select jsonb_agg(p order by p.place) from (
                        select source, kind, asset_id, column_name, ref, confidence, origin, personal, "similar", weight, uses, score, row_number() over (order by by_asset nulls last, by_confidence, origin = 'llm', score desc, source, asset_id, column_name, ref) as place
                        from narrowed order by by_asset nulls last, by_confidence, origin = 'llm', score desc, source, asset_id, column_name, ref offset @offset limit @limit) p)::text as page
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var parameters = new
        {
            source = filter.Source,
            kind = filter.Kind,
            origin = filter.Origin,
            asset = filter.Asset,
            personal = filter.PersonalOnly,
            sort = filter.Sort ?? "",
            offset = Math.Max(0, filter.Offset),
            limit = Math.Clamp(filter.Limit, 1, 500),
            sure = SureEnough,
        };
        var (total, kinds, origins, page) = await connection.QuerySingleAsync<(long, string?, string?, string?)>(new CommandDefinition(Sql, parameters, cancellationToken: cancellationToken));
        return new ReviewPage
        {
            Total = total,
            Kinds = kinds is null ? [] : CatalogJson.Read<List<ReviewKind>>(kinds),
            Origins = origins is null ? [] : CatalogJson.Read<List<ReviewOrigin>>(origins),
            Items = page is null ? [] : await ReviewItems.LoadAsync(connection, CatalogJson.Read<List<OpenItem>>(page), cancellationToken),
        };
    }

    /// <summary>Open items that the same answer would settle, the given one left out; at most 500.</summary>
    /// <exception cref="ArgumentException">The item's id has another form.</exception>
    public async Task<IReadOnlyList<ReviewItem>> SimilarAsync(string item, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var ids = await SimilarIdsAsync(connection, null, ItemId.Parse(item), cancellationToken);
        return await OpenAsync(connection, ids.Take(500).ToList(), cancellationToken);
    }

    /// <summary>Decisions, newest first, undone ones among them.</summary>
    /// <param name="asset">Only of this asset; null for all.</param>
    /// <param name="by">Only of this person; null for all.</param>
    /// <param name="before">Only those before this id: the cursor to older ones.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<DecisionRow>> DecisionsAsync(string? asset, string? by, long? before, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            select d.id, d.item, d.source, d.kind, a.key as asset, a.name as asset_name, nullif(d.column_name, '') as "column", d.decision, d.proposed, d.value, d.decided_by, d.decided_at, d.note, d.undone_by, d.undone_at
            from catalog.review_decisions d
            left join catalog.assets a on a.id = d.asset_id
            where (@asset::text is null or a.key = @asset) and (@by::text is null or d.decided_by = @by) and (@before::bigint is null or d.id < @before)
            order by d.id desc
            limit @limit
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<DecisionRow>(new CommandDefinition(Sql, new { asset, by, before, limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Ids of the open items that the same answer would settle.</summary>
    internal static async Task<IReadOnlyList<string>> SimilarIdsAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, ItemId item, CancellationToken cancellationToken)
    {
        const string ColumnsSql = """
            select 'column:' || o.asset_id || ':' || o.column_name
            from catalog.classifications k
            join catalog.classifications o on lower(o.column_name) = lower(k.column_name) and o.semantic_type is not distinct from k.semantic_type and o.verdict is null and o.semantic_type is not null
            join catalog.columns c on c.asset_id = o.asset_id and c.name = o.column_name and c.gone_at is null
            join catalog.assets a on a.id = o.asset_id and a.gone_at is null
            where k.asset_id = @Number and k.column_name = @Column and (o.asset_id, o.column_name) <> (k.asset_id, k.column_name) and (o.confidence < @sure or o.personal_class is not null)
            order by o.asset_id, o.column_name
            """;
        const string SuggestionsSql = """
            select 'suggestion:' || o.id
            from catalog.suggestions k
            join catalog.suggestions o on o.kind = k.kind and o.content_hash = k.content_hash and o.id <> k.id and o.status = 'proposed' and o.withdrawn_at is null
            where k.id = @Number
            order by o.id
            """;
        var sql = item.Source switch { "column" => ColumnsSql, "suggestion" => SuggestionsSql, _ => null };
        return sql is null ? [] : (await connection.QueryAsync<string>(new CommandDefinition(sql, new { item.Number, item.Column, sure = SureEnough }, transaction, cancellationToken: cancellationToken))).AsList();
    }

    private static async Task<IReadOnlyList<ReviewItem>> OpenAsync(NpgsqlConnection connection, List<string> ids, CancellationToken cancellationToken)
    {
        const string Sql = $"""
            {OpenItems}
            select source, kind, asset_id, column_name, ref, confidence, origin, personal, "similar", weight, uses, score
            from open
            where source || ':' || case source when 'column' then asset_id || ':' || column_name else ref::text end = any(@ids)
            order by origin = 'llm', score desc, source, asset_id, column_name, ref
            """;
        var open = await connection.QueryAsync<OpenItem>(new CommandDefinition(Sql, new { ids, sure = SureEnough }, cancellationToken: cancellationToken));
        return await ReviewItems.LoadAsync(connection, open.AsList(), cancellationToken);
    }
}

/// <summary>An item's id in its parts.</summary>
/// <param name="Source"><c>column</c>, <c>relation</c>, <c>suggestion</c>, <c>cells</c>.</param>
/// <param name="Number">Id of the asset, the relation, the suggestion or the group of cells.</param>
/// <param name="Column">With <c>column</c>: its name.</param>
internal sealed record ItemId(string Source, long Number, string? Column)
{
    /// <exception cref="ArgumentException">The text has another form.</exception>
    internal static ItemId Parse(string text)
    {
        var parts = text.Split(':', 3);
        return parts switch
        {
            ["column", var asset, { Length: > 0 } column] when long.TryParse(asset, out var id) => new ItemId("column", id, column),
            ["relation" or "suggestion" or "cells", var number] when long.TryParse(number, out var id) => new ItemId(parts[0], id, null),
            _ => throw new ArgumentException($"'{text}' is no item of the review queue. Give the id of an item, such as suggestion:17."),
        };
    }

    public override string ToString() => Column is null ? $"{Source}:{Number}" : $"{Source}:{Number}:{Column}";
}

/// <summary>An open item with its place in the queue.</summary>
internal sealed record OpenItem
{
    public required string Source { get; init; }

    public required string Kind { get; init; }

    public long? AssetId { get; init; }

    public required string ColumnName { get; init; }

    public required long Ref { get; init; }

    public required double Confidence { get; init; }

    /// <summary><c>rule</c>, <c>model</c>, <c>llm</c>.</summary>
    public required string Origin { get; init; }

    public required bool Personal { get; init; }

    public required long Similar { get; init; }

    public required double Weight { get; init; }

    public required long Uses { get; init; }

    public required double Score { get; init; }

    internal string Id => new ItemId(Source, Source == "column" ? AssetId!.Value : Ref, Source == "column" ? ColumnName : null).ToString();
}
