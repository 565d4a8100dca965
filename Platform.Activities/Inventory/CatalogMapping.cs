using System.Globalization;
using System.Text.Json;
using Platform.Catalog.Inventory;
using Platform.Inventory.Classify;
using Platform.Inventory.Report;
using Platform.Inventory.Scan;
using Platform.Workflows.Activities;
using Found = Platform.Inventory.Profile.AssetProfile;

namespace Platform.Activities.Inventory;

/// <summary>Says what the inventory's arithmetic found in the catalog's words.</summary>
internal static class CatalogMapping
{
    public static ScannedAsset ToCatalog(FoundAsset asset, Found? profile) => new()
    {
        Key = asset.Key,
        Kind = asset.Kind,
        Name = asset.Name,
        Location = asset.Location ?? (asset.Files.Count == 1 ? asset.Files[0].Path : asset.Files.Count > 1 ? Path.GetDirectoryName(asset.Files[0].Path) : null),
        Format = asset.Format,
        Version = asset.Version,
        RowCount = profile is { Failure: null } ? profile.Rows : asset.KnownRows,
        ByteCount = asset.Bytes,
        FileCount = asset.Files.Count == 0 ? null : asset.Files.Count,
        NewestDataAt = asset.Modified,
        Fingerprint = asset.Fingerprint,
        ContentFingerprint = asset.ContentFingerprint,
        Columns = asset.Columns.Count > 0 ? [.. asset.Columns.Select(column => new AssetColumn(column.Name, column.Type, column.Nullable))] : profile is { Failure: null } ? [.. profile.Columns.DistinctBy(column => column.Name).Select(column => new AssetColumn(column.Name, column.Type, column.Nulls > 0))] : null,
        Comment = Said(asset.Comment),
        ColumnComments = asset.Columns.Where(column => Said(column.Comment) is not null).DistinctBy(column => column.Name).ToDictionary(column => column.Name, column => Said(column.Comment)!, StringComparer.Ordinal),
        Problem = asset.Condition switch
        {
            AssetCondition.Unsupported => $"unsupported: {asset.Reason}",
            AssetCondition.Broken => $"broken: {asset.Reason}",
            _ => profile?.Failure is { } failure ? $"broken: {failure}" : null,
        },
    };

    // As long as a description may be.
    private static string? Said(string? comment) => comment?.Trim() is { Length: > 0 } said ? said.Length > 4_000 ? said[..4_000] : said : null;

    public static AssetProfile ToProfile(FoundAsset asset, Found profile) => new()
    {
        Asset = asset.Key,
        AssetVersion = asset.Version,
        RowCount = profile.Rows,
        Profile = Json(new
        {
            Fingerprint = FingerprintOf(profile),
            profile.Rows,
            profile.Bytes,
            profile.Files,
            profile.Newest,
            profile.NewestValue,
            profile.Growth,
            profile.DuplicateRows,
            profile.DuplicateRowsError,
            profile.Correlations,
            profile.CorrelatedColumns,
            profile.BadRows,
            profile.FirstBadRow,
            Columns = profile.Columns.Count,
            profile.Domain,
            profile.CandidateKeys,
            profile.Failures,
            profile.Sampled,
            profile.Sample,
            profile.RowsEstimated,
            asset.Comment,
            ColumnComments = asset.Columns.Where(column => column.Comment is not null).ToDictionary(column => column.Name, column => column.Comment),
        }),
        Columns = profile.Columns.DistinctBy(column => column.Name).ToDictionary(column => column.Name, column => Json(Masked(column, profile.Verdicts)), StringComparer.Ordinal),
    };

    public static IReadOnlyCollection<ColumnJudgement> ToJudgements(Found profile) =>
    [
        .. profile.Verdicts.Select(verdict => new ColumnJudgement
        {
            Column = verdict.Column,
            SemanticType = TypeOf(verdict),
            PersonalClass = PersonalOf(verdict),
            Domain = SemanticTypes.All[verdict.Type].Domain ?? profile.Domain?.Domain,
            Role = JsonNamingPolicy.SnakeCaseLower.ConvertName(verdict.Role.ToString()),
            Confidence = verdict.Confidence,
            Evidence = Json(new { verdict.Evidence.Rule, verdict.Evidence.Version, verdict.Evidence.ValuesLookedAt, verdict.Evidence.ShareMatching, verdict.Evidence.Examples, verdict.Evidence.Note, verdict.Inside, InsideOf = verdict.Inside.Count == 0 ? null : JsonNamingPolicy.SnakeCaseLower.ConvertName(verdict.InsideOf.ToString()), InsideConfidence = verdict.Inside.Count == 0 ? (double?)null : verdict.InsideConfidence }),
            RuleVersion = verdict.Evidence.Version.ToString(CultureInfo.InvariantCulture),
            Signature = verdict.Signature,
        }),
    ];

    /// <summary>Columns that are judged otherwise than the catalog has it; none for columns that it does not know yet.</summary>
    public static IReadOnlyCollection<JudgementFlip> ToFlips(Found profile, IEnumerable<KnownJudgement> known)
    {
        var before = known.DistinctBy(judgement => judgement.Column).ToDictionary(judgement => judgement.Column, StringComparer.Ordinal);
        var flips = new List<JudgementFlip>();
        foreach (var verdict in profile.Verdicts.DistinctBy(verdict => verdict.Column))
        {
            if (!before.TryGetValue(verdict.Column, out var judgement) || judgement.SemanticType == TypeOf(verdict) && judgement.PersonalClass == PersonalOf(verdict))
                continue;
            var version = verdict.Evidence.Version.ToString(CultureInfo.InvariantCulture);
            flips.Add(new JudgementFlip
            {
                Asset = profile.Key,
                Column = verdict.Column,
                FromType = judgement.SemanticType,
                ToType = TypeOf(verdict),
                FromPersonal = judgement.PersonalClass,
                ToPersonal = PersonalOf(verdict),
                FromVersion = judgement.RuleVersion,
                ToVersion = version,
                Because = judgement.RuleVersion != version ? "rules" : verdict.Evidence.Rule == TableJudge.LearnedRule ? "people" : "data",
            });
        }

        return flips;
    }

    /// <summary>Whether the catalog has other judgements of an asset than its profile.</summary>
    public static bool IsJudgedOtherwise(Found profile, IEnumerable<KnownJudgement> known)
    {
        var before = known.Select(judgement => (judgement.Column, judgement.SemanticType, judgement.PersonalClass, judgement.RuleVersion, judgement.Confidence)).ToHashSet();
        return profile.Verdicts.Any(verdict => !before.Contains((verdict.Column, TypeOf(verdict), PersonalOf(verdict), verdict.Evidence.Version.ToString(CultureInfo.InvariantCulture), verdict.Confidence)));
    }

    /// <summary>What people said of columns, for judging others.</summary>
    public static JudgedByPeople ToPeople(IEnumerable<JudgedExample> examples)
        => new([.. examples.Select(example => new TypeExample(example.Asset, example.Column, example.Signature, int.TryParse(example.RuleVersion, CultureInfo.InvariantCulture, out var version) ? version : 0, example.SemanticType, example.Rejected, example.SaidBy))]);

    /// <summary>A flip as the snapshot of a run tells it.</summary>
    public static TypeFlip ToSnapshot(JudgementFlip flip) => new(flip.Asset, flip.Column, flip.FromType, flip.ToType, flip.FromPersonal, flip.ToPersonal, flip.FromVersion, flip.ToVersion, flip.Because);

    /// <summary>Whether a column is told to hold personal data: a guess is not.</summary>
    public static bool IsPersonal(Platform.Inventory.Classify.ColumnVerdict verdict) => verdict.Personal is not (PersonalClass.None or PersonalClass.Masked) && verdict.PersonalConfidence >= 0.5;

    private static string? TypeOf(Platform.Inventory.Classify.ColumnVerdict verdict) => verdict.Type == SemanticTypes.Unknown ? null : verdict.Type;

    private static string? PersonalOf(Platform.Inventory.Classify.ColumnVerdict verdict) => verdict.Personal == PersonalClass.None ? null : JsonNamingPolicy.SnakeCaseLower.ConvertName(verdict.Personal.ToString());

    /// <summary>What a kept profile was made from: the content, the rules, and the metrics that there were.</summary>
    public static string FingerprintOf(Found profile) => string.Create(CultureInfo.InvariantCulture, $"{profile.Fingerprint}-{profile.RulesVersion}-{Platform.Inventory.Profile.ColumnState.FormatVersion}");

    // Pages show profiles to everybody: values of people stay out of them.
    private static Platform.Inventory.Profile.ColumnProfile Masked(Platform.Inventory.Profile.ColumnProfile column, IReadOnlyList<Platform.Inventory.Classify.ColumnVerdict> verdicts)
    {
        var verdict = verdicts.FirstOrDefault(verdict => verdict.Column == column.Name);
        return verdict is null || verdict.Personal is PersonalClass.None or PersonalClass.Masked ? column : column.WithoutValues();
    }

    private static JsonElement Json(object value) => JsonSerializer.SerializeToElement(value, ReportFiles.Json);
}
