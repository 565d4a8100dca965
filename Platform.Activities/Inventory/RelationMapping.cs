using System.Text.Json;
using Platform.Catalog.Inventory;
using Platform.Inventory.Relate;
using Platform.Inventory.Report;
using Platform.Inventory.Scan;
using Found = Platform.Inventory.Profile.AssetProfile;

namespace Platform.Activities.Inventory;

/// <summary>Says how assets hang together in the catalog's words.</summary>
internal static class RelationMapping
{
    public static ProposedRelation ToCatalog(Relation relation) => new()
    {
        Kind = "foreign_key",
        FromAsset = relation.FromAsset,
        FromColumns = relation.FromColumns ?? [relation.FromColumn],
        ToAsset = relation.ToAsset,
        ToColumns = relation.ToColumns ?? [relation.ToColumn],
        Confidence = relation.Confidence,
        Inclusion = relation.Unchecked ? null : relation.Inclusion,
        BrokenRows = relation.Unchecked ? null : relation.MissingRows,
        MissingValues = [.. relation.MissingExamples.Select(value => value.Value)],
        Evidence = Json(new { relation.Reasons, relation.Coverage, relation.MissingValues, relation.Declared, relation.Kept }),
    };

    /// <summary>What the catalog knows of a reference from before.</summary>
    public static KnownReference ToKnown(RelationRow row) => new(row.FromAsset, string.Join(", ", row.FromColumns), row.ToAsset!, string.Join(", ", row.ToColumns), row.Status switch { "confirmed" => KnownAs.Confirmed, "rejected" => KnownAs.Rejected, _ => KnownAs.Found })
    {
        Confidence = row.Confidence,
        Inclusion = row.Inclusion,
        Kept = row.Evidence.ValueKind == JsonValueKind.Object && row.Evidence.TryGetProperty("kept", out var kept) && kept.ValueKind == JsonValueKind.True,
    };

    public static IEnumerable<ProposedRelation> ToKeys(Found profile) => profile.CandidateKeys.Take(3).Select((column, i) => new ProposedRelation
    {
        Kind = "key",
        FromAsset = profile.Key,
        FromColumns = [column],
        Confidence = i == 0 ? 0.8 : 0.5,
    });

    public static IEnumerable<ProposedRelation> ToKeys(FoundAsset asset) => asset.Keys.Select(key => new ProposedRelation
    {
        Kind = "key",
        FromAsset = asset.Key,
        FromColumns = key.Columns,
        Confidence = 1,
        Evidence = Json(new { Declared = true, key.IsPrimary }),
    });

    public static IEnumerable<ProposedRelation> ToCatalog(TableStructure structure) =>
    [
        .. structure.Keys.Select((key, i) => new ProposedRelation
        {
            Kind = "key",
            FromAsset = structure.Asset,
            FromColumns = key.Columns,
            Confidence = i == 0 && key.UniqueShare == 1 ? 0.7 : 0.4,
            Evidence = Json(new { key.UniqueShare }),
        }),
        .. structure.Dependencies.Select(dependency => new ProposedRelation
        {
            Kind = "dependency",
            FromAsset = structure.Asset,
            FromColumns = dependency.Determinants,
            ToColumns = [dependency.Dependent],
            Confidence = dependency.Confidence,
            BrokenRows = dependency.Violations,
            Evidence = Json(new { dependency.Share, dependency.Gain, dependency.Rows, dependency.Groups, structure.RowsLookedAt, dependency.Examples }),
        }),
    ];

    public static ProposedRelation ToCatalog(CopyRelation copy) => new()
    {
        Kind = "near_duplicate",
        FromAsset = copy.Asset,
        FromColumns = copy.Columns,
        ToAsset = copy.Other,
        ToColumns = copy.Columns,
        Confidence = copy.Confidence,
        Inclusion = copy.Contained,
        Evidence = Json(new { copy.Jaccard, copy.Error }),
    };

    public static ProposedRelation ToCatalog(JoinRelation join) => new()
    {
        Kind = "joinable",
        FromAsset = join.Asset,
        FromColumns = [join.Column],
        ToAsset = join.Other,
        ToColumns = [join.OtherColumn],
        Confidence = join.Confidence,
        Inclusion = join.Contained,
        Evidence = Json(new { join.Common }),
    };

    private static JsonElement Json(object value) => JsonSerializer.SerializeToElement(value, ReportFiles.Json);
}
