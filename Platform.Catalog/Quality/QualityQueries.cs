using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Quality;

/// <summary>Checks, incidents, scores, anomalies and the history of metrics.</summary>
public sealed class QualityQueries
{
    internal const string IncidentSelect = """
        select i.id, a.key as asset, nullif(h.column_name, '') as "column", h.name as "check", h.title, h.title_zh, i.severity, i.message, i.message_zh, i.opened_at, i.opened_run, i.failures, i.closed_at,
               catalog.incident_state(i) as state, i.acknowledged_at, i.acknowledged_by, i.assignee, i.closed_by, i.cause, i.reopened, i.waived_at, i.waived_by, a.owner,
               (select count(distinct e.to_asset) from catalog.asset_edges e where e.from_asset = a.id)::int as dependents
        from catalog.incidents i
        join catalog.checks h on h.id = i.check_id
        join catalog.assets a on a.id = h.asset_id
        """;

    private const string DeclaredSelect = """
        select d.id, a.key as asset, a.name as asset_name, nullif(d.column_name, '') as "column", d.name, d.kind, d.definition, d.severity, d.gate, d.enabled, d.origin, d.note, d.created_by, d.created_at,
               c.title, c.title_zh, c.last_passed as passed, c.last_observed as observed, c.last_observed_zh as observed_zh, c.expected, c.expected_zh, c.last_at, c.last_run, i.id as incident
        from catalog.check_definitions d
        join catalog.assets a on a.id = d.asset_id
        left join catalog.checks c on c.asset_id = d.asset_id and c.column_name = d.column_name and c.name = d.name
        left join catalog.incidents i on i.check_id = c.id and i.closed_at is null
        """;

    private readonly NpgsqlDataSource _dataSource;

    public QualityQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Incidents, newest first.</summary>
    /// <param name="openOnly">Only those that are open.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<IReadOnlyList<IncidentRow>> IncidentsAsync(bool openOnly, int limit, CancellationToken cancellationToken) =>
        ManyAsync<IncidentRow>($"{IncidentSelect} where not @openOnly or i.closed_at is null order by i.opened_at desc, i.id desc limit @limit", new { openOnly, limit }, cancellationToken);

    /// <summary>Incidents of an asset, newest first; null for all assets.</summary>
    /// <param name="asset">Key of the asset; null for all.</param>
    /// <param name="state">One of the states; null for all.</param>
    /// <param name="assignee">Only those of a person; null for all.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<IReadOnlyList<IncidentRow>> IncidentsAsync(string? asset, string? state, string? assignee, int limit, CancellationToken cancellationToken) =>
        ManyAsync<IncidentRow>(
            $"""
            {IncidentSelect}
            where (@asset::text is null or a.key = @asset) and (@state::text is null or catalog.incident_state(i) = @state) and (@assignee::text is null or i.assignee = @assignee)
            order by i.opened_at desc, i.id desc limit @limit
            """, new { asset, state, assignee, limit }, cancellationToken);

    /// <summary>An incident with its life; null where there is none.</summary>
    public async Task<IncidentDetail?> IncidentAsync(long id, CancellationToken cancellationToken)
    {
        if (await ManyAsync<IncidentRow>($"{IncidentSelect} where i.id = @id", new { id }, cancellationToken) is not [var incident])
            return null;
        var events = await ManyAsync<IncidentEventRow>(
            """
            select e.at, e.by, e.what, e.note, e.run_id,
                   -- What the platform notes of a result, the result says in Chinese.
                   case when e.by = 'platform' then (select r.observed_zh from catalog.check_results r where r.check_id = i.check_id and r.run_id = e.run_id order by r.at desc limit 1) end as note_zh
            from catalog.incident_events e join catalog.incidents i on i.id = e.incident_id where e.incident_id = @id order by e.id
            """, new { id }, cancellationToken);
        var results = await ManyAsync<CheckResultRow>(
            "select r.at, r.passed, r.observed, r.observed_zh, r.run_id, r.task_id from catalog.check_results r join catalog.incidents i on i.check_id = r.check_id where i.id = @id order by r.at desc limit 100", new { id }, cancellationToken);
        return new IncidentDetail(incident, events, results);
    }

    /// <summary>Checks that are declared or were accepted, of an asset (null for all), by asset, column and name.</summary>
    /// <param name="asset">Key of the asset; null for all.</param>
    /// <param name="enabledOnly">Only those that are made.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<IReadOnlyList<DeclaredCheckRow>> DeclaredAsync(string? asset, bool enabledOnly, int limit, CancellationToken cancellationToken) =>
        ManyAsync<DeclaredCheckRow>($"{DeclaredSelect} where (@asset::text is null or a.key = @asset) and (not @enabledOnly or d.enabled) order by a.key, d.column_name, d.name limit @limit", new { asset, enabledOnly, limit }, cancellationToken);

    /// <summary>A declared check; null where there is none.</summary>
    public async Task<DeclaredCheckRow?> DeclaredAsync(long id, CancellationToken cancellationToken) =>
        await ManyAsync<DeclaredCheckRow>($"{DeclaredSelect} where d.id = @id", new { id }, cancellationToken) is [var check] ? check : null;

    /// <summary>Checks that guard the writes of these assets.</summary>
    public Task<IReadOnlyList<DeclaredCheckRow>> GatesAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken) =>
        ManyAsync<DeclaredCheckRow>($"{DeclaredSelect} where a.key = any(@assets) and d.gate and d.enabled order by a.key, d.column_name, d.name", new { assets = assets.ToArray() }, cancellationToken);

    /// <summary>Which of these incidents a person has waived.</summary>
    public Task<IReadOnlyList<long>> WaivedAsync(IReadOnlyCollection<long> incidents, CancellationToken cancellationToken) =>
        ManyAsync<long>("select id from catalog.incidents where id = any(@ids) and waived_at is not null and closed_at is null", new { ids = incidents.ToArray() }, cancellationToken);

    /// <summary>Results of a check, newest first.</summary>
    /// <param name="asset">Key of the asset.</param>
    /// <param name="column">Its column; null for the whole asset.</param>
    /// <param name="name">Name of the check.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<IReadOnlyList<CheckResultRow>> ResultsAsync(string asset, string? column, string name, int limit, CancellationToken cancellationToken) =>
        ManyAsync<CheckResultRow>("""
            select r.at, r.passed, r.observed, r.observed_zh, r.run_id, r.task_id
            from catalog.check_results r
            join catalog.checks c on c.id = r.check_id
            join catalog.assets a on a.id = c.asset_id
            where a.key = @asset and c.column_name = coalesce(@column, '') and c.name = @name
            order by r.at desc
            limit @limit
            """, new { asset, column, name, limit }, cancellationToken);

    /// <summary>Checks whose last result failed, by asset, for those that are told again when they hold once more.</summary>
    public Task<IReadOnlyList<CheckRow>> FailingAsync(CancellationToken cancellationToken) =>
        ManyAsync<CheckRow>("""
            select a.key as asset, nullif(h.column_name, '') as "column", h.name, h.title, h.title_zh, h.severity, h.expected, h.expected_zh, h.last_passed as passed, h.last_observed as observed, h.last_observed_zh as observed_zh, h.last_at as at, h.last_run as run_id
            from catalog.checks h
            join catalog.assets a on a.id = h.asset_id
            where not h.last_passed and h.retired_at is null
            order by a.key, h.column_name, h.name
            """, new { }, cancellationToken);

    /// <summary>Values of a metric, oldest first.</summary>
    /// <param name="asset">Key of the asset.</param>
    /// <param name="name">Name of the metric; null for all of the asset.</param>
    /// <param name="since">Only from then on; null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<IReadOnlyList<MetricRow>> MetricsAsync(string asset, string? name, DateTimeOffset? since, CancellationToken cancellationToken) =>
        ManyAsync<MetricRow>("""
            select nullif(m.column_name, '') as "column", m.name, m.at, m.value, m.run_id
            from catalog.metrics m
            join catalog.assets a on a.id = m.asset_id
            where a.key = @asset and (@name::text is null or m.name = @name) and (@since::timestamptz is null or m.at >= @since)
            order by m.at, m.name, m.column_name
            """, new { asset, name, since }, cancellationToken);

    /// <summary>Values of the metrics of several assets since a time, oldest first, without those of one run.</summary>
    /// <param name="assets">Keys of the assets.</param>
    /// <param name="task">Only what a task of this id measured, so that metrics of one name by different tasks stay apart.</param>
    /// <param name="since">From then on.</param>
    /// <param name="exceptRun">The run that is measuring.</param>
    /// <param name="columns">Whether those of columns are wanted too.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<IReadOnlyList<MetricHistoryRow>> HistoryAsync(IReadOnlyCollection<string> assets, string task, DateTimeOffset since, long exceptRun, bool columns, CancellationToken cancellationToken) =>
        ManyAsync<MetricHistoryRow>("""
            select a.key as asset, nullif(m.column_name, '') as "column", m.name, m.at, m.value
            from catalog.metrics m
            join catalog.assets a on a.id = m.asset_id
            where a.key = any(@assets) and m.task_id = @task and m.at >= @since and m.run_id <> @exceptRun and (@columns or m.column_name = '')
            order by a.key, m.column_name, m.name, m.at
            """, new { assets = assets.ToArray(), task, since, exceptRun, columns }, cancellationToken);

    /// <summary>Anomalies, newest first.</summary>
    /// <param name="asset">Key of the asset; null for all.</param>
    /// <param name="since">Only from then on; null for all.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<IReadOnlyList<AnomalyRow>> AnomaliesAsync(string? asset, DateTimeOffset? since, int limit, CancellationToken cancellationToken) =>
        ManyAsync<AnomalyRow>("""
            select a.key as asset, a.name as asset_name, nullif(n.column_name, '') as "column", n.metric, n.at, n.run_id, n.kind, n.value, n.expected, n.low, n.high, n.p_value, n.score
            from catalog.anomalies n
            join catalog.assets a on a.id = n.asset_id
            where (@asset::text is null or a.key = @asset) and (@since::timestamptz is null or n.at >= @since)
            order by n.at desc, n.p_value, n.id
            limit @limit
            """, new { asset, since, limit }, cancellationToken);

    /// <summary>Scores of an asset and its columns, the asset first.</summary>
    public Task<IReadOnlyList<ScoreRow>> ScoresAsync(string asset, CancellationToken cancellationToken) =>
        ManyAsync<ScoreRow>("""
            select a.key as asset, nullif(s.column_name, '') as "column", s.completeness, s.uniqueness, s.validity, s.consistency, s.timeliness, s.overall, s.parts, s.at
            from catalog.quality_scores s
            join catalog.assets a on a.id = s.asset_id
            where a.key = @asset
            order by s.column_name <> '', s.column_name
            """, new { asset }, cancellationToken);

    /// <summary>Scores of whole assets, the lowest first.</summary>
    public Task<IReadOnlyList<ScoreRow>> LowestScoresAsync(int limit, CancellationToken cancellationToken) =>
        ManyAsync<ScoreRow>("""
            select a.key as asset, null as "column", s.completeness, s.uniqueness, s.validity, s.consistency, s.timeliness, s.overall, s.parts, s.at
            from catalog.quality_scores s
            join catalog.assets a on a.id = s.asset_id
            where s.column_name = '' and s.overall is not null and a.gone_at is null
            order by s.overall, a.key
            limit @limit
            """, new { limit }, cancellationToken);

    internal static async Task<IReadOnlyList<CheckRow>> ChecksOfAssetAsync(NpgsqlConnection connection, long asset, CancellationToken cancellationToken)
    {
        const string Sql = """
            select a.key as asset, nullif(h.column_name, '') as "column", h.name, h.title, h.title_zh, h.severity, h.expected, h.expected_zh, h.last_passed as passed, h.last_observed as observed, h.last_observed_zh as observed_zh, h.last_at as at, h.last_run as run_id
            from catalog.checks h
            join catalog.assets a on a.id = h.asset_id
            where h.asset_id = @asset and h.retired_at is null
            order by h.last_passed, h.name, h.column_name
            """;
        return (await connection.QueryAsync<CheckRow>(new CommandDefinition(Sql, new { asset }, cancellationToken: cancellationToken))).AsList();
    }

    private async Task<IReadOnlyList<T>> ManyAsync<T>(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).AsList();
    }
}

/// <summary>A value of the past.</summary>
public sealed record MetricHistoryRow
{
    public required string Asset { get; init; }

    /// <summary>Column, or null for the whole asset.</summary>
    public required string? Column { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset At { get; init; }

    public required double Value { get; init; }
}
