using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Models;

/// <summary>Models, their versions, which of them serves, and the endpoints. What a task does here it does once, however often it is tried.</summary>
public sealed partial class ModelRegistry
{
    private const string VersionColumns = "model, version, stage, learner, location, metrics, parameters, trained_on, card, code_version, created_at, run_id, workflow, task_id";
    private readonly NpgsqlDataSource _dataSource;

    public ModelRegistry(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Registers a version as a candidate with the next number. The same task key finds the version it made before.</summary>
    /// <param name="version">What was trained.</param>
    /// <param name="locate">Gives the folder of the model's files for the number; called once, and again with the same number when the attempt is repeated.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">The name has a wrong form.</exception>
    public async Task<ModelVersionRow> RegisterAsync(NewModelVersion version, Func<int, string> locate, CancellationToken cancellationToken)
    {
        CheckName(version.Model, "model");
        const string FindSql = $"""
            select {VersionColumns} from catalog.model_versions
            where model = @Model and run_id = @RunId and task_id = @TaskId and map_index = @MapIndex and generation = @Generation
            """;
        const string InsertSql = $"""
            insert into catalog.model_versions (model, version, learner, location, metrics, parameters, trained_on, card, code_version, run_id, workflow, task_id, map_index, generation)
            values (@Model, @number, @Learner, @location, @metrics::jsonb, @parameters::jsonb, @trainedOn::jsonb, @card::jsonb, @CodeVersion, @RunId, @Workflow, @TaskId, @MapIndex, @Generation)
            returning {VersionColumns}
            """;
        return await InTransactionAsync(version.Model, async (connection, transaction) =>
        {
            var task = version.Task;
            var keys = new { version.Model, task?.RunId, task?.TaskId, task?.MapIndex, task?.Generation };
            if (task is not null && await connection.QuerySingleOrDefaultAsync<ModelVersionRow>(Command(FindSql, keys, transaction, cancellationToken)) is { } made)
                return made;
            var number = await connection.ExecuteScalarAsync<int>(Command("select coalesce(max(version), 0) + 1 from catalog.model_versions where model = @Model", keys, transaction, cancellationToken));
            return await connection.QuerySingleAsync<ModelVersionRow>(Command(InsertSql, new
            {
                version.Model,
                number,
                version.Learner,
                location = locate(number),
                metrics = version.Metrics.GetRawText(),
                parameters = version.Parameters.GetRawText(),
                trainedOn = CatalogJson.Write(version.TrainedOn),
                card = version.Card?.GetRawText() ?? "{}",
                version.CodeVersion,
                task?.RunId,
                task?.Workflow,
                task?.TaskId,
                task?.MapIndex,
                task?.Generation,
            }, transaction, cancellationToken));
        }, cancellationToken);
    }

    /// <summary>Puts a version in service: it becomes the champion, and the one before is archived.</summary>
    /// <param name="model">The model.</param>
    /// <param name="version">The version.</param>
    /// <param name="reason">Why, for the record.</param>
    /// <param name="by">Who, a person or a task.</param>
    /// <param name="task">The task that promotes, so that a repeated attempt changes nothing; null for a person.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">There is no such version.</exception>
    public async Task<Promotion> PromoteAsync(string model, int version, string reason, string by, TaskKey? task, CancellationToken cancellationToken)
    {
        const string DoneSql = """
            select from_version, to_version from catalog.model_promotions
            where model = @model and run_id = @RunId and task_id = @TaskId and map_index = @MapIndex and generation = @Generation
            """;
        return await InTransactionAsync(model, async (connection, transaction) =>
        {
            if (task is not null && await connection.QuerySingleOrDefaultAsync<PromotedRow>(Command(DoneSql, new { model, task.RunId, task.TaskId, task.MapIndex, task.Generation }, transaction, cancellationToken)) is { } done)
                return new Promotion(model, done.FromVersion, done.ToVersion, Changed: false);
            return await ChangeChampionAsync(connection, transaction, model, version, reason, by, task, cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Puts the champion before the present one in service again.</summary>
    /// <exception cref="ArgumentException">There is no earlier champion.</exception>
    public async Task<Promotion> RollBackAsync(string model, string by, CancellationToken cancellationToken)
    {
        // The newest promotion of the present champion tells who served before it; going back twice goes back two steps.
        const string Sql = """
            select p.from_version
            from catalog.model_promotions p
            join catalog.model_versions c on c.model = p.model and c.version = p.to_version and c.stage = 'champion'
            where p.model = @model and p.from_version is not null and p.reason <> @rollBack
            order by p.id desc
            limit 1
            """;
        return await InTransactionAsync(model, async (connection, transaction) =>
        {
            var before = await connection.QuerySingleOrDefaultAsync<int?>(Command(Sql, new { model, rollBack = RollBackReason }, transaction, cancellationToken))
                ?? throw new ArgumentException($"The model '{model}' has no earlier version in service to go back to.", nameof(model));
            return await ChangeChampionAsync(connection, transaction, model, before, RollBackReason, by, task: null, cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Makes an endpoint, or points it at another model. It serves the model's champion.</summary>
    /// <exception cref="ArgumentException">There is no such model, or the name has a wrong form.</exception>
    public async Task DeployEndpointAsync(string endpoint, string model, CancellationToken cancellationToken)
    {
        CheckName(endpoint, "endpoint");
        const string Sql = """
            insert into catalog.endpoints (name, model) select @endpoint, name from catalog.models where name = @model
            on conflict (name) do update set model = excluded.model, deployed_at = now()
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        if (await connection.ExecuteAsync(new CommandDefinition(Sql, new { endpoint, model }, cancellationToken: cancellationToken)) == 0)
            throw new ArgumentException($"There is no model '{model}'. Train one first.", nameof(model));
    }

    /// <summary>All models, the one trained last first.</summary>
    public async Task<IReadOnlyList<ModelRow>> ListAsync(CancellationToken cancellationToken)
    {
        const string Sql = """
            select m.name, m.description, m.owner, m.created_at, n.version_count, n.latest_version, n.champion_version,
                   v.metrics, v.learner, v.created_at as trained_at,
                   array(select e.name from catalog.endpoints e where e.model = m.name order by e.name) as endpoints
            from catalog.models m
            cross join lateral (
                select count(*)::int as version_count, max(version) as latest_version, max(version) filter (where stage = 'champion') as champion_version
                from catalog.model_versions where model = m.name) n
            left join catalog.model_versions v on v.model = m.name and v.version = coalesce(n.champion_version, n.latest_version)
            order by v.created_at desc nulls last, m.name
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<ModelRow>(new CommandDefinition(Sql, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Versions of a model, newest first.</summary>
    public async Task<IReadOnlyList<ModelVersionRow>> VersionsAsync(string model, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<ModelVersionRow>(new CommandDefinition(
            $"select {VersionColumns} from catalog.model_versions where model = @model order by version desc limit @limit", new { model, limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>One version; null when there is none.</summary>
    /// <param name="model">The model.</param>
    /// <param name="version">The version, or null for the champion.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<ModelVersionRow?> FindAsync(string model, int? version, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<ModelVersionRow>(new CommandDefinition(
            $"select {VersionColumns} from catalog.model_versions where model = @model and case when @version::int is null then stage = 'champion' else version = @version end",
            new { model, version }, cancellationToken: cancellationToken));
    }

    /// <summary>Changes of the champion, newest first.</summary>
    public async Task<IReadOnlyList<PromotionRow>> PromotionsAsync(string model, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<PromotionRow>(new CommandDefinition(
            "select model, from_version, to_version, reason, promoted_by, promoted_at, run_id from catalog.model_promotions where model = @model order by id desc limit @limit",
            new { model, limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>All endpoints.</summary>
    public async Task<IReadOnlyList<EndpointRow>> EndpointsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<EndpointRow>(new CommandDefinition($"{EndpointSelect} order by e.name", cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>The endpoint of that name, else the champion of the model of that name, so that a promoted model can be scored without more; null when there is neither.</summary>
    public async Task<EndpointRow?> FindEndpointAsync(string name, CancellationToken cancellationToken)
    {
        const string ModelSql = """
            select m.name, false as is_endpoint, m.name as model, v.version, v.location, coalesce(v.created_at, m.created_at) as deployed_at
            from catalog.models m left join catalog.model_versions v on v.model = m.name and v.stage = 'champion'
            where m.name = @name
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<EndpointRow>(new CommandDefinition($"{EndpointSelect} where e.name = @name", new { name }, cancellationToken: cancellationToken))
            ?? await connection.QuerySingleOrDefaultAsync<EndpointRow>(new CommandDefinition(ModelSql, new { name }, cancellationToken: cancellationToken));
    }

    private const string RollBackReason = "rolled back";

    private const string EndpointSelect = """
        select e.name, true as is_endpoint, e.model, v.version, v.location, e.deployed_at
        from catalog.endpoints e left join catalog.model_versions v on v.model = e.model and v.stage = 'champion'
        """;

    private static async Task<Promotion> ChangeChampionAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string model, int version, string reason, string by, TaskKey? task, CancellationToken cancellationToken)
    {
        const string NoteSql = """
            insert into catalog.model_promotions (model, from_version, to_version, reason, promoted_by, run_id, task_id, map_index, generation)
            values (@model, @champion, @version, @reason, @by, @RunId, @TaskId, @MapIndex, @Generation)
            """;
        var parameters = new { model, version };
        if (!await connection.ExecuteScalarAsync<bool>(Command("select exists (select 1 from catalog.model_versions where model = @model and version = @version)", parameters, transaction, cancellationToken)))
            throw new ArgumentException($"The model '{model}' has no version {version}. './platform models {model}' lists its versions.", nameof(version));
        var champion = await connection.QuerySingleOrDefaultAsync<int?>(Command("select version from catalog.model_versions where model = @model and stage = 'champion'", parameters, transaction, cancellationToken));
        if (champion == version)
            return new Promotion(model, champion, version, Changed: false);
        await connection.ExecuteAsync(Command("update catalog.model_versions set stage = 'archived' where model = @model and stage = 'champion'", parameters, transaction, cancellationToken));
        await connection.ExecuteAsync(Command("update catalog.model_versions set stage = 'champion' where model = @model and version = @version", parameters, transaction, cancellationToken));
        await connection.ExecuteAsync(Command(NoteSql, new { model, champion, version, reason, by, task?.RunId, task?.TaskId, task?.MapIndex, task?.Generation }, transaction, cancellationToken));
        return new Promotion(model, champion, version, Changed: true);
    }

    private static CommandDefinition Command(string sql, object parameters, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        new(sql, parameters, transaction, cancellationToken: cancellationToken);

    private static void CheckName(string name, string what)
    {
        if (!NamePattern().IsMatch(name))
            throw new ArgumentException($"'{name}' cannot be the name of a {what}. Use up to 128 letters, digits, '.', '_' and '-', beginning with a letter or digit.", nameof(name));
    }

    /// <summary>The row of the model is made if need be and locked: versions and the champion change one after the other.</summary>
    private async Task<T> InTransactionAsync<T>(string model, Func<NpgsqlConnection, NpgsqlTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        CheckName(model, "model");
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(Command("insert into catalog.models (name) values (@model) on conflict do nothing", new { model }, transaction, cancellationToken));
        await connection.ExecuteAsync(Command("select 1 from catalog.models where name = @model for update", new { model }, transaction, cancellationToken));
        var result = await work(connection, transaction);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
    private static partial Regex NamePattern();

    private sealed record PromotedRow
    {
        public required int? FromVersion { get; init; }

        public required int ToVersion { get; init; }
    }
}
