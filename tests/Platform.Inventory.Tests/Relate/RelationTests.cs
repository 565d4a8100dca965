using System.Globalization;
using System.Text;
using Platform.Inventory.Relate;

namespace Platform.Inventory.Tests.Relate;

public class RelationTests : InventoryTest
{
    [Fact]
    public void References_between_tables_without_headers_are_found_broken_ones_too_and_chance_is_not()
    {
        Shop(header: false);
        // What is unsure is proposed too, after what is true.
        var relations = Take().Relations.Take(4).ToList();
        Assert.Equal(
            ["items.csv.column1 > orders.csv.column0", "items.csv.column2 > products.csv.column0", "orders.csv.column1 > people.csv.column0", "products.csv.column1 > groups.csv.column0"],
            relations.Select(Say).Order(StringComparer.Ordinal));
        var broken = Assert.Single(relations, relation => !relation.Holds);
        Assert.Equal(("products.csv.column1 > groups.csv.column0", 6L, 1L), (Say(broken), broken.MissingRows, broken.MissingValues));
        Assert.Equal(("41", 6L), (broken.MissingExamples[0].Value, broken.MissingExamples[0].Count));
    }

    [Fact]
    public void Names_settle_what_counted_ids_leave_open()
    {
        Shop(header: true);
        var relations = Take().Relations.Take(4).ToList();
        Assert.All(relations, relation => Assert.True(relation.Confidence > 0.8, $"{Say(relation)} {relation.Confidence}"));
        Assert.Equal(
            ["items.csv.order_id > orders.csv.id", "items.csv.product_id > products.csv.id", "orders.csv.person_id > people.csv.id", "products.csv.group_id > groups.csv.id"],
            relations.Select(Say).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_few_ids_far_beyond_the_others_do_not_make_counted_ids_a_surprise()
    {
        Write("orders.csv", "ono,amount\n" + string.Concat(Enumerable.Range(1, 8_000).Concat(Enumerable.Range(900_000, 9)).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{i % 97 * 1.37}\n"))));
        Write("lines.csv", "ono,place,pieces\n" + string.Concat(Enumerable.Range(0, 16_000).Select(i => $"{1 + (i / 2)},{1 + (i % 2)},{1 + (i * 7 % 9)}\n")));
        Write("staff.csv", "name,level\n" + string.Concat(Enumerable.Range(0, 400).Select(i => $"n{i},{3_000 + (i * 5)}\n")));
        var relations = Take().Relations;
        Assert.Contains(relations, relation => Say(relation) == "lines.csv.ono > orders.csv.ono" && relation.Confidence > 0.8);
        Assert.DoesNotContain(relations, relation => Say(relation) != "lines.csv.ono > orders.csv.ono" && relation.Confidence >= 0.5);
    }

    [Fact]
    public void Ids_counted_in_two_blocks_far_from_each_other_do_not_make_small_numbers_a_surprise()
    {
        Write("orders.csv", "ono,amount\n" + string.Concat(Enumerable.Range(1, 8_000).Concat(Enumerable.Range(200_001, 10_000)).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{i % 97 * 1.37}\n"))));
        Write("lines.csv", "ono,place,pieces\n" + string.Concat(Enumerable.Range(0, 12_000).Select(i => $"{(i % 3 == 0 ? 200_000 : 0) + 1 + (i * 7 % 8_000)},{1 + (i % 2)},{1 + (i * 7 % 9)}\n")));
        Write("staff.csv", "name,pay\n" + string.Concat(Enumerable.Range(0, 400).Select(i => $"n{i},{5_001 + i}\n")));
        var relations = Take().Relations;
        Assert.Contains(relations, relation => Say(relation) == "lines.csv.ono > orders.csv.ono" && relation.Confidence > 0.8);
        Assert.DoesNotContain(relations, relation => Say(relation) != "lines.csv.ono > orders.csv.ono" && relation.Confidence >= 0.5);
    }

    [Fact]
    public void Two_versions_of_a_table_do_not_refer_to_each_other()
    {
        var rows = string.Concat(Enumerable.Range(1, 200).Select(i => $"{i},name {i},{i % 7}\n"));
        Write("dirty.csv", "id,name,kind\n" + rows);
        Write("clean.csv", "id,name,kind\n" + rows);
        Assert.Empty(Take().Relations);
    }

    [Fact]
    public void A_reference_written_as_a_decimal_is_the_same_reference()
    {
        Write("people.csv", "id,name\n" + string.Concat(Enumerable.Range(12_346, 400).Select(i => $"{i},n{i}\n")));
        Write("orders.csv", "no,people_id\n" + string.Concat(Enumerable.Range(0, 900).Select(i => $"{i},{12_346 + (i * 7 % 400)}.0\n")));
        var relation = Assert.Single(Take().Relations);
        Assert.Equal(("orders.csv.people_id > people.csv.id", true), (Say(relation), relation.Holds));
    }

    [Fact]
    public void Relations_are_remembered_while_the_data_stay_the_same()
    {
        Shop(header: true);
        var first = Take().Relations;
        Assert.Equal(first.Select(Say), Take().Relations.Select(Say));
        File.AppendAllText(Data.File("items.csv"), "99999,99999,1,1,1.5\n");
        Assert.Contains(Take().Relations, relation => Say(relation) == "items.csv.order_id > orders.csv.id" && relation.MissingRows == 1);
    }

    private void Shop(bool header)
    {
        var random = new Random(4);
        string[] given = ["Richard", "Mary", "Ann", "Robert", "Jane", "Laura", "Jack", "Linda"];
        Csv("groups.csv", header ? "id,title" : null, 40, i => $"{i},Group of things {(char)('A' + (i % 26))}{i}");
        Csv("products.csv", header ? "id,group_id,title,price" : null, 300, i => $"{i},{(i % 50 == 0 ? 41 : 1 + random.Next(40))},Thing number {i} of many,{random.Next(5, 300)}.{random.Next(10, 99)}");
        Csv("people.csv", header ? "id,name,city" : null, 1_500, i => $"{i},{given[i % 8]} Smith,Chicago");
        Csv("orders.csv", header ? "id,person_id,status" : null, 6_000, i => $"{i},{1 + random.Next(1_500)},{(i % 3 == 0 ? "OPEN" : "CLOSED")}");
        Csv("items.csv", header ? "id,order_id,product_id,quantity,price" : null, 15_000, i => $"{i},{1 + (i * 6_000L / 15_001)},{1 + random.Next(300)},{1 + random.Next(5)},{random.Next(5, 300)}.{random.Next(10, 99)}");
    }

    private void Csv(string name, string? header, int rows, Func<int, string> row)
    {
        var text = new StringBuilder(header is null ? "" : header + "\n");
        for (var i = 1; i <= rows; i++)
            text.Append(CultureInfo.InvariantCulture, $"{row(i)}\n");
        Write(name, text.ToString());
    }

    private static string Say(Relation relation) => $"{Path.GetFileName(relation.FromAsset)}.{relation.FromColumn} > {Path.GetFileName(relation.ToAsset)}.{relation.ToColumn}";
}
