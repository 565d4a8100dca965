using System.Text.Json;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Review;

/// <summary>Keeps suggestions for people to decide on. They are decided in the review queue.</summary>
public sealed partial class SuggestionCommands
{
    private readonly NpgsqlDataSource _dataSource;

    public SuggestionCommands(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>
    /// Suggests. May be repeated: the same suggestion is the same row, with the newest confidence and evidence; one that a person has decided on stays as decided.
    /// Of what a thing has only one (<c>description</c>, <c>owner</c> …), a newer suggestion of the same source takes the place of an open one.
    /// </summary>
    /// <exception cref="ArgumentException">A kind, source or confidence is none.</exception>
    public async Task<ProposeOutcome> ProposeAsync(IReadOnlyCollection<NewSuggestion> suggestions, CancellationToken cancellationToken)
    {
        foreach (var suggestion in suggestions)
            Check(suggestion);
        var rows = suggestions.Select(s => new
        {
            kind = s.Kind,
            asset = s.Asset,
            column_name = s.Column ?? "",
            value = s.Value,
            confidence = s.Confidence,
            evidence = s.Evidence,
            source = s.Source,
            source_version = s.SourceVersion,
            content_hash = SuggestionHash.Of(s.Kind, s.Value),
        }).DistinctBy(r => (r.kind, r.asset, r.column_name, r.content_hash)).ToList();
        if (rows.Count == 0)
            return new ProposeOutcome(0, 0, 0, 0);

        // The parts of one statement do not see what the others write, so 'known' is what was there before.
        const string Sql = """
            with wanted as (
                select r.*, a.id as asset_id, r.asset is not null and a.id is null as unknown
                from jsonb_to_recordset(@rows::jsonb) as r(kind text, asset text, column_name text, value jsonb, confidence double precision, evidence jsonb, source text, source_version text, content_hash text)
                left join catalog.assets a on a.key = r.asset
            ), judged as (
                select w.*, k.id as known, k.status,
                       w.kind = any(@single) and exists (
                           select 1 from catalog.suggestions s
                           where s.asset_id = w.asset_id and s.kind = w.kind and s.column_name = w.column_name and s.status in ('accepted', 'corrected')) as settled
                from wanted w
                left join catalog.suggestions k on coalesce(k.asset_id, 0) = coalesce(w.asset_id, 0) and k.kind = w.kind and k.column_name = w.column_name and k.content_hash = w.content_hash
                where not w.unknown
            ), written as (
                insert into catalog.suggestions as s (kind, asset_id, column_name, value, confidence, evidence, source, source_version, content_hash)
                select kind, asset_id, column_name, value, confidence, coalesce(evidence, '{}'), source, source_version, content_hash
                from judged where not settled and coalesce(status, 'proposed') = 'proposed'
                order by asset_id, kind, column_name, content_hash
                on conflict (coalesce(asset_id, 0), kind, column_name, content_hash) do update
                set confidence = excluded.confidence, evidence = excluded.evidence, source = excluded.source, source_version = excluded.source_version, last_seen_at = now(), withdrawn_at = null
                where s.status = 'proposed'
                returning s.id, s.kind, s.asset_id, s.column_name, s.source
            ), replaced as (
                update catalog.suggestions o
                set withdrawn_at = now()
                from (select distinct kind, asset_id, column_name, source from written where kind = any(@single)) n
                where o.asset_id = n.asset_id and o.kind = n.kind and o.column_name = n.column_name and o.source = n.source
                  and o.status = 'proposed' and o.withdrawn_at is null
                  and not exists (select 1 from judged j where j.known = o.id)
                returning 1
            )
            select (select count(*) from judged where not settled and known is null)::int as "new",
                   (select count(*) from judged where not settled and status = 'proposed')::int as open,
                   (select count(*) from judged where settled or status <> 'proposed')::int as settled,
                   (select count(*) from wanted where unknown)::int as unknown
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<ProposeOutcome>(new CommandDefinition(Sql, new { rows = CatalogJson.Write(rows), single = SuggestionKinds.Single }, cancellationToken: cancellationToken));
    }

    /// <summary>Withdraws open suggestions that their source makes no more. Decided ones stay.</summary>
    /// <param name="kind">Of this kind.</param>
    /// <param name="source"><c>rule</c>, <c>model</c> or <c>llm</c>.</param>
    /// <param name="assets">Keys of the assets that were looked at anew.</param>
    /// <param name="before">Only those that were not suggested since.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many.</returns>
    public async Task<int> WithdrawAsync(string kind, string source, IReadOnlyCollection<string> assets, DateTimeOffset before, CancellationToken cancellationToken)
    {
        const string Sql = """
            update catalog.suggestions s
            set withdrawn_at = now()
            from catalog.assets a
            where a.id = s.asset_id and a.key = any(@assets) and s.kind = @kind and s.source = @source and s.status = 'proposed' and s.withdrawn_at is null and s.last_seen_at < @before
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(Sql, new { kind, source, assets = assets.ToArray(), before }, cancellationToken: cancellationToken));
    }

    private static void Check(NewSuggestion suggestion)
    {
        if (!Kind().IsMatch(suggestion.Kind))
            throw new ArgumentException($"'{suggestion.Kind}' is no kind of suggestion. Use a word of lower-case letters, digits and underscores, such as description.");
        if (suggestion.Source is not ("rule" or "model" or "llm"))
            throw new ArgumentException($"'{suggestion.Source}' is no source of a suggestion. Use rule, model or llm.");
        if (suggestion.Confidence is not (>= 0 and <= 1))
            throw new ArgumentException($"The confidence of a suggestion is {suggestion.Confidence}. Give a number from 0 to 1.");
        if (suggestion.Value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            throw new ArgumentException($"A suggestion of the kind '{suggestion.Kind}' has no value. Give one.");
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,39}$")]
    private static partial Regex Kind();
}
