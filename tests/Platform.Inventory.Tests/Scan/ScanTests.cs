using Platform.Inventory.Cache;
using Platform.Inventory.Read;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Tests.Scan;

public class ScanTests : InventoryTest
{
    private const string Lines = "id,value\n1,2\n2,3\n";

    [Fact]
    public void A_pipe_is_named_and_not_waited_for()
    {
        Write("a.csv", "id,name\n1,Pen\n2,Ink\n");
        var pipe = Data.File("pipe.csv");
        using (var make = System.Diagnostics.Process.Start("mkfifo", [pipe]))
            make.WaitForExit();
        var scan = Scan();
        Assert.Equal("a.csv", Path.GetFileName(Assert.Single(scan.Assets).Key));
        Assert.Contains("pipe", Assert.Single(scan.Skipped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Day_files_parts_and_partitions_are_one_asset_each_and_other_files_their_own()
    {
        foreach (var day in Enumerable.Range(1, 9))
            Write($"shop/2024-01-0{day}.csv", Lines);
        foreach (var part in Enumerable.Range(0, 3))
            Write($"numbered/chunk_{part}.csv", Lines);
        foreach (var part in Enumerable.Range(0, 2))
            Write($"pair/chunk_{part}.csv", Lines);
        foreach (var day in Enumerable.Range(1, 3))
            Write($"hive/dt=2024-01-0{day}/data-{day}x.csv", Lines);
        Write("spark/part-00000-abc.csv", Lines);
        Write("spark/part-00001-def.csv", Lines);
        Write("db/orders.csv", Lines);
        Write("db/customers.csv", "1,Ann\n2,Bob\n");
        var assets = Scan().Assets;
        Assert.Equal(
            ["db/customers.csv:1", "db/orders.csv:1", "hive/dt={dt}/*.csv:3", "numbered/chunk_{n}.csv:3", "pair/chunk_0.csv:1", "pair/chunk_1.csv:1", "shop/{yyyy-MM-dd}.csv:9", "spark:2"],
            assets.Select(asset => $"{asset.Name}:{asset.Files.Count}").Order(StringComparer.Ordinal));
        Assert.Equal("file:" + Data.File("shop", "{yyyy-MM-dd}.csv"), assets.Single(asset => asset.Files.Count == 9).Key);
    }

    [Fact]
    public void Files_of_another_shape_do_not_join_the_others()
    {
        foreach (var part in Enumerable.Range(0, 4))
            Write($"n/f{part}.csv", Lines);
        Write("n/f9.csv", "a,b,c,d\n1,2,3,4\n");
        Assert.Equal(["n/f9.csv:1", "n/f{n}.csv:4"], Scan().Assets.Select(asset => $"{asset.Name}:{asset.Files.Count}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_cannot_be_read_is_reported_and_the_scan_goes_on()
    {
        Write("good.csv", Lines);
        Write("README.md", "# hello");
        Write("empty.csv", "");
        Write("broken.json", "oops");
        Write(".hidden", "x");
        Write("_SUCCESS", "");
        var scan = Scan();
        Assert.Equal("good.csv", Assert.Single(scan.Assets).Name);
        Assert.Equal(2, scan.Hidden);
        Assert.Equal(["README.md:False", "broken.json:True", "empty.csv:True"], scan.Skipped.Select(path => $"{Path.GetFileName(path.Path)}:{path.IsProblem}").Order(StringComparer.Ordinal));
        Assert.All(scan.Skipped, path => Assert.NotEmpty(path.Reason));
    }

    [Fact]
    public void A_link_out_of_the_source_is_not_followed_unless_it_is_what_was_named()
    {
        var outside = Directory.CreateTempSubdirectory("outside");
        try
        {
            File.WriteAllText(Path.Combine(outside.FullName, "secret.csv"), "a,b\n1,2\n");
            Write("in.csv", "a,b\n1,2\n");
            File.CreateSymbolicLink(Data.File("link.csv"), Path.Combine(outside.FullName, "secret.csv"));
            File.CreateSymbolicLink(Data.File("near.csv"), Data.File("in.csv"));
            Directory.CreateSymbolicLink(Data.File("folder"), outside.FullName);

            var result = Scan();
            Assert.Equal(["in.csv", "near.csv"], result.Assets.Select(asset => asset.Name));
            Assert.Equal(2, result.Skipped.Count(path => path.Reason.Contains("lies outside the source", StringComparison.Ordinal) && !path.IsProblem));
            Assert.Equal("link.csv", Assert.Single(Take(Data.File("link.csv")).Assets).Name);
        }
        finally
        {
            outside.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_loop_of_links_is_walked_once()
    {
        Write("a/x.csv", Lines);
        Directory.CreateSymbolicLink(Data.File("a", "loop"), Data.Path);
        File.CreateSymbolicLink(Data.File("a", "gone.csv"), Data.File("nowhere.csv"));
        var scan = Scan();
        Assert.Single(scan.Assets);
        Assert.Contains(scan.Skipped, path => path.Path.EndsWith("loop", StringComparison.Ordinal));
        Assert.Contains(scan.Skipped, path => path.Path.EndsWith("gone.csv", StringComparison.Ordinal) && path.IsProblem && path.Reason.Contains("nowhere.csv, which does not exist", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_vanishes_or_may_not_be_read_is_a_reason_not_a_crash()
    {
        var index = FileIndex.Open(null);
        var error = Assert.Throws<UnreadableFileException>(() => index.Look(new FileInfo(Data.File("was-here.csv")), DateTimeOffset.UnixEpoch, LayoutSniffer.Find));
        Assert.Contains("vanished", error.Message, StringComparison.Ordinal);
        Write("ok.csv", Lines);
        if (OperatingSystem.IsWindows())
            return;
        var locked = Write("locked.csv", Lines);
        File.SetUnixFileMode(locked, UnixFileMode.None);
        Directory.CreateDirectory(Data.File("closed"));
        File.SetUnixFileMode(Data.File("closed"), UnixFileMode.None);
        try
        {
            var scan = Scan();
            Assert.Contains(scan.Assets, asset => asset.Name == "ok.csv");
            // The superuser may read everything.
            if (Environment.UserName != "root")
                Assert.Equal(2, scan.Skipped.Count(path => path.IsProblem));
        }
        finally
        {
            File.SetUnixFileMode(Data.File("closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void A_missing_folder_fails_its_source_with_what_to_do()
        => Assert.Contains("does not exist", Scan(Data.File("nope")).Failure, StringComparison.Ordinal);

    [Fact]
    public void Patterns_leave_files_and_folders_out()
    {
        Write("a/x.csv", Lines);
        Write("archive/y.csv", Lines);
        Write("a/tmp_1.csv", Lines);
        Assert.Equal(["a/x.csv"], Scan(exclude: ["archive", "tmp_*.csv"]).Assets.Select(asset => asset.Name));
    }

    [Fact]
    public void Temporary_files_and_what_systems_keep_are_left_out_without_being_asked()
    {
        Write("a.csv", Lines);
        foreach (var name in (string[])["a.csv~", "~$book.csv", "b.csv.tmp", "c.csv.part", "d.csv.crdownload", ".e.csv.swp", "lost+found/f.csv", "node_modules/g.csv"])
            Write(name, Lines);
        var scan = Scan();
        Assert.Equal("a.csv", Assert.Single(scan.Assets).Name);
        Assert.Empty(scan.Skipped);
    }

    [Theory]
    [InlineData("audit", "", "audit.logs", false)]
    [InlineData("audit.*", "", "audit.logs", false)]
    [InlineData("*.tmp_*", "", "public.tmp_1", false)]
    [InlineData("tmp_*", "", "public.orders", true)]
    [InlineData("", "public.*", "audit.logs", false)]
    [InlineData("**/archive", "**/*.csv", "public.orders", true)]
    public void Patterns_of_schema_and_table_leave_tables_out_and_those_of_files_do_not(string exclude, string include, string table, bool taken)
    {
        string[] of(string text) => text.Length == 0 ? [] : [text];
        var parts = table.Split('.');
        Assert.Equal(taken, new TableRules(of(include), of(exclude)).Takes(parts[0], parts[1]));
    }

    [Fact]
    public void The_fingerprint_changes_with_the_content_and_not_with_the_time()
    {
        var path = Write("a.csv", Lines);
        var first = Scan().Assets[0].Fingerprint;
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 2, 2, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(first, Scan().Assets[0].Fingerprint);
        Write("a.csv", "id,value\n1,2\n2,4\n");
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 3, 3, 0, 0, 0, DateTimeKind.Utc));
        Assert.NotEqual(first, Scan().Assets[0].Fingerprint);
    }

    [Fact]
    public void A_damaged_index_costs_time_and_nothing_else()
    {
        Write("a.csv", Lines);
        var first = Scan().Assets[0].Fingerprint;
        File.WriteAllText(Path.Combine(Home, "cache", "files.json"), "{ not json");
        Assert.Equal(first, Scan().Assets[0].Fingerprint);
    }
}
