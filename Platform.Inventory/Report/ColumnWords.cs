using Platform.Inventory.Profile;
using Platform.Inventory.Relate;

namespace Platform.Inventory.Report;

/// <summary>Columns in words of their meaning where the source gave them none.</summary>
public static class ColumnWords
{
    // As sure as other tellings of what a column means.
    private const double LeastConfidence = 0.7;

    /// <summary><c>city (column6)</c> of a column without a name whose meaning is known; else its name.</summary>
    public static string Of(AssetProfile profile, string column)
        => RelationNames.IsNumbered(column) && profile.Verdicts.FirstOrDefault(verdict => verdict.Column == column) is { Confidence: >= LeastConfidence } verdict && verdict.Type is not ("id" or "unknown" or "text" or "measure" or "masked" or "constant" or "empty" or "")
            ? $"{verdict.Type.Replace('_', ' ')} ({column})" : column;
}
