namespace Platform.Catalog.History;

/// <summary>Who changes something, for the history.</summary>
/// <param name="By">The person; null where nobody is named.</param>
/// <param name="Note">Why; null without a reason.</param>
internal sealed record Author(string? By, string? Note = null);
