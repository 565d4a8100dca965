using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Catalog.Assets;
using Platform.Catalog.History;

namespace Platform.Catalog.Govern;

/// <summary>
/// Sets what people say about assets and columns, a field at a time, and writes it into the history; the same for an edit, an accepted suggestion, an import and an undo.
/// The caller holds the <see cref="CatalogLock"/>.
/// </summary>
internal sealed class AssetEditor(NpgsqlConnection connection, NpgsqlTransaction transaction, Author author, CancellationToken cancellationToken)
{
    internal const string Term = "term";

    private readonly ChangeWriter _changes = new(connection, transaction, author, cancellationToken);

    /// <summary>The fields of an asset that people fill.</summary>
    internal static IReadOnlyList<string> AssetFields { get; } = ["owner", "description", "domain", "tier", "tags", "retention_days", "contract"];

    /// <summary>The fields of a column that people fill.</summary>
    internal static IReadOnlyList<string> ColumnFields { get; } = ["description", "tags"];

    /// <summary>The value of a field now; null where it has none.</summary>
    /// <exception cref="ArgumentException">There is no such field or column.</exception>
    internal async Task<JsonElement?> GetAsync(long asset, string? column, string field)
    {
        Require(field, column);
        var sql = column is null
            ? $"select to_jsonb({field})::text as value from catalog.assets where id = @asset for update"
            : $"select to_jsonb({field})::text as value from catalog.columns where asset_id = @asset and name = @column for update";
        var found = (await connection.QueryAsync<string?>(Command(sql, new { asset, column }))).AsList();
        if (found.Count == 0)
            throw new ArgumentException(column is null ? "The asset is not there any more." : $"'{await KeyAsync(asset)}' has no column '{column}'.");
        var value = found[0] is { } text ? JsonSerializer.Deserialize<JsonElement>(text) : (JsonElement?)null;
        return value is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 0 ? null : value;
    }

    /// <summary>Sets a field; null, an empty text or an empty list clears it.</summary>
    /// <returns>What it was.</returns>
    /// <exception cref="ArgumentException">There is no such field or column, or the value has the wrong form.</exception>
    internal async Task<JsonElement?> SetAsync(long asset, string? column, string field, JsonElement? value)
    {
        var before = await GetAsync(asset, column, field);
        var after = Normal(field, value);
        if (ChangeWriter.Same(before, after))
            return before;
        // The name of the field comes from the lists above.
        var expression = field switch
        {
            "tags" => "coalesce(array(select jsonb_array_elements_text(@value::jsonb)), '{}')",
            "retention_days" => "(@value::jsonb)::int",
            "contract" => "@value::jsonb",
            _ => "@value::jsonb #>> '{}'",
        };
        var sql = column is null
            ? $"update catalog.assets set {field} = {expression} where id = @asset"
            : $"update catalog.columns set {field} = {expression} where asset_id = @asset and name = @column";
        await connection.ExecuteAsync(Command(sql, new { asset, column, value = after?.GetRawText() ?? (field == "tags" ? "[]" : null) }));
        await _changes.WriteAsync(asset, column, field, before, after);
        return before;
    }

    /// <summary>Adds or takes one tag.</summary>
    /// <returns>Whether that changed anything.</returns>
    internal async Task<bool> TagAsync(long asset, string? column, string tag, bool present)
    {
        var tags = (await GetAsync(asset, column, "tags"))?.EnumerateArray().Select(t => t.GetString()!).ToList() ?? [];
        if (tags.Contains(tag) == present)
            return false;
        if (present)
            tags.Add(tag);
        else
            tags.Remove(tag);
        await SetAsync(asset, column, "tags", JsonSerializer.SerializeToElement(tags));
        return true;
    }

    /// <summary>Links a term of the glossary, or takes the link away.</summary>
    /// <returns>Whether that changed anything.</returns>
    internal async Task<bool> LinkAsync(long term, string name, long asset, string? column, bool linked)
    {
        const string LinkSql = "insert into catalog.term_links (term_id, asset_id, column_name, linked_by) values (@term, @asset, @column, @By) on conflict do nothing";
        const string UnlinkSql = "delete from catalog.term_links where term_id = @term and asset_id = @asset and column_name = @column";
        if (linked && column is not null && !await connection.ExecuteScalarAsync<bool>(Command("select exists (select from catalog.columns where asset_id = @asset and name = @column)", new { asset, column })))
            throw new ArgumentException($"'{await KeyAsync(asset)}' has no column '{column}'.");
        if (await connection.ExecuteAsync(Command(linked ? LinkSql : UnlinkSql, new { term, asset, column = column ?? "", author.By })) == 0)
            return false;
        var value = JsonSerializer.SerializeToElement(name);
        await _changes.WriteAsync(asset, column, Term, linked ? null : value, linked ? value : null);
        return true;
    }

    private static void Require(string field, string? column)
    {
        var fields = column is null ? AssetFields : ColumnFields;
        if (!fields.Contains(field))
            throw new ArgumentException($"'{field}' is no field that people fill of {(column is null ? "an asset" : "a column")}. There are: {string.Join(", ", fields)}.");
    }

    /// <summary>The value in its one form; null for none.</summary>
    private static JsonElement? Normal(string field, JsonElement? value)
    {
        if (value is not { } given || given.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            return null;
        switch (field)
        {
            case "tags":
                if (given.ValueKind != JsonValueKind.Array || given.EnumerateArray().Any(t => t.ValueKind != JsonValueKind.String))
                    throw new ArgumentException("Tags are a list of texts.");
                var tags = given.EnumerateArray().Select(t => t.GetString()!.Trim()).Where(t => t.Length > 0).Distinct(StringComparer.Ordinal).ToList();
                SaidText.Check("Tags", tags);
                return tags.Count == 0 ? null : JsonSerializer.SerializeToElement(tags);
            case "retention_days":
                return given.ValueKind == JsonValueKind.Number && given.TryGetInt32(out var days) && days > 0 ? given
                    : throw new ArgumentException($"A retention is {given.GetRawText()}. Give a number of days, 1 or more.");
            case "contract":
                Contract.Parse(given);
                return given;
            default:
                if (given.ValueKind != JsonValueKind.String)
                    throw new ArgumentException($"The field '{field}' is {given.GetRawText()}. Give a text.");
                SaidText.Check($"The field '{field}'", given.GetString(), field == "description" ? SaidText.Long : SaidText.Short);
                return given.GetString()!.Trim() is { Length: > 0 } text ? JsonSerializer.SerializeToElement(text) : null;
        }
    }

    private async Task<string> KeyAsync(long asset) => await connection.ExecuteScalarAsync<string>(Command("select key from catalog.assets where id = @asset", new { asset })) ?? "";

    private CommandDefinition Command(string sql, object parameters) => new(sql, parameters, transaction, cancellationToken: cancellationToken);
}
