namespace Platform.Designer.Lineage;

/// <summary>What of a lineage is looked at. A page keeps it in its address, so that it can be sent to somebody.</summary>
public sealed record LineageView
{
    /// <summary>As deep as lineage is walked: everything.</summary>
    public const int Everything = 50;

    /// <summary>Key of the asset in the middle.</summary>
    public required string Asset { get; init; }

    /// <summary>Column to follow; null follows the whole asset.</summary>
    public string? Column { get; init; }

    public LineageDirection Direction { get; init; }

    /// <summary>Steps, from 1. Default: 2.</summary>
    public int Depth { get; init; } = 2;

    /// <summary>Whether links go between columns.</summary>
    public bool ByColumn { get; init; }

    /// <summary>The lineage of this time; null is now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Key of the asset to which the ways are shown; null for none.</summary>
    public string? To { get; init; }

    /// <summary>What was expanded beyond the depth, as <see cref="Expansion"/> writes it.</summary>
    public IReadOnlyList<string> More { get; init; } = [];

    /// <summary>Key of the chosen asset; null for none.</summary>
    public string? Chosen { get; init; }

    /// <summary>An expansion: the neighbours of an asset on one side.</summary>
    public static string Expansion(string asset, LineageDirection direction) => $"{(direction == LineageDirection.Upstream ? 'u' : 'd')}:{asset}";

    /// <summary>Reads what <see cref="Expansion"/> wrote; null where it is something else.</summary>
    public static (string Asset, LineageDirection Direction)? ReadExpansion(string written) =>
        written.Length > 2 && written[1] == ':' && written[0] is 'u' or 'd' ? (written[2..], written[0] == 'u' ? LineageDirection.Upstream : LineageDirection.Downstream) : null;
}
