using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Quality;

/// <summary>Incidents and scores as lists that are narrowed, sorted and paged by the database, however many there are.</summary>
public sealed class QualityLists
{
    private static readonly Dictionary<string, string> IncidentOrder = new(StringComparer.Ordinal)
    {
        ["opened"] = "i.opened_at",
        ["state"] = "catalog.incident_state(i)",
        ["severity"] = "case i.severity when 'critical' then 2 when 'warning' then 1 else 0 end",
        ["check"] = "lower(coalesce(h.title, h.name))",
        ["asset"] = "a.key",
        ["who"] = "coalesce(i.assignee, a.owner)",
        ["failures"] = "i.failures",
    };

    private static readonly Dictionary<string, string> ScoreOrder = new(StringComparer.Ordinal)
    {
        ["overall"] = "s.overall",
        ["asset"] = "a.key",
        ["completeness"] = "s.completeness",
        ["uniqueness"] = "s.uniqueness",
        ["validity"] = "s.validity",
        ["consistency"] = "s.consistency",
        ["timeliness"] = "s.timeliness",
    };

    private readonly NpgsqlDataSource _dataSource;

    public QualityLists(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>A page of incidents.</summary>
    public async Task<ListPage<IncidentRow>> IncidentsAsync(IncidentFilter filter, CancellationToken cancellationToken)
    {
        const string Where = """
            where (@State::text is null or (@State = 'all') or (@State = 'unresolved' and i.closed_at is null) or catalog.incident_state(i) = @State)
              and (@Severity::text is null or i.severity = @Severity)
              and (@Text::text is null or strpos(lower(concat_ws(' ', h.name, h.title, h.title_zh, h.column_name, i.message, i.message_zh, a.key, i.assignee, a.owner, i.cause)), lower(@Text)) > 0)
            """;
        return await PageAsync<IncidentRow>(
            $"select count(*) from catalog.incidents i join catalog.checks h on h.id = i.check_id join catalog.assets a on a.id = h.asset_id {Where}",
            $"{QualityQueries.IncidentSelect} {Where} {Order(IncidentOrder, filter.Sort, "opened", filter.Descending, "i.id desc")} offset @Offset limit @Limit",
            new { filter.State, filter.Severity, Text = Said(filter.Text), Offset = Math.Max(0, filter.Offset), Limit = Math.Clamp(filter.Limit, 1, 1000) }, cancellationToken);
    }

    /// <summary>A page of the scores of whole assets that are there and have one.</summary>
    public async Task<ListPage<ScoreRow>> ScoresAsync(ScoreFilter filter, CancellationToken cancellationToken)
    {
        const string From = """
            from catalog.quality_scores s
            join catalog.assets a on a.id = s.asset_id
            where s.column_name = '' and s.overall is not null and a.gone_at is null and (@Text::text is null or strpos(lower(a.key), lower(@Text)) > 0)
            """;
        return await PageAsync<ScoreRow>(
            $"select count(*) {From}",
            $"""select a.key as asset, null as "column", s.completeness, s.uniqueness, s.validity, s.consistency, s.timeliness, s.overall, s.parts, s.at {From} {Order(ScoreOrder, filter.Sort, "overall", filter.Descending, "a.key")} offset @Offset limit @Limit""",
            new { Text = Said(filter.Text), Offset = Math.Max(0, filter.Offset), Limit = Math.Clamp(filter.Limit, 1, 1000) }, cancellationToken);
    }

    // Only texts of this class get into the statement: an unknown column sorts as if none was named.
    private static string Order(Dictionary<string, string> known, string? sort, string otherwise, bool descending, string then) =>
        $"order by {known.GetValueOrDefault(sort ?? otherwise, known[otherwise])} {(descending ? "desc" : "asc")} nulls last, {then}";

    private static string? Said(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private async Task<ListPage<T>> PageAsync<T>(string count, string rows, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition($"{count};\n{rows}", parameters, cancellationToken: cancellationToken));
        return new ListPage<T>(await results.ReadSingleAsync<long>(), (await results.ReadAsync<T>()).AsList());
    }
}

/// <summary>A page of a list.</summary>
/// <param name="Total">Rows on all pages.</param>
/// <param name="Items">This page.</param>
public sealed record ListPage<T>(long Total, IReadOnlyList<T> Items);

/// <summary>Which incidents, in which order.</summary>
public sealed record IncidentFilter
{
    /// <summary>A state of an incident; <c>unresolved</c> for all that are open, <c>all</c> or null for all.</summary>
    public string? State { get; init; }

    /// <summary><c>critical</c>, <c>warning</c> or <c>info</c>; null for all.</summary>
    public string? Severity { get; init; }

    /// <summary>Part of the check's name, column, message, asset, person or cause; null for all.</summary>
    public string? Text { get; init; }

    /// <summary><c>opened</c>, <c>state</c>, <c>severity</c>, <c>check</c>, <c>asset</c>, <c>who</c>, <c>failures</c>; null is <c>opened</c>.</summary>
    public string? Sort { get; init; }

    public bool Descending { get; init; } = true;

    public int Offset { get; init; }

    /// <summary>1 to 1000.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>Which scores, in which order.</summary>
public sealed record ScoreFilter
{
    /// <summary>Part of the asset's key; null for all.</summary>
    public string? Text { get; init; }

    /// <summary><c>overall</c>, <c>asset</c> or a dimension; null is <c>overall</c>.</summary>
    public string? Sort { get; init; }

    public bool Descending { get; init; }

    public int Offset { get; init; }

    /// <summary>1 to 1000.</summary>
    public int Limit { get; init; } = 20;
}
