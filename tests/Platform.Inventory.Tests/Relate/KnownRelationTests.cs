using System.Globalization;
using Platform.Inventory.Cache;
using Platform.Inventory.Profile;
using Platform.Inventory.Relate;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Tests.Relate;

public class KnownRelationTests : InventoryTest
{
    [Fact]
    public void A_rejected_reference_is_not_proposed_again_and_a_confirmed_one_is_certain()
    {
        Write("people.csv", "id,name\n" + string.Concat(Enumerable.Range(1, 300).Select(i => $"{i},n{i}\n")));
        Write("orders.csv", "no,people_id\n" + string.Concat(Enumerable.Range(0, 900).Select(i => $"{i},{1 + (i * 7 % 310)}\n")));
        var found = Assert.Single(Find());
        Assert.False(found.Holds);
        Assert.Empty(Find(Said(found, KnownAs.Rejected)));
        var confirmed = Assert.Single(Find(Said(found, KnownAs.Confirmed)));
        Assert.Equal((1.0, true, found.MissingRows), (confirmed.Confidence, confirmed.Confirmed, confirmed.MissingRows));
        // A confirmed one stands, whatever the values say.
        Write("orders.csv", "no,people_id\n" + string.Concat(Enumerable.Range(0, 900).Select(i => $"{i},{(i % 3 > 0 ? 70_000 + i : 1 + (i % 300))}\n")));
        Assert.Empty(Find());
        Assert.Equal(600, Assert.Single(Find(Said(found, KnownAs.Confirmed))).MissingRows);
    }

    [Fact]
    public void A_break_does_not_turn_a_reference_to_another_table()
    {
        Things("products.csv", 400);
        Things("people.csv", 6_000);
        void items(int broken) => Write("items.csv", string.Concat(Enumerable.Range(1, 9_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{(i <= broken ? 1_000 + (i % 90) : 1 + (i * 7919 % 400))},x{i % 7}\n"))));
        items(0);
        var before = Assert.Single(Find(), relation => relation.FromAsset.EndsWith("items.csv", StringComparison.Ordinal));
        Assert.True(before.ToAsset.EndsWith("products.csv", StringComparison.Ordinal) && before.Confidence >= 0.5, $"{before}");
        items(700);
        var known = Said(before, KnownAs.Found) with { Confidence = before.Confidence, Inclusion = before.Inclusion };
        var after = Assert.Single(Find(known), relation => relation.FromAsset.EndsWith("items.csv", StringComparison.Ordinal));
        Assert.Equal((before.ToAsset, 700L, true), (after.ToAsset, after.MissingRows, after.Kept));
        Assert.True(after.Confidence >= before.Confidence);
        // The night after, the break is as large as it was: the target stays.
        File.AppendAllText(Data.File("items.csv"), "9001,3,x1\n");
        known = known with { Confidence = after.Confidence, Inclusion = after.Inclusion, Kept = after.Kept };
        Assert.Equal((before.ToAsset, true), Find(known).Where(relation => relation.FromAsset.EndsWith("items.csv", StringComparison.Ordinal)).Select(relation => (relation.ToAsset, relation.Kept)).Single());
    }

    [Fact]
    public void A_few_values_far_beyond_a_key_do_not_speak_for_a_larger_table()
    {
        Things("products.csv", 400);
        Things("people.csv", 6_000);
        Write("items.csv", string.Concat(Enumerable.Range(1, 9_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{(i <= 300 ? 90_000 + (i % 7) : 1 + (i * 7919 % 400))},x{i % 7}\n"))));
        var found = Assert.Single(Find(), relation => relation.FromAsset.EndsWith("items.csv", StringComparison.Ordinal));
        Assert.EndsWith("products.csv", found.ToAsset, StringComparison.Ordinal);
        Assert.Equal(300, found.MissingRows);
    }

    [Fact]
    public void Counters_do_not_refer_to_other_counters_and_copies_do_not_share_a_reference()
    {
        var people = "customer_id,name,country\n" + string.Concat(Enumerable.Range(1, 1_000).Select(i => $"{i},Anna Smith {i},{(i % 10 == 0 ? "de" : "DE")}\n"));
        Write("cust.csv", people);
        Write("cust_copy.csv", people);
        Write("backup/cust.csv", people);
        Write("ord.csv", "order_id,customer_id,status\n" + string.Concat(Enumerable.Range(1, 5_000).Select(i => $"{i},{(i % 50 == 0 ? 5_000 + i : 1 + (i * 7919 % 1_000))},paid\n")));
        Write("days.csv", "id,day\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"{i},{1 + (i % 28):00}/03/2024\n")));
        Write("moods.csv", "id,mood\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"{i},{(i % 2 == 0 ? "good" : "bad")}\n")));
        Write("squares.csv", "k,v\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"{i},{i * i}\n")));
        Write("学生.csv", "编号,城市\n" + string.Concat(Enumerable.Range(1, 300).Select(i => $"{i},北京\n")));
        Write("twice.csv", "id,id,name\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"{i},{i + 1},y\n")));
        Write("bare.csv", string.Concat(Enumerable.Range(0, 100).Select(i => $"{i},DE\n")));
        var sure = Find().Where(relation => relation.IsTold).ToList();
        var reference = Assert.Single(sure);
        Assert.Equal(("ord.csv", "cust.csv", "customer_id", 100L), (Path.GetFileName(reference.FromAsset), Path.GetRelativePath(Data.Path, reference.ToAsset["file:".Length..]), reference.ToColumn, reference.MissingRows));
        Assert.True(reference.Confidence > 0.9, $"{reference.Confidence}");
    }

    [Fact]
    public void What_held_and_breaks_is_told_with_its_values_however_unsure_the_reference_is()
    {
        Things("products.csv", 1_345);
        Things("people.csv", 6_000);
        Things("visits.csv", 30_000);
        void items(int broken) => Write("items.csv", string.Concat(Enumerable.Range(1, 9_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{(i <= broken ? 99_000 + (i % 2) : 19 + (i * 7919 % 76 * 14))},x{i % 7}\n"))));
        items(0);
        var before = Find().Where(relation => relation.FromAsset.EndsWith("items.csv", StringComparison.Ordinal)).MaxBy(relation => relation.Confidence)!;
        Assert.True(before is { Holds: true, Confidence: >= RelationFinder.LeastConfidence and < 0.5, IsTold: false }, $"{before}");
        items(12);
        var broken = Assert.Single(Find(Said(before, KnownAs.Found) with { Confidence = before.Confidence, Inclusion = before.Inclusion }), relation => relation.FromAsset.EndsWith("items.csv", StringComparison.Ordinal));
        Assert.Equal((before.ToAsset, 12L, true, true), (broken.ToAsset, broken.MissingRows, broken.IsTold, broken.HasBroken));
        Assert.Equal(["99000", "99001"], broken.MissingExamples.Select(value => value.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_measure_that_falls_among_counted_ids_is_no_reference()
    {
        Write("bom.csv", "id,part\n" + string.Concat(Enumerable.Range(1, 500).Select(i => $"{i},Part {i}\n")));
        Write("ord.csv", "order_no,amount,bom_id\n" + string.Concat(Enumerable.Range(1, 3_000).Select(i => $"A{i}x,{1 + (i * 7919 % 500)},{1 + (i * 31 % 500)}\n")));
        Assert.Equal("bom_id", Assert.Single(Find()).FromColumn);
    }

    private void Things(string name, int rows) => Write(name, string.Concat(Enumerable.Range(1, rows).Select(i => $"{i},Thing number {i} of many,{i % 3}.5\n")));

    private static KnownReference Said(Relation relation, KnownAs said) => new(relation.FromAsset, relation.FromColumn, relation.ToAsset, relation.ToColumn, said);

    private IReadOnlyList<Relation> Find(params KnownReference[] known)
    {
        var cache = new InventoryCache(Path.Combine(Home, "cache"));
        var assets = new InventoryScanner(Store, cache, TimeProvider.System).Scan([Data.Path], [], [], default)[0].Assets;
        return new RelationFinder(Store, cache) { Known = known }.Find(assets, new AssetProfiler(Store, cache).Profile(assets, null, default), null, default).References;
    }
}
