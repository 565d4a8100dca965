using System.Globalization;

namespace Platform.Inventory.Quality;

/// <summary>What became of a check.</summary>
/// <param name="Passed">Whether it holds. A check that cannot be made does not.</param>
/// <param name="Observed">What was seen, in words with figures.</param>
/// <param name="Expected">What should be, in words with figures.</param>
/// <param name="Broken">Rows or values that break it; null where they are not counted.</param>
/// <param name="Looked">Rows or values that were looked at; null where they are not counted.</param>
public sealed record CheckOutcome(bool Passed, string Observed, string Expected, long? Broken = null, long? Looked = null)
{
    /// <summary>A check that could not be made: its query fails, its column is gone.</summary>
    public static CheckOutcome Impossible(CheckDefinition check, string reason) => new(false, $"could not be checked: {reason}", ExpectedOf(check));

    /// <summary>What a definition expects, in words.</summary>
    public static string ExpectedOf(CheckDefinition check) => check.Kind switch
    {
        "not_null" => check.MaxShare is > 0 and var share ? Text($"at most {share:P1} without a value") : "a value in every row",
        "unique" => $"no value of {string.Join(", ", check.Looked)} twice",
        "range" => check.Earliest is not null || check.Latest is not null ? Between(check.Earliest, check.Latest) : Between(Number(check.Min), Number(check.Max)),
        "set" => $"one of {string.Join(", ", check.Values!.Take(10))}{(check.Values!.Count > 10 ? Text($" and {check.Values.Count - 10} more") : "")}",
        "pattern" => $"like {check.Pattern}",
        "reference" => $"among {check.ReferenceAsset}.{check.ReferenceColumn ?? check.Column}",
        "freshness" => $"at most {check.MaxAge} old",
        "volume" => $"{Between(Number(check.Min), Number(check.Max))} rows",
        "growth" => $"{Between(Number(check.Min), Number(check.Max))} % more rows than the last time",
        "schema" => $"{string.Join(", ", check.Schema!.Take(10).Select(column => column.Value.Length == 0 ? column.Key : $"{column.Key} {column.Value}"))}{(check.Schema!.Count > 10 ? ", …" : "")}{(check.AllowMore == false ? " and no other column" : "")}",
        "drift" => Text($"{(check.Measure ?? "psi").ToUpperInvariant()} at most {check.Max}"),
        _ => "no row from the query",
    };

    /// <summary>An outcome by counted rows, with the share that may break it. <paramref name="what"/> is said of all where it holds, <paramref name="otherwise"/> of those that break it.</summary>
    internal static CheckOutcome Counted(CheckDefinition check, long broken, long looked, string what, string? examples = null, string? otherwise = null)
    {
        var passed = broken == 0 || (looked > 0 && broken <= (check.MaxShare ?? 0) * looked);
        var allowed = check.MaxShare is > 0 and var share && check.Kind != "not_null" ? Text($"; at most {share:P1} may differ") : "";
        return new CheckOutcome(passed, broken == 0 ? Text($"all of {looked:N0} {what}") : Text($"{broken:N0} of {looked:N0} {otherwise ?? $"{what} {(broken == 1 ? "does" : "do")} not fit"}{(examples is { Length: > 0 } ? $": {examples}" : "")}"), ExpectedOf(check) + allowed, broken, looked);
    }

    internal static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string? Number(double? value) => value?.ToString("#,0.######", CultureInfo.InvariantCulture);

    private static string Between(string? low, string? high) => (low, high) switch
    {
        (not null, not null) => $"{low} to {high}",
        (not null, null) => $"at least {low}",
        _ => $"at most {high}",
    };
}
