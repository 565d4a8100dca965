namespace Platform.Catalog.Search;

/// <summary>Where a word was found; what comes first counts most.</summary>
internal enum SearchField
{
    Name,
    Term,
    Key,
    Tag,
    Owner,
    Domain,
    Column,
    Description,
    Type,
}

/// <summary>What search knows of an asset, or of a term of the glossary.</summary>
internal sealed record SearchDocument
{
    /// <summary>Id of the asset, or minus the id of the term.</summary>
    public required long Id { get; init; }

    /// <summary>Key of the asset, name of the term.</summary>
    public required string Key { get; init; }

    public required string Name { get; init; }

    /// <summary>Null for a term.</summary>
    public string? Kind { get; init; }

    public string? Description { get; init; }

    public string? Owner { get; init; }

    public string? Domain { get; init; }

    public string? Tier { get; init; }

    public string? Source { get; init; }

    /// <summary><c>ok</c>, <c>problem</c>, <c>gone</c>.</summary>
    public string State { get; init; } = "ok";

    public string[] Tags { get; init; } = [];

    /// <summary>Names and synonyms of the terms that are linked; of a term its own synonyms.</summary>
    public string[] Terms { get; init; } = [];

    /// <summary>Uses in the last 30 days when the document was read.</summary>
    public long Uses { get; init; }

    /// <summary>Columns that are there.</summary>
    public List<SearchColumn> Columns { get; } = [];

    /// <summary>Semantic types of its columns, each once.</summary>
    public HashSet<string> Types { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether a column holds personal data.</summary>
    public bool Personal { get; set; }

    /// <summary>Whether an inventory has looked at its columns, or there are none to look at.</summary>
    public bool LookedAt { get; set; }
}

/// <summary>What search knows of a column.</summary>
/// <param name="Name">As the asset has it.</param>
/// <param name="More">Description and tags; empty for none.</param>
/// <param name="Type">Semantic type; null for none.</param>
/// <param name="Personal">Whether it holds personal data; null where nobody has looked.</param>
internal readonly record struct SearchColumn(string Name, string More = "", string? Type = null, bool? Personal = null);
