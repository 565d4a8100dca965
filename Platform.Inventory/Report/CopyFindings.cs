using System.Globalization;
using Platform.Inventory.Compare;
using Platform.Inventory.Profile;
using Platform.Workflows;

namespace Platform.Inventory.Report;

/// <summary>Tables that hold rows of one another, a family at a time: eight of which each holds the next are one thing to know, not twenty-eight.</summary>
internal static class CopyFindings
{
    private const double Whole = 0.999;
    private const int Named = 6;

    public static IEnumerable<Finding> Of(IReadOnlyList<CopyLine> copies, InventorySnapshot snapshot)
    {
        foreach (var family in Families(copies))
            yield return family is [var one] ? Pair(one, snapshot) : Family(family, snapshot);
    }

    private static Finding Pair(CopyLine line, InventorySnapshot snapshot)
    {
        var (rows, others) = (Rows(snapshot, line.Asset), Rows(snapshot, line.Other));
        // All rows of the smaller in the larger make it a part; only of as many rows is it a copy.
        var copy = line.Share >= Whole && (rows is null || others is null || rows == others);
        return DataFindings.Make("copy", line.Asset, line.Name, null, 50 + 18 * line.Share,
            copy ? $"All rows of {line.Name} are in {line.OtherName} too: it is a copy." : line.Share >= Whole ? $"All rows of {line.Name} are in {line.OtherName} too, which has more: it is a part of it." : (FormattableString)$"{line.Share:P0} of the rows of {line.Name} are in {line.OtherName} too.",
            copy ? $"{line.Name} 的所有行也都在 {line.OtherName} 中：是其副本。" : line.Share >= Whole ? $"{line.Name} 的所有行也都在 {line.OtherName} 中，后者行数更多：是其子集。" : (FormattableString)$"{line.Name} 中 {line.Share:P0} 的行也在 {line.OtherName} 中。",
            $"{(rows is { } mine && others is { } theirs ? string.Create(CultureInfo.InvariantCulture, $"{mine:N0} and {Plural.Of(theirs, "row")}; ") : "")}whole rows were compared by their fingerprints", $"{(rows is { } a && others is { } b ? string.Create(CultureInfo.InvariantCulture, $"{a:N0} 行与 {b:N0} 行；") : "")}按行指纹比较");
    }

    private static Finding Family(List<CopyLine> lines, InventorySnapshot snapshot)
    {
        var names = lines.SelectMany(line => new[] { (Key: line.Asset, line.Name), (Key: line.Other, Name: line.OtherName) }).DistinctBy(asset => asset.Key).ToDictionary(asset => asset.Key, asset => asset.Name, StringComparer.Ordinal);
        var ordered = names.Keys.OrderByDescending(key => Rows(snapshot, key) ?? 0).ThenBy(key => names[key], StringComparer.Ordinal).ToList();
        var largest = ordered[0];
        var same = Rows(snapshot, largest) is { } most && ordered.TrueForAll(key => Rows(snapshot, key) == most);
        var inLargest = lines.Where(line => line.Other == largest || line.Asset == largest && same).Select(line => line.Asset == largest ? line.Other : line.Asset).Distinct().Count();
        var listed = string.Join(", ", ordered.Take(Named).Select(key => Rows(snapshot, key) is { } rows ? string.Create(CultureInfo.InvariantCulture, $"{names[key]} ({Plural.Of(rows, "row")})") : names[key])) + (ordered.Count > Named ? " …" : "");
        return DataFindings.Make("copy", largest, names[largest], null, 68 + Math.Min(6, ordered.Count - 2),
            same ? $"{Plural.Of(ordered.Count, "table")} hold the very same rows: {names[largest]} and {ordered.Count - 1:N0} copies of it."
                : inLargest == ordered.Count - 1 ? $"{Plural.Of(ordered.Count, "table")} hold rows of one another: {inLargest:N0} are parts of {names[largest]}."
                : (FormattableString)$"{Plural.Of(ordered.Count, "table")} hold the same rows: all rows of {lines.Select(line => line.Asset).Distinct().Count():N0} of them are in another one too.",
            same ? $"{ordered.Count:N0} 张表的行完全相同：{names[largest]} 及其 {ordered.Count - 1:N0} 个副本。"
                : inLargest == ordered.Count - 1 ? $"{ordered.Count:N0} 张表的行互相包含：其中 {inLargest:N0} 张是 {names[largest]} 的子集。"
                : (FormattableString)$"{ordered.Count:N0} 张表含有相同的行：其中 {lines.Select(line => line.Asset).Distinct().Count():N0} 张表的所有行也在另一张表里。",
            $"{listed}; whole rows were compared by their fingerprints", $"{listed}；按行指纹比较");
    }

    private static long? Rows(InventorySnapshot snapshot, string key) => snapshot.Profiles.GetValueOrDefault(key) is AssetProfile { Failure: null } profile ? profile.Rows : null;

    private static List<List<CopyLine>> Families(IReadOnlyList<CopyLine> copies)
    {
        var alone = new List<List<CopyLine>>();
        // Only what holds another's rows whole makes a family: much alike are many that have nothing to do with one another.
        var families = new List<(HashSet<string> Assets, List<CopyLine> Lines)>();
        foreach (var line in copies.OrderBy(line => line.Share < Whole))
        {
            var mine = families.FindAll(family => family.Assets.Contains(line.Asset) || family.Assets.Contains(line.Other));
            if (line.Share < Whole)
            {
                if (!mine.Exists(family => family.Assets.Contains(line.Asset) && family.Assets.Contains(line.Other)))
                    alone.Add([line]);
                continue;
            }

            if (mine.Count == 0)
            {
                families.Add(([line.Asset, line.Other], [line]));
                continue;
            }

            mine[0].Assets.UnionWith([line.Asset, line.Other]);
            mine[0].Lines.Add(line);
            foreach (var further in mine.Skip(1))
            {
                mine[0].Assets.UnionWith(further.Assets);
                mine[0].Lines.AddRange(further.Lines);
                families.Remove(further);
            }
        }

        return [.. families.Select(family => family.Lines.DistinctBy(line => string.CompareOrdinal(line.Asset, line.Other) < 0 ? (line.Asset, line.Other) : (line.Other, line.Asset)).ToList()), .. alone];
    }
}
