using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Catalog.Glossary;
using Platform.Catalog.Govern;
using Platform.Catalog.History;
using Platform.Catalog.Review;

namespace Platform.Catalog.Exchange;

/// <summary>Writes lines of an export into the catalog, within a transaction that holds the <see cref="CatalogLock"/>.</summary>
internal sealed class LineWriter(NpgsqlConnection connection, NpgsqlTransaction transaction, Author author, AssetEditor editor, CancellationToken cancellationToken)
{
    private readonly TermWriter _terms = new(connection, transaction, author, cancellationToken);
    private readonly ChangeWriter _changes = new(connection, transaction, author, cancellationToken);

    /// <summary>Writes a line.</summary>
    /// <returns>False where the catalog does not know what it is about.</returns>
    /// <exception cref="ArgumentException">The line says something that cannot be.</exception>
    internal Task<bool> WriteAsync(CatalogLine line) => line switch
    {
        TermLine term => WriteAsync(term),
        AssetLine asset => WriteAsync(asset),
        ColumnLine column => WriteAsync(column),
        RelationLine relation => WriteAsync(relation),
        SuggestionLine suggestion => WriteAsync(suggestion),
        CheckLine check => WriteAsync(check),
        _ => throw new ArgumentException($"A line of the type {line.GetType().Name} cannot be imported."),
    };

    /// <summary>What a line is about, for people.</summary>
    internal static string NameOf(CatalogLine line) => line switch
    {
        AssetLine asset => $"'{asset.Key}'",
        ColumnLine column => $"The column '{column.Column}' of '{column.Asset}'",
        RelationLine relation => $"'{relation.FromAsset}' or '{relation.ToAsset}'",
        SuggestionLine suggestion => $"'{suggestion.Asset}'",
        CheckLine check => $"'{check.Asset}'",
        _ => "This",
    };

    private async Task<bool> WriteAsync(TermLine line)
    {
        await _terms.SaveAsync(line.Term());
        return true;
    }

    private async Task<bool> WriteAsync(AssetLine line)
    {
        if (await IdAsync(line.Key) is not { } id)
            return false;
        await SetAsync(id, null, "owner", line.Owner);
        await SetAsync(id, null, "description", line.Description);
        await SetAsync(id, null, "domain", line.Domain);
        await SetAsync(id, null, "tier", line.Tier);
        await SetAsync(id, null, "tags", line.Tags);
        if (line.RetentionDays is { } days)
            await editor.SetAsync(id, null, "retention_days", JsonSerializer.SerializeToElement(days));
        if (line.Contract is { } contract)
            await editor.SetAsync(id, null, "contract", contract);
        await LinkAsync(id, null, line.Terms);
        return true;
    }

    private async Task<bool> WriteAsync(ColumnLine line)
    {
        if (await IdAsync(line.Asset) is not { } id || !await connection.ExecuteScalarAsync<bool>(Command("select exists (select from catalog.columns where asset_id = @id and name = @Column)", new { id, line.Column })))
            return false;
        await SetAsync(id, line.Column, "description", line.Description);
        await SetAsync(id, line.Column, "tags", line.Tags);
        await LinkAsync(id, line.Column, line.Terms);
        if (line.Verdict is null)
            return true;
        if (line.Verdict is not ("confirmed" or "corrected" or "rejected"))
            throw new ArgumentException($"'{line.Verdict}' is no verdict. Use confirmed, corrected or rejected.");
        const string Sql = """
            insert into catalog.classifications as k (asset_id, column_name, verdict, verdict_semantic_type, verdict_personal_class, verdict_by, verdict_at, verdict_note)
            values (@id, @Column, @Verdict, @SemanticType, @PersonalClass, coalesce(@VerdictBy, @By), coalesce(@VerdictAt, now()), @VerdictNote)
            on conflict (asset_id, column_name) do update
            set verdict = excluded.verdict, verdict_semantic_type = excluded.verdict_semantic_type, verdict_personal_class = excluded.verdict_personal_class,
                verdict_by = excluded.verdict_by, verdict_at = excluded.verdict_at, verdict_note = excluded.verdict_note
            where (k.verdict, k.verdict_semantic_type, k.verdict_personal_class) is distinct from (excluded.verdict, excluded.verdict_semantic_type, excluded.verdict_personal_class)
            """;
        if (await connection.ExecuteAsync(Command(Sql, new { id, line.Column, line.Verdict, line.SemanticType, line.PersonalClass, line.VerdictBy, author.By, line.VerdictAt, line.VerdictNote })) == 1)
            await _changes.WriteAsync(id, line.Column, "verdict", null, JsonSerializer.SerializeToElement(new { status = line.Verdict, value = new ColumnMeaning(line.SemanticType, line.PersonalClass).Json() }));
        return true;
    }

    private async Task<bool> WriteAsync(RelationLine line)
    {
        if (line.Status is not ("confirmed" or "rejected"))
            throw new ArgumentException($"'{line.Status}' is no decision on a relation. Use confirmed or rejected.");
        if (await IdAsync(line.FromAsset) is not { } from)
            return false;
        var to = line.ToAsset is null ? null : await IdAsync(line.ToAsset);
        if (line.ToAsset is not null && to is null)
            return false;
        const string Sql = """
            insert into catalog.relations as r (kind, from_asset, from_columns, to_asset, to_columns, status, decided_by, evidence)
            values (@Kind, @from, @fromColumns, @to, @toColumns, @Status, coalesce(@DecidedBy, @By), '{"imported": true}')
            on conflict (kind, from_asset, from_columns, coalesce(to_asset, 0), to_columns) do update
            set status = excluded.status, decided_by = excluded.decided_by
            where r.status <> excluded.status
            returning id
            """;
        var written = await connection.QuerySingleOrDefaultAsync<long?>(Command(Sql, new { line.Kind, from, fromColumns = line.FromColumns.ToArray(), to, toColumns = line.ToColumns.ToArray(), line.Status, line.DecidedBy, author.By }));
        if (written is not null)
            await _changes.WriteAsync(from, null, "relation", null, JsonSerializer.SerializeToElement(new { status = line.Status, item = $"relation:{written}" }));
        return true;
    }

    private async Task<bool> WriteAsync(SuggestionLine line)
    {
        if (line.Status is not ("accepted" or "corrected" or "rejected"))
            throw new ArgumentException($"'{line.Status}' is no decision on a suggestion. Use accepted, corrected or rejected.");
        long? id = null;
        if (line.Asset is not null && (id = await IdAsync(line.Asset)) is null)
            return false;
        // What the decision changed stands in the lines of assets, columns and terms.
        const string Sql = """
            insert into catalog.suggestions as s (kind, asset_id, column_name, value, confidence, source, source_version, content_hash, status, corrected_value, decided_by, decided_at, note)
            values (@Kind, @id, @column, @value::jsonb, @Confidence, @Source, @SourceVersion, @hash, @Status, @corrected::jsonb, @DecidedBy, @DecidedAt, @Note)
            on conflict (coalesce(asset_id, 0), kind, column_name, content_hash) do update
            set status = excluded.status, corrected_value = excluded.corrected_value, decided_by = excluded.decided_by, decided_at = excluded.decided_at, note = excluded.note
            where s.status = 'proposed'
            """;
        await connection.ExecuteAsync(Command(Sql, new
        {
            line.Kind,
            id,
            column = line.Column ?? "",
            value = line.Value.GetRawText(),
            line.Confidence,
            line.Source,
            line.SourceVersion,
            hash = SuggestionHash.Of(line.Kind, line.Value),
            line.Status,
            corrected = line.CorrectedValue?.GetRawText(),
            line.DecidedBy,
            line.DecidedAt,
            line.Note,
        }));
        return true;
    }

    private async Task<bool> WriteAsync(CheckLine line)
    {
        if (await IdAsync(line.Asset) is not { } id)
            return false;
        const string Sql = """
            insert into catalog.check_definitions as d (asset_id, column_name, name, kind, definition, severity, gate, enabled, note, created_by)
            values (@id, @column, @Name, @Kind, @definition::jsonb, @Severity, @Gate, @Enabled, @Note, @CreatedBy)
            on conflict (asset_id, column_name, name) do update
            set kind = excluded.kind, definition = excluded.definition, severity = excluded.severity, gate = excluded.gate, enabled = excluded.enabled, note = excluded.note, updated_by = @By, updated_at = now()
            where (d.kind, d.definition, d.severity, d.gate, d.enabled, d.note) is distinct from (excluded.kind, excluded.definition, excluded.severity, excluded.gate, excluded.enabled, excluded.note)
            """;
        if (await connection.ExecuteAsync(Command(Sql, new { id, column = line.Column ?? "", line.Name, line.Kind, definition = line.Definition.GetRawText(), line.Severity, line.Gate, line.Enabled, line.Note, line.CreatedBy, author.By })) == 1)
            await _changes.WriteAsync(id, line.Column, "check", null, JsonSerializer.SerializeToElement(new { line.Name, line.Kind }, CatalogJson.Options));
        return true;
    }

    private async Task SetAsync<T>(long asset, string? column, string field, T? value) where T : class
    {
        if (value is not null)
            await editor.SetAsync(asset, column, field, JsonSerializer.SerializeToElement(value));
    }

    private async Task LinkAsync(long asset, string? column, IReadOnlyList<string>? terms)
    {
        foreach (var name in terms ?? [])
        {
            var term = await _terms.FindAsync(name) ?? throw new ArgumentException($"The glossary has no term '{name}'. Give a line of the type term for it.");
            await editor.LinkAsync(term.Id, term.Name, asset, column, linked: true);
        }
    }

    private Task<long?> IdAsync(string key) => connection.QuerySingleOrDefaultAsync<long?>(Command("select id from catalog.assets where key = @key", new { key }));

    private CommandDefinition Command(string sql, object parameters) => new(sql, parameters, transaction, cancellationToken: cancellationToken);
}
