namespace Platform.Server;

/// <summary>Where a platform lives.</summary>
internal sealed record PlatformOptions
{
    /// <summary>Absolute folder of the platform.</summary>
    public required string Home { get; init; }

    /// <summary>PostgreSQL connection string; null uses the embedded server.</summary>
    public string? Database { get; init; }

    /// <summary>Key file of the secrets; null is <c>secret.key</c> in the home.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Folders with class libraries of activities.</summary>
    public IReadOnlyList<string> ActivityFolders { get; init; } = [];

    /// <summary>Whether log lines are JSON objects.</summary>
    public bool JsonLog { get; init; }

    /// <summary>Delta tables: <c>{home}/tables/{schema}/{table}</c>.</summary>
    public string TablesFolder => Path.Combine(Home, "tables");

    /// <summary>Model versions: <c>{home}/models/{name}/{version}</c>.</summary>
    public string ModelsFolder => Path.Combine(Home, "models");

    /// <summary>Where attempts spill; emptied at start.</summary>
    public string SpillFolder => Path.Combine(Home, "spill");

    /// <summary>Inventory states and reports.</summary>
    public string InventoryFolder => Path.Combine(Home, "inventory");

    /// <summary>Keys that sign session cookies.</summary>
    public string SessionKeysFolder => Path.Combine(Home, "session-keys");
}
