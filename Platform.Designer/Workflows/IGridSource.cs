using Platform.Engine.History;

namespace Platform.Designer.Workflows;

/// <summary>What the pages ask of a workflow's grid. Implemented over the engine.</summary>
public interface IGridSource
{
    /// <summary>A page of runs with the states of their tasks.</summary>
    /// <param name="workflow">The workflow.</param>
    /// <param name="runs">Runs at most.</param>
    /// <param name="before">Only runs with smaller ids; null begins with the newest.</param>
    /// <param name="after">Only runs with larger ids; null does not ask.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    Task<RunGrid> GetAsync(string workflow, int runs, long? before, long? after, CancellationToken cancellationToken);

    /// <summary>Says, coalesced, that a run of the workflow changed. Ends with the token.</summary>
    IAsyncEnumerable<bool> ChangesAsync(string workflow, CancellationToken cancellationToken);
}
