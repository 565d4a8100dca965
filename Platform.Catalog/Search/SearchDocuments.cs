using Npgsql;
using NpgsqlTypes;

namespace Platform.Catalog.Search;

/// <summary>Reads what is indexed, in a stream: of all assets and terms, or of some.</summary>
internal static class SearchDocuments
{
    /// <summary>Reads documents.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="assets">Ids of the assets; null for all.</param>
    /// <param name="terms">Ids of the terms; null for all.</param>
    internal static async IAsyncEnumerable<SearchDocument> ReadAsync(NpgsqlConnection connection, long[]? assets, long[]? terms)
    {
        // The columns of an asset come as one text: a row a column would cost three times as much to read.
        const string AssetsSql = """
            select a.id, a.key, a.name, a.kind, nullif(concat_ws(' ', a.description, a.source_comment), ''), a.owner, a.domain, a.tier, a.source, case when a.gone_at is not null then 'gone' when a.problem is not null then 'problem' else 'ok' end,
                   a.tags, coalesce(u.uses, 0), c.names, k.judged, a.kind not in ('table', 'file_set', 'database_table') or k.asset_id is not null, l.terms
            from catalog.assets a
            left join (select asset_id, string_agg(name || E'\x1f' || concat_ws(' ', description, source_comment, array_to_string(tags, ' ')), E'\x1e') as names from catalog.columns
                       where gone_at is null and (@all or asset_id = any(@ids)) group by asset_id) c on c.asset_id = a.id
            left join (select asset_id, string_agg(column_name || E'\x1f' || coalesce(catalog.semantic_type(k), '') || E'\x1f' || case when catalog.personal_class(k) <> 'masked' then 'p' else '' end, E'\x1e') as judged
                       from catalog.classifications k where @all or asset_id = any(@ids) group by asset_id) k on k.asset_id = a.id
            left join (select t.asset_id, array_agg(distinct concat_ws(' ', g.name, array_to_string(g.synonyms, ' '))) as terms
                       from catalog.term_links t join catalog.glossary_terms g on g.id = t.term_id where @all or asset_id = any(@ids) group by t.asset_id) l on l.asset_id = a.id
            left join (select asset_id, sum(uses)::bigint as uses from (
                           select asset_id, count(*) as uses from catalog.accesses where mode = 'read' and at > now() - interval '30 days' and (@all or asset_id = any(@ids)) group by asset_id
                           union all
                           select asset_id, sum(uses) from catalog.asset_usage where day > current_date - 30 and (@all or asset_id = any(@ids)) group by asset_id) x group by asset_id) u on u.asset_id = a.id
            where @all or a.id = any(@ids)
            """;
        const string TermsSql = "select id, name, definition, synonyms from catalog.glossary_terms where @all or id = any(@ids)";
        var columns = new ColumnTexts();
        await using (var command = Command(connection, AssetsSql, assets))
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                yield return Asset(reader, columns);
        await using (var command = Command(connection, TermsSql, terms))
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                yield return new SearchDocument { Id = -reader.GetInt64(0), Key = reader.GetString(1), Name = reader.GetString(1), Description = Text(reader, 2), Terms = reader.GetFieldValue<string[]>(3) };
    }

    private static SearchDocument Asset(NpgsqlDataReader reader, ColumnTexts columns)
    {
        var document = new SearchDocument
        {
            Id = reader.GetInt64(0),
            Key = reader.GetString(1),
            Name = reader.GetString(2),
            Kind = reader.GetString(3),
            Description = Text(reader, 4),
            Owner = Text(reader, 5),
            Domain = Text(reader, 6),
            Tier = Text(reader, 7),
            Source = Text(reader, 8),
            State = reader.GetString(9),
            Tags = reader.GetFieldValue<string[]>(10),
            Uses = reader.GetInt64(11),
            LookedAt = reader.GetBoolean(14),
            Terms = reader.IsDBNull(15) ? [] : reader.GetFieldValue<string[]>(15),
        };
        columns.Read(Text(reader, 12), Text(reader, 13), document);
        return document;
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, long[]? ids)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        command.Parameters.AddWithValue("all", ids is null);
        command.Parameters.Add(new NpgsqlParameter("ids", NpgsqlDbType.Array | NpgsqlDbType.Bigint) { Value = ids ?? [] });
        return command;
    }
}
