namespace Platform.Catalog.Search;

/// <summary>Why an asset was found: its matched texts, the most telling first.</summary>
/// <param name="Asset">Key of the asset.</param>
/// <param name="Column">The column that was found; null for the asset itself.</param>
/// <param name="Matches">Where the words stand; empty where only a part that is not told matched.</param>
public sealed record AssetHit(string Asset, string? Column, IReadOnlyList<SearchMatch> Matches);

/// <summary>A text that matched.</summary>
/// <param name="Field"><c>name</c>, <c>key</c>, <c>tag</c>, <c>owner</c>, <c>domain</c>, <c>column</c>, <c>description</c>, <c>term</c>.</param>
/// <param name="Text">The text; of a long one the part around the first place.</param>
/// <param name="Places">The matched places in it.</param>
public sealed record SearchMatch(string Field, string Text, IReadOnlyList<MatchedPlace> Places);

/// <summary>A place in a text.</summary>
/// <param name="Start">First character, from 0.</param>
/// <param name="Length">Characters.</param>
public sealed record MatchedPlace(int Start, int Length);
