using Microsoft.Extensions.Logging;
using Platform.Postgres;
using Platform.Postgres.Migrations;

namespace Platform.Engine.Maintenance;

/// <summary>Keeps the node and the database's schema together: holds the schema while the node lives, and stops the node when a newer program has changed it all the same, before it writes what nobody understands.</summary>
internal sealed partial class SchemaGuard(Database database, NodeOptions options, CancellationTokenSource stop, ILogger log) : IAsyncDisposable
{
    private readonly SchemaHold _hold = database.HoldSchema($"{options.Name} {options.Version}");
    private string? _refused;

    /// <summary>Takes the hold again if the connection was lost, and looks at what was applied.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await _hold.EnsureAsync(cancellationToken);
        if (await database.SchemaProblemAsync(cancellationToken) is not { } problem)
            return;
        LogRefused(problem);
        _refused = problem;
        await stop.CancelSafelyAsync();
    }

    /// <exception cref="DatabaseException">The node was stopped by this.</exception>
    public void ThrowIfRefused()
    {
        if (_refused is not null)
            throw new DatabaseException(_refused);
    }

    public ValueTask DisposeAsync() => _hold.DisposeAsync();

    [LoggerMessage(Level = LogLevel.Critical, Message = "This node stops: {Problem}")]
    private partial void LogRefused(string problem);
}
