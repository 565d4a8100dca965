using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Platform.Inventory.Cache;
using Platform.Inventory.Profile;
using Platform.Inventory.Scan;
using Platform.Tables;

namespace Platform.Benchmarks.Inventory;

/// <summary>Scan and profile of a folder of day files in fresh processes: the first night, a night after nothing changed, a night after one file changed, beside reading the bytes.</summary>
internal sealed class NightlySubject : ISubject
{
    private const string Child = "child";

    public string Name => "nightly";

    public string Help => "FOLDER [nights]: scan and profile of a folder of CSV day files (copied first), each night in a fresh process: first, unchanged, one file changed; beside reading all bytes";

    public async Task RunAsync(string[] args)
    {
        if (args is [Child, var home, var data])
        {
            Console.WriteLine(JsonSerializer.Serialize(Night(home, data)));
            return;
        }

        if (args.Length == 0 || !Directory.Exists(args[0]))
        {
            Console.WriteLine("Name a folder of day files.");
            return;
        }

        var nights = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5;
        var root = Directory.CreateTempSubdirectory("platform-nightly-").FullName;
        try
        {
            var folder = Directory.CreateDirectory(Path.Combine(root, "data")).FullName;
            foreach (var path in Directory.GetFiles(args[0]))
                File.Copy(path, Path.Combine(folder, Path.GetFileName(path)));
            var files = Directory.GetFiles(folder).Order(StringComparer.Ordinal).ToArray();
            // A scan does not trust the time of a file that changed within two seconds.
            foreach (var path in files)
                File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            var clock = Stopwatch.StartNew();
            var bytes = files.Sum(path => File.ReadAllBytes(path).LongLength);
            Console.WriteLine($"{files.Length} files, {bytes / 1e6:N1} MB, read from memory in {clock.Elapsed.TotalMilliseconds:N0} ms");
            var first = new List<NightTimes>();
            for (var i = 0; i < 2; i++)
            {
                var fresh = Path.Combine(root, string.Create(CultureInfo.InvariantCulture, $"first{i}"));
                first.Add(await ChildAsync(fresh, folder));
            }

            var kept = Path.Combine(root, "first1");
            var quiet = new List<NightTimes>();
            var changed = new List<NightTimes>();
            for (var i = 0; i < nights; i++)
            {
                quiet.Add(await ChildAsync(kept, folder));
                var file = files[files.Length * (i + 1) / (nights + 1)];
                var lines = await File.ReadAllLinesAsync(file);
                await File.AppendAllTextAsync(file, lines[^1] + "\n");
                File.SetLastWriteTimeUtc(file, new DateTime(2026, 1, 2, 0, 0, i, DateTimeKind.Utc));
                changed.Add(await ChildAsync(kept, folder));
            }

            Print("first night", first);
            Print("nothing changed", quiet);
            Print("one file changed", changed);
            Console.WriteLine($"one file changed against the first night: {Median(changed, night => night.Seconds) / Median(first, night => night.Seconds):P1} of the work, {Median(changed, night => night.Process) / Median(first, night => night.Process):P1} with the start of the process");
            Console.WriteLine($"states on disk: {new DirectoryInfo(Path.Combine(kept, "cache")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) / 1e6:N1} MB");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private sealed record NightTimes(double Scan, double Profile, long Rows, double Processor, double Process)
    {
        public double Seconds => Scan + Profile;
    }

    private static NightTimes Night(string home, string data)
    {
        var clock = Stopwatch.StartNew();
        using var store = new TableStore(new TableStoreOptions { Root = Path.Combine(home, "tables") });
        var cache = new InventoryCache(Path.Combine(home, "cache"));
        var found = new InventoryScanner(store, cache, TimeProvider.System).Scan([data], [], [], default);
        var scan = clock.Elapsed.TotalSeconds;
        var profiles = new AssetProfiler(store, cache).Profile([.. found[0].Assets], null, default);
        return new NightTimes(scan, clock.Elapsed.TotalSeconds - scan, profiles.Sum(profile => profile.Rows), Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds, 0);
    }

    private static async Task<NightTimes> ChildAsync(string home, string folder)
    {
        var clock = Stopwatch.StartNew();
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["nightly", Child, home, folder]) { RedirectStandardOutput = true })!;
        var text = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        var line = text.Split('\n').FirstOrDefault(line => line.StartsWith('{')) ?? throw new InvalidOperationException(text);
        return JsonSerializer.Deserialize<NightTimes>(line)! with { Process = clock.Elapsed.TotalSeconds };
    }

    private static void Print(string name, List<NightTimes> nights)
        => Console.WriteLine($"{name,-17} {Median(nights, night => night.Seconds):0.00} s (scan {Median(nights, night => night.Scan):0.00}, profile {Median(nights, night => night.Profile):0.00}), whole process {Median(nights, night => night.Process):0.00} s with {Median(nights, night => night.Processor):0.00} s of processor, {nights[^1].Rows:N0} rows");

    private static double Median(List<NightTimes> nights, Func<NightTimes, double> value) => nights.Select(value).Order().ElementAt(nights.Count / 2);
}
