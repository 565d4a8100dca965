namespace Platform.Catalog.Glossary;

/// <summary>A term to keep.</summary>
public sealed record NewTerm
{
    /// <summary>Its name, one of a kind whatever the case of its letters.</summary>
    public required string Name { get; init; }

    /// <summary>What it means; null to leave it as it is, an empty text clears it.</summary>
    public string? Definition { get; init; }

    /// <summary>Other words for it; null to leave them as they are.</summary>
    public IReadOnlyList<string>? Synonyms { get; init; }

    /// <summary>Name of the term above; null to leave it as it is, an empty text puts the term at the top.</summary>
    public string? Parent { get; init; }

    /// <summary>Who answers for it; null to leave it as it is, an empty text clears it.</summary>
    public string? Owner { get; init; }
}

/// <summary>A term of the glossary.</summary>
public sealed record TermRow
{
    public required long Id { get; init; }

    public required string Name { get; init; }

    public required string? Definition { get; init; }

    public required string[] Synonyms { get; init; }

    /// <summary>Name of the term above; null at the top.</summary>
    public required string? Parent { get; init; }

    public required string? Owner { get; init; }

    /// <summary>Terms directly below.</summary>
    public required int ChildCount { get; init; }

    /// <summary>Assets and columns that are linked to it.</summary>
    public required int LinkCount { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>What a term is linked to.</summary>
public sealed record TermLink
{
    /// <summary>Name of the term.</summary>
    public required string Term { get; init; }

    /// <summary>Key of the asset.</summary>
    public required string Asset { get; init; }

    public required string AssetName { get; init; }

    /// <summary>Null for the whole asset.</summary>
    public required string? Column { get; init; }

    public required string? LinkedBy { get; init; }

    public required DateTimeOffset LinkedAt { get; init; }
}

/// <summary>A term with where it stands.</summary>
public sealed record TermDetail
{
    public required TermRow Term { get; init; }

    /// <summary>Names of the terms above, the highest first.</summary>
    public required IReadOnlyList<string> Path { get; init; }

    /// <summary>Terms directly below, by name.</summary>
    public required IReadOnlyList<TermRow> Children { get; init; }

    /// <summary>What is linked to it or to a term below it.</summary>
    public required IReadOnlyList<TermLink> Links { get; init; }
}
