namespace Platform.Workflows.Activities;

/// <summary>
/// Looks at what an attempt has written before its success counts: where it refuses, the attempt fails, so that neither the tasks downstream nor the workflows that follow
/// what was written begin. The worker asks it after the activity and before the end of the attempt is told to anybody.
/// </summary>
public interface IWriteGate
{
    /// <summary>Lets the attempt pass, or refuses it.</summary>
    /// <param name="context">The attempt; <see cref="ActivityContext.Facts"/> say what it wrote, and take what the gate saw.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ActivityException">It is refused; kind <c>check-failed</c>.</exception>
    Task CheckAsync(ActivityContext context, CancellationToken cancellationToken);
}
