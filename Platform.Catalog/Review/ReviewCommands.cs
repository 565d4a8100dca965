using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Catalog.Govern;
using Platform.Catalog.History;
using Platform.Postgres;

namespace Platform.Catalog.Review;

/// <summary>
/// Decides what waits in the review queue. A decision stands against later rules; it carries out what was accepted, is written into the history and can be undone.
/// </summary>
public sealed class ReviewCommands
{
    /// <summary>Most items that one call decides, similar ones included.</summary>
    public const int MostItems = 20_000;

    private readonly NpgsqlDataSource _dataSource;

    public ReviewCommands(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Decides items, all in one transaction. Those that somebody else has decided meanwhile are left as they are and reported.</summary>
    /// <param name="decisions">The decisions; several on one item: the last one counts.</param>
    /// <param name="by">Who decides.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">A decision has a wrong form; nothing is decided then.</exception>
    public Task<DecisionOutcome> DecideAsync(IReadOnlyCollection<ReviewDecision> decisions, string by, CancellationToken cancellationToken)
    {
        foreach (var decision in decisions)
            Check(decision);
        return CatalogTransaction.RunAsync(_dataSource, async (connection, transaction) =>
        {
            var decided = new List<DecidedItem>();
            var conflicts = new List<ReviewConflict>();
            var wanted = new Dictionary<string, ReviewDecision>(StringComparer.Ordinal);
            foreach (var decision in decisions)
            {
                // What somebody decides by itself goes before what only resembles another.
                if (decision.WithSimilar)
                    foreach (var similar in await ReviewQueries.SimilarIdsAsync(connection, transaction, ItemId.Parse(decision.Item), cancellationToken))
                        wanted.TryAdd(similar, decision with { Item = similar, Over = null, Seen = null, WithSimilar = false });
            }

            foreach (var decision in decisions)
                wanted[decision.Item] = decision;
            if (wanted.Count > MostItems)
                throw new ArgumentException($"These are {wanted.Count:N0} items. Decide at most {MostItems:N0} at once.");
            foreach (var decision in wanted.Values)
            {
                var author = new Author(by, decision.Note);
                var editor = new AssetEditor(connection, transaction, author, cancellationToken);
                var (id, conflict) = await new ItemDecider(connection, transaction, author, editor, cancellationToken).DecideAsync(decision, by);
                if (id is { } made)
                    decided.Add(new DecidedItem(decision.Item, made));
                else
                    conflicts.Add(conflict!);
            }

            return new DecisionOutcome { Decided = decided, Conflicts = conflicts };
        }, cancellationToken);
    }

    /// <summary>Undoes decisions, the newest first, all in one transaction: what they changed is as it was before. A decision that another has replaced, or whose effect somebody changed since, is left and reported.</summary>
    public Task<DecisionOutcome> UndoAsync(IReadOnlyCollection<long> decisions, string by, CancellationToken cancellationToken) =>
        CatalogTransaction.RunAsync(_dataSource, async (connection, transaction) =>
        {
            var undone = new List<DecidedItem>();
            var conflicts = new List<ReviewConflict>();
            foreach (var decision in decisions.Distinct().OrderDescending())
            {
                var author = new Author(by, $"undoes decision {decision}");
                var editor = new AssetEditor(connection, transaction, author, cancellationToken);
                var (item, conflict) = await new ItemDecider(connection, transaction, author, editor, cancellationToken).UndoAsync(decision, by);
                if (conflict is null)
                    undone.Add(new DecidedItem(item, decision));
                else
                    conflicts.Add(conflict);
            }

            return new DecisionOutcome { Decided = undone, Conflicts = conflicts };
        }, cancellationToken);

    private static void Check(ReviewDecision decision)
    {
        var item = ItemId.Parse(decision.Item);
        if (decision.Decision is not ("confirm" or "correct" or "reject"))
            throw new ArgumentException($"'{decision.Decision}' is no decision on '{decision.Item}'. Use confirm, correct or reject.");
        if (decision.Decision != "correct")
            return;
        if (item.Source == "cells")
            throw new ArgumentException($"Cells cannot be corrected here ('{decision.Item}'). Confirm that they are wrong, or reject it where they are right; correct them where they are made.");
        if (item.Source == "relation")
            throw new ArgumentException($"A relation cannot be corrected ('{decision.Item}'). Confirm or reject it.");
        if (decision.Value is not { } value || value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            throw new ArgumentException($"The correction of '{decision.Item}' has no value. Give what holds instead.");
        if (item.Source == "column")
            ColumnMeaning.Parse(value);
    }
}

/// <summary>What a column means, as a person says it.</summary>
/// <param name="SemanticType">Null for nothing that has a name.</param>
/// <param name="PersonalClass">Null for no personal data.</param>
internal sealed record ColumnMeaning(string? SemanticType, string? PersonalClass)
{
    /// <exception cref="ArgumentException">The value has another form.</exception>
    internal static ColumnMeaning Parse(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => new ColumnMeaning(Text(value), null),
        JsonValueKind.Object when value.EnumerateObject().All(p => p.Name is "semantic_type" or "personal_class" && p.Value.ValueKind is JsonValueKind.String or JsonValueKind.Null) =>
            new ColumnMeaning(Of(value, "semantic_type"), Of(value, "personal_class")),
        _ => throw new ArgumentException($"{value.GetRawText()} does not say what a column means. Give {{\"semantic_type\": \"email\", \"personal_class\": \"contact\"}}."),
    };

    internal JsonElement Json() => JsonSerializer.SerializeToElement(new Dictionary<string, string?> { ["semantic_type"] = SemanticType, ["personal_class"] = PersonalClass });

    private static string? Of(JsonElement value, string name) => value.TryGetProperty(name, out var found) ? Text(found) : null;

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString()!.Trim() is { Length: > 0 } text ? text : null;
}
