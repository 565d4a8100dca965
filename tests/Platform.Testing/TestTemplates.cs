using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Testing;

/// <summary>Databases that were migrated once, to be copied for each test class. One for each text of the migrations, shared by the test processes of a clone and kept for the next run.</summary>
internal static class TestTemplates
{
    private const string Prefix = "migrated_";

    // Any number that nothing else on the test server locks.
    private const long OneAtATime = 0x74656D706C617465;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(3);
    private static readonly Dictionary<string, Task> Made = [];

    /// <summary>Name of the template with the migrations of Platform.Postgres and of these assemblies.</summary>
    internal static async Task<string> OfAsync(IReadOnlyList<Assembly> assemblies)
    {
        var name = Prefix + Key([typeof(Database).Assembly, .. assemblies]);
        Task made;
        lock (Made)
        {
            if (!Made.TryGetValue(name, out made!))
                Made[name] = made = MakeAsync(name, assemblies);
        }
        await made;
        return name;
    }

    private static async Task MakeAsync(string name, IReadOnlyList<Assembly> assemblies)
    {
        await using var connection = await TestServer.OpenAsync();
        // Goes with the connection.
        await connection.ExecuteAsync("select pg_advisory_lock(@OneAtATime)", new { OneAtATime });
        await SweepAsync(connection, name);
        if (await connection.ExecuteScalarAsync<bool>("select exists (select from pg_database where datname = @name)", new { name }))
            return;
        var raw = await TestServer.CreateDatabaseAsync(null);
        await using (var database = await Database.OpenAsync(new DatabaseOptions { ConnectionString = TestServer.ConnectionStringTo(raw), Home = TestServer.Home }, CancellationToken.None))
            await database.MigrateAsync(assemblies, CancellationToken.None);
        await connection.ExecuteAsync($"alter database {raw} rename to {name}");
    }

    /// <summary>Drops the templates of migrations that are not worked with any more.</summary>
    private static async Task SweepAsync(NpgsqlConnection connection, string wanted)
    {
        var old = await connection.QueryAsync<string>("""
            select datname from pg_database
            where datname like @like and datname <> @wanted and (pg_stat_file('base/' || oid || '/PG_VERSION')).modification < now() - @Kept
            """, new { like = Prefix + "%", wanted, Kept });
        foreach (var name in old)
            await connection.ExecuteAsync($"drop database if exists {name} with (force)");
    }

    private static string Key(IEnumerable<Assembly> assemblies)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var assembly in assemblies.Distinct().OrderBy(a => a.FullName, StringComparer.Ordinal))
        {
            foreach (var resource in assembly.GetManifestResourceNames().Where(r => r.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                using var stream = assembly.GetManifestResourceStream(resource)!;
                hash.AppendData(Encoding.UTF8.GetBytes(resource));
                hash.AppendData(SHA256.HashData(stream));
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
