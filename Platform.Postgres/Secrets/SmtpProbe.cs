namespace Platform.Postgres.Secrets;

/// <summary>Greets a mail server, turns TLS on as set, signs in if there is a user, and leaves without sending.</summary>
internal static class SmtpProbe
{
    internal static async Task<ConnectionTestResult> TestAsync(IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        try
        {
            await using var session = await SmtpSession.OpenAsync(fields, cancellationToken);
            _ = await session.SayAsync("QUIT", cancellationToken);
            return new ConnectionTestResult(true, $"{fields["host"]} greeted: {session.Greeting}.");
        }
        catch (SmtpRefusedException e)
        {
            return new ConnectionTestResult(false, e.Message);
        }
    }
}
