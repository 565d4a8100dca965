using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Catalog.Glossary;

namespace Platform.Catalog.Exchange;

/// <summary>A line of an export: something that people have said. What is null was not said.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(TermLine), "term")]
[JsonDerivedType(typeof(AssetLine), "asset")]
[JsonDerivedType(typeof(ColumnLine), "column")]
[JsonDerivedType(typeof(RelationLine), "relation")]
[JsonDerivedType(typeof(SuggestionLine), "suggestion")]
[JsonDerivedType(typeof(CheckLine), "check")]
internal abstract record CatalogLine
{
    private static readonly JsonSerializerOptions Strict = new(CatalogJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = false,
    };

    internal string Write() => JsonSerializer.Serialize(this, Strict);

    /// <exception cref="JsonException">The line is no line of an export.</exception>
    internal static CatalogLine Read(string line) => JsonSerializer.Deserialize<CatalogLine>(line, Strict) ?? throw new JsonException("The line is null.");
}

/// <summary>A term of the glossary.</summary>
internal sealed record TermLine : CatalogLine
{
    public required string Name { get; init; }

    public string? Definition { get; init; }

    public IReadOnlyList<string>? Synonyms { get; init; }

    public string? Parent { get; init; }

    public string? Owner { get; init; }

    internal NewTerm Term() => new() { Name = Name, Definition = Definition, Synonyms = Synonyms, Parent = Parent, Owner = Owner };
}

/// <summary>What people say about an asset.</summary>
internal sealed record AssetLine : CatalogLine
{
    public required string Key { get; init; }

    public string? Owner { get; init; }

    public string? Description { get; init; }

    public string? Domain { get; init; }

    public string? Tier { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public int? RetentionDays { get; init; }

    public JsonElement? Contract { get; init; }

    public IReadOnlyList<string>? Terms { get; init; }
}

/// <summary>What people say about a column.</summary>
internal sealed record ColumnLine : CatalogLine
{
    public required string Asset { get; init; }

    public required string Column { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public IReadOnlyList<string>? Terms { get; init; }

    /// <summary><c>confirmed</c>, <c>corrected</c>, <c>rejected</c>; null where nobody has decided.</summary>
    public string? Verdict { get; init; }

    public string? SemanticType { get; init; }

    public string? PersonalClass { get; init; }

    public string? VerdictBy { get; init; }

    public DateTimeOffset? VerdictAt { get; init; }

    public string? VerdictNote { get; init; }
}

/// <summary>A relation that a person confirmed or rejected.</summary>
internal sealed record RelationLine : CatalogLine
{
    public required string Kind { get; init; }

    public required string FromAsset { get; init; }

    public IReadOnlyList<string> FromColumns { get; init; } = [];

    public string? ToAsset { get; init; }

    public IReadOnlyList<string> ToColumns { get; init; } = [];

    public required string Status { get; init; }

    public string? DecidedBy { get; init; }
}

/// <summary>A suggestion that a person decided on, so that it is not made again.</summary>
internal sealed record SuggestionLine : CatalogLine
{
    public required string Kind { get; init; }

    public string? Asset { get; init; }

    public string? Column { get; init; }

    public required JsonElement Value { get; init; }

    public required string Source { get; init; }

    public string SourceVersion { get; init; } = "";

    public double Confidence { get; init; }

    public required string Status { get; init; }

    public JsonElement? CorrectedValue { get; init; }

    public required string DecidedBy { get; init; }

    public required DateTimeOffset DecidedAt { get; init; }

    public string? Note { get; init; }
}

/// <summary>A check that people declared.</summary>
internal sealed record CheckLine : CatalogLine
{
    public required string Asset { get; init; }

    public string? Column { get; init; }

    public required string Name { get; init; }

    public required string Kind { get; init; }

    public required JsonElement Definition { get; init; }

    public string Severity { get; init; } = "warning";

    public bool Gate { get; init; }

    public bool Enabled { get; init; } = true;

    public string? Note { get; init; }

    public required string CreatedBy { get; init; }
}
