using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Catalog.Glossary;
using Platform.Catalog.Govern;
using Platform.Catalog.History;

namespace Platform.Catalog.Review;

/// <summary>Carries out what an accepted suggestion says, and takes it back. Kinds that the catalog does not know have no effect here: whoever made them reads the decision.</summary>
internal sealed class SuggestionEffect(NpgsqlConnection connection, NpgsqlTransaction transaction, Author author, AssetEditor editor, CancellationToken cancellationToken)
{
    /// <summary>Carries it out.</summary>
    /// <returns>What it changed, for undo.</returns>
    /// <exception cref="ArgumentException">The value has not the form of its kind.</exception>
    internal async Task<IReadOnlyList<AppliedEdit>> ApplyAsync(string kind, long? asset, string? column, JsonElement value)
    {
        if (kind == SuggestionKinds.GlossaryTerm)
            return await LinkAsync(asset, column, value);
        if (asset is not { } id)
            return [];
        switch (kind)
        {
            case SuggestionKinds.Description:
                return await SetAsync(id, column, "description", value);
            case SuggestionKinds.Owner or SuggestionKinds.Tier or SuggestionKinds.Domain when column is null:
                return await SetAsync(id, null, kind, value);
            case SuggestionKinds.Retention when column is null:
                return await SetAsync(id, null, "retention_days", value);
            case SuggestionKinds.Tag:
                var tag = Text(kind, value);
                return await editor.TagAsync(id, column, tag, present: true) ? [new AppliedEdit("tag", column, null, JsonSerializer.SerializeToElement(tag))] : [];
            case SuggestionKinds.SemanticType when column is not null:
                return await MeanAsync(id, column, ColumnMeaning.Parse(value));
            default:
                return [];
        }
    }

    /// <summary>Whether what was changed is still as the decision made it.</summary>
    internal async Task<bool> StandsAsync(long asset, AppliedEdit edit) => edit.Field switch
    {
        "tag" or AssetEditor.Term or "verdict" => true,
        _ => ChangeWriter.Same(await editor.GetAsync(asset, edit.Column, edit.Field), edit.After),
    };

    /// <summary>Makes it as it was.</summary>
    internal async Task TakeBackAsync(long asset, AppliedEdit edit)
    {
        switch (edit.Field)
        {
            case "tag":
                await editor.TagAsync(asset, edit.Column, edit.After!.Value.GetString()!, present: false);
                break;
            case AssetEditor.Term:
                var name = edit.After!.Value.GetString()!;
                if (await new TermWriter(connection, transaction, author, cancellationToken).FindAsync(name) is { } term)
                    await editor.LinkAsync(term.Id, term.Name, asset, edit.Column, linked: false);
                break;
            case "verdict":
                const string Sql = """
                    update catalog.classifications set verdict = null, verdict_semantic_type = null, verdict_personal_class = null, verdict_by = null, verdict_at = null, verdict_note = null
                    where asset_id = @asset and column_name = @Column
                    """;
                await connection.ExecuteAsync(Command(Sql, new { asset, edit.Column }));
                break;
            default:
                await editor.SetAsync(asset, edit.Column, edit.Field, edit.Before);
                break;
        }
    }

    private async Task<IReadOnlyList<AppliedEdit>> SetAsync(long asset, string? column, string field, JsonElement value)
    {
        var before = await editor.SetAsync(asset, column, field, value);
        return [new AppliedEdit(field, column, before, await editor.GetAsync(asset, column, field))];
    }

    private async Task<IReadOnlyList<AppliedEdit>> LinkAsync(long? asset, string? column, JsonElement value)
    {
        var (name, definition) = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("name", out var named) ? (Text("name", named), value.TryGetProperty("definition", out var said) ? said.GetString() : null) : (Text(SuggestionKinds.GlossaryTerm, value), null);
        var terms = new TermWriter(connection, transaction, author, cancellationToken);
        if (await terms.FindAsync(name) is not { } term)
            term = (await terms.SaveAsync(new NewTerm { Name = name, Definition = definition }), name);
        return asset is { } id && await editor.LinkAsync(term.Id, term.Name, id, column, linked: true) ? [new AppliedEdit(AssetEditor.Term, column, null, JsonSerializer.SerializeToElement(term.Name))] : [];
    }

    /// <summary>A verdict that a person gave on the column itself stands.</summary>
    private async Task<IReadOnlyList<AppliedEdit>> MeanAsync(long asset, string column, ColumnMeaning meaning)
    {
        const string Sql = """
            insert into catalog.classifications as k (asset_id, column_name, verdict, verdict_semantic_type, verdict_personal_class, verdict_by, verdict_note, verdict_at)
            values (@asset, @column, 'corrected', @SemanticType, @PersonalClass, @By, @Note, now())
            on conflict (asset_id, column_name) do update
            set verdict = excluded.verdict, verdict_semantic_type = excluded.verdict_semantic_type, verdict_personal_class = excluded.verdict_personal_class,
                verdict_by = excluded.verdict_by, verdict_note = excluded.verdict_note, verdict_at = excluded.verdict_at
            where k.verdict is null
            """;
        var written = await connection.ExecuteAsync(Command(Sql, new { asset, column, meaning.SemanticType, meaning.PersonalClass, author.By, author.Note }));
        return written == 1 ? [new AppliedEdit("verdict", column, null, meaning.Json())] : [];
    }

    private static string Text(string kind, JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString()!.Trim() is { Length: > 0 } text ? text
        : throw new ArgumentException($"{value.GetRawText()} is no {kind.Replace('_', ' ')}. Give a text.");

    private CommandDefinition Command(string sql, object parameters) => new(sql, parameters, transaction, cancellationToken: cancellationToken);
}

/// <summary>What a decision changed.</summary>
/// <param name="Field">The field; <c>tag</c>, <c>term</c> and <c>verdict</c> for one of these.</param>
/// <param name="Column">The column; null for the whole asset.</param>
/// <param name="Before">What it was; null for nothing.</param>
/// <param name="After">What it is since.</param>
internal sealed record AppliedEdit(string Field, string? Column, JsonElement? Before, JsonElement? After);
