using System.Text.Json;
using Dapper;
using Npgsql;

namespace Platform.Catalog.History;

/// <summary>Writes the history of what people change, in the transaction that changes it.</summary>
internal sealed class ChangeWriter(NpgsqlConnection connection, NpgsqlTransaction transaction, Author author, CancellationToken cancellationToken)
{
    /// <summary>Notes a change; nothing where before and after are the same.</summary>
    internal async Task WriteAsync(long? asset, string? column, string field, JsonElement? before, JsonElement? after)
    {
        if (Same(before, after))
            return;
        const string Sql = """
            insert into catalog.changes (asset_id, column_name, field, before, after, made_by, note)
            values (@asset, @column, @field, @before::jsonb, @after::jsonb, @By, @Note)
            """;
        var parameters = new { asset, column = column ?? "", field, before = before?.GetRawText(), after = after?.GetRawText(), author.By, author.Note };
        await connection.ExecuteAsync(new CommandDefinition(Sql, parameters, transaction, cancellationToken: cancellationToken));
    }

    internal static bool Same(JsonElement? before, JsonElement? after) =>
        before is { } b && after is { } a ? JsonElement.DeepEquals(b, a) : before is null && after is null;
}
