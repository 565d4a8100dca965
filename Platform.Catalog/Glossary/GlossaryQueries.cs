using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Glossary;

/// <summary>The words of the business and what they are linked to.</summary>
public sealed class GlossaryQueries
{
    private const string Select = """
        select t.id, t.name, t.definition, t.synonyms, p.name as parent, t.owner, t.changed_at,
               (select count(*)::int from catalog.glossary_terms c where c.parent_id = t.id) as child_count,
               (select count(*)::int from catalog.term_links l where l.term_id = t.id) as link_count
        from catalog.glossary_terms t
        left join catalog.glossary_terms p on p.id = t.parent_id
        """;

    private const string LinkSelect = """
        select t.name as term, a.key as asset, a.name as asset_name, nullif(l.column_name, '') as "column", l.linked_by, l.linked_at
        from catalog.term_links l
        join catalog.glossary_terms t on t.id = l.term_id
        join catalog.assets a on a.id = l.asset_id
        """;

    private readonly NpgsqlDataSource _dataSource;

    public GlossaryQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>All terms by name; those whose name, synonym or definition holds a text where one is given.</summary>
    public async Task<IReadOnlyList<TermRow>> ListAsync(string? text, CancellationToken cancellationToken)
    {
        const string Sql = $"""
            {Select}
            where @text::text is null or strpos(lower(concat_ws(' ', t.name, array_to_string(t.synonyms, ' '), t.definition)), lower(@text)) > 0
            order by lower(t.name)
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<TermRow>(new CommandDefinition(Sql, new { text = string.IsNullOrWhiteSpace(text) ? null : text.Trim() }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>One term by its name or a synonym, with what is above, below and linked; null when there is none.</summary>
    public async Task<TermDetail?> GetAsync(string name, CancellationToken cancellationToken)
    {
        const string PathSql = """
            with recursive up as (
                select parent_id, 0 as step from catalog.glossary_terms where id = @id
                union all
                select t.parent_id, u.step + 1 from up u join catalog.glossary_terms t on t.id = u.parent_id where u.step < 50
            )
            select t.name from up u join catalog.glossary_terms t on t.id = u.parent_id order by u.step desc
            """;
        const string LinksSql = $"""
            with recursive below as (
                select @id::bigint as id
                union
                select t.id from below b join catalog.glossary_terms t on t.parent_id = b.id
            )
            {LinkSelect}
            where l.term_id in (select id from below) and a.gone_at is null
            order by l.term_id <> @id, t.name, a.key, l.column_name
            limit 1000
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var term = await connection.QueryFirstOrDefaultAsync<TermRow>(new CommandDefinition(
            $"{Select} where lower(t.name) = lower(@name) or lower(@name) in (select lower(s) from unnest(t.synonyms) s) order by lower(t.name) <> lower(@name), t.id limit 1", new { name = name.Trim() }, cancellationToken: cancellationToken));
        if (term is null)
            return null;
        var parameters = new { id = term.Id };
        return new TermDetail
        {
            Term = term,
            Path = (await connection.QueryAsync<string>(new CommandDefinition(PathSql, parameters, cancellationToken: cancellationToken))).AsList(),
            Children = (await connection.QueryAsync<TermRow>(new CommandDefinition($"{Select} where t.parent_id = @id order by lower(t.name)", parameters, cancellationToken: cancellationToken))).AsList(),
            Links = (await connection.QueryAsync<TermLink>(new CommandDefinition(LinksSql, parameters, cancellationToken: cancellationToken))).AsList(),
        };
    }

    internal static async Task<IReadOnlyList<TermRow>> ByIdAsync(NpgsqlConnection connection, long[] ids, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<TermRow>(new CommandDefinition($"{Select} where t.id = any(@ids) order by array_position(@ids, t.id)", new { ids }, cancellationToken: cancellationToken))).AsList();

    /// <summary>Terms that are linked to an asset or its columns.</summary>
    public async Task<IReadOnlyList<TermLink>> OfAssetAsync(string asset, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<TermLink>(new CommandDefinition($"{LinkSelect} where a.key = @asset order by l.column_name, t.name", new { asset }, cancellationToken: cancellationToken))).AsList();
    }
}
