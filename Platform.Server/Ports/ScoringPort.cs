using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Designer.Ports;
using Platform.Learning;
using Platform.Server.CommandLine;
using Platform.Server.Data;
using Platform.Tables.Sources;

namespace Platform.Server.Ports;

/// <summary>The model page's try-out, over the scorer that serves the endpoint.</summary>
internal sealed class ScoringPort(ModelScorer scorer) : IScoringPort
{
    public async Task<string?> ExampleRequestAsync(string model, CancellationToken cancellationToken)
    {
        if (await scorer.FindAsync(model, null, cancellationToken) is null)
            return null;
        return """
            {
              "inputs": [
                { "user": "17850", "k": 5 }
              ]
            }
            """;
    }

    public async Task<ScoringAnswer> ScoreAsync(string model, string requestJson, CancellationToken cancellationToken)
    {
        JsonNode? request;
        try
        {
            request = JsonNode.Parse(requestJson);
        }
        catch (JsonException e)
        {
            return new ScoringAnswer(null, $"The request is no JSON: {JsonSyntax.Explain(e)}.", TimeSpan.Zero);
        }
        var started = Stopwatch.GetTimestamp();
        try
        {
            var answer = await scorer.ScoreAsync(model, null, request, cancellationToken);
            var took = Stopwatch.GetElapsedTime(started);
            return answer is null
                ? new ScoringAnswer(null, $"No version of the model '{model}' is in service. Deploy one with the activity deploy.model.", took)
                : new ScoringAnswer(answer.ToJsonString(Cli.JsonOptions), null, took);
        }
        catch (LearningException e)
        {
            return new ScoringAnswer(null, e.Message, Stopwatch.GetElapsedTime(started));
        }
    }
}
