using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Catalog.Govern;
using Platform.Catalog.History;

namespace Platform.Catalog.Review;

/// <summary>Decides one item, or undoes a decision, within a transaction that holds the <see cref="CatalogLock"/>.</summary>
internal sealed class ItemDecider(NpgsqlConnection connection, NpgsqlTransaction transaction, Author author, AssetEditor editor, CancellationToken cancellationToken)
{
    private readonly ChangeWriter _changes = new(connection, transaction, author, cancellationToken);
    private readonly SuggestionEffect _effect = new(connection, transaction, author, editor, cancellationToken);

    internal async Task<(long? Decision, ReviewConflict? Conflict)> DecideAsync(ReviewDecision decision, string by)
    {
        var item = ItemId.Parse(decision.Item);
        var current = await connection.QueryFirstOrDefaultAsync<StoredDecision>(Command(
            "select id, item, source, asset_id, column_name, decision, before, applied, value, decided_by, decided_at, undone_at from catalog.review_decisions where item = @item and undone_at is null order by id desc limit 1", new { item = decision.Item }));
        var state = item.Source switch
        {
            "column" => await ColumnAsync(item),
            "relation" => await RelationAsync(item),
            "cells" => await CellsAsync(item),
            _ => await SuggestionAsync(item),
        };
        if (state is null)
            return (null, new ReviewConflict(decision.Item, "gone", $"'{decision.Item}' is not there any more. Load the queue anew."));
        if (state.Decided && (decision.Over is null || decision.Over != (current?.Id ?? 0)))
            return (null, new ReviewConflict(decision.Item, "decided", $"{current?.DecidedBy ?? state.By ?? "Somebody"} has decided this{(current is null ? "" : $" on {current.DecidedAt:yyyy-MM-dd HH:mm} UTC")}: {current?.Decision ?? state.Status}. Look at it, and decide over it if you must.", current?.Id ?? 0));
        if (!state.Decided && decision.Over is not null)
            return (null, new ReviewConflict(decision.Item, "changed", "The decision that this one is to replace was undone. Load the item anew."));
        if (item.Source == "column" && decision.Seen is { } seen && ColumnMeaning.Parse(seen) != ColumnMeaning.Parse(state.Proposed))
            return (null, new ReviewConflict(decision.Item, "changed", $"The rules judge it otherwise by now: {state.Proposed.GetRawText()}. Look at it anew.", current?.Id));
        // A decision over another one begins from what was before that.
        if (state.Decided && current is not null && await TakeBackAsync(current) is { } changed)
            return (null, changed);
        if (state.Decided && current is not null)
            await connection.ExecuteAsync(Command("update catalog.review_decisions set undone_by = @by, undone_at = now() where id = @Id", new { current.Id, by }));

        JsonElement? value = decision.Decision switch { "confirm" => state.Proposed, "correct" => decision.Value, _ => null };
        if (item.Source == "column" && decision.Decision == "correct")
            value = ColumnMeaning.Parse(decision.Value!.Value).Json();
        var applied = item.Source switch
        {
            "column" => await DecideColumnAsync(item, decision, value),
            "relation" => await DecideRelationAsync(item, decision),
            "cells" => await DecideCellsAsync(item, decision),
            _ => await DecideSuggestionAsync(item, state, decision, value),
        };
        await _changes.WriteAsync(state.AssetId, item.Source == "relation" ? null : state.Column, item.Source == "column" ? "verdict" : item.Source, Told(state.Status, null, item, state.Proposed), Told(Word(item.Source, decision.Decision), value, item, state.Proposed));
        const string InsertSql = """
            insert into catalog.review_decisions (item, source, kind, asset_id, column_name, decision, proposed, value, before, applied, decided_by, note)
            values (@item, @Source, @kind, @AssetId, @column, @decision, @proposed::jsonb, @value::jsonb, @before::jsonb, @applied::jsonb, @by, @Note)
            returning id
            """;
        var id = await connection.ExecuteScalarAsync<long>(Command(InsertSql, new
        {
            item = decision.Item,
            item.Source,
            kind = state.Kind,
            state.AssetId,
            column = state.Column ?? "",
            decision = decision.Decision,
            proposed = state.Proposed.GetRawText(),
            value = value?.GetRawText(),
            before = state.Decided && current is not null ? current.Before.GetRawText() : state.Before.GetRawText(),
            applied = CatalogJson.Write(applied),
            by,
            decision.Note,
        }));
        return (id, null);
    }

    internal async Task<(string Item, ReviewConflict? Conflict)> UndoAsync(long decision, string by)
    {
        var stored = await connection.QuerySingleOrDefaultAsync<StoredDecision>(Command("select id, item, source, asset_id, column_name, decision, before, applied, value, decided_by, decided_at, undone_at from catalog.review_decisions where id = @decision", new { decision }));
        if (stored is null)
            return ("", new ReviewConflict("", "gone", $"There is no decision {decision}. List them with GET /api/v1/review/decisions."));
        if (stored.UndoneAt is not null)
            return (stored.Item, new ReviewConflict(stored.Item, "decided", $"Decision {decision} was undone or replaced already."));
        if (await TakeBackAsync(stored) is { } conflict)
            return (stored.Item, conflict);
        await connection.ExecuteAsync(Command("update catalog.review_decisions set undone_by = @by, undone_at = now() where id = @decision", new { decision, by }));
        var item = ItemId.Parse(stored.Item);
        await _changes.WriteAsync(stored.AssetId, item.Source == "relation" ? null : Blank(stored.ColumnName), item.Source == "column" ? "verdict" : item.Source, Told(Word(item.Source, stored.Decision), stored.Value, item, null), Told("open", null, item, null));
        return (stored.Item, null);
    }

    /// <summary>Makes everything as it was before a decision; a conflict where somebody has changed since what it changed.</summary>
    private async Task<ReviewConflict?> TakeBackAsync(StoredDecision stored)
    {
        var applied = CatalogJson.Read<List<AppliedEdit>>(stored.Applied.GetRawText());
        foreach (var edit in applied)
            if (stored.AssetId is { } asset && !await _effect.StandsAsync(asset, edit))
                return new ReviewConflict(stored.Item, "changed", $"'{edit.Field}' was changed after the decision. Change it by hand, and decide anew.", stored.Id);
        foreach (var edit in applied.AsEnumerable().Reverse())
            if (stored.AssetId is { } asset)
                await _effect.TakeBackAsync(asset, edit);
        var item = ItemId.Parse(stored.Item);
        const string ColumnSql = """
            update catalog.classifications k
            set verdict = b.verdict, verdict_semantic_type = b.verdict_semantic_type, verdict_personal_class = b.verdict_personal_class, verdict_by = b.verdict_by, verdict_at = b.verdict_at, verdict_note = b.verdict_note
            from jsonb_to_record(@before::jsonb) as b(verdict text, verdict_semantic_type text, verdict_personal_class text, verdict_by text, verdict_at timestamptz, verdict_note text)
            where k.asset_id = @Number and k.column_name = @Column
            """;
        const string RelationSql = "update catalog.relations set status = coalesce(@before::jsonb ->> 'status', 'proposed'), decided_by = @before::jsonb ->> 'decided_by' where id = @Number";
        const string SuggestionSql = "update catalog.suggestions set status = 'proposed', corrected_value = null, decided_by = null, decided_at = null, note = null where id = @Number";
        const string CellsSql = "update catalog.cell_groups set decision = null, decided_by = null, decided_at = null, note = null where id = @Number";
        var sql = item.Source switch { "column" => ColumnSql, "relation" => RelationSql, "cells" => CellsSql, _ => SuggestionSql };
        await connection.ExecuteAsync(Command(sql, new { item.Number, item.Column, before = stored.Before.GetRawText() }));
        return null;
    }

    private Task<ItemState?> ColumnAsync(ItemId item)
    {
        const string Sql = """
            select c.asset_id, c.name as "column", 'semantic_type' as kind, coalesce(k.verdict, 'open') as status, k.verdict is not null as decided, k.verdict_by as "by",
                   jsonb_build_object('semantic_type', k.semantic_type, 'personal_class', k.personal_class) as proposed,
                   jsonb_build_object('verdict', k.verdict, 'verdict_semantic_type', k.verdict_semantic_type, 'verdict_personal_class', k.verdict_personal_class, 'verdict_by', k.verdict_by, 'verdict_at', k.verdict_at, 'verdict_note', k.verdict_note) as before
            from catalog.columns c
            left join catalog.classifications k on k.asset_id = c.asset_id and k.column_name = c.name
            where c.asset_id = @Number and c.name = @Column
            """;
        return connection.QuerySingleOrDefaultAsync<ItemState>(Command(Sql, item))!;
    }

    private Task<ItemState?> RelationAsync(ItemId item)
    {
        const string Sql = """
            select r.from_asset as asset_id, array_to_string(r.from_columns, ', ') as "column", r.kind, r.status, r.status <> 'proposed' as decided, r.decided_by as "by",
                   jsonb_build_object('from_columns', r.from_columns, 'to_asset', t.key, 'to_columns', r.to_columns) as proposed,
                   jsonb_build_object('status', r.status, 'decided_by', r.decided_by) as before
            from catalog.relations r
            left join catalog.assets t on t.id = r.to_asset
            where r.id = @Number
            """;
        return connection.QuerySingleOrDefaultAsync<ItemState>(Command(Sql, item))!;
    }

    private Task<ItemState?> CellsAsync(ItemId item)
    {
        // Without examples: what people decided is kept longer than the values may be.
        const string Sql = """
            select asset_id, column_name as "column", 'wrong_cells' as kind, coalesce(decision, 'open') as status, decision is not null as decided, decided_by as "by",
                   jsonb_build_object('group', group_key, 'reason', reason, 'cells', cells) as proposed, '{}'::jsonb as before
            from catalog.cell_groups where id = @Number
            """;
        return connection.QuerySingleOrDefaultAsync<ItemState>(Command(Sql, item))!;
    }

    private Task<ItemState?> SuggestionAsync(ItemId item)
    {
        const string Sql = """
            select asset_id, nullif(column_name, '') as "column", kind, status, status <> 'proposed' as decided, decided_by as "by", value as proposed, '{}'::jsonb as before
            from catalog.suggestions where id = @Number
            """;
        return connection.QuerySingleOrDefaultAsync<ItemState>(Command(Sql, item))!;
    }

    private async Task<IReadOnlyList<AppliedEdit>> DecideColumnAsync(ItemId item, ReviewDecision decision, JsonElement? value)
    {
        const string Sql = """
            insert into catalog.classifications (asset_id, column_name, verdict, verdict_semantic_type, verdict_personal_class, verdict_by, verdict_note, verdict_at)
            values (@Number, @Column, @verdict, @SemanticType, @PersonalClass, @By, @Note, now())
            on conflict (asset_id, column_name) do update
            set verdict = excluded.verdict, verdict_semantic_type = excluded.verdict_semantic_type, verdict_personal_class = excluded.verdict_personal_class,
                verdict_by = excluded.verdict_by, verdict_note = excluded.verdict_note, verdict_at = excluded.verdict_at
            """;
        var meaning = value is { } said ? ColumnMeaning.Parse(said) : new ColumnMeaning(null, null);
        await connection.ExecuteAsync(Command(Sql, new { item.Number, item.Column, verdict = Word("column", decision.Decision), meaning.SemanticType, meaning.PersonalClass, author.By, author.Note }));
        return [];
    }

    private async Task<IReadOnlyList<AppliedEdit>> DecideRelationAsync(ItemId item, ReviewDecision decision)
    {
        await connection.ExecuteAsync(Command("update catalog.relations set status = @status, decided_by = @By where id = @Number", new { item.Number, status = Word("relation", decision.Decision), author.By }));
        return [];
    }

    private async Task<IReadOnlyList<AppliedEdit>> DecideCellsAsync(ItemId item, ReviewDecision decision)
    {
        await connection.ExecuteAsync(Command("update catalog.cell_groups set decision = @word, decided_by = @By, decided_at = now(), note = @Note where id = @Number", new { item.Number, word = Word("cells", decision.Decision), author.By, author.Note }));
        return [];
    }

    private async Task<IReadOnlyList<AppliedEdit>> DecideSuggestionAsync(ItemId item, ItemState state, ReviewDecision decision, JsonElement? value)
    {
        var corrected = decision.Decision == "correct" ? decision.Value?.GetRawText() : null;
        await connection.ExecuteAsync(Command(
            "update catalog.suggestions set status = @status, corrected_value = @corrected::jsonb, decided_by = @By, decided_at = now(), note = @Note where id = @Number",
            new { item.Number, status = Word("suggestion", decision.Decision), corrected, author.By, author.Note }));
        return value is { } said ? await _effect.ApplyAsync(state.Kind, state.AssetId, state.Column, said) : [];
    }

    private static string Word(string source, string decision) => (source, decision) switch
    {
        ("suggestion", "confirm") => "accepted",
        (_, "confirm") => "confirmed",
        (_, "correct") => "corrected",
        _ => "rejected",
    };

    private static JsonElement Told(string status, JsonElement? value, ItemId item, JsonElement? proposed) => JsonSerializer.SerializeToElement(new { status, value, item = item.ToString(), proposed }, CatalogJson.Options);

    private static string? Blank(string text) => text.Length == 0 ? null : text;

    private CommandDefinition Command(string sql, object parameters) => new(sql, parameters, transaction, cancellationToken: cancellationToken);

    private sealed record ItemState
    {
        public required long? AssetId { get; init; }

        public required string? Column { get; init; }

        public required string Kind { get; init; }

        public required string Status { get; init; }

        public required bool Decided { get; init; }

        public required string? By { get; init; }

        public required JsonElement Proposed { get; init; }

        public required JsonElement Before { get; init; }
    }

    private sealed record StoredDecision
    {
        public required long Id { get; init; }

        public required string Item { get; init; }

        public required string Source { get; init; }

        public required long? AssetId { get; init; }

        public required string ColumnName { get; init; }

        public required string Decision { get; init; }

        public required JsonElement Before { get; init; }

        public required JsonElement Applied { get; init; }

        public required JsonElement? Value { get; init; }

        public required string DecidedBy { get; init; }

        public required DateTimeOffset DecidedAt { get; init; }

        public required DateTimeOffset? UndoneAt { get; init; }
    }
}
