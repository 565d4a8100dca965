using System.Text.Json.Serialization;
using Platform.Engine;
using Platform.Engine.Simulate;
using Platform.Server.Hosting;
using Platform.Workflows;

namespace Platform.Server.Api;

/// <summary>Simulations over HTTP.</summary>
internal static class SimulationApi
{
    public static void MapSimulation(this RouteGroupBuilder api) =>
        api.MapPost("/simulate", async (Simulation simulation, SimulationBody body, CancellationToken cancellationToken) =>
                Results.Ok(await simulation.RunAsync(Request(body), new NodeOptions { Concurrency = EngineService.DefaultConcurrency }, cancellationToken)))
            .WithSummary("What a schedule or a backfill would take")
            .WithDescription("From recorded durations and within the engine's limits; nothing is run or written. Durations are texts such as 30s or 5m. Tasks that never succeeded refuse it with 400, unless they are given or `default_duration` is.")
            .Produces<SimulationResult>().Fails(400, 404, 422);

    private static SimulationRequest Request(SimulationBody body) => new()
    {
        Workflows = [.. (body.Workflows ?? []).Select(w => new SimulatedWorkflow
        {
            Name = w.Name,
            Version = w.Version,
            From = w.From,
            To = w.To,
            Backfill = w.Backfill ?? false,
            ActiveRuns = w.ActiveRuns,
            NewestFirst = w.NewestFirst ?? false,
        })],
        Workers = body.Workers,
        Concurrency = body.Concurrency,
        With = body.With ?? [],
        Durations = (body.Durations ?? []).ToDictionary(d => d.Key, d => Duration.Parse(d.Value)),
        DefaultDuration = body.DefaultDuration is null ? null : Duration.Parse(body.DefaultDuration),
        Elements = body.Elements ?? [],
        Percentile = body.Percentile ?? 50,
        Seed = body.Seed,
        Parts = body.Parts ?? 60,
    };

    /// <summary>What <c>POST /simulate</c> takes; see <see cref="SimulationRequest"/>.</summary>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record SimulationBody(
        IReadOnlyList<WorkflowBody>? Workflows, int? Workers, int? Concurrency, Dictionary<string, int>? With, Dictionary<string, string>? Durations, string? DefaultDuration,
        Dictionary<string, int>? Elements, int? Percentile, int? Seed, int? Parts);

    /// <summary>A workflow of a simulation; see <see cref="SimulatedWorkflow"/>.</summary>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record WorkflowBody(string Name, int? Version, string? From, string? To, bool? Backfill, int? ActiveRuns, bool? NewestFirst);
}
