using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Platform.Postgres.Embedded;

/// <summary>A folder with <c>initdb</c> and <c>postgres</c>, and the version they are.</summary>
internal sealed partial record PostgresBinaries(string BinFolder, int Major, string Version)
{
    private const string DebianFolder = "/usr/lib/postgresql";

    internal string Server => Path.Combine(BinFolder, "postgres");

    internal string InitDb => Path.Combine(BinFolder, "initdb");

    /// <summary>
    /// Finds the server: <c>postgres/</c> beside the program, else where npm put it at build time, else Debian's. Data that exist already want their own major version.
    /// </summary>
    /// <param name="account">The account that must be able to run them.</param>
    /// <param name="dataFolder">Data that may exist already.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="DatabaseException">There is none, or none of the right version.</exception>
    internal static async Task<PostgresBinaries> FindAsync(ServerAccount account, string dataFolder, CancellationToken cancellationToken)
    {
        var wanted = MajorOf(dataFolder);
        var problems = new List<string>();
        var versions = new List<string>();
        foreach (var folder in Candidates())
        {
            if (!File.Exists(Path.Combine(folder, "postgres")) || !File.Exists(Path.Combine(folder, "initdb")))
                continue;
            var (exit, output) = await Tool.RunAsync([Path.Combine(folder, "postgres"), "--version"], "/", cancellationToken);
            var match = VersionPattern().Match(output);
            if (exit != 0 || !match.Success)
            {
                problems.Add(Explain(folder, output));
                continue;
            }

            var major = int.Parse(match.Groups["major"].ValueSpan, CultureInfo.InvariantCulture);
            versions.Add($"{major} in {folder}");
            if (wanted is not null && major != wanted)
                continue;
            var found = new PostgresBinaries(folder, major, match.Groups["version"].Value);
            return await found.ReadableByAsync(account, cancellationToken);
        }

        if (wanted is not null && versions.Count > 0)
            throw new DatabaseException($"The database folder {dataFolder} was made by PostgreSQL {wanted}, and this machine has version {string.Join(", ", versions)}. Install postgresql-{wanted}, or choose another home with --home, or pass a server with --database.");
        throw new DatabaseException("The embedded PostgreSQL server cannot be used" + (problems.Count > 0 ? ": " + string.Join(" ", problems) : ": no 'postgres' folder beside the program and none under " + DebianFolder + ".")
            + " Build the program again, install PostgreSQL, or pass a server with --database.");
    }

    /// <summary>The major version that made the data; null when there are none.</summary>
    internal static int? MajorOf(string dataFolder)
    {
        var file = Path.Combine(dataFolder, "PG_VERSION");
        return File.Exists(file) && int.TryParse(File.ReadAllText(file).Trim().Split('.')[0], out var major) ? major : null;
    }

    private static IEnumerable<string> Candidates()
    {
        yield return Path.Combine(AppContext.BaseDirectory, "postgres", "bin");
        var built = typeof(PostgresBinaries).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "EmbeddedServerFolder")?.Value;
        if (built is not null)
            yield return Path.Combine(built, "bin");
        if (!Directory.Exists(DebianFolder))
            yield break;
        foreach (var folder in Directory.EnumerateDirectories(DebianFolder).OrderByDescending(f => int.TryParse(Path.GetFileName(f), out var version) ? version : 0))
            yield return Path.Combine(folder, "bin");
    }

    private static string Explain(string folder, string output)
    {
        var line = output.Trim().Split('\n')[0];
        return line.Contains("libicu", StringComparison.Ordinal)
            ? $"the server in {folder} finds no ICU library ({line}); run 'node scripts/hydrate-symlinks.js' in its package, or install libicu."
            : $"the server in {folder} does not start ({line}).";
    }

    /// <summary>Below a folder such as /root the account may not walk: then a copy in /var/cache serves, made once for a version.</summary>
    private async Task<PostgresBinaries> ReadableByAsync(ServerAccount account, CancellationToken cancellationToken)
    {
        if (!account.Switch)
            return this;
        var (exit, _) = await Tool.RunAsync([.. account.Prefix, Server, "--version"], "/", cancellationToken);
        if (exit == 0)
            return this;

        var source = Path.GetDirectoryName(BinFolder)!;
        var stamp = File.GetLastWriteTimeUtc(Server).Ticks.ToString("x", CultureInfo.InvariantCulture);
        var cache = "/var/cache/platform";
        var target = Path.Combine(cache, $"postgres-{Version}-{stamp}");
        if (!Directory.Exists(target))
        {
            Directory.CreateDirectory(cache);
            var draft = target + "." + Guid.NewGuid().ToString("N")[..8];
            var (copied, said) = await Tool.RunAsync([Tool.Shell, "-c", "cp -a \"$1\" \"$2\" && chown -R 0:0 \"$2\" && chmod -R a+rX,go-w \"$2\" && chmod a+rx /var/cache/platform", "sh", source, draft], "/", cancellationToken);
            if (copied != 0)
                throw new DatabaseException($"The account {account.Name} cannot read the PostgreSQL server in {source}, and a copy in {cache} could not be made: {said.Trim()}");
            try
            {
                Directory.Move(draft, target);
            }
            catch (IOException) when (Directory.Exists(target))
            {
                // Another process made the same copy first.
                Directory.Delete(draft, recursive: true);
            }
        }

        if (NativeMethods.Identify(target)?.User != 0)
            throw new DatabaseException($"{target} should belong to root and does not. Remove it, then start again.");
        return this with { BinFolder = Path.Combine(target, "bin") };
    }

    [GeneratedRegex(@"\(PostgreSQL\) (?<version>(?<major>\d+)[\w.]*)")]
    private static partial Regex VersionPattern();
}
