using System.Globalization;
using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Catalog.Cells;
using Platform.Workflows;

namespace Platform.Catalog.Review;

/// <summary>Loads what a page of the queue shows of its items.</summary>
internal static class ReviewItems
{
    private static readonly JsonElement None = JsonSerializer.SerializeToElement(new { });

    internal static async Task<IReadOnlyList<ReviewItem>> LoadAsync(NpgsqlConnection connection, IReadOnlyList<OpenItem> open, CancellationToken cancellationToken)
    {
        const string ColumnsSql = """
            select 'column:' || k.asset_id || ':' || k.column_name as id, a.key as asset, a.name as asset_name, k.column_name as "column", c.data_type, k.evidence, k.rule_version as origin_version, 'rule' as origin,
                   k.personal_class, jsonb_build_object('semantic_type', k.semantic_type, 'personal_class', k.personal_class) as value,
                   (select p.profile from catalog.profiles f join catalog.column_profiles p on p.profile_id = f.id and p.column_name = k.column_name where f.asset_id = k.asset_id order by f.id desc limit 1) as profile
            from unnest(@assets, @columns) as w(asset_id, column_name)
            join catalog.classifications k on k.asset_id = w.asset_id and k.column_name = w.column_name
            join catalog.assets a on a.id = k.asset_id
            join catalog.columns c on c.asset_id = k.asset_id and c.name = k.column_name
            """;
        const string RelationsSql = """
            select 'relation:' || r.id as id, f.key as asset, f.name as asset_name, array_to_string(r.from_columns, ', ') as "column", null as data_type, r.evidence, '' as origin_version, 'rule' as origin, null as personal_class,
                   jsonb_build_object('from_columns', r.from_columns, 'to_asset', t.key, 'to_name', t.name, 'to_columns', r.to_columns, 'inclusion', r.inclusion, 'broken_rows', r.broken_rows, 'missing_values', r.missing_values) as value,
                   null::jsonb as profile
            from catalog.relations r
            join catalog.assets f on f.id = r.from_asset
            left join catalog.assets t on t.id = r.to_asset
            where r.id = any(@ids)
            """;
        const string SuggestionsSql = """
            select 'suggestion:' || s.id as id, a.key as asset, a.name as asset_name, nullif(s.column_name, '') as "column", c.data_type, s.evidence, s.source_version as origin_version, s.source as origin, catalog.personal_class(k) as personal_class, s.value,
                   case when s.column_name <> '' then (select p.profile from catalog.profiles f join catalog.column_profiles p on p.profile_id = f.id and p.column_name = s.column_name where f.asset_id = s.asset_id order by f.id desc limit 1) end as profile
            from catalog.suggestions s
            left join catalog.assets a on a.id = s.asset_id
            left join catalog.columns c on c.asset_id = s.asset_id and c.name = s.column_name
            left join catalog.classifications k on k.asset_id = s.asset_id and k.column_name = s.column_name
            where s.id = any(@ids)
            """;
        const string CellsSql = $"""
            select 'cells:' || g.id as id, a.key as asset, a.name as asset_name, g.column_name as "column", c.data_type, null::jsonb as evidence, '' as origin_version, 'rule' as origin, catalog.personal_class(k) as personal_class, {CellMask.HiddenInGroupSql} as hidden,
                   jsonb_build_object('origin', g.origin, 'reason', g.reason, 'pattern', g.pattern, 'cells', g.cells, 'examples', g.examples) as value, null::jsonb as profile
            from catalog.cell_groups g
            join catalog.assets a on a.id = g.asset_id
            left join catalog.columns c on c.asset_id = g.asset_id and c.name = g.column_name
            left join catalog.classifications k on k.asset_id = g.asset_id and k.column_name = g.column_name
            where g.id = any(@ids)
            """;
        var columns = open.Where(o => o.Source == "column").ToList();
        var shown = new Dictionary<string, ShownItem>(StringComparer.Ordinal);
        await AddAsync(ColumnsSql, new { assets = columns.Select(c => c.AssetId!.Value).ToArray(), columns = columns.Select(c => c.ColumnName).ToArray() }, columns.Count);
        await AddAsync(RelationsSql, new { ids = open.Where(o => o.Source == "relation").Select(o => o.Ref).ToArray() }, open.Count(o => o.Source == "relation"));
        await AddAsync(SuggestionsSql, new { ids = open.Where(o => o.Source == "suggestion").Select(o => o.Ref).ToArray() }, open.Count(o => o.Source == "suggestion"));
        await AddAsync(CellsSql, new { ids = open.Where(o => o.Source == "cells").Select(o => o.Ref).ToArray() }, open.Count(o => o.Source == "cells"));
        return [.. open.Where(o => shown.ContainsKey(o.Id)).Select(o => Item(o, shown[o.Id]))];

        async Task AddAsync(string sql, object parameters, int count)
        {
            if (count == 0)
                return;
            foreach (var row in await connection.QueryAsync<ShownItem>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken)))
                shown[row.Id] = row;
        }
    }

    private static ReviewItem Item(OpenItem open, ShownItem shown) => new()
    {
        Id = open.Id,
        Source = open.Source,
        Kind = open.Kind,
        Asset = shown.Asset,
        AssetName = shown.AssetName,
        Column = shown.Column,
        DataType = shown.DataType,
        Value = open.Source == "cells" ? Cells(shown) : shown.Value ?? None,
        Confidence = open.Confidence,
        Evidence = shown.Evidence ?? None,
        Origin = shown.Origin,
        OriginVersion = shown.OriginVersion,
        PersonalClass = shown.PersonalClass,
        Profile = shown.Profile,
        Settles = Settles(open, shown.OriginVersion),
    };

    // A column may have been found to be personal after its cells were kept.
    private static JsonElement Cells(ShownItem shown)
    {
        if (shown.Value is not { } value || !shown.Hidden || !value.TryGetProperty("examples", out var examples))
            return shown.Value ?? None;
        return JsonSerializer.SerializeToElement(value.EnumerateObject().ToDictionary(member => member.Name, member => member.Name == "examples" ? CellMask.Examples(examples, personal: true) : member.Value, StringComparer.Ordinal));
    }

    private static ReviewSettles Settles(OpenItem open, string version)
    {
        var uncertainty = 4 * open.Confidence * (1 - open.Confidence);
        var en = new List<string> { open.Origin == "llm" ? $"A language model ({version}) suggests it, and how sure it is nobody knows" : string.Create(CultureInfo.InvariantCulture, $"The rules are {open.Confidence:P0} sure") };
        var zh = new List<string> { open.Origin == "llm" ? $"由语言模型（{version}）提出，把握程度未知" : string.Create(CultureInfo.InvariantCulture, $"规则的把握为 {open.Confidence:P0}") };
        if (open.Similar > 0)
        {
            en.Add(string.Create(CultureInfo.InvariantCulture, $"the same answer fits {open.Similar:N0} more"));
            zh.Add(string.Create(CultureInfo.InvariantCulture, $"同一答案还适用于另外 {open.Similar:N0} 项"));
        }

        en.Add(open.Uses == 0 ? "nobody has used it in 30 days" : string.Create(CultureInfo.InvariantCulture, $"used {Plural.Of(open.Uses, "time")} in 30 days"));
        zh.Add(open.Uses == 0 ? "30 天内无人使用" : string.Create(CultureInfo.InvariantCulture, $"30 天内使用 {open.Uses:N0} 次"));
        if (open.Personal && open.Source == "cells")
        {
            en.Add("and the column is personal, so its values are hidden");
            zh.Add("该列为个人信息，值已隐藏");
        }
        else if (open.Personal)
        {
            en.Add("and it would be personal data");
            zh.Add("可能是个人信息");
        }
        else if (open.Weight > 1 && open.Source == "relation")
        {
            en.Add("and rows are broken by it");
            zh.Add("存在断裂的引用");
        }

        return new ReviewSettles
        {
            Score = Math.Round(open.Score, 4),
            Uncertainty = Math.Round(uncertainty, 4),
            Similar = open.Similar,
            Uses = open.Uses,
            Weight = open.Weight,
            Sentence = string.Join(", ", en) + ".",
            SentenceZh = string.Join("，", zh) + "。",
        };
    }

    private sealed record ShownItem
    {
        public required string Id { get; init; }

        public required string? Asset { get; init; }

        public required string? AssetName { get; init; }

        public required string? Column { get; init; }

        public required string? DataType { get; init; }

        public required JsonElement? Evidence { get; init; }

        public required string Origin { get; init; }

        public required string OriginVersion { get; init; }

        public required string? PersonalClass { get; init; }

        /// <summary>Whether its values stay hidden; of cells.</summary>
        public bool Hidden { get; init; }

        public required JsonElement? Value { get; init; }

        public required JsonElement? Profile { get; init; }
    }
}
