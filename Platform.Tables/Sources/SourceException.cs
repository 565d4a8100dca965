namespace Platform.Tables.Sources;

/// <summary>An input cannot be read as asked. The message says what, which and what to do.</summary>
/// <param name="kind">A group that a caller can act on.</param>
/// <param name="message">What, which, what to do.</param>
/// <param name="inner">The cause, or null.</param>
public sealed class SourceException(SourceErrorKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The group of the error.</summary>
    public SourceErrorKind Kind { get; } = kind;
}

/// <summary>Why an input cannot be read.</summary>
public enum SourceErrorKind
{
    /// <summary>There is no such file, table or database.</summary>
    NotFound,

    /// <summary>The data are not in the form that was asked for.</summary>
    BadInput,

    /// <summary>More lines were rejected than allowed.</summary>
    TooManyRejected,

    /// <summary>The source does not answer; it may do so later.</summary>
    Unavailable,

    /// <summary>The options contradict each other or name something unknown.</summary>
    BadOption,
}
