using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Govern;

/// <summary>Contracts, and whether they are kept.</summary>
public sealed class ContractQueries
{
    private readonly NpgsqlDataSource _dataSource;

    public ContractQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>All contracts with what breaks them, or that of one asset.</summary>
    /// <param name="asset">Its key; null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<ContractState>> ListAsync(string? asset, CancellationToken cancellationToken)
    {
        const string AssetsSql = """
            select id, key, name, owner, contract, gone_at is not null as gone, problem, greatest(last_written_at, newest_data_at) as renewed_at, now() as asked_at
            from catalog.assets where contract is not null and (@asset::text is null or key = @asset) order by key
            """;
        const string ColumnsSql = "select asset_id, name, data_type, nullable from catalog.columns where asset_id = any(@ids) and gone_at is null";
        const string ChecksSql = "select asset_id, name, bool_and(last_passed) as passed from catalog.checks where asset_id = any(@ids) group by asset_id, name";
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var promised = (await connection.QueryAsync<Promised>(new CommandDefinition(AssetsSql, new { asset }, cancellationToken: cancellationToken))).AsList();
        var ids = new { ids = promised.Select(p => p.Id).ToArray() };
        var columns = (await connection.QueryAsync<(long AssetId, string Name, string DataType, bool Nullable)>(new CommandDefinition(ColumnsSql, ids, cancellationToken: cancellationToken))).ToLookup(c => c.AssetId);
        var checks = (await connection.QueryAsync<(long AssetId, string Name, bool Passed)>(new CommandDefinition(ChecksSql, ids, cancellationToken: cancellationToken))).ToLookup(c => c.AssetId);
        return
        [
            .. promised.Select(p =>
            {
                var contract = Contract.Parse(p.Contract);
                return new ContractState(p.Key, p.Name, contract.Owner ?? p.Owner, contract, [.. Breaches(p, contract, [.. columns[p.Id]], checks[p.Id].ToDictionary(c => c.Name, c => c.Passed, StringComparer.Ordinal))]);
            }),
        ];
    }

    private static IEnumerable<ContractBreach> Breaches(Promised p, Contract contract, List<(long AssetId, string Name, string DataType, bool Nullable)> columns, Dictionary<string, bool> checks)
    {
        if (p.Gone)
        {
            yield return new ContractBreach("gone", null, "the asset is gone", "资产已消失");
            yield break;
        }

        if (p.Problem is not null)
            yield return new ContractBreach("problem", null, $"the asset cannot be read ({p.Problem})", $"资产无法读取（{p.Problem}）");
        foreach (var column in contract.Columns)
        {
            var found = columns.FirstOrDefault(c => c.Name == column.Name);
            if (found.Name is null)
                yield return new ContractBreach("column", column.Name, $"the column {column.Name} is missing", $"缺少列 {column.Name}");
            else if (column.Type is { } type && !string.Equals(type, found.DataType, StringComparison.OrdinalIgnoreCase))
                yield return new ContractBreach("type", column.Name, $"the column {column.Name} is {found.DataType}, promised is {type}", $"列 {column.Name} 的类型为 {found.DataType}，约定为 {type}");
            else if (column.Nullable == false && found.Nullable)
                yield return new ContractBreach("nullable", column.Name, $"the column {column.Name} may be null, promised is that it is not", $"列 {column.Name} 可为空，约定为非空");
        }

        if (contract.FreshnessHours is { } hours && (p.RenewedAt is not { } renewed || p.AskedAt - renewed > TimeSpan.FromHours(hours)))
            yield return new ContractBreach("freshness", null,
                FormattableString.Invariant($"the newest data are {(p.RenewedAt is { } at ? $"{(p.AskedAt - at).TotalHours:N0} hours old" : "of unknown age")}, promised are {hours:N0} hours"),
                FormattableString.Invariant($"最新数据{(p.RenewedAt is { } then ? $"已有 {(p.AskedAt - then).TotalHours:N0} 小时" : "时间未知")}，约定为 {hours:N0} 小时"));
        foreach (var check in contract.Checks)
            if (!checks.TryGetValue(check, out var passed))
                yield return new ContractBreach("check", null, $"the check {check} has never run", $"检查 {check} 从未运行");
            else if (!passed)
                yield return new ContractBreach("check", null, $"the check {check} fails", $"检查 {check} 未通过");
        if (contract.Owner is null && p.Owner is null)
            yield return new ContractBreach("owner", null, "nobody answers for it", "没有负责人");
    }

    private sealed record Promised
    {
        public required long Id { get; init; }

        public required string Key { get; init; }

        public required string Name { get; init; }

        public required string? Owner { get; init; }

        public required JsonElement Contract { get; init; }

        public required bool Gone { get; init; }

        public required string? Problem { get; init; }

        public required DateTimeOffset? RenewedAt { get; init; }

        public required DateTimeOffset AskedAt { get; init; }
    }
}

/// <summary>A contract and whether it is kept.</summary>
/// <param name="Asset">Key of the asset.</param>
/// <param name="Name">Its name.</param>
/// <param name="Owner">Who answers for it; null for nobody.</param>
/// <param name="Contract">What is promised.</param>
/// <param name="Breaches">What is not kept; empty where all is.</param>
public sealed record ContractState(string Asset, string Name, string? Owner, Contract Contract, IReadOnlyList<ContractBreach> Breaches);

/// <summary>A promise that is not kept.</summary>
/// <param name="Kind"><c>gone</c>, <c>problem</c>, <c>column</c>, <c>type</c>, <c>nullable</c>, <c>freshness</c>, <c>check</c>, <c>owner</c>.</param>
/// <param name="Column">The column; null for the whole asset.</param>
/// <param name="Message">What, with figures.</param>
/// <param name="MessageZh">The same in Chinese.</param>
public sealed record ContractBreach(string Kind, string? Column, string Message, string MessageZh);
