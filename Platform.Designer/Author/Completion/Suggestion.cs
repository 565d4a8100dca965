namespace Platform.Designer.Author.Completion;

/// <summary>What may stand at a place of a text.</summary>
/// <param name="Label">As it is listed.</param>
/// <param name="Kind">Chooses its icon.</param>
/// <param name="Detail">A few words beside it: a type, a table; null says nothing.</param>
/// <param name="Help">What it means, for those who stop at it; null says nothing.</param>
/// <param name="Insert">What is written; null writes the label.</param>
/// <param name="Again">Whether what comes behind it is offered at once.</param>
public sealed record Suggestion(string Label, SuggestionKind Kind, string? Detail = null, string? Help = null, string? Insert = null, bool Again = false);

/// <summary>Kinds of suggestions.</summary>
public enum SuggestionKind
{
    Key,
    Value,
    Table,
    Column,
    Function,
    Keyword,
    Template,
    Task,
    Activity,
}

/// <summary>Suggestions in their order.</summary>
/// <param name="Length">Characters before the caret that a suggestion takes the place of.</param>
/// <param name="Items">The best first.</param>
public sealed record SuggestionList(int Length, IReadOnlyList<Suggestion> Items)
{
    /// <summary>Nothing is known to stand here.</summary>
    public static SuggestionList None { get; } = new(0, []);
}

/// <summary>What a word of a text means.</summary>
/// <param name="Start">Where the word begins in the text.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Title">Its name.</param>
/// <param name="Detail">A few words: its kind, its default; null says nothing.</param>
/// <param name="Help">Sentences; null says nothing.</param>
/// <param name="Example">YAML; null shows none.</param>
public sealed record Explanation(int Start, int End, string Title, string? Detail, string? Help, string? Example = null);
