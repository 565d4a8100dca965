using Dapper;
using Npgsql;
using Platform.Engine.Definitions;
using Platform.Engine.Planning;
using Platform.Postgres;
using Platform.Workflows.Activities;

namespace Platform.Engine.Tests;

/// <summary>Commands and counts on a database that may be away for a while.</summary>
internal sealed class EngineParts(Database database, ActivityCatalog activities)
{
    private readonly WorkflowDefinitions _definitions = new(database);

    public async Task ApplyAsync(string yaml)
    {
        var applied = await new WorkflowStore(database, activities).ApplyAsync(yaml, new ApplyOptions { Origin = WorkflowOrigin.Applied, By = "test" }, CancellationToken.None);
        Assert.Equal(ApplyOutcome.Applied, applied.Outcome);
    }

    public async Task<long> TriggerAsync(string workflow) =>
        (await new RunCommands(database, _definitions).TriggerAsync(new TriggerRequest { Workflow = workflow, By = "test" }, CancellationToken.None)).RunId;

    public async Task<long> CountAsync(string from)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>($"select count(*) from {from}");
    }

    public async Task UntilAsync(string from, Func<long, bool> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        var last = -1L;
        while (true)
        {
            try
            {
                last = await CountAsync(from);
                if (condition(last))
                    return;
                _ = await timer.WaitForNextTickAsync(limit.Token);
            }
            catch (NpgsqlException)
            {
                // The server is away.
                _ = await timer.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"{from}: {last}");
            }
        }
    }
}
