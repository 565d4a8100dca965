using System.Security.Cryptography;
using System.Text;
using Platform.Benchmarks.Inventory.Types.Scoring;
using Platform.Inventory.Cache;
using Platform.Inventory.Classify;
using Platform.Inventory.Profile;
using Platform.Inventory.Scan;
using Platform.Tables;

namespace Platform.Benchmarks.Inventory.Types;

/// <summary>A column whose truth is known, with what the inventory says of it.</summary>
/// <param name="Id">Where it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Types">The types that hold, the first one is scored.</param>
/// <param name="Personal">Its classes of personal data that hold; <c>none</c> for none.</param>
/// <param name="Held">Whether it is held back from tuning.</param>
/// <param name="Real">Whether it is of a public data set.</param>
/// <param name="Verdict">What the inventory says.</param>
internal sealed record LabelledColumn(string Id, string Name, IReadOnlyList<string> Types, IReadOnlyList<string> Personal, bool Held, bool Real, ColumnVerdict Verdict);

/// <summary>
/// The columns that score the classifier: those of the public data sets, labelled by hand, and a thousand generated ones. Half of each is held back by a
/// hash of the name: the column's name for the former, so that columns of one name stay together, the column's number for the latter, whose names repeat.
/// </summary>
internal static class LabelledColumns
{
    /// <param name="data">The folder of the public data sets; null leaves them out.</param>
    public static List<LabelledColumn> Read(string? data)
    {
        var columns = new List<LabelledColumn>();
        if (data is not null)
            columns.AddRange(Real(data, "shared-data.tsv"));
        foreach (var (id, column) in ScoringColumns.All())
        {
            var state = column.ToState();
            var verdict = TableJudge.Judge("", [state], [ColumnProfile.From(state)]).Verdicts[0];
            var type = column.Types[0] == ScoringColumns.Open ? column.Types[1] : column.Types[0];
            columns.Add(new LabelledColumn($"{id} {column.Name}", column.Name, column.Types, [PersonalOf(type)], IsHeld(id), false, verdict));
        }

        return columns;
    }

    /// <summary>The columns of a package of public data sets that is unpacked in a folder, labelled in the file of its name.</summary>
    public static List<LabelledColumn> OfPackage(string folder, string name) => Real(folder, name + ".tsv");

    /// <summary>The word of a type's class of personal data.</summary>
    public static string PersonalOf(string type) => Word(SemanticTypes.All[type].Personal);

    public static string Word(PersonalClass personal) => personal.ToString().ToLowerInvariant();

    private static List<LabelledColumn> Real(string data, string file)
    {
        var columns = new List<LabelledColumn>();
        var labels = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Inventory", "labels", file)).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t')).ToList();
        var home = Directory.CreateTempSubdirectory("types-");
        try
        {
            using var store = new TableStore(new TableStoreOptions { Root = Path.Combine(home.FullName, "tables"), Threads = 2 });
            foreach (var folder in labels.Select(label => label[0][..label[0].IndexOf('/', StringComparison.Ordinal)]).Distinct())
            {
                var cache = new InventoryCache(Path.Combine(home.FullName, "cache"));
                var scan = new InventoryScanner(store, cache, TimeProvider.System).Scan([Path.Combine(data, folder)], [], [], default)[0];
                var wanted = scan.Assets.Where(asset => labels.Any(label => label[0] == NameOf(asset, data))).ToList();
                foreach (var (asset, profile) in wanted.Zip(new AssetProfiler(store, cache).Profile(wanted, null, default)))
                {
                    foreach (var label in labels.Where(label => label[0] == NameOf(asset, data)))
                    {
                        var verdict = profile.Verdicts.FirstOrDefault(verdict => verdict.Column == label[1]);
                        if (verdict is null)
                            Console.WriteLine($"No column '{label[1]}' in {label[0]}: {string.Join(", ", profile.Verdicts.Take(12).Select(v => v.Column))}");
                        else
                            columns.Add(new LabelledColumn($"{label[0]} {label[1]}", label[1], label[2].Split('|'), label[3].Split('|'), IsHeld(label[1]), true, verdict));
                    }
                }
            }
        }
        finally
        {
            home.Delete(recursive: true);
        }

        return columns;
    }

    private static string NameOf(FoundAsset asset, string data) => Path.GetRelativePath(data, asset.Key["file:".Length..]).Replace('\\', '/');

    private static bool IsHeld(string name) => (SHA256.HashData(Encoding.UTF8.GetBytes("held back: " + name))[0] & 1) == 1;
}
