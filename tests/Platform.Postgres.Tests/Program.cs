using Platform.Postgres;
using Platform.Postgres.Embedded;

namespace Platform.Postgres.Tests;

/// <summary>The other process of tests: <c>hold HOME</c> uses the embedded server until a line comes in or its input ends.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is not ["hold", var home])
            return 2;
        try
        {
            await using var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Home = home }, CancellationToken.None);
            Console.WriteLine($"ready {server.ProcessId} {server.ConnectionString}");
            Console.ReadLine();
            return 0;
        }
        catch (DatabaseException e)
        {
            Console.WriteLine("refused " + e.Message);
            return 1;
        }
    }
}
