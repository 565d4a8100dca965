namespace Platform.Inventory.Report;

/// <summary>Names of assets as reports tell them.</summary>
public static class ReportNames
{
    /// <summary>The name that people know an asset by: day files at the top of a source are named with their folder.</summary>
    public static string Of(string key, string name) =>
        name.StartsWith('{') && key.StartsWith("file:", StringComparison.Ordinal) && Path.GetFileName(Path.GetDirectoryName(key["file:".Length..])) is { Length: > 0 } folder ? $"{folder}/{name}" : name;
}
