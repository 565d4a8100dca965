namespace Platform.Learning;

/// <summary>Data, options or a model file cannot be used; the message says what, which and what to do.</summary>
public sealed class LearningException : Exception
{
    /// <param name="message">What, which, what to do.</param>
    /// <param name="inner">The cause, or null.</param>
    public LearningException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
