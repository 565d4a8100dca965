namespace Platform.Engine;

/// <summary>A command to the engine cannot be done; the message says what, which and what to do.</summary>
/// <param name="kind">A short word for programs: <c>not-found</c>, <c>bad-input</c>, <c>conflict</c>, <c>invalid-workflow</c>, <c>other-request</c>.</param>
/// <param name="message">What, which, what to do.</param>
public sealed class EngineException(string kind, string message) : Exception(message)
{
    /// <summary>A short word for programs: <c>not-found</c>, <c>bad-input</c>, <c>conflict</c>, <c>invalid-workflow</c>, <c>other-request</c>.</summary>
    public string Kind { get; } = kind;
}
