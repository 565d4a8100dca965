using System.Diagnostics;
using Platform.Activities;
using Platform.Activities.Sample;
using Platform.Inventory.Errors;
using Platform.Testing;
using Platform.Workflows;
using Platform.Workflows.Activities;
using ActivityContext = Platform.Workflows.Activities.ActivityContext;

namespace Platform.Benchmarks.Inventory;

/// <summary>How well wrong cells are found: on public dirty tables beside the published figures of others, and on dirtied copies of the sample shop.</summary>
internal sealed class CellsSubject : ISubject
{
    private static readonly (string Name, double Labelled, double None)[] Published = [("hospital", 0.72, 0.49), ("beers", 0.99, 0.55), ("flights", 0.81, 0.66)];

    // Columns of the shop's files that another column of the same file settles.
    private static readonly (string File, string[] Settled)[] ShopFiles =
        [("customers.csv", ["country", "region"]), ("products.csv", ["brand"]), ("order_lines", ["Description", "InvoiceDate", "CustomerID", "Country"]), ("orders", []), ("reviews", [])];

    public string Name => "cells";

    public string Help => "wrong cells: F1 on DATA/dirty without labels and with 20 labelled rows, and on dirtied copies of the sample shop; [DATA] [seeds, default 5] [scale]";

    public async Task RunAsync(string[] args)
    {
        var data = args.FirstOrDefault(Directory.Exists) ?? SharedData.Root;
        var seeds = args.Select(arg => int.TryParse(arg, out var number) ? number : 0).FirstOrDefault(number => number > 0, 5);
        if (args.Contains("scale"))
        {
            Scale();
            return;
        }

        Console.WriteLine($"{"table",-22} {"rows",6} {"wrong",6} | no labels: P     R     F1 (dBoost) | 20 rows, {seeds} seeds: mean F1  least (Raha)  seconds");
        foreach (var (name, labelled, none) in Published)
        {
            var folder = Path.Combine(data, "dirty", name);
            if (!Directory.Exists(folder))
                continue;
            var dirty = CsvCells.Read(Path.Combine(folder, "dirty.csv"));
            var clean = CsvCells.Read(Path.Combine(folder, "clean.csv"));
            var wrong = dirty.Zip(clean).Skip(1).Select(pair => pair.First.Zip(pair.Second, (a, b) => a != b).ToArray()).ToList();
            Score(name, dirty[0], dirty[1..], wrong, seeds, $"({none:F2})", $"({labelled:F2})");
        }

        await ShopAsync(seeds);
    }

    private static async Task ShopAsync(int seeds)
    {
        var home = Directory.CreateTempSubdirectory("platform-cells-");
        try
        {
            var context = new ActivityContext { RunId = 1, Workflow = "bench", TaskId = "shop", Parameters = new Dictionary<string, System.Text.Json.Nodes.JsonNode?>(), Log = new Quiet(), Secrets = new Quiet() };
            await new SampleShop(new Workspace(home.FullName)) { Folder = "shop", Orders = 20_000, Days = 30, StartDate = new DateOnly(2024, 1, 1), Dirt = 0 }.RunAsync(context, CancellationToken.None);
            var all = new List<(double None, double Labelled)>();
            foreach (var (file, settled) in ShopFiles)
            {
                var path = Path.Combine(home.FullName, "shop", file);
                var rows = File.Exists(path) ? CsvCells.Read(path) : [.. Directory.GetFiles(path).Order(StringComparer.Ordinal).Take(4).SelectMany((day, i) => CsvCells.Read(day).Skip(i == 0 ? 0 : 1))];
                var columns = rows[0];
                var clean = rows[1..Math.Min(rows.Count, 6001)];
                var positions = settled.Select(name => Array.IndexOf(columns, name)).ToHashSet();
                foreach (var copy in new[] { 11, 12, 13 })
                {
                    var dirty = DirtyCopy.Of(clean, positions, copy);
                    all.Add(Score($"{Path.GetFileNameWithoutExtension(file)} copy {copy}", columns, dirty.Rows, dirty.Wrong, Math.Min(2, seeds), "", string.Join(' ', dirty.Changed.Select(kind => $"{kind.Key} {kind.Value}"))));
                }
            }

            Console.WriteLine($"mean of the copies: {all.Average(one => one.None):F3} without labels, {all.Average(one => one.Labelled):F3} with 20 rows");
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    private static (double None, double Labelled) Score(string name, string[] columns, List<string[]> dirty, List<bool[]> wrong, int seeds, string peer, string labelledPeer)
    {
        var table = CellTable.Of(columns, dirty);
        var labelled = new List<double>();
        var none = (P: 0.0, R: 0.0, F: 0.0);
        var watch = Stopwatch.StartNew();
        for (var seed = 1; seed <= seeds; seed++)
        {
            var detector = ErrorDetector.Prepare(table, new ErrorOptions { Seed = seed }, CancellationToken.None);
            if (seed == 1)
                none = Measure(detector.Score([]), wrong);
            var labels = new List<CellLabel>();
            for (var round = 0; round < 5; round++)
                labels.AddRange(detector.ChooseRows(labels, 4).SelectMany(row => columns.Select((_, column) => new CellLabel(row, column, wrong[row][column]))));
            labelled.Add(Measure(detector.Score(labels), wrong).F);
        }

        Console.WriteLine($"{name,-22} {dirty.Count,6:N0} {wrong.Sum(row => row.Count(cell => cell)),6:N0} | {none.P,16:F3} {none.R:F3} {none.F:F3} {peer,8} | {labelled.Average(),24:F3} {labelled.Min(),6:F3} {labelledPeer} {watch.Elapsed.TotalSeconds / seeds:F1}");
        return (none.F, labelled.Average());
    }

    private static (double P, double R, double F) Measure(float[][] scores, List<bool[]> wrong)
    {
        int hits = 0, found = 0, all = 0;
        for (var row = 0; row < wrong.Count; row++)
        {
            for (var column = 0; column < scores.Length; column++)
            {
                var said = scores[column][row] >= 0.5;
                found += said ? 1 : 0;
                all += wrong[row][column] ? 1 : 0;
                hits += said && wrong[row][column] ? 1 : 0;
            }
        }

        return ((double)hits / Math.Max(1, found), (double)hits / Math.Max(1, all), 2.0 * hits / Math.Max(1, found + all));
    }

    private static void Scale()
    {
        var random = new Random(1);
        var towns = Enumerable.Range(0, 500).Select(i => $"town{(char)('a' + i % 26)}{(char)('a' + i / 26)}ville").ToArray();
        var builder = new CellTable.Builder([.. Enumerable.Range(0, 20).Select(i => $"c{i}")]);
        for (var row = 0; row < ErrorOptions.MaxRows; row++)
        {
            var customer = random.Next(20_000);
            var town = customer % 500;
            string?[] values =
            [
                $"{row}", $"cust{customer}", towns[town], $"region{town % 20}", $"{10_000 + town}", $"{towns[random.Next(500)]} street {random.Next(200)}", $"2024-{random.Next(1, 13):00}-{random.Next(1, 29):00} {random.Next(24):00}:{random.Next(60):00}",
                $"{random.NextDouble() * 100:F2}", $"{random.Next(100)}", $"user{random.Next(1_000_000)}@mail{random.Next(30)}.com", $"+44 {random.Next(100_000_000, 999_999_999)}", random.Next(3) == 0 ? null : $"x{random.Next(50)}", new Guid(random.Next(), (short)random.Next(30_000), 1, 2, 3, 4, 5, 6, 7, 8, 9).ToString(),
                random.Next(2) == 0 ? "yes" : "no", $"{customer % 7}", $"{random.NextDouble()}", $"The {towns[random.Next(500)]} is {towns[random.Next(500)]} but {random.Next(1000)}", $"P{random.Next(3000)}", "USD", $"{random.Next(100_000)}",
            ];
            if (random.Next(50) == 0)
                values[random.Next(20)] = "N/A";
            builder.Add(values);
        }

        var table = builder.Build();
        var watch = Stopwatch.StartNew();
        var detector = ErrorDetector.Prepare(table, new ErrorOptions(), CancellationToken.None);
        var found = detector.Find([.. detector.ChooseRows([], 20).SelectMany(row => table.Columns.Select((column, c) => new CellLabel(row, c, column[row] == "N/A")))]).Count();
        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"{table.Rows:N0} rows x {table.Columns.Count}: {watch.Elapsed.TotalSeconds:F1} s with 20 labelled rows, {found:N0} findings, peak {process.PeakWorkingSet64 >> 20:N0} MiB of the process");
    }

    private sealed class Quiet : ITaskLog, ISecrets
    {
        public void Write(TaskLogLevel level, string message)
        {
        }

        public ValueTask<string> GetAsync(string name, CancellationToken cancellationToken) => throw new SecretNotFoundException(name);
    }
}
