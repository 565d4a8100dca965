using Platform.Inventory.Classify;
using Platform.Inventory.Scan;
using Platform.Testing;

namespace Platform.Inventory.Tests;

/// <summary>The promises on real data.</summary>
public class SharedDataTests : InventoryTest
{
    [SharedDataFact]
    public void The_six_tables_of_the_retail_database_with_their_foreign_keys_and_people()
    {
        var snapshot = Take(SharedData.Path("retail-db"));
        Assert.Equal(
            "categories.csv 58, customers.csv 12435, departments.csv 6, order_items.csv 172198, orders.csv 68883, products.csv 1345",
            string.Join(", ", snapshot.Assets.Select(asset => $"{asset.Name} {snapshot.Profiles[asset.Key].Rows}")));
        Assert.Equal(
            [
                "categories.csv.column1 > departments.csv.column0: 10",
                "order_items.csv.column1 > orders.csv.column0: 0",
                "order_items.csv.column2 > products.csv.column0: 0",
                "orders.csv.column2 > customers.csv.column0: 0",
                "products.csv.column1 > categories.csv.column0: 24",
            ],
            snapshot.Relations.Take(5).Select(relation => $"{Path.GetFileName(relation.FromAsset)}.{relation.FromColumn} > {Path.GetFileName(relation.ToAsset)}.{relation.ToColumn}: {relation.MissingRows}").Order(StringComparer.Ordinal));
        Assert.Equal("None Name Name Masked Masked Address Address Address Address", string.Join(' ', ProfileOf(snapshot, "customers.csv").Verdicts.Select(verdict => verdict.Personal)));
        Assert.All(ProfileOf(snapshot, "order_items.csv").Verdicts, verdict => Assert.Equal(PersonalClass.None, verdict.Personal));
    }

    [SharedDataFact]
    public void The_day_files_are_one_asset()
    {
        var asset = Assert.Single(Scan(SharedData.Path("online-retail")).Assets);
        Assert.Equal(("{yyyy-MM-dd}.csv", 305), (asset.Name, asset.Files.Count));
    }

    [SharedDataFact]
    public void Every_delta_table_is_readable_unsupported_or_broken_and_says_why()
    {
        var tables = Scan(SharedData.Path("delta-golden")).Assets.Where(asset => asset.Format == "delta").ToList();
        // 89 folders, some of which hold several tables.
        Assert.Equal(98, tables.Count);
        Assert.All(tables.Where(asset => asset.Condition != AssetCondition.Readable), asset => Assert.NotEmpty(asset.Reason!));
        Assert.Contains(tables, asset => asset.Condition == AssetCondition.Unsupported && asset.Reason!.Contains("99", StringComparison.Ordinal));
        Assert.Contains(tables, asset => asset.Condition == AssetCondition.Broken && asset.Reason!.Contains("_delta_log", StringComparison.Ordinal));
    }
}
