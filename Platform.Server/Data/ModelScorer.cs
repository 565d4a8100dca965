using System.Text.Json.Nodes;
using Platform.Catalog.Models;
using Platform.Learning;
using Platform.Learning.Serving;

namespace Platform.Server.Data;

/// <summary>Scores requests with the version in service of a model, and counts them. The API, the page and the command line all come here.</summary>
internal sealed class ModelScorer(ModelRegistry registry, ModelServer server, EndpointRecorder recorder, TimeProvider clock)
{
    /// <summary>Answers a request with the champion of a model, or with a version of it.</summary>
    /// <param name="model">Name of the model or of its endpoint.</param>
    /// <param name="version">Null is the champion.</param>
    /// <param name="request">See <see cref="ScoreRequest"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Null where there is no such model, no champion or no such version.</returns>
    /// <exception cref="LearningException">The request has another shape, or the model's files cannot be read.</exception>
    public async Task<JsonObject?> ScoreAsync(string model, int? version, JsonNode? request, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        if (await registry.FindEndpointAsync(model, cancellationToken) is not { } endpoint)
            return null;
        var asset = $"{(endpoint.IsEndpoint ? "endpoint" : "model")}:{model}";
        if (await registry.FindAsync(endpoint.Model, version, cancellationToken) is not { } found)
        {
            // A version that never was is a mistake of who asks; none in service is one of who deploys.
            if (version is null)
                recorder.Failed(asset, 0, "No version is in service.");
            else
                recorder.Refused(asset, 0);
            return null;
        }
        ScoreRequest questions;
        try
        {
            // Read by itself first: what goes wrong afterwards lies with the model.
            questions = ScoreRequest.Parse(request);
        }
        catch (LearningException)
        {
            recorder.Refused(asset, found.Version);
            throw;
        }
        try
        {
            var answer = server.Score(found.Location, found.Model, found.Version, questions);
            recorder.Answered(asset, found.Version, clock.GetElapsedTime(started));
            return answer;
        }
        catch (Exception failed) when (failed is LearningException or IOException or UnauthorizedAccessException)
        {
            recorder.Failed(asset, found.Version, failed.Message);
            throw;
        }
    }

    /// <summary>The version that answers; null where there is none.</summary>
    public async Task<ModelVersionRow?> FindAsync(string model, int? version, CancellationToken cancellationToken)
    {
        var name = await registry.FindEndpointAsync(model, cancellationToken) is { } endpoint ? endpoint.Model : model;
        return await registry.FindAsync(name, version, cancellationToken);
    }
}
