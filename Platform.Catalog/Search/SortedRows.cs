using Dapper;
using Npgsql;

namespace Platform.Catalog.Search;

/// <summary>Puts what a search found in another order than that of the best match.</summary>
internal static class SortedRows
{
    private static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal)
    {
        ["name"] = """lower(coalesce(p."column", a.name))""",
        ["kind"] = """case when p."column" is null then a.kind else 'column' end""",
        ["rows"] = "a.row_count",
        ["columns"] = """case when p."column" is null then nullif((select count(*) from catalog.columns c where c.asset_id = a.id and c.gone_at is null), 0) end""",
        ["bytes"] = """case when p."column" is null then a.byte_count end""",
        ["updated"] = "greatest(a.last_written_at, a.newest_data_at)",
    };

    /// <summary>Whether there is such an order.</summary>
    internal static bool Knows(string? sort) => sort is not null && Values.ContainsKey(sort);

    /// <summary>A part of the rows in that order; those without a value come last, equal ones as they were.</summary>
    internal static async Task<FoundRow[]> OrderAsync(NpgsqlConnection connection, FoundRow[] rows, string sort, bool descending, int offset, int limit, CancellationToken cancellationToken)
    {
        var sql = $"""
            select p.id, p."column"
            from unnest(@ids, @columns) with ordinality as p(id, "column", place)
            join catalog.assets a on a.id = p.id
            order by {Values[sort]} {(descending ? "desc" : "asc")} nulls last, p.place
            offset @offset limit @limit
            """;
        var parameters = new { ids = rows.Select(r => r.Asset).ToArray(), columns = rows.Select(r => r.Column).ToArray(), offset, limit };
        return [.. (await connection.QueryAsync<(long Id, string? Column)>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).Select(r => new FoundRow(r.Id, r.Column))];
    }
}
