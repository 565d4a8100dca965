using Dapper;
using Npgsql;
using Platform.Designer.Ports;

namespace Platform.Server.Hosting.Backup;

/// <summary>Remembers which backups were made, for those who ask how old the newest is.</summary>
internal sealed class BackupLedger(NpgsqlDataSource dataSource)
{
    /// <summary>Notes a backup that is whole.</summary>
    public async Task AddAsync(BackupSummary backup, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("insert into platform_backup (at, file, host, bytes) values (@At, @File, @host, @Bytes)",
            new { backup.At, backup.File, host = Environment.MachineName, backup.Bytes }, cancellationToken: cancellationToken));
    }

    /// <summary>The newest; null where none was made. Of a restored platform: none, until it makes one.</summary>
    public async Task<BackupEntry?> NewestAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<BackupEntry>(new CommandDefinition("select at, file, host, bytes from platform_backup order by at desc limit 1", cancellationToken: cancellationToken));
    }
}
