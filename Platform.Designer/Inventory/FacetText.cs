namespace Platform.Designer.Inventory;

/// <summary>Chosen facets as one text in the address: <c>kind:table;personal:yes</c>.</summary>
internal static class FacetText
{
    public static IReadOnlyDictionary<string, string> Parse(string? text)
    {
        var facets = new Dictionary<string, string>();
        foreach (var part in (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && colon < part.Length - 1)
                facets[part[..colon]] = Uri.UnescapeDataString(part[(colon + 1)..]);
        }
        return facets;
    }

    /// <summary>The text; null where nothing is chosen.</summary>
    public static string? Write(IReadOnlyDictionary<string, string> facets) =>
        facets.Count == 0 ? null : string.Join(';', facets.Select(f => $"{f.Key}:{Uri.EscapeDataString(f.Value)}"));
}
