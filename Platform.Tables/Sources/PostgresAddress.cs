using Npgsql;

namespace Platform.Tables.Sources;

/// <summary>A PostgreSQL database and who asks.</summary>
public sealed record PostgresAddress
{
    public required string Host { get; init; }

    /// <summary>5432 where left out.</summary>
    public int Port { get; init; } = 5432;

    public required string Database { get; init; }

    public required string Username { get; init; }

    /// <summary>Null where none is needed.</summary>
    public string? Password { get; init; }

    /// <summary>disable, allow, prefer, require, verify-ca or verify-full; null is prefer.</summary>
    public string? SslMode { get; init; }

    /// <summary>The key under which one of its tables is known.</summary>
    public string AssetKey(string schema, string table) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"postgresql://{Host}:{Port}/{Database}/{schema}.{table}");

    /// <summary>Without the password.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Host}:{Port}/{Database}");

    /// <param name="pooled">Whether connections are used again for a while: many short looks at one database.</param>
    internal string ConnectionString(bool pooled = false)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = Host,
            Port = Port,
            Database = Database,
            Username = Username,
            Password = Password,
            Timeout = 15,
            CommandTimeout = 0,
            ApplicationName = "platform ingest",
            Pooling = pooled,
        };
        if (pooled)
        {
            builder.ApplicationName = "platform inventory";
            builder.MaxPoolSize = 16;
            // Seconds after which a connection that nobody uses is closed.
            builder.ConnectionIdleLifetime = 5;
            builder.ConnectionPruningInterval = 5;
        }

        if (SslMode is { } mode)
        {
            builder.SslMode = Enum.TryParse<SslMode>(mode.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var parsed)
                ? parsed
                : throw new SourceException(SourceErrorKind.BadOption, $"'{mode}' is no ssl_mode of PostgreSQL. Use disable, prefer, require, verify-ca or verify-full.");
        }
        return builder.ConnectionString;
    }
}
