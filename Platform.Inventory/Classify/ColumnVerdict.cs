using System.Text.Json.Serialization;

namespace Platform.Inventory.Classify;

/// <summary>What a column is judged to hold, and why.</summary>
public sealed record ColumnVerdict
{
    public required string Column { get; init; }

    /// <summary>The semantic type, such as <c>given_name</c>, <c>street_address</c>, <c>price</c>; see <see cref="SemanticTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>Between 0 and 1: how sure the rule is. Below 0.5 it is a guess.</summary>
    public required double Confidence { get; init; }

    public PersonalClass Personal { get; init; }

    public ColumnRole Role { get; init; }

    public required Evidence Evidence { get; init; }

    /// <summary>What the column looks like to the model, a byte a hidden unit: similar columns have similar ones, and no value can be read from it. Null where nothing was judged.</summary>
    public byte[]? Signature { get; init; }

    /// <summary>Personal data found inside longer texts: kind and share of what <see cref="InsideOf"/> says.</summary>
    public IReadOnlyDictionary<string, double> Inside { get; init; } = new Dictionary<string, double>();

    /// <summary>What the shares in <see cref="Inside"/> are of.</summary>
    public InsideBasis InsideOf { get; init; }

    /// <summary>How sure the personal data in <see cref="Inside"/> are, 0 to 1: as sure as the rules and taggers that found them, whatever the column's own type is. 0 where there are none that matter.</summary>
    public double InsideConfidence { get; init; }

    /// <summary>How sure it is that the column is personal, 0 to 1: of data inside texts what was found there decides, else the type.</summary>
    [JsonIgnore]
    public double PersonalConfidence => Personal == PersonalClass.InText ? InsideConfidence : Confidence;
}

/// <summary>What a share of texts is of.</summary>
public enum InsideBasis
{
    /// <summary>Of the different texts looked at: how often each stands is not known.</summary>
    DifferentTexts,

    /// <summary>Of the rows that have a text, estimated from a sample.</summary>
    AboutRows,

    /// <summary>Of the rows that have a text, counted.</summary>
    Rows,
}

/// <summary>Why a verdict was given.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Version">Its version; a higher one may judge differently.</param>
/// <param name="ValuesLookedAt">Distinct values that the rule saw.</param>
/// <param name="ShareMatching">Share of them that match.</param>
/// <param name="Examples">Some that match, masked where they are personal.</param>
/// <param name="Note">What else spoke for it: the name, a neighbour. Null where nothing did.</param>
public sealed record Evidence(string Rule, int Version, int ValuesLookedAt, double ShareMatching, IReadOnlyList<string> Examples, string? Note = null);

/// <summary>Classes of personal data.</summary>
public enum PersonalClass
{
    None,

    /// <summary>Names of people.</summary>
    Name,

    /// <summary>E-mail, phone.</summary>
    Contact,

    /// <summary>Postal addresses and their parts.</summary>
    Address,

    /// <summary>Numbers that a state gives a person.</summary>
    Identity,

    /// <summary>Cards and accounts.</summary>
    Financial,

    /// <summary>Birth, age, gender of a person.</summary>
    Demographic,

    /// <summary>Addresses and ids of devices, names of accounts.</summary>
    Online,

    /// <summary>Hidden by the source: what it was cannot be seen.</summary>
    Masked,

    /// <summary>Text that people wrote, with personal data inside.</summary>
    InText,

    /// <summary>Passwords, their hashes, keys.</summary>
    Secret,
}

/// <summary>What a column is for.</summary>
public enum ColumnRole
{
    Attribute,

    /// <summary>Tells the rows apart.</summary>
    Key,

    /// <summary>Names rows of another table, or of a list.</summary>
    Reference,

    /// <summary>A number to compute with.</summary>
    Measure,

    /// <summary>Few values that group the rows.</summary>
    Category,

    /// <summary>When.</summary>
    Time,

    /// <summary>Text to read.</summary>
    Text,
}
