using System.Text.Json.Nodes;
using Platform.Catalog.Models;
using Platform.Learning;
using Platform.Learning.Serving;

namespace Platform.Server.Data;

/// <summary>Scores requests with the version in service of a model. The API, the page and the command line all come here.</summary>
internal sealed class ModelScorer(ModelRegistry registry, ModelServer server)
{
    /// <summary>Answers a request with the champion of a model, or with a version of it.</summary>
    /// <param name="model">Name of the model or of its endpoint.</param>
    /// <param name="version">Null is the champion.</param>
    /// <param name="request">See <see cref="ScoreRequest"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Null where there is no such model, no champion or no such version.</returns>
    /// <exception cref="LearningException">The request has another shape, or the model's files cannot be read.</exception>
    public async Task<JsonObject?> ScoreAsync(string model, int? version, JsonNode? request, CancellationToken cancellationToken) =>
        await FindAsync(model, version, cancellationToken) is { } found ? server.Score(found.Location, found.Model, found.Version, request) : null;

    /// <summary>The version that answers; null where there is none.</summary>
    public async Task<ModelVersionRow?> FindAsync(string model, int? version, CancellationToken cancellationToken)
    {
        var name = await registry.FindEndpointAsync(model, cancellationToken) is { } endpoint ? endpoint.Model : model;
        return await registry.FindAsync(name, version, cancellationToken);
    }
}
