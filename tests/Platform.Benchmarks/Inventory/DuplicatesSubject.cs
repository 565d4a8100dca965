using System.Diagnostics;
using Platform.Inventory.Duplicates;
using Platform.Inventory.Errors;
using Platform.Testing;

namespace Platform.Benchmarks.Inventory;

/// <summary>How well duplicates are found without labels, and matches with the labels of a training half, beside published figures.</summary>
internal sealed class DuplicatesSubject : ISubject
{
    public string Name => "duplicates";

    public string Help => "duplicates of DATA/dedupe-febrl without labels, matches of DATA/matching trained on train.txt; [DATA]";

    public Task RunAsync(string[] args)
    {
        var data = args.FirstOrDefault(Directory.Exists) ?? SharedData.Root;
        foreach (var file in new[] { "dataset1.csv", "dataset2.csv" })
        {
            Persons(Path.Combine(data, "dedupe-febrl", file), []);
            // The social security number alone nearly decides: what is left without it says more.
            Persons(Path.Combine(data, "dedupe-febrl", file), ["soc_sec_id"]);
            Persons(Path.Combine(data, "dedupe-febrl", file), ["soc_sec_id", "date_of_birth"]);
        }

        Matches(Path.Combine(data, "matching", "abt-buy"), "DeepMatcher .628, Ditto .893");
        Matches(Path.Combine(data, "matching", "amazon-google"), "DeepMatcher .693, Ditto .756");
        return Task.CompletedTask;
    }

    private static void Persons(string path, string[] without)
    {
        var lines = CsvCells.Read(path);
        // The record's id holds the truth and is no column of the table.
        var kept = Enumerable.Range(1, lines[0].Length - 1).Where(column => !without.Contains(lines[0][column].Trim())).ToArray();
        var things = lines[1..].Select(line => line[0].Split('-')[1]).ToArray();
        var table = CellTable.Of([.. kept.Select(column => lines[0][column].Trim())], lines[1..].Select(line => kept.Select(column => line[column].Trim()).ToArray()));
        var truth = things.CountBy(thing => thing).Sum(group => group.Value * (group.Value - 1L) / 2);
        var watch = Stopwatch.StartNew();
        var result = DuplicateFinder.Find(table, [], [], new DuplicateOptions(), CancellationToken.None);
        Print($"{Path.GetFileNameWithoutExtension(path)}{string.Concat(without.Select(name => $" -{name}"))}", "pairs", result.Pairs.Count(pair => things[pair.A] == things[pair.B]), result.Pairs.Count, truth, $"{result.Compared:N0} compared, {watch.Elapsed.TotalSeconds:F1} s");
        var joined = result.Clusters.SelectMany(cluster => cluster.SelectMany((a, i) => cluster.Skip(i + 1).Select(b => things[a] == things[b]))).ToList();
        Print("", "clusters", joined.Count(same => same), joined.Count, truth, $"{result.ChainsRefused} chains refused");
    }

    private static void Matches(string folder, string peers)
    {
        var records = new List<string[]>();
        var sides = new List<int>();
        var known = new Dictionary<(int, string), int>();
        string[] columns = [];
        var train = Read("train.txt");
        var valid = Read("valid.txt");
        var test = Read("test.txt");
        var watch = Stopwatch.StartNew();
        // The validation pairs are not used: threshold and trees come from train.txt alone.
        var matcher = PairMatcher.Train(CellTable.Of(columns, records), [], train, 1, CancellationToken.None, row => sides[row]);
        var seconds = watch.Elapsed.TotalSeconds;
        foreach (var (name, pairs) in new[] { ("valid", valid), ("test", test) })
        {
            var found = pairs.Where(pair => matcher.Probability(pair.A, pair.B) >= 0.5).ToList();
            Print(Path.GetFileName(folder), name, found.Count(pair => pair.Same), found.Count, pairs.Count(pair => pair.Same), name == "test" ? $"{peers}; trained in {seconds:F1} s" : "");
        }

        List<LabelledPair> Read(string file) =>
            [.. File.ReadLines(Path.Combine(folder, file)).Select(line => line.Split('\t')).Select(parts => new LabelledPair(Record(parts[0], 0), Record(parts[1], 1), parts[2] == "1"))];

        int Record(string text, int side)
        {
            if (known.TryGetValue((side, text), out var row))
                return row;
            var cells = text.Split("COL ", StringSplitOptions.RemoveEmptyEntries).Select(cell => cell.Split(" VAL ", 2)).ToArray();
            columns = [.. cells.Select(cell => cell[0].Trim())];
            records.Add([.. cells.Select(cell => cell.Length > 1 ? cell[1].Trim() : "")]);
            sides.Add(side);
            return known[(side, text)] = records.Count - 1;
        }
    }

    private static void Print(string name, string what, long hits, long found, long truth, string more)
    {
        var precision = (double)hits / Math.Max(1, found);
        var recall = (double)hits / Math.Max(1, truth);
        Console.WriteLine($"{name,-38} {what,-9} precision {precision:F4} recall {recall:F4} F1 {2 * precision * recall / Math.Max(1e-9, precision + recall):F4}  {more}");
    }
}
