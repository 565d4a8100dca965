using Dapper;
using Platform.Catalog.Retention;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

public sealed class RetentionTests(CatalogFixture catalog) : IClassFixture<CatalogFixture>
{
    [Fact]
    public async Task History_goes_after_its_time_and_the_newest_of_each_stays()
    {
        await using var connection = await catalog.DataSource.OpenConnectionAsync();
        var (busy, quiet) = await connection.QuerySingleAsync<(long, long)>("""
            with a as (insert into catalog.assets (key, kind, name) values ('raw.busy', 'table', 'busy'), ('raw.quiet', 'table', 'quiet') returning id)
            select min(id), max(id) from a
            """);
        await connection.ExecuteAsync("""
            insert into catalog.accesses (asset_id, run_id, task_id, map_index, generation, mode, workflow, at)
            select a, r, 't', -1, 1, m, 'w', now() - make_interval(days => 500 - r::int) from unnest(@assets) a, generate_series(1, 10) r, unnest(array['read', 'write']) m;
            insert into catalog.accesses (asset_id, run_id, task_id, map_index, generation, mode, workflow, at) values (@busy, 1000, 't', -1, 1, 'write', 'w', now());
            insert into catalog.metrics (asset_id, name, at, value, run_id, task_id, map_index)
            select a, 'rows', now() - make_interval(days => 500 - r::int), r, r, 't', -1 from unnest(@assets) a, generate_series(1, 6000) r where r < 450;
            insert into catalog.inventory_runs (state, started_at, ended_at) values ('success', now() - interval '500 days', now() - interval '500 days'), ('success', now() - interval '450 days', now() - interval '450 days');
            insert into catalog.profiles (asset_id, inventory_run_id, profiled_at) select @quiet, id, ended_at from catalog.inventory_runs
            """, new { assets = new[] { busy, quiet }, busy, quiet });

        var deleted = await new CatalogPruning(catalog.DataSource).PruneAsync(TimeSpan.FromDays(400), CancellationToken.None);
        Assert.True(deleted > 100);
        // Of the quiet asset the last read, the last write, its newest profile; of the busy one the new write and the last read.
        Assert.Equal([(busy, "read", 10L), (busy, "write", 1000L), (quiet, "read", 10L), (quiet, "write", 10L)],
            await connection.QueryAsync<(long, string, long)>("select asset_id, mode, run_id from catalog.accesses where asset_id = any(@assets) order by asset_id, mode, run_id", new { assets = new[] { busy, quiet } }));
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("select count(*) from catalog.metrics where at < now() - interval '401 days'"));
        Assert.InRange(await connection.ExecuteScalarAsync<long>("select count(*) from catalog.metrics"), 694, 702);
        Assert.Equal(1, await connection.ExecuteScalarAsync<long>("select count(*) from catalog.profiles"));
        Assert.Equal(1, await connection.ExecuteScalarAsync<long>("select count(*) from catalog.inventory_runs"));
        Assert.Equal(0, await new CatalogPruning(catalog.DataSource).PruneAsync(TimeSpan.FromDays(400), CancellationToken.None));
    }

    [Fact]
    public async Task Young_history_is_left_alone()
    {
        await catalog.EndTaskAsync("write_young", 77, new AssetWritten("raw.young", AssetKind.Table, 1));
        await new CatalogPruning(catalog.DataSource).PruneAsync(TimeSpan.FromHours(1) + (TimeProvider.System.GetUtcNow() - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), CancellationToken.None);
        await using var connection = await catalog.DataSource.OpenConnectionAsync();
        Assert.Equal(1, await connection.ExecuteScalarAsync<long>("select count(*) from catalog.accesses where run_id = 77"));
    }
}
