using System.Globalization;

namespace Platform.Postgres.Embedded;

/// <summary>
/// The account that the server runs under. An ordinary user runs it as themself; root, which PostgreSQL refuses, runs it through <c>setpriv</c> under an account
/// that exists: the owner of the data folder if there is one, else <c>postgres</c>, else <c>nobody</c>.
/// </summary>
internal sealed record ServerAccount(string Name, uint User, uint Group, bool Switch)
{
    private const string AccountsFile = "/etc/passwd";

    /// <exception cref="DatabaseException">The data folder belongs to somebody else, or no account can be found.</exception>
    internal static ServerAccount Choose(string dataFolder)
    {
        var me = NativeMethods.UserId;
        var owner = NativeMethods.Identify(dataFolder)?.User;
        if (me != 0)
        {
            if (owner is { } other && other != me)
                throw new DatabaseException($"The database folder {dataFolder} belongs to {NameOf(other)}, and this program runs as {NameOf(me)}. Run it as {(other == 0 ? "root" : NameOf(other) + " or as root")}, or choose another home with --home.");
            return new ServerAccount(NameOf(me), me, 0, Switch: false);
        }

        var accounts = Accounts();
        if (owner == 0)
            throw new DatabaseException($"The database folder {dataFolder} belongs to root, and PostgreSQL does not run as root. Give it to an account, for example: chown -R nobody {dataFolder}");
        var account = owner is { } user
            ? accounts.FirstOrDefault(a => a.User == user) ?? new ServerAccount(user.ToString(CultureInfo.InvariantCulture), user, user, Switch: true)
            : accounts.FirstOrDefault(a => a.Name == "postgres") ?? accounts.FirstOrDefault(a => a.Name == "nobody") ?? accounts.FirstOrDefault(a => a.User != 0);
        if (account is null)
            throw new DatabaseException($"PostgreSQL does not run as root, and {AccountsFile} lists no other account. Add one, for example: useradd --system postgres");
        if (Tool.Find("setpriv") is null)
            throw new DatabaseException("PostgreSQL does not run as root, and 'setpriv', which would start it under another account, was not found. Install the package util-linux, or run the program as an ordinary user.");
        return account;
    }

    /// <summary>The command line in front of a program of the server.</summary>
    internal IReadOnlyList<string> Prefix => Switch
        ? ["setpriv", "--reuid", User.ToString(CultureInfo.InvariantCulture), "--regid", Group.ToString(CultureInfo.InvariantCulture), "--clear-groups", "--inh-caps=-all", "--no-new-privs", "--"]
        : [];

    /// <summary>Gives a file to the account.</summary>
    internal void Own(string path)
    {
        if (Switch)
            NativeMethods.ChangeOwner(path, User, Group);
    }

    /// <summary>The account's name, or its number where it has none.</summary>
    internal static string NameOf(uint user) =>
        Accounts().FirstOrDefault(a => a.User == user) is { } account ? $"'{account.Name}'" : $"the user with number {user}";

    private static List<ServerAccount> Accounts()
    {
        if (!File.Exists(AccountsFile))
            return [];
        return [.. from line in File.ReadLines(AccountsFile)
                   let parts = line.Split(':')
                   where parts.Length >= 4
                   let user = uint.TryParse(parts[2], out var u) ? u : (uint?)null
                   let @group = uint.TryParse(parts[3], out var g) ? g : (uint?)null
                   where user is not null && @group is not null
                   select new ServerAccount(parts[0], user.Value, @group.Value, Switch: true)];
    }
}
