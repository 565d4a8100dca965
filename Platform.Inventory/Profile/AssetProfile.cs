using Platform.Inventory.Classify;
using Platform.Inventory.Read;

namespace Platform.Inventory.Profile;

/// <summary>What is known of an asset's content at one fingerprint.</summary>
public sealed record AssetProfile
{
    /// <summary>Key of the asset.</summary>
    public required string Key { get; init; }

    /// <summary>Fingerprint of the content that was read.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Version of the rules that judged it.</summary>
    public int RulesVersion { get; init; } = TableJudge.Version;

    public long Rows { get; init; }

    /// <summary>Lines or records left out because they do not fit.</summary>
    public long BadRows { get; init; }

    /// <summary>The first of them in words; null without any.</summary>
    public string? FirstBadRow { get; init; }

    /// <summary>Columns in order.</summary>
    public IReadOnlyList<ColumnProfile> Columns { get; init; } = [];

    /// <summary>A verdict a column, in the same order.</summary>
    public IReadOnlyList<ColumnVerdict> Verdicts { get; init; } = [];

    /// <summary>The business domain; null where nothing speaks for one.</summary>
    public DomainVerdict? Domain { get; init; }

    /// <summary>Columns that tell all rows apart, best first.</summary>
    public IReadOnlyList<string> CandidateKeys { get; init; } = [];

    /// <summary>Files of the asset that could not be read, with the reason; the others are profiled.</summary>
    public IReadOnlyList<FileFailure> Failures { get; init; } = [];

    /// <summary>Why nothing could be read; null where something could.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether only a sample of the rows was read.</summary>
    public bool Sampled { get; init; }

    /// <summary>How the rows that were read were chosen, in words; null where all were read.</summary>
    public string? Sample { get; init; }

    /// <summary>Whether <see cref="Rows"/> is the source's own estimate.</summary>
    public bool RowsEstimated { get; init; }

    /// <summary>The profile of a whole state.</summary>
    internal static AssetProfile From(string key, string name, string fingerprint, TableState state, IReadOnlyList<FileFailure> failures)
    {
        var columns = state.Columns.Select(ColumnProfile.From).ToList();
        var (verdicts, domain) = TableJudge.Judge(name, state.Columns, columns);
        return new AssetProfile
        {
            Key = key,
            Fingerprint = fingerprint,
            Rows = state.Rows,
            BadRows = state.BadRows,
            FirstBadRow = state.FirstBadRow,
            Columns = columns,
            Verdicts = verdicts,
            Domain = domain,
            CandidateKeys = [.. columns.Where(column => IsKey(column, state.Rows)).OrderBy(column => column.Kind == ValueKind.Integer ? 0 : column.Kind == ValueKind.Text ? 1 : 2).Select(column => column.Name)],
            Failures = failures,
        };
    }

    // A measured number that happens to be unique (a price to the cent in a small table) names nothing.
    private static bool IsKey(ColumnProfile column, long rows)
        => rows >= 2 && column.LooksUnique && (column.Kind is ValueKind.Integer or ValueKind.Text || column is { Kind: ValueKind.Decimal, Whole: true }) && (column.MaxLength ?? 0) <= 128;
}

/// <summary>A file that could not be read.</summary>
public sealed record FileFailure(string Path, string Reason);
