namespace Platform.Postgres;

/// <summary>Cancelling work that may be inside the database driver.</summary>
public static class CancellationExtensions
{
    /// <summary>
    /// Cancels, also when a statement's connection breaks at this very moment: the driver's own registration then uses what it has just disposed of, and Cancel would throw that at whoever stops.
    /// The statement has ended by then, so there is nothing left to cancel. What anybody else's registration throws is still thrown.
    /// </summary>
    public static async Task CancelSafelyAsync(this CancellationTokenSource source)
    {
        try
        {
            await source.CancelAsync();
        }
        catch (AggregateException e) when (e.Flatten().InnerExceptions.All(inner => inner is ObjectDisposedException))
        {
            // Every registration has been called; see above.
        }
    }
}
