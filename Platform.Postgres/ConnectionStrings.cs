using Npgsql;

namespace Platform.Postgres;

/// <summary>Reads connection strings as people write them, and adds the platform's habits.</summary>
internal static class ConnectionStrings
{
    private const string IdleTimeout = "idle_in_transaction_session_timeout";

    /// <summary>Reads Npgsql's form (<c>Host=…;Username=…</c>) or an address (<c>postgresql://user:password@host:port/database?sslmode=require</c>).</summary>
    /// <exception cref="DatabaseException">It is neither. The message does not repeat the text, which may hold a password.</exception>
    internal static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            var builder = text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase)
                ? FromAddress(new Uri(text))
                : new NpgsqlConnectionStringBuilder(text);
            if (string.IsNullOrEmpty(builder.Host))
                throw new DatabaseException("The database connection string names no host. Write it as postgresql://user:password@host:5432/database, or as Host=…;Database=…;Username=…;Password=….");
            return builder;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // Npgsql's message may quote a part of the text, so only its kind is kept.
            throw new DatabaseException("The database connection string cannot be read. Write it as postgresql://user:password@host:5432/database, or as Host=…;Database=…;Username=…;Password=….");
        }
    }

    /// <summary>Settings that every connection of the platform has unless the string says otherwise.</summary>
    internal static void AddDefaults(NpgsqlConnectionStringBuilder builder)
    {
        Default("Maximum Pool Size", 40);
        Default("Max Auto Prepare", 200);
        Default("Auto Prepare Min Usages", 3);
        Default("Application Name", "platform");
        Default("Include Error Detail", true);
        Default("Keepalive", 30);
        // Sessions speak UTC whatever the server's zone.
        Default("Timezone", "UTC");
        // A process that freezes, or loses its line without a word, in the middle of a transaction keeps its locks, and everybody waits for them: the server would not notice for hours.
        // It ends such a transaction after the time of a lease. Whatever stands idle in one for longer on purpose says so (set local … = 0).
        if (builder.Options?.Contains(IdleTimeout, StringComparison.Ordinal) is not true)
            builder.Options = $"{builder.Options} -c {IdleTimeout}=10s".Trim();

        void Default(string name, object value)
        {
            if (!builder.ShouldSerialize(name))
                builder[name] = value;
        }
    }

    private static NpgsqlConnectionStringBuilder FromAddress(Uri address)
    {
        var builder = new NpgsqlConnectionStringBuilder { Host = Uri.UnescapeDataString(address.Host) };
        if (address.Port > 0)
            builder.Port = address.Port;
        var user = address.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
            builder.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1)
            builder.Password = Uri.UnescapeDataString(user[1]);
        if (address.AbsolutePath.Length > 1)
            builder.Database = Uri.UnescapeDataString(address.AbsolutePath[1..]);
        foreach (var pair in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var value = Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? "");
            if (parts[0] == "sslmode")
                builder.SslMode = Enum.Parse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
            else
                builder[parts[0].Replace('_', ' ')] = value;
        }

        return builder;
    }
}
