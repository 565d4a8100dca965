using Platform.Inventory.Relate;

namespace Platform.Inventory.Tests.Relate;

public class DependencyTests
{
    [Fact]
    public void A_postcode_determines_its_city_but_for_the_slips_that_are_named()
    {
        var random = new Random(3);
        string[] cities = ["Leeds", "York", "Bath", "Hull", "Derby"];
        var codes = Enumerable.Range(0, 1_000).Select(_ => random.Next(60)).ToList();
        var found = new DependencyFinder().Find([
            DependencyColumn.Of("postcode", codes.Select(code => $"P{code}")),
            DependencyColumn.Of("city", codes.Select((code, row) => row == 17 ? "Lds" : cities[code % 5])),
            DependencyColumn.Of("amount", codes.Select(_ => $"{random.Next(40)}")),
            DependencyColumn.Of("id", codes.Select((_, row) => $"{row}"))]);
        var dependency = Assert.Single(found);
        Assert.Equal(("postcode", "city", 1L), (Assert.Single(dependency.Determinants), dependency.Dependent, dependency.Violations));
        Assert.InRange(dependency.Share, 0.998, 0.9999);
        var violation = Assert.Single(dependency.Examples);
        Assert.Equal(("Lds", 1L, $"P{codes[17]}"), (violation.Found, violation.FoundRows, Assert.Single(violation.Given)));
        Assert.Equal(cities[codes[17] % 5], violation.Expected);
    }

    [Fact]
    public void Two_columns_determine_together_what_neither_does_alone()
    {
        var random = new Random(5);
        var rows = Enumerable.Range(0, 3_000).Select(_ => (Shop: random.Next(12), Product: random.Next(15))).ToList();
        var prices = Enumerable.Range(0, 12 * 15).Select(_ => $"{random.Next(5, 500)}").ToList();
        var found = new DependencyFinder().Find([
            DependencyColumn.Of("shop", rows.Select(row => $"s{row.Shop}")),
            DependencyColumn.Of("product", rows.Select(row => $"p{row.Product}")),
            DependencyColumn.Of("price", rows.Select(row => prices[(row.Shop * 15) + row.Product])),
            DependencyColumn.Of("noise", rows.Select(_ => $"{random.Next(9)}"))]);
        Assert.Equal(["shop", "product"], Assert.Single(found, dependency => dependency.Dependent == "price").Determinants);
        Assert.DoesNotContain(found, dependency => dependency.Dependent == "noise");
    }

    [Fact]
    public void Keys_constants_chance_and_missing_values_are_no_rules()
    {
        var random = new Random(7);
        var found = new DependencyFinder().Find([
            DependencyColumn.Of("id", Enumerable.Range(0, 500).Select(i => $"{i}")),
            DependencyColumn.Of("nearly constant", Enumerable.Range(0, 500).Select(i => i == 3 ? "x" : "y")),
            DependencyColumn.Of("a", Enumerable.Range(0, 500).Select(_ => $"{random.Next(20)}")),
            DependencyColumn.Of("b", Enumerable.Range(0, 500).Select(_ => $"{random.Next(3)}")),
            DependencyColumn.Of("empty", Enumerable.Range(0, 500).Select(_ => (string?)null))]);
        Assert.Empty(found);
    }

    [Fact]
    public void Columns_of_different_lengths_are_refused()
        => Assert.Throws<ArgumentException>(() => new DependencyFinder().Find([DependencyColumn.Of("a", ["1"]), DependencyColumn.Of("b", [])]));
}
