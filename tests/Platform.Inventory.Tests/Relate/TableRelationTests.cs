using System.Globalization;
using Platform.Inventory.Cache;
using Platform.Inventory.Profile;
using Platform.Inventory.Relate;
using Platform.Inventory.Scan;
using Platform.Testing;

namespace Platform.Inventory.Tests.Relate;

public class TableRelationTests : InventoryTest
{
    [Fact]
    public void A_copy_that_has_lost_rows_and_moved_its_columns_is_part_of_the_table()
    {
        string[] cities = ["Leeds", "York", "Bath"];
        Write("people.csv", "id,name,city\n" + string.Concat(Enumerable.Range(1, 3_000).Select(i => $"{i},Name {i},{cities[i % 3]}\n")));
        Write("old/people_2019.csv", "city,id,name\n" + string.Concat(Enumerable.Range(1, 2_000).Select(i => $"{cities[i % 3]},{i},Name {i}\n")));
        Write("other.csv", "id,name,city\n" + string.Concat(Enumerable.Range(1, 3_000).Select(i => $"{i},Other {i},{cities[(i + 1) % 3]}\n")));
        var copy = Assert.Single(Take().Copies);
        Assert.Equal(("people_2019.csv", "people.csv"), (Path.GetFileName(copy.Asset), Path.GetFileName(copy.Other)));
        Assert.InRange(copy.Contained, 0.99, 1);
        Assert.InRange(copy.Jaccard, 0.6, 0.73);
        Assert.InRange(copy.Error, 0.001, 0.03);
    }

    [Fact]
    public void Two_columns_are_the_key_where_none_is_alone_and_a_rule_of_the_rows_is_told()
    {
        Write("lines.csv", "order_no,line,product,title,pieces\n" + string.Concat(Enumerable.Range(0, 900).Select(i => string.Create(CultureInfo.InvariantCulture, $"{500 + (i / 3)},{1 + (i % 3)},P{i % 40},Thing {i % 40} of the shop,{1 + (i * 7 % 5)}\n"))));
        var structure = Assert.Single(Take().Structures);
        Assert.Equal(["order_no", "line"], structure.Keys[0].Columns);
        Assert.Equal(1, structure.Keys[0].UniqueShare);
        Assert.Contains(structure.Dependencies, dependency => dependency.Determinants is ["product"] && dependency.Dependent == "title" && dependency.Share == 1);
    }

    [Fact]
    public void Logs_with_the_same_addresses_can_be_joined_although_neither_refers_to_the_other()
    {
        Write("mails.csv", "sent,address\n" + string.Concat(Enumerable.Range(1, 400).Select(i => $"2024-01-{1 + (i % 28):00},person{i % 200}@example.com\n")));
        Write("tickets.csv", "opened,address\n" + string.Concat(Enumerable.Range(1, 300).Select(i => $"2024-02-{1 + (i % 28):00},person{100 + (i % 150)}@example.com\n")));
        var join = Assert.Single(Take().Joins);
        Assert.Equal(("tickets.csv", "address", "mails.csv", 100L), (Path.GetFileName(join.Asset), join.Column, Path.GetFileName(join.Other), join.Common));
    }

    [Fact]
    public void Fields_of_structs_and_records_within_an_object_are_compared_too()
    {
        Write("people.json", "{\"page\": 1, \"data\": [" + string.Join(",", Enumerable.Range(4_000, 300).Select(i => $"{{\"person_id\": {i}, \"name\": \"n{i}\"}}")) + "]}");
        using (var database = Platform.Tables.Native.DuckDbDatabase.OpenInMemory(new Platform.Tables.Native.DuckDbOptions { Threads = 1 }))
        using (var connection = database.Connect())
            connection.Execute($"copy (select range as order_no, {{'person_id': 4000 + (range * 7) % 300, 'note': 'x' || range}} as buyer from range(900)) to {Platform.Tables.SqlText.Literal(Data.File("orders.parquet"))} (format parquet)");
        var relation = Assert.Single(Take().Relations, relation => relation.FromColumn == "buyer.person_id");
        Assert.Equal(("people.json", "person_id", true), (Path.GetFileName(relation.ToAsset), relation.ToColumn, relation.Holds));
    }

    [Fact]
    public void References_are_found_across_folders_and_into_day_files()
    {
        Write("shop/people.csv", "person_id,name\n" + string.Concat(Enumerable.Range(4_000, 300).Select(i => $"{i},n{i}\n")));
        foreach (var day in Enumerable.Range(1, 4))
            Write($"shop/orders/2024-01-0{day}.csv", "order_no,person_id\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"{(day * 1_000) + i},{4_000 + (((day * 13) + (i * 7)) % 300)}\n")));
        var relation = Assert.Single(Take().Relations);
        Assert.Equal(("person_id", "people.csv", true), (relation.FromColumn, Path.GetFileName(relation.ToAsset), relation.Holds));
        Assert.True(relation.Confidence > 0.9, $"{relation.Confidence}");
    }

    [Fact]
    public void Only_what_changed_is_read_again()
    {
        Write("people.csv", "id,name\n" + string.Concat(Enumerable.Range(1, 500).Select(i => $"{i},n{i}\n")));
        Write("orders.csv", "no,people_id\n" + string.Concat(Enumerable.Range(0, 900).Select(i => $"{i},{1 + (i * 7 % 500)}\n")));
        Write("notes.csv", "note,people_id\n" + string.Concat(Enumerable.Range(0, 900).Select(i => $"remark {i},{1 + (i * 3 % 500)}\n")));
        Take();
        var before = Directory.EnumerateFiles(Path.Combine(Home, "cache", "values"), "*", SearchOption.AllDirectories).ToHashSet(StringComparer.Ordinal);
        File.AppendAllText(Data.File("notes.csv"), "nx,1\n");
        Assert.Equal(2, Take().Relations.Count(relation => relation.Confidence > 0.5));
        // Only columns of the changed file, which has two, were read into new values.
        Assert.InRange(Directory.EnumerateFiles(Path.Combine(Home, "cache", "values"), "*", SearchOption.AllDirectories).Count(file => !before.Contains(file)), 1, 2);
    }

    [Fact]
    public void In_generated_schemas_of_counted_ids_sure_proposals_are_right()
    {
        var all = new List<(double Confidence, bool IsTrue)>();
        var truth = 0;
        foreach (var seed in Enumerable.Range(1, 6))
        {
            using var folder = new TempFolder();
            var schema = GeneratedSchema.Write(folder.Path, 1_000 + seed, heldOut: true);
            truth += schema.Truth.Count;
            var cache = new InventoryCache(folder.File("cache"));
            var assets = new InventoryScanner(Store, cache, TimeProvider.System).Scan([folder.Path], [], ["cache"], default)[0].Assets;
            var ranked = new RelationFinder(Store, cache).Rank(assets, new AssetProfiler(Store, cache).Profile(assets, null, default), default);
            all.AddRange(ranked.Select(pair => (pair.Confidence, schema.Truth.Contains($"{Path.GetFileName(pair.FromAsset)}.{pair.FromColumn} > {Path.GetFileName(pair.ToAsset)}.{pair.ToColumn}"))));
        }

        var sure = all.Where(pair => pair.Confidence >= 0.9).ToList();
        Assert.True(sure.Count(pair => pair.IsTrue) >= 0.9 * sure.Count && sure.Count > truth / 4, $"{sure.Count(pair => pair.IsTrue)} of {sure.Count} sure ones are right; {truth} are true.");
    }
}
