using System.Runtime.CompilerServices;
using Dapper;
using Npgsql;
using Platform.Catalog.Assets;
using Platform.Catalog.Glossary;

namespace Platform.Catalog.Search;

/// <summary>Answers searches: finds in the index, then reads what the page shows of the few that it found.</summary>
internal sealed class AssetSearcher(NpgsqlDataSource dataSource)
{
    private const int MostMatches = 5;
    private const int Excerpt = 160;
    private const int Piece = 1000;

    private readonly SearchIndexStore _store = new(dataSource);

    internal async Task<AssetSearchResult> SearchAsync(AssetSearch search, CancellationToken cancellationToken)
    {
        var words = SearchText.Query(search.Text);
        // Signs alone are no words: nothing is found by them rather than everything.
        if (words.Count == 0 && !string.IsNullOrWhiteSpace(search.Text))
            return new AssetSearchResult { Total = 0, Items = [], Facets = [] };
        var index = await _store.FreshAsync(cancellationToken);
        var (offset, limit) = (Math.Max(0, search.Offset), Math.Clamp(search.Limit, 1, 1000));
        var sorted = SortedRows.Knows(search.Sort);
        var found = index.Find(Request(search, words, sorted ? 0 : offset, sorted ? int.MaxValue : limit));
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var rows = sorted ? await SortedRows.OrderAsync(connection, found.Rows, search.Sort!, search.Descending, offset, limit, cancellationToken) : found.Rows;
        var items = await RowsAsync(connection, rows, cancellationToken);
        return new AssetSearchResult
        {
            Total = found.Total,
            Items = items,
            Facets = Facets(found.Facets),
            Hits = words.Count == 0 ? [] : await HitsAsync(connection, words, items, cancellationToken),
            Terms = found.Terms.Length == 0 ? [] : await GlossaryQueries.ByIdAsync(connection, found.Terms, cancellationToken),
            Tolerant = found.Tolerant,
        };
    }

    /// <summary>All that matches, read in pieces: only the ids of all are held at once.</summary>
    internal async IAsyncEnumerable<AssetRow> AllAsync(AssetSearch search, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var words = SearchText.Query(search.Text);
        if (words.Count == 0 && !string.IsNullOrWhiteSpace(search.Text))
            yield break;
        var found = (await _store.FreshAsync(cancellationToken)).Find(Request(search, words, 0, int.MaxValue)).Rows;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (SortedRows.Knows(search.Sort))
            found = await SortedRows.OrderAsync(connection, found, search.Sort!, search.Descending, 0, int.MaxValue, cancellationToken);
        foreach (var piece in found.Chunk(Piece))
            foreach (var row in await RowsAsync(connection, piece, cancellationToken))
                yield return row;
    }

    private static SearchRequest Request(AssetSearch search, IReadOnlyList<string> words, int offset, int limit) => new()
    {
        Words = words,
        Plain = SearchText.Plain(search.Text ?? ""),
        Filters = Filters(search),
        Columns = search.Columns || search.Kind == SearchRequest.ColumnKind,
        IncludeGone = search.IncludeGone || search.State == "gone",
        Offset = offset,
        Limit = limit,
    };

    private static async Task<List<AssetRow>> RowsAsync(NpgsqlConnection connection, FoundRow[] rows, CancellationToken cancellationToken)
    {
        const string Sql = $"""
            select {AssetQueries.RowColumns}, c.ordinal, c.name, c.data_type, coalesce(c.description, c.source_comment) as description, catalog.semantic_type(k) as semantic_type, catalog.personal_class(k) as personal_class
            from unnest(@ids, @columns) with ordinality as p(id, "column", place)
            join catalog.assets a on a.id = p.id
            left join catalog.columns c on c.asset_id = p.id and c.name = p."column"
            left join catalog.classifications k on k.asset_id = p.id and k.column_name = p."column"
            where p."column" is null or c.name is not null
            order by p.place
            """;
        var parameters = new { ids = rows.Select(r => r.Asset).ToArray(), columns = rows.Select(r => r.Column).ToArray() };
        return (await connection.QueryAsync<AssetRow, FoundColumn?, AssetRow>(new CommandDefinition(Sql, parameters, cancellationToken: cancellationToken), (asset, column) => asset with { Column = column }, splitOn: "ordinal")).AsList();
    }

    private static IReadOnlyList<FacetRow> Facets(IReadOnlyDictionary<(string Facet, string Value), long> counts) =>
    [
        .. counts.GroupBy(c => c.Key.Facet).OrderBy(g => g.Key, StringComparer.Ordinal).SelectMany(g => g
            .OrderByDescending(c => c.Value).ThenBy(c => c.Key.Value, StringComparer.Ordinal).Take(AssetSearchResult.MostValues)
            .Select(c => new FacetRow { Facet = c.Key.Facet, Value = c.Key.Value, Count = c.Value })),
    ];

    private static List<(string, string)> Filters(AssetSearch search)
    {
        var filters = new List<(string, string)>();
        Add("kind", search.Kind);
        Add("domain", search.Domain);
        Add("tier", search.Tier);
        Add("owner", search.Owner);
        Add("source", search.Source);
        Add("tag", search.Tag);
        Add("type", search.SemanticType);
        Add("state", search.State);
        if (search.NotLookedAt)
            filters.Add(("personal", "unknown"));
        else if (search.Personal is { } personal)
            filters.Add(("personal", personal ? "true" : "false"));
        return filters;

        void Add(string facet, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value))
                filters.Add((facet, value));
        }
    }

    private static async Task<IReadOnlyList<AssetHit>> HitsAsync(NpgsqlConnection connection, IReadOnlyList<string> words, List<AssetRow> items, CancellationToken cancellationToken)
    {
        var highlighter = new Highlighter(words);
        var hits = new List<(string Asset, string? Column, List<SearchMatch> Matches)>();
        foreach (var item in items)
        {
            var matches = new List<SearchMatch>();
            if (item.Column is { } column && !Add(matches, "column", column.Name) && column.Description is { } said)
                Add(matches, "column", $"{column.Name}: {said}");
            Add(matches, "name", item.Name);
            Add(matches, "key", item.Key);
            foreach (var tag in item.Tags)
                Add(matches, "tag", tag);
            Add(matches, "owner", item.Owner);
            Add(matches, "domain", item.Domain);
            if (!Add(matches, "description", item.Description))
                Add(matches, "description", item.SourceComment);
            hits.Add((item.Key, item.Column?.Name, matches));
        }

        // Columns are read only of those assets whose own texts do not say why they were found.
        var open = hits.Where(h => h.Column is null && !Explained(h.Matches)).Select(h => h.Asset).ToArray();
        if (open.Length > 0)
        {
            const string Sql = """
                select a.key, 'column' as field, c.name as text, c.description as more from catalog.columns c join catalog.assets a on a.id = c.asset_id where a.key = any(@open) and c.gone_at is null
                union all
                select a.key, 'term', g.name, array_to_string(g.synonyms, ', ') from catalog.term_links l join catalog.glossary_terms g on g.id = l.term_id join catalog.assets a on a.id = l.asset_id where a.key = any(@open)
                """;
            var parts = (await connection.QueryAsync<(string Key, string Field, string Text, string? More)>(new CommandDefinition(Sql, new { open }, cancellationToken: cancellationToken))).ToLookup(p => p.Key, StringComparer.Ordinal);
            foreach (var (asset, _, matches) in hits.Where(h => h.Column is null))
                foreach (var (_, field, text, more) in parts[asset])
                {
                    if (matches.Count >= MostMatches)
                        break;
                    if (!Add(matches, field, text) && more is { Length: > 0 })
                        Add(matches, field, $"{text}: {more}");
                }
        }

        return [.. hits.Select(h => new AssetHit(h.Asset, h.Column, [.. h.Matches.Take(MostMatches)]))];

        bool Explained(List<SearchMatch> matches) => words.All(w => matches.Any(m => m.Text.Contains(w, StringComparison.OrdinalIgnoreCase)));

        bool Add(List<SearchMatch> matches, string field, string? text)
        {
            if (text is null || highlighter.Find(text) is not { Count: > 0 } places)
                return false;
            if (text.Length > Excerpt)
            {
                var start = Math.Max(0, places[0].Start - 40);
                text = text.Substring(start, Math.Min(Excerpt, text.Length - start));
                places = highlighter.Find(text);
            }

            matches.Add(new SearchMatch(field, text, places));
            return true;
        }
    }
}
