namespace Platform.Designer.Inventory;

/// <summary>The short name of an asset's key and where it lives, for lists and graphs.</summary>
internal readonly record struct AssetName(string Short, string Place)
{
    /// <summary>Address of the asset's page.</summary>
    public static string Page(string key, string? tab = null) => $"inventory/asset?key={Uri.EscapeDataString(key)}{(tab is null ? "" : "&tab=" + tab)}";

    /// <summary>Address of its lineage.</summary>
    public static string Lineage(string key) => $"lineage?asset={Uri.EscapeDataString(key)}";

    /// <summary>Splits a key as its kind writes it.</summary>
    public static AssetName Of(string key)
    {
        if (key.StartsWith("file:", StringComparison.Ordinal))
            return Path(key["file:".Length..]);
        if (key.StartsWith("postgresql://", StringComparison.Ordinal))
        {
            var slash = key.LastIndexOf('/');
            return new AssetName(key[(slash + 1)..], key["postgresql://".Length..slash]);
        }
        foreach (var prefix in (ReadOnlySpan<string>)["model:", "endpoint:", "report:"])
            if (key.StartsWith(prefix, StringComparison.Ordinal))
                return new AssetName(key[prefix.Length..], "");
        return new AssetName(key, "");
    }

    /// <summary>The kind that a key is of, where nothing else tells it.</summary>
    public static string KindOf(string key) => key.Split(':', 2) switch
    {
        ["file", _] => "file_set",
        ["postgresql", _] => "database_table",
        ["model" or "endpoint" or "report" or "dashboard", _] and [var kind, ..] => kind,
        _ => "table",
    };

    /// <summary>Name of a Tabler icon for a kind.</summary>
    public static string Icon(string kind) => kind switch
    {
        "table" => "table",
        "file_set" => "files",
        "database_table" => "database",
        "model" => "brain",
        "endpoint" => "api",
        "report" => "report",
        "dashboard" => "chart-bar",
        "column" => "table-column",
        _ => "box",
    };

    /// <summary>A file by its last folder and name: day files of two shops are told apart.</summary>
    private static AssetName Path(string path)
    {
        var parts = path.TrimEnd('/').Split('/');
        return parts.Length < 3 ? new AssetName(path, "") : new AssetName(string.Join('/', parts[^2..]), string.Join('/', parts[..^2]));
    }
}
