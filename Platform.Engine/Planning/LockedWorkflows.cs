using Dapper;
using Npgsql;
using Platform.Engine.Definitions;
using Platform.Workflows.Definition;

namespace Platform.Engine.Planning;

/// <summary>Workflows whose rows a planner of assets holds. One that cannot be planned says so in its row, in the planner's transaction, and holds up no other.</summary>
internal sealed class LockedWorkflows(NpgsqlConnection connection, NpgsqlTransaction transaction, WorkflowDefinitions definitions, Action<string, string> failed)
{
    /// <summary>Plans one after the other.</summary>
    /// <param name="locked">Names with their published versions.</param>
    /// <param name="plan">Plans one; an <see cref="EngineException"/> is what its row then tells.</param>
    /// <param name="cancellationToken">Stops before the next.</param>
    public async Task PlanEachAsync(IReadOnlyList<(string Name, int Version)> locked, Action<WorkflowDefinition, int> plan, CancellationToken cancellationToken)
    {
        await definitions.LoadAsync(locked, cancellationToken);
        foreach (var (name, version) in locked)
        {
            try
            {
                var loaded = await definitions.GetAsync(name, version, cancellationToken);
                plan(loaded.Definition ?? throw new EngineException("invalid-workflow", loaded.Broken!), version);
            }
            catch (EngineException e)
            {
                failed(name, e.Message);
                await connection.ExecuteAsync(new CommandDefinition("update workflow set plan_error = @error where name = @name", new { name, error = e.Message }, transaction, cancellationToken: cancellationToken));
            }
        }
    }
}
