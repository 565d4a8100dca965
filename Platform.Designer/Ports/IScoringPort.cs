namespace Platform.Designer.Ports;

/// <summary>Lets a page try a deployed model. The host implements it over the same scorer that serves <c>POST /api/v1/models/{name}/score</c>.</summary>
public interface IScoringPort
{
    /// <summary>A request that the model can answer, as indented JSON; null where the model is not deployed.</summary>
    Task<string?> ExampleRequestAsync(string model, CancellationToken cancellationToken);

    /// <summary>Scores a request with the deployed version. A bad request is an answer, not an exception.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="requestJson">The body that the endpoint takes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<ScoringAnswer> ScoreAsync(string model, string requestJson, CancellationToken cancellationToken);
}

/// <summary>What the endpoint answered.</summary>
/// <param name="Json">The answer as indented JSON; null where it failed.</param>
/// <param name="Problem">Why it failed and what to do; null where it did not.</param>
/// <param name="Took">Time of the scoring alone.</param>
public sealed record ScoringAnswer(string? Json, string? Problem, TimeSpan Took);
