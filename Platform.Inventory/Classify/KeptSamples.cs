namespace Platform.Inventory.Classify;

/// <summary>What judging an asset's columns needs beside its profile, kept so that other rules, or what people said since, judge again without reading the data.</summary>
/// <param name="Columns">The sampled distinct values of each column, in order.</param>
internal sealed record KeptSamples(IReadOnlyList<IReadOnlyList<string>> Columns);
