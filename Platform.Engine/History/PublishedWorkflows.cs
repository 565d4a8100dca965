using Dapper;
using Platform.Postgres;
using Platform.Workflows.Activities;

namespace Platform.Engine.History;

/// <summary>Answers activities that ask which workflows are deployed.</summary>
public sealed class PublishedWorkflows(Database database) : IPublishedWorkflows
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellationToken)
    {
        const string sql = "select name from workflow where version is not null and retired_at is null order by name";
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<string>(new CommandDefinition(sql, cancellationToken: cancellationToken))).AsList();
    }
}
