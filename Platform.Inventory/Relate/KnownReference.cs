namespace Platform.Inventory.Relate;

/// <summary>A reference that is known before tonight's values are looked at.</summary>
/// <param name="FromAsset">Key of the asset that refers.</param>
/// <param name="FromColumn">Its column; several with a comma and a blank between them.</param>
/// <param name="ToAsset">Key of the asset that is referred to.</param>
/// <param name="ToColumn">Its column.</param>
/// <param name="As">Who says so.</param>
public sealed record KnownReference(string FromAsset, string FromColumn, string ToAsset, string ToColumn, KnownAs As)
{
    /// <summary>How sure it was, 0 to 1.</summary>
    public double Confidence { get; init; }

    /// <summary>Share of the distinct values that were found; null where nobody counted.</summary>
    public double? Inclusion { get; init; }

    /// <summary>Whether it kept its target through a break already.</summary>
    public bool Kept { get; init; }
}

/// <summary>Who says that there is a reference, or that there is none.</summary>
public enum KnownAs
{
    /// <summary>An earlier night has found it.</summary>
    Found,

    /// <summary>A person has confirmed it.</summary>
    Confirmed,

    /// <summary>A person has rejected it.</summary>
    Rejected,
}
