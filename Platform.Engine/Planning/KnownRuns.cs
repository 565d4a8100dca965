using System.Globalization;
using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Engine.Definitions;
using Platform.Workflows.Definition;

namespace Platform.Engine.Planning;

/// <summary>The run that an earlier request with the same idempotency key made, and whether this request is that one again.</summary>
internal static class KnownRuns
{
    /// <summary>The run that has the request's key.</summary>
    /// <exception cref="EngineException">The request asks for another run than that one (<c>other-request</c>): giving it that run would lose what it asks for.</exception>
    public static async Task<long> FindAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, WorkflowDefinitions definitions, TriggerRequest request, CancellationToken cancellationToken)
    {
        // A moved run is still the one of the version that it was made with.
        var known = await connection.QuerySingleAsync<Row>(new CommandDefinition("""
            select r.id, coalesce((select m.from_version from run_move m where m.run_id = r.id order by m.moved_at limit 1), r.version) as version, r.interval_start, r.interval_end
            from run r
            where r.workflow = @Workflow and r.idempotency_key = @IdempotencyKey
            """, new { request.Workflow, request.IdempotencyKey }, transaction, cancellationToken: cancellationToken));
        // The task of a child run asks for it again after each restart of its node; the key holds the task and its generation, which no other request has.
        if (request.Parent is not null)
            return known.Id;
        var differs = new List<string>();
        if (request.Version is { } version && version != known.Version)
            differs.Add($"the version ({known.Version}, not {version})");
        // Without an interval the request means the newest: by now that may be another than at the first time.
        if (request.Interval is { } interval && (known.IntervalStart != interval.Start.ToUniversalTime() || known.IntervalEnd != interval.End.ToUniversalTime()))
            differs.Add($"the interval ({(known.IntervalStart is { } start ? Text(start) : "none")}, not {Text(interval.Start)})");
        var parameters = await ParametersAsync(connection, transaction, definitions, request, known, cancellationToken);
        if (parameters.Count > 0)
            differs.Add($"the parameter{(parameters.Count == 1 ? "" : "s")} {string.Join(", ", parameters.Select(p => $"'{p}'"))}");
        return differs.Count == 0 ? known.Id : throw new EngineException("other-request",
            $"The idempotency key '{request.IdempotencyKey}' belongs to run {known.Id} of workflow '{request.Workflow}', and this request differs from that run in {string.Join(", and in ", differs)}. Nothing was run. Give another run another key, or send the first request again.");
    }

    /// <summary>Parameters that the request would set otherwise than the run has them.</summary>
    private static async Task<IReadOnlyList<string>> ParametersAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, WorkflowDefinitions definitions, TriggerRequest request, Row known, CancellationToken cancellationToken)
    {
        // By the run's own version: one that was published since may have other defaults.
        if ((await definitions.GetAsync(request.Workflow, known.Version, cancellationToken)).Definition is not { } definition)
            return [];
        var bound = ParameterBinder.Bind(definition.Parameters, request.Params, Environment.CurrentDirectory, request.DefaultFolder);
        var strangers = request.Params.Keys.Where(n => definition.Parameters.All(p => p.Name != n));
        // A default path is made absolute, and follows the home where that was moved.
        var compared = definition.Parameters.Where(p => p.Type != ParameterType.Path || request.Params.ContainsKey(p.Name)).Select(p => p.Name).ToArray();
        // Who cleared tasks may have changed the parameters, and nobody kept those of the request.
        var differing = await connection.QueryAsync<string>(new CommandDefinition("""
            select coalesce(h.key, a.key)
            from (select e.key, e.value from run r cross join lateral jsonb_each(r.params) e where r.id = @Id) h
            full join jsonb_each(@parameters::jsonb) a on a.key = h.key
            where h.value is distinct from a.value
              and coalesce(h.key, a.key) = any(@compared)
              and not exists (select from task_instance i where i.run_id = @Id and i.generation > 1)
            order by 1
            """, new { known.Id, parameters = JsonSerializer.Serialize(bound.Values), compared }, transaction, cancellationToken: cancellationToken));
        return [.. differing.Concat(strangers)];
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private sealed record Row
    {
        public required long Id { get; init; }
        public required int Version { get; init; }
        public required DateTimeOffset? IntervalStart { get; init; }
        public required DateTimeOffset? IntervalEnd { get; init; }
    }
}
