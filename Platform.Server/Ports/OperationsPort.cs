using Platform.Designer.Ports;
using Platform.Postgres;
using Platform.Server.Hosting;
using Platform.Server.Hosting.Backup;

namespace Platform.Server.Ports;

/// <summary>What the host knows of itself.</summary>
internal sealed class OperationsPort(Database database, Retention retention) : IOperationsPort
{
    private readonly BackupLedger _backups = new(database.DataSource);

    public KeptHistory Kept { get; } = new(retention.Runs, retention.Logs, retention.Events, retention.Catalog);

    public string Database => database.Description;

    public Task<BackupEntry?> NewestBackupAsync(CancellationToken cancellationToken) => _backups.NewestAsync(cancellationToken);
}
