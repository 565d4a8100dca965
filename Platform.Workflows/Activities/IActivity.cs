namespace Platform.Workflows.Activities;

/// <summary>
/// One kind of work. A new instance is made for each attempt: services through the constructor, inputs through its <see cref="FieldAttribute"/> properties.
/// It must be safe to run again: an attempt may die at any moment and be repeated, so tables are committed once under
/// <see cref="ActivityContext.CommitKey"/> and calls to the outside carry <see cref="ActivityContext.IdempotencyKey"/>.
/// </summary>
public interface IActivity
{
    /// <summary>Does the work of one attempt.</summary>
    /// <param name="context">What the attempt knows and may use.</param>
    /// <param name="cancellationToken">Fires on cancel, time-out, lost lease and shutdown; an activity has 30 s to return after it.</param>
    /// <exception cref="ActivityException">The work failed for a reason that a user can act on.</exception>
    Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken);
}

/// <summary>What a successful, skipped or deferred attempt returns; failure is an exception.</summary>
public sealed record ActivityResult
{
    /// <summary>Whether the task is done or had nothing to do.</summary>
    public ActivityOutcome Outcome { get; init; } = ActivityOutcome.Success;

    /// <summary>A record or dictionary, written as a JSON object in snake_case, 64 KiB at most. Null is an empty object.</summary>
    public object? Outputs { get; init; }

    /// <summary>Ids of the tasks directly downstream to follow; the others are skipped. Null follows all.</summary>
    public IReadOnlyList<string>? Follow { get; init; }

    /// <summary>Why it was skipped, shown on the task. Null when it was not.</summary>
    public string? Reason { get; init; }

    /// <summary>What the attempt waits for; null unless it is deferred.</summary>
    public Deferral? Deferral { get; init; }

    /// <summary>The task is done.</summary>
    public static ActivityResult Success(object? outputs = null) => new() { Outputs = outputs };

    /// <summary>There was nothing to do: the task becomes <c>skipped</c>.</summary>
    public static ActivityResult Skipped(string reason) => new() { Outcome = ActivityOutcome.Skipped, Reason = reason };

    /// <summary>The attempt waits for something outside and holds no worker meanwhile: the task becomes <c>deferred</c>.</summary>
    public static ActivityResult Deferred(Deferral deferral) => new() { Outcome = ActivityOutcome.Deferred, Deferral = deferral };
}

/// <summary>How an attempt ended when it did not fail.</summary>
public enum ActivityOutcome
{
    Success,
    Skipped,

    /// <summary>It goes on later, when what it waits for has come.</summary>
    Deferred,
}

/// <summary>The work failed for a reason that a user can act on: the message says what, which and what to do.</summary>
/// <param name="kind">A short word for <c>retry_on</c>: <c>bad-input</c>, <c>not-found</c>, <c>unavailable</c>, <c>conflict</c>, <c>check-failed</c>, <c>timeout</c>, <c>refused</c>.</param>
/// <param name="message">What, which, what to do.</param>
/// <param name="retryable">Whether another attempt could succeed. False ends the task at once, whatever its retries.</param>
/// <param name="inner">The cause, or null.</param>
public sealed class ActivityException(string kind, string message, bool retryable = true, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The word that <c>retry_on</c> matches.</summary>
    public string Kind { get; } = kind;

    /// <summary>Whether another attempt could succeed.</summary>
    public bool Retryable { get; } = retryable;
}
