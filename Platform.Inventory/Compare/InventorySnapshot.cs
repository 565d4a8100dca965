using Platform.Inventory.Profile;
using Platform.Inventory.Relate;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Compare;

/// <summary>Everything that one inventory run found, as it hands it from task to task and keeps it for the next night.</summary>
public sealed record InventorySnapshot
{
    /// <summary>When the scan began.</summary>
    public required DateTimeOffset Taken { get; init; }

    /// <summary>What each source holds.</summary>
    public required IReadOnlyList<ScanResult> Sources { get; init; }

    /// <summary>Profiles by key of the asset; empty before profiling.</summary>
    public IReadOnlyDictionary<string, AssetProfile> Profiles { get; init; } = new Dictionary<string, AssetProfile>();

    /// <summary>Foreign keys, proposed and declared, without those that people have rejected.</summary>
    public IReadOnlyList<Relation> Relations { get; init; } = [];

    /// <summary>Keys of assets of which people have rejected a reference.</summary>
    public IReadOnlyList<string> Rejected { get; init; } = [];

    /// <summary>Keys of two columns and dependencies, by asset.</summary>
    public IReadOnlyList<TableStructure> Structures { get; init; } = [];

    /// <summary>Tables with the same rows, or nearly.</summary>
    public IReadOnlyList<CopyRelation> Copies { get; init; } = [];

    /// <summary>Columns that tables can be joined by.</summary>
    public IReadOnlyList<JoinRelation> Joins { get; init; } = [];

    /// <summary>Columns that this run judges otherwise than the one before, and why.</summary>
    public IReadOnlyList<Classify.TypeFlip> Flips { get; init; } = [];

    /// <summary>Cells that are almost surely wrong, by asset; those in groups that people have rejected are left out.</summary>
    public IReadOnlyList<Errors.CellLook> Cells { get; init; } = [];

    /// <summary>Keys of assets for whose cells the time did not suffice.</summary>
    public IReadOnlyList<string> CellsLeft { get; init; } = [];

    /// <summary>Sentences about what went wrong beside the assets.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Assets of all sources.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IEnumerable<FoundAsset> Assets => Sources.SelectMany(source => source.Assets).DistinctBy(asset => asset.Key);
}
