namespace Platform.Tables.Sources;

/// <summary>A table or view of a PostgreSQL database, as the server's own catalogs describe it.</summary>
public sealed record PostgresRelation
{
    public required string Schema { get; init; }

    public required string Name { get; init; }

    public required PostgresRelationKind Kind { get; init; }

    /// <summary>Rows as the server estimates them; null where it has never counted, and for views.</summary>
    public long? EstimatedRows { get; init; }

    /// <summary>Bytes with those of its partitions, without indexes; null for views and foreign tables.</summary>
    public long? Bytes { get; init; }

    /// <summary>The comment on it; null without one.</summary>
    public string? Comment { get; init; }

    /// <summary>Whether the user may read at least one column of it.</summary>
    public required bool Readable { get; init; }

    /// <summary>Changes when its definition or its rows may have changed; null where the server cannot tell, as on a standby or for foreign tables.</summary>
    public string? State { get; init; }

    /// <summary>Columns in their order.</summary>
    public IReadOnlyList<PostgresRelationColumn> Columns { get; init; } = [];

    /// <summary>Primary key and unique constraints, the primary key first.</summary>
    public IReadOnlyList<PostgresKey> Keys { get; init; } = [];

    public IReadOnlyList<PostgresForeignKey> ForeignKeys { get; init; } = [];
}

/// <summary>What a relation is.</summary>
public enum PostgresRelationKind
{
    Table,
    PartitionedTable,
    View,
    MaterializedView,
    ForeignTable,
}

/// <summary>A column of a relation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">As <c>format_type</c> writes it, such as <c>numeric(10,2)</c>.</param>
/// <param name="Nullable">Whether it may be null.</param>
/// <param name="Readable">Whether the user may read it.</param>
/// <param name="Comment">The comment on it; null without one.</param>
public sealed record PostgresRelationColumn(string Name, string Type, bool Nullable, bool Readable, string? Comment);

/// <summary>A primary key or a unique constraint.</summary>
/// <param name="Columns">Its columns in order.</param>
/// <param name="IsPrimary">Whether it is the primary key.</param>
public sealed record PostgresKey(IReadOnlyList<string> Columns, bool IsPrimary);

/// <summary>A foreign key.</summary>
/// <param name="Columns">Columns that refer, in order.</param>
/// <param name="ToSchema">Schema of the table that is referred to.</param>
/// <param name="ToTable">The table that is referred to.</param>
/// <param name="ToColumns">Columns that are referred to, in the same order.</param>
/// <param name="IsValidated">Whether the server has checked every row; false for one that is declared NOT VALID.</param>
public sealed record PostgresForeignKey(IReadOnlyList<string> Columns, string ToSchema, string ToTable, IReadOnlyList<string> ToColumns, bool IsValidated);
