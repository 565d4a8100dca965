using System.Net.Sockets;
using Npgsql;
using Platform.Designer.Shell;

namespace Platform.Designer.Tests;

public sealed class OutageTests
{
    [Fact]
    public void A_database_that_does_not_answer_is_told_apart_from_a_mistake()
    {
        Assert.True(Outage.Is(new NpgsqlException("Failed to connect", new SocketException(111))));
        Assert.True(Outage.Is(new InvalidOperationException("no page", new NpgsqlException("gone", new IOException("reset")))));
        Assert.True(Outage.Is(new PostgresException("the database system is shutting down", "FATAL", "FATAL", PostgresErrorCodes.AdminShutdown)));
        Assert.False(Outage.Is(new PostgresException("column does not exist", "ERROR", "ERROR", PostgresErrorCodes.UndefinedColumn)));
        Assert.False(Outage.Is(new InvalidOperationException("a mistake")));
    }
}
