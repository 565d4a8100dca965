using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.LanguageModel;

/// <summary>What language models have answered, and what they have cost.</summary>
public sealed class ModelAnswerStore
{
    private readonly NpgsqlDataSource _dataSource;

    public ModelAnswerStore(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Answers that are known, by their place in <paramref name="keys"/>.</summary>
    /// <param name="keys">SHA-256 of what would be asked.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyDictionary<int, JsonNode>> FindAsync(IReadOnlyList<byte[]> keys, CancellationToken cancellationToken)
    {
        const string Sql = """
            update catalog.model_answers a set last_used_at = now()
            from unnest(@keys) with ordinality as k(key, place)
            where a.key = k.key
            returning k.place::int - 1 as place, a.answer::text as answer
            """;
        if (keys.Count == 0)
            return new Dictionary<int, JsonNode>();
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(int Place, string Answer)>(new CommandDefinition(Sql, new { keys = keys.ToArray() }, cancellationToken: cancellationToken));
        return rows.ToDictionary(row => row.Place, row => JsonNode.Parse(row.Answer)!);
    }

    /// <summary>Keeps answers. One that is known already stays.</summary>
    public async Task KeepAsync(string connectionName, string model, IReadOnlyList<KeyValuePair<byte[], JsonNode>> answers, CancellationToken cancellationToken)
    {
        const string Sql = """
            insert into catalog.model_answers (key, connection, model, answer)
            select distinct on (key) key, @connectionName, @model, answer::jsonb from unnest(@keys, @texts) as a(key, answer)
            on conflict (key) do nothing
            """;
        if (answers.Count == 0)
            return;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var parameters = new { connectionName, model, keys = answers.Select(answer => answer.Key).ToArray(), texts = answers.Select(answer => answer.Value.ToJsonString()).ToArray() };
        await connection.ExecuteAsync(new CommandDefinition(Sql, parameters, cancellationToken: cancellationToken));
    }

    /// <summary>Adds to the day's use.</summary>
    public async Task CountAsync(DateOnly day, string connectionName, string model, ModelUse use, CancellationToken cancellationToken)
    {
        const string Sql = """
            insert into catalog.model_usage as u (day, connection, model, requests, cached, prompt_tokens, completion_tokens, cost)
            values (@day, @connectionName, @model, @Requests, @Cached, @PromptTokens, @CompletionTokens, @Cost)
            on conflict (day, connection, model) do update
            set requests = u.requests + excluded.requests, cached = u.cached + excluded.cached, prompt_tokens = u.prompt_tokens + excluded.prompt_tokens,
                completion_tokens = u.completion_tokens + excluded.completion_tokens,
                cost = case when u.cost is null and excluded.cost is null then null else coalesce(u.cost, 0) + coalesce(excluded.cost, 0) end
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Sql, new { day, connectionName, model, use.Requests, use.Cached, use.PromptTokens, use.CompletionTokens, use.Cost }, cancellationToken: cancellationToken));
    }

    /// <summary>Tokens that a connection has taken on a day.</summary>
    public async Task<long> TokensAsync(DateOnly day, string connectionName, CancellationToken cancellationToken)
    {
        const string Sql = "select coalesce(sum(prompt_tokens + completion_tokens), 0)::bigint from catalog.model_usage where day = @day and connection = @connectionName";
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(Sql, new { day, connectionName }, cancellationToken: cancellationToken));
    }

    /// <summary>Use by day, connection and model, newest day first.</summary>
    /// <param name="since">First day.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<ModelUsageRow>> UsageAsync(DateOnly since, CancellationToken cancellationToken)
    {
        const string Sql = """
            select day, connection, model, requests, cached, prompt_tokens, completion_tokens, cost
            from catalog.model_usage where day >= @since order by day desc, connection, model
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<ModelUsageRow>(new CommandDefinition(Sql, new { since }, cancellationToken: cancellationToken))).AsList();
    }
}

/// <summary>What a piece of work has asked of a language model.</summary>
/// <param name="Requests">Calls, those that failed included.</param>
/// <param name="Cached">Answers that were known.</param>
/// <param name="PromptTokens">Tokens sent.</param>
/// <param name="CompletionTokens">Tokens received.</param>
/// <param name="Cost">In the currency of the prices; null without prices.</param>
public sealed record ModelUse(long Requests, long Cached, long PromptTokens, long CompletionTokens, decimal? Cost);

/// <summary>Use of a model on a day.</summary>
public sealed record ModelUsageRow
{
    /// <summary>In UTC.</summary>
    public required DateOnly Day { get; init; }

    public required string Connection { get; init; }

    public required string Model { get; init; }

    public required long Requests { get; init; }

    /// <summary>Answers that were known and cost nothing.</summary>
    public required long Cached { get; init; }

    public required long PromptTokens { get; init; }

    public required long CompletionTokens { get; init; }

    /// <summary>Null where no prices were given.</summary>
    public decimal? Cost { get; init; }
}
