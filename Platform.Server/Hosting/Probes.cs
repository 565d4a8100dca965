using Npgsql;
using Platform.Engine;
using Platform.Engine.History;
using Platform.Postgres;

namespace Platform.Server.Hosting;

/// <summary>What an orchestrator asks. Neither needs a sign-in, as whoever asks has none; neither tells more than that.</summary>
internal static class Probes
{
    public static void MapProbes(this WebApplication app)
    {
        // Alive: the process answers. It does not look at the database: restarting this process would not bring that back.
        app.MapGet("/health", () => Results.Json(new { status = "alive" })).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/ready", async (Readiness readiness) =>
        {
            var answer = await readiness.AskAsync();
            return Results.Json(answer, statusCode: answer.Reason is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        }).AllowAnonymous().ExcludeFromDescription();
    }
}

/// <summary>Whether the node is ready: the database answers and takes what the node writes, its schema is the program's, the node beats and is not stopping.</summary>
internal sealed class Readiness(Database database, WorkflowQueries workflows, NodeOptions options, TimeProvider clock, IHostApplicationLifetime lifetime)
{
    /// <summary>A node beats every 5 s; one that has not been heard of for so long hangs or cannot write.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    /// <summary>Time for the database to answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private Task<Answer> _look = Task.FromResult(new Answer("waiting", "Nobody has asked."));

    /// <summary>Looks, for three seconds at most. A look that hangs (a frozen database also holds up whoever cancels) is not joined by a second.</summary>
    public async Task<Answer> AskAsync()
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return new Answer("stopping", "The process was told to stop.");
        Task<Answer> look;
        lock (_lock)
        {
            if (_look.IsCompleted)
                _look = Task.Run(LookAsync);
            look = _look;
        }
        try
        {
            return await look.WaitAsync(Patience, clock);
        }
        catch (TimeoutException)
        {
            return new Answer("waiting for the database", $"It did not answer within {Patience.TotalSeconds:0} s.");
        }
    }

    private async Task<Answer> LookAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(Patience, clock);
            if (await database.SchemaProblemAsync(limit.Token) is { } problem)
                return new Answer("waiting for the schema", problem);
            var node = (await workflows.NodesAsync(limit.Token)).FirstOrDefault(n => n.Name == options.Name);
            if (node is null)
                return new Answer("waiting for the node", "The node has not begun to beat.");
            if (node.Stopping || clock.GetUtcNow() - node.HeartbeatAt > Silence && !node.Alive)
                return new Answer("waiting for the node", "The node has not beaten for a while.");
            // A database without room answers what is read, and refuses what is written.
            if (options.Pulse.Problem is { } refused)
                return new Answer("waiting for the database", refused);
            return new Answer("ready", null) { Node = node.Name, Version = node.Version, Migration = database.NewestMigration };
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException or InvalidOperationException or IOException)
        {
            return new Answer("waiting for the database", e is OperationCanceledException ? $"It did not answer within {Patience.TotalSeconds:0} s." : e.Message);
        }
    }

    /// <summary>What the probe says.</summary>
    /// <param name="Status">One word or two.</param>
    /// <param name="Reason">Why it is not ready; null where it is.</param>
    internal sealed record Answer(string Status, string? Reason)
    {
        public string? Node { get; init; }

        public string? Version { get; init; }

        public int? Migration { get; init; }
    }
}
