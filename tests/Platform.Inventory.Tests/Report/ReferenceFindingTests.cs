using Platform.Inventory.Compare;
using Platform.Inventory.Relate;
using Platform.Inventory.Report;

namespace Platform.Inventory.Tests.Report;

public class ReferenceFindingTests : InventoryTest
{
    [Fact]
    public void Rows_that_nothing_refers_to_are_counted_where_each_could_be_named()
    {
        Write("customers.csv", "customer_id,name\n" + string.Concat(Enumerable.Range(1, 1_000).Select(i => $"{i},Anna Smith {i}\n")));
        Write("orders.csv", "order_no,customer_id,status\n" + string.Concat(Enumerable.Range(1, 5_000).Select(i => $"A{i:00000}X,{1 + (i * 7919 % 969)},paid\n")));
        // Hardly any customer complains: that most have not is no news.
        Write("complaints.csv", "customer_id,text\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"{i * 16},late {i}\n")));
        var findings = Told(Take());
        var alone = Assert.Single(findings, finding => finding.Kind == "never-named");
        Assert.Equal(("customers.csv", "31 of the 1,000 rows of customers.csv have nothing in orders.csv: no customer_id there names them."), (alone.Name, alone.Sentence));
        Assert.Contains("969", alone.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_confirmed_reference_and_one_that_held_before_tell_their_orphans_whatever_their_confidence()
    {
        Write("a.csv", "id,x\n" + string.Concat(Enumerable.Range(1, 50).Select(i => $"{i},t{i}\n")));
        Write("b.csv", "k,y\n" + string.Concat(Enumerable.Range(1, 50).Select(i => $"{i},t{i}\n")));
        var snapshot = Take();
        var keys = snapshot.Assets.Select(asset => asset.Key).Order(StringComparer.Ordinal).ToList();
        Relation broken(double confidence) => new() { FromAsset = keys[1], FromColumn = "y", ToAsset = keys[0], ToColumn = "id", Confidence = confidence, MissingRows = 7, MissingValues = 2, Rows = 50, Inclusion = 0.95, Coverage = 0.1, MissingExamples = [new("88", 5), new("99", 2)] };
        var unsure = Told(snapshot with { Relations = [broken(0.24)] });
        Assert.DoesNotContain(unsure, finding => finding.Kind == "broken-reference");
        foreach (var relation in new[] { broken(0.24) with { Kept = true }, broken(0.1) with { Confirmed = true }, broken(0.1) with { Declared = true } })
        {
            var told = Assert.Single(Told(snapshot with { Relations = [relation] }), finding => finding.Kind == "broken-reference");
            Assert.Contains("7 rows", told.Sentence, StringComparison.Ordinal);
            Assert.Contains("2 values", told.Sentence, StringComparison.Ordinal);
            Assert.Contains("missing: 88, 99", told.Evidence, StringComparison.Ordinal);
            Assert.Equal(relation.Kept, told.Sentence.Contains("used to be found", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Columns_that_decide_one_another_are_one_rule()
    {
        Write("shops.csv", "shop_code,shop,phone,street,day\n" + string.Concat(Enumerable.Range(0, 900).Select(i => $"S{i % 30:00},Shop of {(char)('A' + (i % 30 % 26))}{i % 30},+49 30 5550{i % 30:00},{(i == 411 ? "Elsewhere" : $"Way {i % 30}")},{i % 7}\n")));
        var snapshot = Take();
        var rules = snapshot.Structures.SelectMany(FoundRule.Of).ToList();
        Assert.True(rules.Count(rule => rule.Violations > 0) > 2, $"{rules.Count}");
        var line = Assert.Single(DependencyRules.Lines(rules, snapshot, key => Path.GetFileName(key)));
        Assert.True(line.Mutual);
        Assert.Equal(("shop_code, shop, phone and street", 1L), (line.Determinants, line.Violations));
        var facts = new CatalogFacts { Coverage = new Coverage { Taken = snapshot.Taken, Assets = 1, Owned = 0, Described = 0, Checked = 0, Columns = 5, Classified = 0, Reviewed = 0 }, Dependencies = [line] };
        var told = Assert.Single(ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot), facts).Surprises, finding => finding.Kind == "dependency");
        Assert.Equal("In shops.csv, shop_code, shop, phone and street decide one another, but 1 row contradicts that.", told.Sentence);
    }

    private static IReadOnlyList<Finding> Told(InventorySnapshot snapshot) => ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot)).Surprises;
}
