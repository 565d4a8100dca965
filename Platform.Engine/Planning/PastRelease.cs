using Dapper;
using Platform.Postgres;

namespace Platform.Engine.Planning;

/// <summary>Lets tasks go on that waited for the run before (<see cref="PastDependencies"/>). Each node may: a run's row lock keeps two apart, and letting go twice changes nothing.</summary>
internal sealed class PastRelease(Database database, RunControl control)
{
    /// <summary>Lets go what may.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        List<long> runs;
        await using (var connection = await database.OpenAsync(cancellationToken))
            runs = (await connection.QueryAsync<long>(new CommandDefinition(PastDependencies.ReleasableSql, cancellationToken: cancellationToken))).AsList();
        foreach (var run in runs)
            await control.ReleasePastAsync(run, cancellationToken);
    }
}
