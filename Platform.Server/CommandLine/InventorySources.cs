using System.Text.RegularExpressions;
using Platform.Inventory.Scan;
using Platform.Postgres.Secrets;
using Platform.Workflows;

namespace Platform.Server.CommandLine;

/// <summary>The sources that a person names for an inventory: folders, databases and services by their address or connection.</summary>
internal static partial class InventorySources
{
    private static readonly HashSet<string> SecretParameters = new(StringComparer.OrdinalIgnoreCase) { "key", "api_key", "apikey", "token", "access_token", "auth", "secret", "password", "signature", "sig", "code" };

    /// <summary>Whether a text names a source rather than an asset: an address, a connection, or a folder or file that is there.</summary>
    public static bool IsSource(string text) =>
        text.StartsWith(InventoryScanner.Connection, StringComparison.Ordinal) || IsDatabase(text) || IsService(text) || IsUnknown(text) || text is "." or ".." || Path.IsPathRooted(text) || text.StartsWith("./", StringComparison.Ordinal) || text.StartsWith("../", StringComparison.Ordinal)
        || Directory.Exists(text) || File.Exists(text);

    /// <summary>Refuses what cannot be a source, without repeating a password.</summary>
    /// <exception cref="CliError">A folder is not there, or an address is none.</exception>
    public static void Check(IReadOnlyList<string> sources)
    {
        foreach (var source in sources)
        {
            if (IsDatabase(source))
                CheckDatabase(Address(source));
            else if (IsService(source))
                CheckService(Address(source));
            else if (IsUnknown(source))
                throw CliError.Usage($"Sources of the kind {source[..source.IndexOf("://", StringComparison.Ordinal)]}:// cannot be inventoried.", "Name a folder, a file, postgresql://user@host/database, connection:NAME or an http address.");
            else if (!source.StartsWith(InventoryScanner.Connection, StringComparison.Ordinal) && !Path.Exists(source))
                throw CliError.Usage($"There is no folder or file '{source}'.", "Name a folder, a file, postgresql://user@host/database, connection:NAME or an http address.");
            if (source.Contains('\n', StringComparison.Ordinal))
                throw CliError.Usage("A source cannot hold a line break.", "Give each source as an argument of its own.");
        }
    }

    /// <summary>The sources as the scan takes them. An address with a user becomes a connection, whose password is kept encrypted; those are added to <paramref name="made"/>.</summary>
    /// <exception cref="CliError">A connection is missing, or an address would leave a secret in plain text.</exception>
    public static async Task<IReadOnlyList<string>> ResolveAsync(PlatformNode node, IReadOnlyList<string> sources, List<MadeConnection> made, CancellationToken cancellationToken)
    {
        var resolved = new List<string>();
        foreach (var source in sources)
            resolved.Add(IsDatabase(source) ? await DatabaseAsync(node, Address(source), made, cancellationToken)
                : IsService(source) ? await ServiceAsync(node, Address(source), made, cancellationToken)
                : source.StartsWith(InventoryScanner.Connection, StringComparison.Ordinal) ? await ConnectionAsync(node, source, cancellationToken)
                : Path.GetFullPath(source));
        return resolved;
    }

    private static void CheckDatabase(Uri address)
    {
        var (user, _) = Credentials(address);
        var database = address.AbsolutePath.Trim('/');
        if (user is null || database.Length == 0)
            throw CliError.Usage($"The address of the database at {address.Host} names no {(user is null ? "user" : "database")}.", "Write postgresql://user@host:port/database; the password may come from PGPASSWORD.");
    }

    private static void CheckService(Uri address)
    {
        if (System.Web.HttpUtility.ParseQueryString(address.Query).AllKeys.FirstOrDefault(name => name is not null && SecretParameters.Contains(name)) is { } secret)
            throw CliError.Usage($"The address of {address.Host} holds '{secret}', which would be kept in plain text.", "Make a connection of the kind http with a token: './platform connections set NAME http url=… token=-', then name connection:NAME.");
    }

    private static async Task<string> ConnectionAsync(PlatformNode node, string source, CancellationToken cancellationToken)
    {
        // connection:crm/customers is a path below the connection's address.
        var name = source[InventoryScanner.Connection.Length..].Split('/', '?')[0];
        await node.Get<ConnectionStore>().GetAsync(name, cancellationToken);
        return source;
    }

    private static async Task<string> DatabaseAsync(PlatformNode node, Uri address, List<MadeConnection> made, CancellationToken cancellationToken)
    {
        var (user, password) = Credentials(address);
        var database = Uri.UnescapeDataString(address.AbsolutePath.Trim('/'));
        var fields = new Dictionary<string, string>
        {
            ["host"] = address.Host,
            ["port"] = (address.Port > 0 ? address.Port : 5432).ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["database"] = database,
            ["username"] = user!,
        };
        if (System.Web.HttpUtility.ParseQueryString(address.Query)["sslmode"] is { Length: > 0 } mode)
            fields["ssl_mode"] = mode;
        if ((password ?? Environment.GetEnvironmentVariable("PGPASSWORD")) is { Length: > 0 } given)
            fields["password"] = given;
        return await KeepAsync(node, "postgresql", $"{address.Host}-{fields["port"]}-{database}-{user}", fields, password is not null, made, cancellationToken);
    }

    private static async Task<string> ServiceAsync(PlatformNode node, Uri address, List<MadeConnection> made, CancellationToken cancellationToken)
    {
        var (user, password) = Credentials(address);
        if (user is null)
            return address.AbsoluteUri;
        var bare = new UriBuilder(address) { UserName = "", Password = "", Query = "", Fragment = "" }.Uri;
        var fields = new Dictionary<string, string> { ["url"] = bare.GetLeftPart(UriPartial.Authority), ["username"] = user };
        if (password is not null)
            fields["password"] = password;
        return await KeepAsync(node, "http", $"{address.Host}-{address.Port}-{user}", fields, password is not null, made, cancellationToken) + address.PathAndQuery;
    }

    private static async Task<string> KeepAsync(PlatformNode node, string kind, string words, Dictionary<string, string> fields, bool onCommandLine, List<MadeConnection> made, CancellationToken cancellationToken)
    {
        var name = NotInNames().Replace(words, "-").Trim('-', '.');
        name = name.Length <= 100 ? name : name[..100];
        var connections = node.Get<ConnectionStore>();
        var known = (await connections.ListAsync(cancellationToken)).Any(connection => connection.Name == name);
        await connections.SetAsync(name, kind, fields, cancellationToken);
        made.Add(new MadeConnection(name, !known, onCommandLine));
        return InventoryScanner.Connection + name;
    }

    /// <summary>After the run: says what was kept of addresses. A new connection that did not come through is not kept, or a mistyped address would stand among the connections for good.</summary>
    /// <param name="node">The platform.</param>
    /// <param name="made">Connections that were made of addresses.</param>
    /// <param name="failed">Sources that could not be scanned; null where nobody knows, and each is asked.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task KeepOrDropAsync(PlatformNode node, IReadOnlyList<MadeConnection> made, IReadOnlyCollection<string>? failed, CancellationToken cancellationToken)
    {
        var connections = node.Get<ConnectionStore>();
        foreach (var (name, isNew, onCommandLine) in made)
        {
            var source = InventoryScanner.Connection + name;
            var works = failed is null ? (await connections.TestAsync(name, cancellationToken)).Works : !failed.Any(one => one == source || one.StartsWith(source + "/", StringComparison.Ordinal));
            var warning = onCommandLine ? " Other accounts of this machine can see a password on the command line, and the shell remembers it: leave it out next time." : "";
            if (works)
                await Console.Error.WriteLineAsync($"Kept as the connection '{name}', its password encrypted; from now on name it connection:{name}.{warning}");
            else if (isNew && await connections.DeleteAsync(name, cancellationToken))
                await Console.Error.WriteLineAsync($"Nothing was kept of the address that became '{name}', since it could not be scanned.{warning}");
        }
    }

    private static (string? User, string? Password) Credentials(Uri address)
    {
        var parts = address.UserInfo.Split(':', 2);
        return (parts[0].Length > 0 ? Uri.UnescapeDataString(parts[0]) : null, parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : null);
    }

    // A message that repeats the text would print its password.
    // So would one whose @ splits it, with the rest of the password taken for a host.
    private static Uri Address(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Host.Length > 0 && (!IsDatabase(text) || text.Count(c => c == '@') <= 1)
        ? address
        : throw CliError.Usage($"The address that begins with {text[..(text.IndexOf("://", StringComparison.Ordinal) + 3)]} cannot be read.", "Write postgresql://user@host:port/database or https://host/path; characters such as @ and / in a password are written %40 and %2F.");

    /// <summary>Whether a text is an address of a kind that nobody reads; database tables that the catalog knows are addresses too, and are asked for before.</summary>
    private static bool IsUnknown(string text) => Scheme().IsMatch(text) && !IsDatabase(text) && !IsService(text);

    private static bool IsDatabase(string text) => text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase);

    private static bool IsService(string text) => text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9+.-]*://", RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();

    [GeneratedRegex("[^A-Za-z0-9._-]+", RegexOptions.CultureInvariant)]
    private static partial Regex NotInNames();
}

/// <summary>A connection that an address became.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsNew">Whether there was none of that name before.</param>
/// <param name="OnCommandLine">Whether its password stood on the command line.</param>
internal sealed record MadeConnection(string Name, bool IsNew, bool OnCommandLine);
