using System.Diagnostics;
using Platform.Inventory.Cache;
using Platform.Inventory.Errors;
using Platform.Inventory.Profile;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Testing;

namespace Platform.Benchmarks.Inventory;

/// <summary>What the nightly look at cells tells of a folder, what it costs, and, where a clean copy lies beside, how much of it is true.</summary>
internal sealed class NightCellsSubject : ISubject
{
    public string Name => "night-cells";

    public string Help => "FOLDER [seconds]: every finding of the nightly look at cells with its examples, the time, and its precision where dirty.csv has a clean.csv beside it";

    public Task RunAsync(string[] args)
    {
        var folder = args.FirstOrDefault(Directory.Exists) ?? Path.Combine(SharedData.Root, "dirty");
        var seconds = args.Select(arg => int.TryParse(arg, out var number) ? number : 0).FirstOrDefault(number => number > 0, 300);
        using var temporary = new TempFolder();
        using var store = new TableStore(new TableStoreOptions { Root = Path.Combine(temporary.Path, "tables") });
        var cache = new InventoryCache(Path.Combine(temporary.Path, "cache"));
        var found = new InventoryScanner(store, cache, TimeProvider.System).Scan([folder], [], [], default);
        var assets = found.SelectMany(source => source.Assets).ToList();
        var profiles = new AssetProfiler(store, cache).Profile(assets, null, default).DistinctBy(profile => profile.Key).ToDictionary(profile => profile.Key, StringComparer.Ordinal);
        var watch = Stopwatch.StartNew();
        var result = new CellWatch(store, cache).Look(assets, profiles, new CellWatchOptions { Budget = TimeSpan.FromSeconds(seconds) }, null, default);
        Console.WriteLine($"{result.Fresh} assets looked at in {watch.Elapsed.TotalSeconds:F1} s, {result.Left.Count} left out, {result.Looks.Sum(look => look.Problems.Count)} problems");
        watch.Restart();
        new CellWatch(store, cache).Look(assets, profiles, new CellWatchOptions(), null, default);
        Console.WriteLine($"again: {watch.Elapsed.TotalSeconds:F2} s");
        foreach (var look in result.Looks.Where(look => look.Problems.Count > 0 || look.Failure is not null))
        {
            Console.WriteLine($"{look.Asset}: {look.Looked:N0} of {look.Rows:N0} rows {look.Failure}");
            foreach (var problem in look.Problems)
            {
                Console.WriteLine($"    {problem.Column} {problem.Cause} by {problem.By}: {problem.Cells:N0} cells, {problem.Score:F2}{Truth(look, problem)}");
                foreach (var example in problem.Examples)
                    Console.WriteLine($"        {example.Place}: '{example.Value}' -> '{example.Expected}', {example.Given} x{example.With} {example.Score:F2}");
            }
        }

        return Task.CompletedTask;
    }

    private static string Truth(CellLook look, CellProblem problem)
    {
        var dirty = look.Asset["file:".Length..];
        var clean = Path.Combine(Path.GetDirectoryName(dirty) ?? "", "clean.csv");
        if (Path.GetFileName(dirty) != "dirty.csv" || !File.Exists(clean))
            return "";
        var (before, after) = (CsvCells.Read(dirty), CsvCells.Read(clean));
        var column = Array.IndexOf(before[0], problem.Column);
        var wrong = problem.Rows.Count(row => before[row + 1][column].Trim() != after[row + 1][column].Trim());
        return $"; truly wrong {wrong} of the {problem.Rows.Count} first ({(double)wrong / problem.Rows.Count:P1})";
    }
}
