using System.Collections.Concurrent;
using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Usage;

/// <summary>
/// Counts who looks at assets and who queries them. Counting costs an increment in memory; <see cref="FlushAsync"/> writes a row a day, person and asset.
/// What was not flushed when the process dies is lost: usage may be a few views short, never wrong in kind.
/// </summary>
public sealed class UsageRecorder
{
    /// <summary>Different counts held at most; beyond them new ones are dropped until the next flush.</summary>
    private const int MostHeld = 20_000;

    private readonly NpgsqlDataSource _dataSource;
    private readonly TimeProvider _clock;
    private ConcurrentDictionary<Use, int> _counts = new();

    public UsageRecorder(NpgsqlDataSource dataSource, TimeProvider clock)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
        _clock = clock;
    }

    /// <summary>Somebody looked at the page of an asset.</summary>
    public void Viewed(string asset, string by) => Count(asset, "view", by);

    /// <summary>Somebody queried the data of an asset.</summary>
    public void Queried(string asset, string by) => Count(asset, "query", by);

    /// <summary>Writes what was counted. Assets that the catalog does not know are left out.</summary>
    /// <returns>How many counts were written.</returns>
    public async Task<int> FlushAsync(CancellationToken cancellationToken)
    {
        if (_counts.IsEmpty)
            return 0;
        // Two flushes at once take different counts.
        var counts = Interlocked.Exchange(ref _counts, new ConcurrentDictionary<Use, int>());
        const string Sql = """
            insert into catalog.asset_usage as u (asset_id, day, kind, used_by, uses)
            select a.id, r.day, r.kind, r.used_by, r.uses
            from jsonb_to_recordset(@rows::jsonb) as r(asset text, day date, kind text, used_by text, uses int)
            join catalog.assets a on a.key = r.asset
            order by 1, 2, 3, 4
            on conflict (asset_id, day, kind, used_by) do update set uses = u.uses + excluded.uses
            """;
        var rows = counts.Select(c => new { asset = c.Key.Asset, day = c.Key.Day, kind = c.Key.Kind, used_by = c.Key.By, uses = c.Value }).ToList();
        try
        {
            await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
            return await connection.ExecuteAsync(new CommandDefinition(Sql, new { rows = CatalogJson.Write(rows) }, cancellationToken: cancellationToken));
        }
        catch
        {
            // Not written: they count for the next flush.
            foreach (var (use, uses) in counts)
                Add(use, uses);
            throw;
        }
    }

    private void Count(string asset, string kind, string by) => Add(new Use(asset, DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime), kind, by), 1);

    private void Add(Use use, int uses)
    {
        var counts = Volatile.Read(ref _counts);
        if (counts.Count < MostHeld || counts.ContainsKey(use))
            counts.AddOrUpdate(use, static (_, more) => more, static (_, before, more) => before + more, uses);
    }

    private sealed record Use(string Asset, DateOnly Day, string Kind, string By);
}
