namespace Platform.Postgres;

/// <summary>The database cannot be opened, migrated or used. The message says what happened and what to do, and holds no password.</summary>
public sealed class DatabaseException : Exception
{
    public DatabaseException(string message)
        : base(message)
    {
    }

    public DatabaseException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
