using System.Globalization;
using Npgsql;

namespace Platform.Server.Tests.Operations;

/// <summary>The embedded database of a home, while some process uses it.</summary>
internal static class HomeDatabase
{
    /// <summary>How to connect; outside the pool, so that the server can stop.</summary>
    public static string ConnectionString(string home)
    {
        var folder = Path.Combine(home, "postgres");
        // The fourth line of the server's pid file is its port.
        var port = int.Parse(File.ReadAllLines(Path.Combine(folder, "data", "postmaster.pid"))[3], CultureInfo.InvariantCulture);
        return new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = "platform",
            Password = File.ReadAllText(Path.Combine(folder, "password")).Trim(),
            Database = "postgres",
            Pooling = false,
        }.ConnectionString;
    }
}
