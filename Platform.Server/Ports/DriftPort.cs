using System.Text.Json;
using Platform.Catalog.Inventory;
using Platform.Designer.Ports;
using Platform.Inventory.Profile;
using Platform.Inventory.Quality;
using Platform.Inventory.Report;

namespace Platform.Server.Ports;

/// <summary>Compares profiles that inventories kept.</summary>
internal sealed class DriftPort(ProfileQueries profiles) : IDriftPort
{
    private const int Most = 200;

    // The usual thresholds of the population stability index.
    private const double Large = 0.25;
    private const double Some = 0.1;

    public async Task<IReadOnlyList<KeptProfile>> ProfilesAsync(string asset, CancellationToken cancellationToken) =>
        [.. (await profiles.ListAsync(asset, Most, cancellationToken)).Select(p => new KeptProfile { Id = p.Id, ProfiledAt = p.ProfiledAt, AssetVersion = p.AssetVersion, RowCount = p.RowCount })];

    public async Task<DriftView?> CompareAsync(string asset, long before, long after, CancellationToken cancellationToken)
    {
        var kept = await ProfilesAsync(asset, cancellationToken);
        if (kept.FirstOrDefault(p => p.Id == before) is not { } first || kept.FirstOrDefault(p => p.Id == after) is not { } second)
            return null;
        var (was, now) = (await profiles.ColumnsAsync(asset, before, cancellationToken), await profiles.ColumnsAsync(asset, after, cancellationToken));
        var columns = was.Keys.Union(now.Keys, StringComparer.Ordinal).Select(name => Of(name, Read(was, name), Read(now, name)));
        return new DriftView(first, second, [.. columns.OrderBy(Rank).ThenByDescending(c => c.Stability ?? -1).ThenBy(c => c.Name, StringComparer.Ordinal)]);
    }

    private static DriftColumn Of(string name, ColumnProfile? before, ColumnProfile? after)
    {
        var drift = before is null || after is null ? null : VersionDrift.Of(before, after);
        return new DriftColumn
        {
            Name = name,
            Change = before is null ? "added" : after is null ? "gone" : drift is null ? "unknown" : drift.PopulationStability > Large ? "large" : drift.PopulationStability > Some ? "some" : "little",
            Stability = drift?.PopulationStability,
            Moved = drift?.Wasserstein,
            NullsBefore = Nulls(before),
            NullsAfter = Nulls(after),
            DistinctBefore = before?.Distinct,
            DistinctAfter = after?.Distinct,
            MeanBefore = before?.Mean,
            MeanAfter = after?.Mean,
        };
    }

    private static int Rank(DriftColumn column) => column.Change switch { "gone" => 0, "added" => 1, "large" => 2, "some" => 3, "little" => 4, _ => 5 };

    private static double? Nulls(ColumnProfile? profile) => profile is { Rows: > 0 } ? (double)profile.Nulls / profile.Rows : null;

    /// <summary>A profile of an older form says nothing rather than failing the page.</summary>
    private static ColumnProfile? Read(IReadOnlyDictionary<string, JsonElement> columns, string name)
    {
        try
        {
            return columns.TryGetValue(name, out var json) ? json.Deserialize<ColumnProfile>(ReportFiles.Json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
