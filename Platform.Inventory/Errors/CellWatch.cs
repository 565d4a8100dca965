using System.Globalization;
using System.Text;
using Platform.Inventory.Cache;
using Platform.Inventory.Classify;
using Platform.Inventory.Masking;
using Platform.Inventory.Profile;
using Platform.Inventory.Read;
using Platform.Inventory.Relate;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Tables.Log;
using Platform.Tables.Native;
using Platform.Tables.Sources;

namespace Platform.Inventory.Errors;

/// <summary>How far the nightly look at cells goes.</summary>
public sealed record CellWatchOptions
{
    /// <summary>The most rows of one asset. Default 20,000.</summary>
    public int MostRows { get; init; } = 20_000;

    /// <summary>Time for all assets together; what it does not reach waits for the next night. Default 30 seconds.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>What was found, and what was left out.</summary>
/// <param name="Looks">Assets that were looked at, tonight or before with the same content.</param>
/// <param name="Fresh">How many of them tonight.</param>
/// <param name="Left">Keys of assets for which the time did not suffice.</param>
public sealed record CellWatchResult(IReadOnlyList<CellLook> Looks, int Fresh, IReadOnlyList<string> Left);

/// <summary>Looks every night at cells of what has changed, and tells only what is almost surely wrong. Once for each content of an asset.</summary>
/// <param name="store">Reads Delta tables.</param>
/// <param name="cache">What earlier nights found.</param>
/// <param name="databases">Addresses of databases by their sources; null for none.</param>
/// <param name="clock">Measures the budget; null is the system's.</param>
public sealed class CellWatch(TableStore store, InventoryCache cache, IReadOnlyDictionary<string, PostgresAddress>? databases = null, TimeProvider? clock = null)
{
    private const string Kind = "cell-looks";
    private const int Version = 5;
    private const int MostColumns = 40;
    private const int MostProblems = 40;
    private const int MostExamples = 5;
    private const int MostRowsKept = 1_000;

    // Sentences and machine text have no neighbours that prove a cell wrong.
    private static readonly string[] NotLooked = ["free_text", "review", "html", "embedding", "json", "list", "constant", "empty", "hash", "password_hash", "uuid"];

    // A city or a postcode that many rows share is personal only beside whose it is: without the rest of the row it names nobody, and it is the witness.
    private static readonly string[] SharedPlaces = ["city", "region", "country", "country_code", "postcode"];
    private const int LeastShared = 5;

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;

    /// <summary>Looks at assets with their profiles.</summary>
    /// <param name="assets">Assets; those without a profile, or with fewer than 20 rows or two columns, are passed over.</param>
    /// <param name="profiles">Profiles by key.</param>
    /// <param name="options">How far.</param>
    /// <param name="progress">Told how many of how many assets are done; null tells nobody.</param>
    /// <param name="cancellation">Stops it.</param>
    public CellWatchResult Look(IReadOnlyList<FoundAsset> assets, IReadOnlyDictionary<string, AssetProfile> profiles, CellWatchOptions options, Action<int, int>? progress, CancellationToken cancellation)
    {
        var looks = new List<CellLook>();
        var open = new List<(FoundAsset Asset, AssetProfile Profile, IReadOnlyList<string> Columns, string Key)>();
        foreach (var asset in assets)
        {
            if (profiles.GetValueOrDefault(asset.Key) is not { Failure: null, Rows: >= 20, Columns.Count: > 1 } profile || asset.Name.EndsWith("__rejected", StringComparison.Ordinal))
                continue;
            var columns = ColumnsOf(asset, profile);
            if (columns.Count < 2)
                continue;
            var key = KeyOf(asset, profile, columns, options);
            if (cache.Find<CellLook>(Kind, key) is { } known)
                looks.Add(known with { Asset = asset.Key });
            else
                open.Add((asset, profile, columns, key));
        }

        var left = new List<string>();
        var started = _clock.GetTimestamp();
        using var reader = new AssetCells(store, databases ?? new Dictionary<string, PostgresAddress>(), new PostgresReadLimits());
        var fresh = 0;
        // Small tables first: typed by people more often than large ones, and the time reaches more of them.
        foreach (var (asset, profile, columns, key) in open.OrderBy(one => Math.Min(one.Profile.Rows, options.MostRows) * one.Columns.Count).ThenBy(one => one.Asset.Key, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            if (_clock.GetElapsedTime(started) is var spent && spent >= options.Budget)
            {
                left.Add(asset.Key);
                continue;
            }

            using var limit = new CancellationTokenSource(options.Budget - spent, _clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
            try
            {
                var look = LookAt(reader, asset, profile, columns, options, both.Token);
                looks.Add(look);
                cache.Keep(Kind, key, look);
                fresh++;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                left.Add(asset.Key);
            }
            catch (Exception e) when (e is SourceException or UnreadableFileException or TableException or DuckDbException or IOException or UnauthorizedAccessException)
            {
                looks.Add(new CellLook { Asset = asset.Key, Rows = profile.Rows, Looked = 0, Failure = e.Message });
            }

            progress?.Invoke(fresh + left.Count, open.Count);
        }

        return new CellWatchResult(looks, fresh, left);
    }

    private static List<string> ColumnsOf(FoundAsset asset, AssetProfile profile)
    {
        // Members of nested values are read from JSON only.
        var flat = asset.Layout?.Form is not (FileForm.JsonLines or FileForm.JsonArray or FileForm.Delimited) && asset.Database is null;
        var verdicts = profile.Verdicts.DistinctBy(verdict => verdict.Column).ToDictionary(verdict => verdict.Column, StringComparer.Ordinal);
        return [.. profile.Columns.Where(column => column.Distinct >= 2 && !(flat && column.Name.Contains('.', StringComparison.Ordinal)) && (column.MeanLength ?? 0) <= 200 && (column.MaxLength ?? 0) <= 4_000 && !(verdicts.GetValueOrDefault(column.Name) is { } verdict && NotLooked.Contains(verdict.Type)))
            .Select(column => column.Name).Distinct(StringComparer.Ordinal).Take(MostColumns)];
    }

    private static string KeyOf(FoundAsset asset, AssetProfile profile, IReadOnlyList<string> columns, CellWatchOptions options) => StateStore.KeyOf(string.Create(
        CultureInfo.InvariantCulture, $"{Version}\n{asset.Fingerprint}\n{asset.Key}\n{options.MostRows}\n{string.Join('\n', columns)}\n{string.Join('\n', columns.Where(column => IsHidden(profile, column)))}"));

    private static bool IsPersonal(AssetProfile profile, string column) => profile.Verdicts.FirstOrDefault(verdict => verdict.Column == column) is { Personal: not (PersonalClass.None or PersonalClass.Masked) };

    private static bool IsHidden(AssetProfile profile, string column) => IsPersonal(profile, column)
        && !(profile.Verdicts.First(verdict => verdict.Column == column) is { Personal: PersonalClass.Address } verdict && SharedPlaces.Contains(verdict.Type)
            && profile.Columns.FirstOrDefault(known => known.Name == column) is { } shared && shared.Values >= LeastShared * shared.Distinct);

    // Times, amounts and sentences that agree say nothing of what else is the same.
    private static bool Proves(AssetProfile profile, string name) =>
        profile.Columns.FirstOrDefault(column => column.Name == name) is { Kind: not (ValueKind.Date or ValueKind.Timestamp or ValueKind.Time) } column && (column.Kind != ValueKind.Decimal || column.Whole)
        && profile.Verdicts.FirstOrDefault(verdict => verdict.Column == name) is not { Role: ColumnRole.Measure or ColumnRole.Time or ColumnRole.Text };

    private static bool IsCode(AssetProfile profile, string name) => profile.Verdicts.FirstOrDefault(verdict => verdict.Column == name) is { Role: ColumnRole.Key or ColumnRole.Reference };

    // Names of people, places and things that are sold have neighbours of their own.
    private static readonly string[] OfNames = ["city", "region", "country", "country_code", "postcode", "brand", "product_name", "title", "language", "currency", "sku"];

    // A list of few words that rows choose from.
    private static bool IsList(AssetProfile profile, string name) => !IsPersonal(profile, name)
        && profile.Columns.FirstOrDefault(column => column.Name == name) is { Kind: ValueKind.Text, DistinctError: 0, Distinct: <= AloneCells.MostWords } column && column.Values >= 20 * column.Distinct
        && profile.Verdicts.FirstOrDefault(verdict => verdict.Column == name) is { Role: not (ColumnRole.Key or ColumnRole.Text) } verdict && !OfNames.Contains(verdict.Type);

    private static bool IsMail(AssetProfile profile, string name) => profile.Verdicts.FirstOrDefault(verdict => verdict.Column == name) is { Type: "email" };

    private static bool IsMeasure(AssetProfile profile, string name) =>
        profile.Verdicts.FirstOrDefault(verdict => verdict.Column == name) is { Role: ColumnRole.Measure } || profile.Columns.FirstOrDefault(column => column.Name == name) is { Kind: ValueKind.Decimal, Whole: false };

    private static CellLook LookAt(AssetCells reader, FoundAsset asset, AssetProfile profile, IReadOnlyList<string> columns, CellWatchOptions options, CancellationToken cancellation)
    {
        var sample = CellSample.Read(reader, asset, columns, profile.Rows, options.MostRows, cancellation);
        var table = sample.Table;
        var look = new CellLook { Asset = asset.Key, Rows = profile.Rows, Looked = table.Rows };
        if (table.Rows < 20)
            return look;
        var detector = ErrorDetector.Prepare(table, new ErrorOptions(), cancellation);
        var key = profile.CandidateKeys.Where(name => !IsPersonal(profile, name)).Select(table.Find).FirstOrDefault(column => column >= 0, -1);
        var problems = SureCells.Find(detector, [.. table.Columns.Select(column => Proves(profile, column.Name))], [.. table.Columns.Select(column => !IsMeasure(profile, column.Name))],
            [.. table.Columns.Select(column => IsCode(profile, column.Name))], [.. table.Columns.Select(column => profile.Columns.First(known => known.Name == column.Name).Kind is ValueKind.Date or ValueKind.Timestamp)], [.. table.Columns.Select(column => profile.Columns.First(known => known.Name == column.Name).Distinct)], cancellation)
            .Concat(table.Columns.SelectMany((column, at) => AloneCells.Find(column, at, IsList(profile, column.Name), IsMail(profile, column.Name)))).DistinctBy(cell => (cell.Row, cell.Column)).GroupBy(cell => (cell.Column, cell.Cause)).Select(group => Problem([.. group])).OrderByDescending(problem => problem.Cells).Take(MostProblems).ToList();
        return look with { Problems = problems };

        CellProblem Problem(List<SureCell> cells)
        {
            var column = table.Columns[cells[0].Column];
            var personal = IsHidden(profile, column.Name);
            var by = cells.Where(cell => cell.By >= 0).GroupBy(cell => cell.By).OrderByDescending(group => group.Count()).Select(group => (int?)group.Key).FirstOrDefault();
            var shown = cells.OrderByDescending(cell => cell.Score).ThenBy(cell => cell.Row).DistinctBy(cell => (column[cell.Row], cell.Expected)).Take(MostExamples);
            return new CellProblem
            {
                Column = column.Name,
                Cause = cells[0].Cause,
                By = by is { } proves ? table.Columns[proves].Name : null,
                Cells = cells.Count,
                Rows = [.. cells.Take(MostRowsKept).Select(cell => cell.Row)],
                Score = Math.Round(cells.Average(cell => cell.Score), 3),
                Personal = personal,
                Examples = [.. shown.Select(cell => new CellExample(
                    CellRows.KeyOf(table, cell.Row),
                    key >= 0 && key != cell.Column && asset.Files.Count == 0 ? $"{table.Columns[key].Name} {table.Columns[key][cell.Row]}" : sample.Place(cell.Row),
                    Shown(column[cell.Row], personal),
                    Shown(cell.Expected, personal),
                    cell.By < 0 ? null : $"{table.Columns[cell.By].Name} {Shown(table.Columns[cell.By][cell.Row], IsHidden(profile, table.Columns[cell.By].Name))}",
                    cell.With,
                    Math.Round(cell.Score, 3)))],
            };
        }
    }

    private static string? Shown(string? value, bool personal) => string.IsNullOrEmpty(value) ? null : personal ? PlainMasks.Partial(value, 0) : value.Length <= 120 ? value : value[..119] + "…";
}

/// <summary>Names of rows, made of their values.</summary>
public static class CellRows
{
    /// <summary>The key of a row: a row that changes is another row.</summary>
    public static string KeyOf(CellTable table, int row)
    {
        var text = new StringBuilder();
        foreach (var column in table.Columns)
            text.Append(column[row]).Append('\u0001');
        return ValueHash.Of(Encoding.UTF8.GetBytes(text.ToString())).ToString("x16", CultureInfo.InvariantCulture);
    }
}
