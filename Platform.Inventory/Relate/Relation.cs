using System.Text.Json.Serialization;

namespace Platform.Inventory.Relate;

/// <summary>A proposed foreign key: values of one column are found among those of another table's key.</summary>
public sealed record Relation
{
    /// <summary>Key of the asset that refers.</summary>
    public required string FromAsset { get; init; }

    public required string FromColumn { get; init; }

    /// <summary>Key of the asset that is referred to.</summary>
    public required string ToAsset { get; init; }

    public required string ToColumn { get; init; }

    /// <summary>Between 0 and 1.</summary>
    public required double Confidence { get; init; }

    /// <summary>Whether no missing value is known.</summary>
    public bool Holds => MissingRows == 0;

    /// <summary>Rows of the referring table whose value is not found.</summary>
    public long MissingRows { get; init; }

    /// <summary>Distinct values that are not found.</summary>
    public long MissingValues { get; init; }

    /// <summary>Rows of the referring table with a value; 0 where nobody counted.</summary>
    public long Rows { get; init; }

    /// <summary>Distinct values of the referred key; 0 where nobody counted, or only a part.</summary>
    public long KeyValues { get; init; }

    /// <summary>Some of the values that are not found, with their rows, most rows first.</summary>
    public IReadOnlyList<Profile.ValueCount> MissingExamples { get; init; } = [];

    /// <summary>Share of the referring column's distinct values that are found.</summary>
    public double Inclusion { get; init; }

    /// <summary>Share of the referred key's values that are referred to.</summary>
    public double Coverage { get; init; }

    /// <summary>Whether the source itself declares it (a database's constraint).</summary>
    public bool Declared { get; init; }

    /// <summary>All columns that refer where the source declares several, in order; null for one.</summary>
    public IReadOnlyList<string>? FromColumns { get; init; }

    /// <summary>All columns that are referred to where there are several, in the same order; null for one.</summary>
    public IReadOnlyList<string>? ToColumns { get; init; }

    /// <summary>Whether nobody has counted the rows whose value is not found: declared, and not checked by the source.</summary>
    public bool Unchecked { get; init; }

    /// <summary>Whether a person has confirmed it.</summary>
    public bool Confirmed { get; init; }

    /// <summary>Whether it keeps the target of an earlier night although values have gone missing there since.</summary>
    public bool Kept { get; init; }

    /// <summary>Whether it counts as a reference: declared, confirmed, or more likely than not.</summary>
    [JsonIgnore]
    public bool IsSure => Declared || Confirmed || Confidence >= 0.5;

    /// <summary>
    /// Whether it is worth a place in a report: declared, more likely than not, broken since an earlier night, or broken in a way that chance seldom gives: the key is covered nearly whole and
    /// only a few values are missing in it. Less sure ones wait in the review queue.
    /// </summary>
    [JsonIgnore]
    public bool IsTold => IsSure || IsTelling || HasBroken;

    /// <summary>Whether it is less likely than not, held on an earlier night without exception, and does not any longer.</summary>
    [JsonIgnore]
    public bool HasBroken => !IsSure && Kept && !Holds;

    /// <summary>Whether it is less likely than not and yet worth a look, because of what it would mean.</summary>
    [JsonIgnore]
    public bool IsTelling => !IsSure && MissingValues is > 0 and <= 3 && Inclusion >= 0.8 && Coverage >= 0.9;

    /// <summary>What spoke for and against it.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];
}
