using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;

namespace Platform.Catalog.Cells;

/// <summary>Hides values of cells of personal columns: nobody needs them in the clear to say that a cell is wrong, and the catalog keeps none.</summary>
internal static class CellMask
{
    private static readonly string[] Valued = ["value", "suggestion", "expected"];

    /// <summary>Columns of assets that hold personal data, as people or else the rules say, with the asset's id.</summary>
    internal static async Task<ILookup<long, string>> PersonalAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, IReadOnlyCollection<long> assets, CancellationToken cancellationToken)
    {
        const string Sql = """
            select k.asset_id, k.column_name
            from catalog.classifications k
            where k.asset_id = any(@assets) and catalog.personal_class(k) is not null and catalog.personal_class(k) <> 'masked'
            """;
        return (await connection.QueryAsync<(long Asset, string Column)>(new CommandDefinition(Sql, new { assets = assets.ToArray() }, transaction, cancellationToken: cancellationToken))).ToLookup(row => row.Asset, row => row.Column);
    }

    /// <summary>
    /// Personal columns whose values a night's groups of cells may not show: all but city, region, country and postcode, which are personal only beside the rest of their rows
    /// and without which nobody can check what proves a cell wrong. The night has hidden them already where not many rows share them; a search looks at any cell, and shows none.
    /// </summary>
    internal static async Task<ILookup<long, string>> HiddenAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, IReadOnlyCollection<long> assets, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<(long Asset, string Column)>(new CommandDefinition($"select k.asset_id, k.column_name from catalog.classifications k where k.asset_id = any(@assets) and {HiddenSql}", new { assets = assets.ToArray() }, transaction, cancellationToken: cancellationToken)))
            .ToLookup(row => row.Asset, row => row.Column);

    /// <summary>Whether values of the column of classification <c>k</c> stay hidden in a night's examples of wrong cells. What a person has called personal does.</summary>
    internal const string HiddenSql = """
        (catalog.personal_class(k) is not null and catalog.personal_class(k) <> 'masked'
         and not (k.verdict is null and k.personal_class = 'address' and coalesce(k.semantic_type, '') in ('city', 'region', 'country', 'country_code', 'postcode')))
        """;

    /// <summary>The same for group <c>g</c>, whoever found it.</summary>
    internal const string HiddenInGroupSql = $"coalesce(case when g.origin = 'night' then {HiddenSql} else catalog.personal_class(k) is not null and catalog.personal_class(k) <> 'masked' end, false)";

    /// <summary>Stars for letters and digits; signs between them stay, so that the form can be judged.</summary>
    internal static string? Hide(string? value) => value is null ? null : string.Create(value.Length, value, static (text, from) =>
    {
        for (var i = 0; i < text.Length; i++)
            text[i] = char.IsLetterOrDigit(from[i]) || char.IsSurrogate(from[i]) ? '*' : from[i];
    });

    /// <summary>Examples of a group without their values: the place, the reasons and the scores stay. What the values were given by may be personal too.</summary>
    internal static JsonElement Examples(JsonElement examples, bool personal)
    {
        if (!personal || examples.ValueKind != JsonValueKind.Array)
            return examples;
        var hidden = JsonNode.Parse(examples.GetRawText())!.AsArray();
        foreach (var example in hidden.OfType<JsonObject>())
            foreach (var name in Valued.Append("given"))
                if (example[name] is JsonValue value && value.TryGetValue<string>(out var text))
                    example[name] = Hide(text);
        return JsonSerializer.SerializeToElement(hidden);
    }

    /// <summary>A row's values by column, those of personal columns hidden.</summary>
    internal static JsonElement Values(JsonElement values, IEnumerable<string> personal)
    {
        var columns = personal.ToHashSet(StringComparer.Ordinal);
        if (columns.Count == 0 || values.ValueKind != JsonValueKind.Object)
            return values;
        var hidden = JsonNode.Parse(values.GetRawText())!.AsObject();
        foreach (var column in columns)
            if (hidden[column] is JsonValue value)
                hidden[column] = Hide(value.ToString());
        return JsonSerializer.SerializeToElement(hidden);
    }

    /// <summary>What is believed of a row's cells, with the suggestions for personal columns hidden.</summary>
    internal static JsonElement Suspects(JsonElement suspects, IEnumerable<string> personal)
    {
        var columns = personal.ToHashSet(StringComparer.Ordinal);
        if (columns.Count == 0 || suspects.ValueKind != JsonValueKind.Object)
            return suspects;
        var hidden = JsonNode.Parse(suspects.GetRawText())!.AsObject();
        foreach (var column in columns)
            if (hidden[column] is JsonObject suspect && suspect["suggestion"] is JsonValue suggestion)
                suspect["suggestion"] = Hide(suggestion.ToString());
        return JsonSerializer.SerializeToElement(hidden);
    }
}
