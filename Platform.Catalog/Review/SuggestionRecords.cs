using System.Text.Json;

namespace Platform.Catalog.Review;

/// <summary>Kinds of suggestions whose acceptance the catalog carries out by itself. Other words are kept too: whoever suggests them reads what was decided.</summary>
public static class SuggestionKinds
{
    /// <summary>Value: a text. Of an asset or a column.</summary>
    public const string Description = "description";

    /// <summary>Value: a text, the semantic type, or <c>{"semantic_type": …, "personal_class": …}</c>. Of a column.</summary>
    public const string SemanticType = "semantic_type";

    /// <summary>Value: a text, one tag. Of an asset or a column.</summary>
    public const string Tag = "tag";

    /// <summary>Value: a text. Of an asset.</summary>
    public const string Domain = "domain";

    /// <summary>Value: a text, the name of a term of the glossary (made if it is missing), or <c>{"name": …, "definition": …}</c>. Of an asset or a column, or of none.</summary>
    public const string GlossaryTerm = "glossary_term";

    /// <summary>Value: a text. Of an asset.</summary>
    public const string Owner = "owner";

    /// <summary>Value: a text. Of an asset.</summary>
    public const string Tier = "tier";

    /// <summary>Value: a number of days. Of an asset.</summary>
    public const string Retention = "retention";

    /// <summary>Value: an object that the quality room understands. Of an asset or a column.</summary>
    public const string Check = "check";

    /// <summary>Kinds of which a thing has one: a newer suggestion takes the place of an open one, and none is made once a person has decided for a value.</summary>
    internal static readonly string[] Single = [Description, SemanticType, Domain, Owner, Tier, Retention];
}

/// <summary>Something to suggest.</summary>
public sealed record NewSuggestion
{
    /// <summary>One of <see cref="SuggestionKinds"/>, or another word of lower-case letters, digits and underscores.</summary>
    public required string Kind { get; init; }

    /// <summary>Key of the asset; null for what belongs to none.</summary>
    public string? Asset { get; init; }

    /// <summary>The column; null for the whole asset.</summary>
    public string? Column { get; init; }

    /// <summary>What is suggested, in the form of its kind.</summary>
    public required JsonElement Value { get; init; }

    /// <summary>0 to 1.</summary>
    public double Confidence { get; init; }

    /// <summary>Why: a JSON object, without personal values; null for none.</summary>
    public JsonElement? Evidence { get; init; }

    /// <summary><c>rule</c>, <c>model</c> or <c>llm</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Version of the rules, or name and version of the model.</summary>
    public string SourceVersion { get; init; } = "";
}

/// <summary>What became of suggestions.</summary>
/// <param name="New">Not suggested before.</param>
/// <param name="Open">Suggested before and not decided.</param>
/// <param name="Settled">Left out because a person has decided on the same, or on another value of the same thing.</param>
/// <param name="Unknown">Left out because the catalog does not know the asset.</param>
public sealed record ProposeOutcome(int New, int Open, int Settled, int Unknown);

/// <summary>A suggestion as it is kept.</summary>
public sealed record SuggestionRow
{
    public required long Id { get; init; }

    public required string Kind { get; init; }

    /// <summary>Key of the asset; null for what belongs to none.</summary>
    public required string? Asset { get; init; }

    public required string? AssetName { get; init; }

    /// <summary>Null for the whole asset.</summary>
    public required string? Column { get; init; }

    public required JsonElement Value { get; init; }

    public required double Confidence { get; init; }

    public required JsonElement Evidence { get; init; }

    /// <summary><c>rule</c>, <c>model</c> or <c>llm</c>.</summary>
    public required string Source { get; init; }

    public required string SourceVersion { get; init; }

    /// <summary><c>proposed</c>, <c>accepted</c>, <c>corrected</c>, <c>rejected</c>.</summary>
    public required string Status { get; init; }

    /// <summary>With <c>corrected</c>: what holds instead.</summary>
    public required JsonElement? CorrectedValue { get; init; }

    public required string? DecidedBy { get; init; }

    public required DateTimeOffset? DecidedAt { get; init; }

    public required string? Note { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>Since when its source suggests it no more; null while it does.</summary>
    public required DateTimeOffset? WithdrawnAt { get; init; }
}
