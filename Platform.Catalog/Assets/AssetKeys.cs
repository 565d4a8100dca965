using Platform.Workflows.Activities;

namespace Platform.Catalog.Assets;

/// <summary>What a key says by itself.</summary>
public static class AssetKeys
{
    /// <summary>The kind that a key's form implies.</summary>
    public static AssetKind KindOf(string key) => key switch
    {
        _ when key.StartsWith("file:", StringComparison.Ordinal) => AssetKind.FileSet,
        _ when key.StartsWith("model:", StringComparison.Ordinal) => AssetKind.Model,
        _ when key.StartsWith("endpoint:", StringComparison.Ordinal) => AssetKind.Endpoint,
        _ when key.StartsWith("report:", StringComparison.Ordinal) => AssetKind.Report,
        _ when key.StartsWith("dashboard:", StringComparison.Ordinal) => AssetKind.Dashboard,
        _ when key.Contains("://", StringComparison.Ordinal) => AssetKind.DatabaseTable,
        _ => AssetKind.Table,
    };

    /// <summary>A short name for people: a file's folder and name, a database table's schema and table, a model's name.</summary>
    public static string NameOf(string key)
    {
        if (key.StartsWith("file:", StringComparison.Ordinal) || key.Contains("://", StringComparison.Ordinal))
        {
            var parts = key.TrimEnd('/').Split('/');
            return key.StartsWith("file:", StringComparison.Ordinal) && parts.Length > 2 ? $"{parts[^2]}/{parts[^1]}" : parts[^1];
        }

        return key.Split(':', 2)[^1];
    }

    /// <summary>The kind as the database and JSON write it.</summary>
    internal static string Write(AssetKind kind) => kind switch
    {
        AssetKind.Table => "table",
        AssetKind.FileSet => "file_set",
        AssetKind.DatabaseTable => "database_table",
        AssetKind.Model => "model",
        AssetKind.Endpoint => "endpoint",
        AssetKind.Report => "report",
        AssetKind.Dashboard => "dashboard",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "An asset kind without a name."),
    };
}
