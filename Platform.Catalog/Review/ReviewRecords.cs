using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Catalog.Review;

/// <summary>What to show of the queue.</summary>
public sealed record ReviewFilter
{
    /// <summary><c>column</c>, <c>relation</c>, <c>suggestion</c> or <c>cells</c>; null for all.</summary>
    public string? Source { get; init; }

    /// <summary>
    /// <c>semantic_type</c> for columns; <c>foreign_key</c>, <c>key</c>, <c>joinable</c>, <c>near_duplicate</c>, … for relations; the kind of suggestions; <c>wrong_cells</c>. Null for all.
    /// </summary>
    public string? Kind { get; init; }

    /// <summary>Key of an asset; null for all.</summary>
    public string? Asset { get; init; }

    /// <summary><c>rule</c>, <c>model</c> or <c>llm</c>: who proposes it; null for all.</summary>
    public string? Origin { get; init; }

    /// <summary>Only what concerns personal data. Default: all.</summary>
    public bool PersonalOnly { get; init; }

    /// <summary><c>confidence</c> for the least sure first, <c>asset</c> by name; null, or another word, is what an answer settles most first.</summary>
    public string? Sort { get; init; }

    /// <summary>How many to leave out at the beginning.</summary>
    public int Offset { get; init; }

    /// <summary>How many at most, 1 to 500. Default: 50.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>A page of the queue.</summary>
public sealed record ReviewPage
{
    /// <summary>How many there are beyond this page.</summary>
    public required long Total { get; init; }

    /// <summary>What an answer settles most first.</summary>
    public required IReadOnlyList<ReviewItem> Items { get; init; }

    /// <summary>How many wait of each kind, whatever kind and source are asked for.</summary>
    public required IReadOnlyList<ReviewKind> Kinds { get; init; }

    /// <summary>How many wait of each origin, whatever is asked for.</summary>
    public required IReadOnlyList<ReviewOrigin> Origins { get; init; }
}

/// <summary>How many wait that one origin proposes.</summary>
public sealed record ReviewOrigin
{
    /// <summary><c>rule</c>, <c>model</c>, <c>llm</c>.</summary>
    public required string Origin { get; init; }

    public required long Count { get; init; }
}

/// <summary>How many of a kind wait.</summary>
public sealed record ReviewKind
{
    /// <summary><c>column</c>, <c>relation</c>, <c>suggestion</c>, <c>cells</c>.</summary>
    public required string Source { get; init; }

    public required string Kind { get; init; }

    public required long Count { get; init; }
}

/// <summary>Something that waits for a decision.</summary>
public sealed record ReviewItem
{
    /// <summary><c>column:ID:NAME</c>, <c>relation:ID</c>, <c>suggestion:ID</c> or <c>cells:ID</c>: names it in a decision.</summary>
    public required string Id { get; init; }

    /// <summary><c>column</c>, <c>relation</c>, <c>suggestion</c>, <c>cells</c>.</summary>
    public required string Source { get; init; }

    /// <summary>See <see cref="ReviewFilter.Kind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Key of the asset; null for a suggestion that belongs to none.</summary>
    public required string? Asset { get; init; }

    public required string? AssetName { get; init; }

    /// <summary>The column, or of a relation its columns joined by commas; null for the whole asset.</summary>
    public required string? Column { get; init; }

    /// <summary>Type of the column as its source names it; null where that means nothing.</summary>
    public required string? DataType { get; init; }

    /// <summary>
    /// What stands for decision: of a column <c>{semantic_type, personal_class}</c>; of a relation <c>{from_columns, to_asset, to_name, to_columns, inclusion, broken_rows, missing_values}</c>; of a suggestion its value;
    /// of cells that look wrong <c>{origin, reason, pattern, cells, examples}</c>, where confirm says that they are wrong and reject that they are right.
    /// Give it back in <see cref="ReviewDecision.Seen"/>.
    /// </summary>
    public required JsonElement Value { get; init; }

    /// <summary>How sure the rules are, 0 to 1; means nothing where <see cref="Origin"/> is <c>llm</c>.</summary>
    public required double Confidence { get; init; }

    public required JsonElement Evidence { get; init; }

    /// <summary><c>rule</c>, <c>model</c> or <c>llm</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>Version of the rules or name of the model.</summary>
    public required string OriginVersion { get; init; }

    /// <summary>Class of personal data; null for none.</summary>
    public required string? PersonalClass { get; init; }

    /// <summary>The column's newest profile; null where there is none.</summary>
    public required JsonElement? Profile { get; init; }

    /// <summary>Why it stands at its place.</summary>
    public required ReviewSettles Settles { get; init; }
}

/// <summary>What an answer settles; the queue is ordered by <see cref="Score"/>, with what a language model suggests behind the rest.</summary>
public sealed record ReviewSettles
{
    /// <summary>Uncertainty × √(1 + similar) × (1 + log₂(1 + uses) / 4) × weight.</summary>
    public required double Score { get; init; }

    /// <summary>0 (the answer is known) to 1 (could be either): 4 c (1 − c) of the confidence c.</summary>
    public required double Uncertainty { get; init; }

    /// <summary>Other open items that the same answer would settle: columns of the same name and proposal, suggestions of the same value.</summary>
    public required long Similar { get; init; }

    /// <summary>Reads by runs, queries and page views of the asset in the last 30 days.</summary>
    public required long Uses { get; init; }

    /// <summary>3 for personal data, 2 for a reference that is broken, 0.5 for keys and joinable columns, for cells 1 and the logarithm to base 10 of how many, else 1.</summary>
    public required double Weight { get; init; }

    /// <summary>The same in a sentence.</summary>
    public required string Sentence { get; init; }

    /// <summary>The same in a Chinese sentence.</summary>
    public required string SentenceZh { get; init; }
}

/// <summary>A person's decision on an item.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReviewDecision
{
    /// <summary>Its <see cref="ReviewItem.Id"/>.</summary>
    public required string Item { get; init; }

    /// <summary><c>confirm</c>, <c>correct</c> or <c>reject</c>.</summary>
    public required string Decision { get; init; }

    /// <summary>With <c>correct</c>: what holds instead, in the form of <see cref="ReviewItem.Value"/>.</summary>
    public JsonElement? Value { get; init; }

    /// <summary>Why; null without a reason.</summary>
    public string? Note { get; init; }

    /// <summary>The value that the person saw; where something else stands for decision by now, that is a conflict. Null does not look.</summary>
    public JsonElement? Seen { get; init; }

    /// <summary>Id of the decision that this one is to replace; null decides an open item only.</summary>
    public long? Over { get; init; }

    /// <summary>Whether the answer holds for all open items that are similar, too.</summary>
    public bool WithSimilar { get; init; }
}

/// <summary>What became of decisions.</summary>
public sealed record DecisionOutcome
{
    /// <summary>What was decided, similar items included.</summary>
    public required IReadOnlyList<DecidedItem> Decided { get; init; }

    /// <summary>Items that were left as they are, because somebody has decided meanwhile or something else stands for decision by now.</summary>
    public required IReadOnlyList<ReviewConflict> Conflicts { get; init; }
}

/// <summary>A decided item.</summary>
/// <param name="Item">The item.</param>
/// <param name="Decision">Id of the decision: undoes it.</param>
public sealed record DecidedItem(string Item, long Decision);

/// <summary>An item that was not decided.</summary>
/// <param name="Item">The item.</param>
/// <param name="Reason"><c>decided</c>: somebody was faster. <c>changed</c>: something else stands for decision. <c>gone</c>: there is no such item any more.</param>
/// <param name="Message">The same for people, with who and when.</param>
/// <param name="Current">Id of the decision that holds; give it as <see cref="ReviewDecision.Over"/> to replace it. Null without one.</param>
public sealed record ReviewConflict(string Item, string Reason, string Message, long? Current = null);

/// <summary>A decision of the past.</summary>
public sealed record DecisionRow
{
    public required long Id { get; init; }

    public required string Item { get; init; }

    public required string Source { get; init; }

    public required string Kind { get; init; }

    /// <summary>Key of the asset; null where it belongs to none.</summary>
    public required string? Asset { get; init; }

    public required string? AssetName { get; init; }

    public required string? Column { get; init; }

    /// <summary><c>confirm</c>, <c>correct</c>, <c>reject</c>.</summary>
    public required string Decision { get; init; }

    /// <summary>What stood for decision.</summary>
    public required JsonElement? Proposed { get; init; }

    /// <summary>What holds since; null after a rejection.</summary>
    public required JsonElement? Value { get; init; }

    public required string DecidedBy { get; init; }

    public required DateTimeOffset DecidedAt { get; init; }

    public required string? Note { get; init; }

    /// <summary>Who undid it; null while it holds or a later decision replaced it.</summary>
    public required string? UndoneBy { get; init; }

    public required DateTimeOffset? UndoneAt { get; init; }
}
