using System.Globalization;
using Platform.Inventory.Classify;
using Platform.Inventory.Scan;

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

    /// <summary>Version of what people had said of columns when it was judged; empty for nothing.</summary>
    public string PeopleVersion { get; init; } = "";

    /// <summary>What judging its columns again needs; kept apart.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    internal KeptSamples? Samples { get; init; }

    /// <summary>Rows of all its files together.</summary>
    public long Rows { get; init; }

    /// <summary>Bytes of its data; null where unknown.</summary>
    public long? Bytes { get; init; }

    /// <summary>Data files; null for databases.</summary>
    public int? Files { get; init; }

    /// <summary>When its newest part changed, by the file system, the log or the database; null where unknown.</summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>The newest date or time in its columns; columns that reach more than a day beyond <see cref="Newest"/> hold plans or mistakes and are left out. Null without such columns.</summary>
    public DateTimeOffset? NewestValue { get; init; }

    /// <summary>What came to it since the profile before; null for the first, and where it is unknown.</summary>
    public AssetGrowth? Growth { get; init; }

    /// <summary>Rows that repeat another row in every column: rows less different rows. Null where it was not counted (samples).</summary>
    public long? DuplicateRows { get; init; }

    /// <summary>Standard error of <see cref="DuplicateRows"/>, in rows; 0 where it is exact (up to a million rows).</summary>
    public double DuplicateRowsError { get; init; }

    /// <summary>Numeric columns that go together, strongest first: correlations of .9 or more either way, exact over the rows that have both.</summary>
    public IReadOnlyList<ColumnCorrelation> Correlations { get; init; } = [];

    /// <summary>Numeric columns that were compared for correlation, <see cref="Profile.Correlations.MostColumns"/> at most.</summary>
    public int CorrelatedColumns { get; init; }

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

    /// <summary>The profile of an asset that a scan found: what the scan alone knows is taken from it.</summary>
    internal AssetProfile For(FoundAsset asset) => this with
    {
        Key = asset.Key,
        Bytes = asset.Bytes,
        Files = asset.Database is not null ? null : asset.Files.Count > 0 ? asset.Files.Count : Files,
        Newest = asset.Modified,
        NewestValue = Columns.Where(column => column.Kind is ValueKind.Date or ValueKind.Timestamp)
            .Select(column => DateTimeOffset.TryParse(column.Max, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var max) ? max : (DateTimeOffset?)null)
            .Where(max => asset.Modified is not { } newest || max <= newest.AddDays(1)).Max(),
    };

    /// <summary>The profile of a whole state; <paramref name="nested"/> where the columns are paths into records.</summary>
    internal static AssetProfile From(string key, string name, string fingerprint, TableState state, IReadOnlyList<FileFailure> failures, JudgedByPeople? people = null, bool nested = false)
    {
        var states = nested ? WithoutShells(state.Columns) : state.Columns;
        var columns = states.Select(ColumnProfile.From).ToList();
        var repeated = state.Duplicates.Count();
        var samples = states.Zip(columns, (column, profile) => new ColumnSample(column, profile)).ToList();
        var (verdicts, domain) = TableJudge.Judge(name, samples, people);
        return new AssetProfile
        {
            Key = key,
            Fingerprint = fingerprint,
            Rows = state.Rows,
            DuplicateRows = state.Duplicates.Rows == state.Rows ? repeated.Count : null,
            DuplicateRowsError = repeated.Error,
            Correlations = ColumnCorrelation.Of(state.Correlations, columns),
            CorrelatedColumns = columns.Count(column => ColumnCorrelation.IsCompared(state.Correlations, column)),
            BadRows = state.BadRows,
            FirstBadRow = state.FirstBadRow,
            Columns = WithDateForms(columns, [.. samples.Select(sample => sample.Values)]),
            Verdicts = verdicts,
            Domain = domain,
            CandidateKeys = [.. columns.Where(column => IsKey(column, state.Rows)).OrderBy(column => column.Kind == ValueKind.Integer ? 0 : column.Kind == ValueKind.Text ? 1 : 2).Select(column => column.Name)],
            Failures = failures,
            PeopleVersion = people?.Version ?? "",
            Samples = new KeptSamples([.. samples.Select(sample => sample.Values)]),
        };
    }

    /// <summary>
    /// Without columns that hold nothing and stand for what other columns are the parts of: an object that is null in some records is <c>user.id</c> in the others, and no empty column <c>user</c>.
    /// </summary>
    private static IReadOnlyList<ColumnState> WithoutShells(IReadOnlyList<ColumnState> columns)
        => columns.Any(column => IsShell(column, columns)) ? [.. columns.Where(column => !IsShell(column, columns))] : columns;

    private static bool IsShell(ColumnState column, IReadOnlyList<ColumnState> columns)
        => column.Rows == column.Nulls && columns.Any(other => other.Name.Length > column.Name.Length + 1 && other.Name[column.Name.Length] == '.' && other.Name.StartsWith(column.Name, StringComparison.Ordinal));

    /// <summary>The same profile judged by the present rules and what people have said by now, without reading the data; null where the samples do not fit.</summary>
    internal AssetProfile? JudgedAgain(string name, KeptSamples samples, JudgedByPeople? people)
    {
        if (samples.Columns.Count != Columns.Count)
            return null;
        var (verdicts, domain) = TableJudge.Judge(name, [.. Columns.Zip(samples.Columns, (column, values) => new ColumnSample(column, values))], people);
        return this with { Columns = WithDateForms(Columns, samples.Columns), Verdicts = verdicts, Domain = domain, RulesVersion = TableJudge.Version, PeopleVersion = people?.Version ?? "" };
    }

    // A type of a source has one form only.
    private static List<ColumnProfile> WithDateForms(IReadOnlyList<ColumnProfile> columns, IReadOnlyList<IReadOnlyList<string>> samples)
        => [.. columns.Zip(samples, (column, values) => column.Kind is ValueKind.Date or ValueKind.Timestamp or ValueKind.Text && (!column.TypeDeclared || column.Type.StartsWith("VARCHAR", StringComparison.OrdinalIgnoreCase) || column.Type.StartsWith("text", StringComparison.Ordinal) || column.Type.StartsWith("character", StringComparison.Ordinal)) && (column.MaxLength ?? 0) <= 40 ? column with { DateForms = DateForms.Of(values) } : column)];

    // A measured number that happens to be unique (a price to the cent in a small table) names nothing.
    private static bool IsKey(ColumnProfile column, long rows)
        => rows >= 2 && column.LooksUnique && (column.Kind is ValueKind.Integer or ValueKind.Text || column is { Kind: ValueKind.Decimal, Whole: true }) && (column.MaxLength ?? 0) <= 128;
}

/// <summary>A file that could not be read.</summary>
public sealed record FileFailure(string Path, string Reason);

/// <summary>What came to an asset since it was profiled before.</summary>
/// <param name="Since">When that was.</param>
/// <param name="RowsBefore">Rows then; null where unknown.</param>
/// <param name="BytesBefore">Bytes then; null where unknown.</param>
/// <param name="Rows">Rows that came, negative where they went; null where unknown.</param>
/// <param name="Bytes">Bytes that came, negative where they went; null where unknown.</param>
/// <param name="RowsADay">Rows a day between the two; null where unknown or within a minute.</param>
public sealed record AssetGrowth(DateTimeOffset Since, long? RowsBefore, long? BytesBefore, long? Rows, long? Bytes, double? RowsADay);
