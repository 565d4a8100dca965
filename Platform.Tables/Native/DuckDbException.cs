namespace Platform.Tables.Native;

/// <summary>What went wrong inside DuckDB, in the groups that a caller can act on.</summary>
public enum DuckDbErrorKind
{
    /// <summary>Anything without a group of its own.</summary>
    Other,

    /// <summary>The SQL text cannot be parsed.</summary>
    Syntax,

    /// <summary>The SQL names a table, column or function that does not exist, or types that do not fit.</summary>
    Binding,

    /// <summary>A value cannot be converted, is out of range, or divides by zero.</summary>
    Conversion,

    /// <summary>A parameter of the statement was not given, or has a type that cannot be bound.</summary>
    Parameter,

    /// <summary>A file cannot be read or written.</summary>
    InputOutput,

    /// <summary>The memory limit was reached.</summary>
    OutOfMemory,

    /// <summary>The spill folder grew over its limit.</summary>
    SpillLimit,

    /// <summary>The statement reads or does what a confined session may not.</summary>
    Permission,

    /// <summary>The statement was interrupted.</summary>
    Interrupted,

    /// <summary>A constraint does not hold.</summary>
    Constraint,

    /// <summary>A setting does not exist or cannot be changed.</summary>
    Setting,

    /// <summary>DuckDB itself failed; the database must not be used further.</summary>
    Internal,
}

/// <summary>An error of DuckDB, with a message that its users can read.</summary>
public sealed class DuckDbException(DuckDbErrorKind kind, string message) : Exception(message)
{
    /// <summary>The group of the error.</summary>
    public DuckDbErrorKind Kind => kind;

    /// <summary>From duckdb_error_type and DuckDB's own message, whose first words repeat the type.</summary>
    internal static DuckDbException From(int errorType, string message)
    {
        var kind = KindOf(errorType, message);
        var text = message.TrimEnd();
        return new DuckDbException(kind, text.Length == 0 ? "DuckDB failed without a message." : text);
    }

    private static DuckDbErrorKind KindOf(int errorType, string message) => errorType switch
    {
        14 or 22 => DuckDbErrorKind.Syntax,
        13 or 24 or 5 or 12 or 15 => DuckDbErrorKind.Binding,
        1 or 2 or 6 or 32 => FromPrefix(message) ?? DuckDbErrorKind.Conversion,
        35 or 36 => DuckDbErrorKind.Parameter,
        28 or 38 => DuckDbErrorKind.InputOutput,
        33 => DuckDbErrorKind.OutOfMemory,
        34 => DuckDbErrorKind.Permission,
        29 => DuckDbErrorKind.Interrupted,
        18 => DuckDbErrorKind.Constraint,
        23 or 42 => DuckDbErrorKind.Setting,
        30 or 31 => DuckDbErrorKind.Internal,
        _ => FromPrefix(message) ?? DuckDbErrorKind.Other,
    };

    /// <summary>Errors of the parse and prepare steps carry no type, but their message begins with it.</summary>
    private static DuckDbErrorKind? FromPrefix(string message) => message.Split(" Error:", 2)[0] switch
    {
        "Parser" or "Syntax" => DuckDbErrorKind.Syntax,
        "Binder" or "Catalog" or "Mismatch Type" => DuckDbErrorKind.Binding,
        "Conversion" or "Out of Range" => DuckDbErrorKind.Conversion,
        "IO" or "HTTP" => DuckDbErrorKind.InputOutput,
        "Out of Memory" => DuckDbErrorKind.OutOfMemory,
        "Permission" => DuckDbErrorKind.Permission,
        "INTERRUPT" => DuckDbErrorKind.Interrupted,
        "Constraint" => DuckDbErrorKind.Constraint,
        "INTERNAL" or "FATAL" => DuckDbErrorKind.Internal,
        "Parameter Not Resolved" or "Parameter Not Allowed" => DuckDbErrorKind.Parameter,
        _ => null,
    };
}
