namespace Platform.Postgres.Backup;

/// <summary>What a copy of the database holds, so that it can be put back without it.</summary>
public sealed record DatabaseContents
{
    /// <summary>The migrations that were applied, by number.</summary>
    public required IReadOnlyList<AppliedMigration> Migrations { get; init; }

    /// <summary>The tables in the order in which they are copied.</summary>
    public required IReadOnlyList<CopiedTable> Tables { get; init; }

    /// <summary>Version of the server, for people.</summary>
    public required string Server { get; init; }
}

/// <summary>An applied migration.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Checksum">SHA-256 of its text.</param>
public sealed record AppliedMigration(int Number, string Name, string Checksum);

/// <summary>A table whose rows are copied.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name; of a partitioned table the whole.</param>
/// <param name="Columns">The columns in the order of the copy; generated ones are left out.</param>
public sealed record CopiedTable(string Schema, string Name, IReadOnlyList<string> Columns)
{
    /// <summary><c>schema.name</c>, for entries and messages.</summary>
    public string FullName => $"{Schema}.{Name}";

    internal string Sql => $"{Quote(Schema)}.{Quote(Name)}";

    internal string ColumnSql => string.Join(", ", Columns.Select(Quote));

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>A sequence's state.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name.</param>
/// <param name="Last">The last number that was drawn, or the first to be drawn.</param>
/// <param name="Called">Whether <paramref name="Last"/> was drawn.</param>
public sealed record SequenceState(string Schema, string Name, long Last, bool Called);
