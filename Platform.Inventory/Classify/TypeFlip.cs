namespace Platform.Inventory.Classify;

/// <summary>A column that is judged otherwise than before.</summary>
/// <param name="Asset">Key of the asset.</param>
/// <param name="Column">Name of the column.</param>
/// <param name="FromType">What it was held for; null where nothing was known.</param>
/// <param name="ToType">What it is held for now; null where nothing is known.</param>
/// <param name="FromPersonal">Its class of personal data before; null for none.</param>
/// <param name="ToPersonal">Its class of personal data now; null for none.</param>
/// <param name="FromVersion">Version of the rules that judged it before.</param>
/// <param name="ToVersion">Version of the rules that judge it now.</param>
/// <param name="Because"><c>rules</c> for another version of them, <c>people</c> where a similar column was judged by people, <c>data</c> for other values.</param>
public sealed record TypeFlip(string Asset, string Column, string? FromType, string? ToType, string? FromPersonal, string? ToPersonal, string FromVersion, string ToVersion, string Because);
