using Dapper;
using Npgsql;

namespace Platform.Catalog.Inventory;

/// <summary>
/// Moves what people said of an asset to the one that it became, in the transaction of the scan that saw it. What the new one already has of its own stands. What
/// was seen of the old one, its profiles, versions and runs, stays with it. The caller holds the <see cref="CatalogLock"/>.
/// </summary>
internal sealed class AssetRenamer(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
{
    internal async Task MoveAsync(long inventoryRun, long from, string fromKey, long to, string toKey)
    {
        const string Sql = """
            update catalog.assets n
            set owner = coalesce(n.owner, o.owner), description = coalesce(n.description, o.description), domain = coalesce(n.domain, o.domain), tier = coalesce(n.tier, o.tier),
                tags = case when cardinality(n.tags) = 0 then o.tags else n.tags end, retention_days = coalesce(n.retention_days, o.retention_days), contract = coalesce(n.contract, o.contract)
            from catalog.assets o where n.id = @to and o.id = @from;
            update catalog.assets
            set owner = null, description = null, domain = null, tier = null, tags = '{}', retention_days = null, contract = null, renamed_to = @toKey
            where id = @from;

            -- The columns are the same; the scan itself has not read them yet.
            insert into catalog.columns as n (asset_id, name, ordinal, data_type, nullable, description, tags)
            select @to, name, ordinal, data_type, nullable, description, tags from catalog.columns where asset_id = @from and gone_at is null
            on conflict (asset_id, name) do update
            set description = coalesce(n.description, excluded.description), tags = case when cardinality(n.tags) = 0 then excluded.tags else n.tags end;
            update catalog.columns set description = null, tags = '{}' where asset_id = @from and (description is not null or cardinality(tags) > 0);

            update catalog.term_links l set asset_id = @to
            where asset_id = @from and not exists (select from catalog.term_links x where x.asset_id = @to and x.term_id = l.term_id and x.column_name = l.column_name);

            -- Verdicts by people, with what the rules said of the same content; only a verdict of the new asset's own is worth more.
            delete from catalog.classifications n
            where asset_id = @to and verdict is null and exists (select from catalog.classifications o where o.asset_id = @from and o.column_name = n.column_name and o.verdict is not null);
            update catalog.classifications o set asset_id = @to
            where asset_id = @from and verdict is not null and not exists (select from catalog.classifications x where x.asset_id = @to and x.column_name = o.column_name);

            delete from catalog.relations n using catalog.relations o
            where n.decided_by is null and o.decided_by is not null and (o.from_asset = @from or o.to_asset = @from) and (n.from_asset = @to or n.to_asset = @to) and n.kind = o.kind
                and n.from_asset = case o.from_asset when @from then @to else o.from_asset end and n.from_columns = o.from_columns
                and coalesce(n.to_asset, 0) = coalesce(case o.to_asset when @from then @to else o.to_asset end, 0) and n.to_columns = o.to_columns;
            update catalog.relations o
            set from_asset = case o.from_asset when @from then @to else o.from_asset end, to_asset = case o.to_asset when @from then @to else o.to_asset end
            where decided_by is not null and (o.from_asset = @from or o.to_asset = @from)
                and not exists (select from catalog.relations x where x.kind = o.kind and x.from_asset = case o.from_asset when @from then @to else o.from_asset end and x.from_columns = o.from_columns
                    and coalesce(x.to_asset, 0) = coalesce(case o.to_asset when @from then @to else o.to_asset end, 0) and x.to_columns = o.to_columns);

            update catalog.check_definitions o set asset_id = @to
            where asset_id = @from and not exists (select from catalog.check_definitions x where x.asset_id = @to and x.column_name = o.column_name and x.name = o.name);
            update catalog.suggestions o set asset_id = @to
            where asset_id = @from and decided_at is not null and not exists (select from catalog.suggestions x where x.asset_id = @to and x.kind = o.kind and x.column_name = o.column_name and x.content_hash = o.content_hash);
            -- The item of a column begins with the number of its asset.
            update catalog.review_decisions set asset_id = @to, item = case when source = 'column' then concat('column:', @to, ':', column_name) else item end where asset_id = @from;
            update catalog.cell_labels o set asset_id = @to
            where asset_id = @from and not exists (select from catalog.cell_labels x where x.asset_id = @to and x.row_key = o.row_key and x.column_name = o.column_name);
            update catalog.cell_groups o set asset_id = @to
            where asset_id = @from and decision is not null and not exists (select from catalog.cell_groups x where x.asset_id = @to and x.group_key = o.group_key);

            insert into catalog.changes (asset_id, field, before, after, inventory_run_id, note)
            values (@from, 'scan.renamed', to_jsonb(@fromKey), to_jsonb(@toKey), @inventoryRun, 'renamed to ' || @toKey),
                (@to, 'scan.renamed', to_jsonb(@fromKey), to_jsonb(@toKey), @inventoryRun, 'was ' || @fromKey || '; what people said of it came along');
            """;
        await connection.ExecuteAsync(new CommandDefinition(Sql, new { inventoryRun, from, fromKey, to, toKey }, transaction, cancellationToken: cancellationToken));
    }
}
