namespace Platform.Designer.Ports;

/// <summary>What the operations page needs to know of its host: how long history is kept, and backups.</summary>
public interface IOperationsPort
{
    /// <summary>How long this node keeps history.</summary>
    KeptHistory Kept { get; }

    /// <summary>Where the database is, without a password.</summary>
    string Database { get; }

    /// <summary>The newest backup that this platform made; null where it made none.</summary>
    Task<BackupEntry?> NewestBackupAsync(CancellationToken cancellationToken);
}

/// <summary>How long history is kept. Null is for ever.</summary>
/// <param name="Runs">Ended runs with their tasks and attempts.</param>
/// <param name="Logs">Lines of logs.</param>
/// <param name="Events">Events that every reader has.</param>
/// <param name="Catalog">Accesses, metrics, results of checks, profiles.</param>
public sealed record KeptHistory(TimeSpan? Runs, TimeSpan? Logs, TimeSpan? Events, TimeSpan? Catalog);

/// <summary>A backup that was made.</summary>
public sealed record BackupEntry
{
    /// <summary>The moment whose state it holds.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Path as it was written.</summary>
    public required string File { get; init; }

    /// <summary>Machine that wrote it.</summary>
    public required string Host { get; init; }

    public required long Bytes { get; init; }
}
