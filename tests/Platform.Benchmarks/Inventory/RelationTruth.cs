using Platform.Inventory.Relate;

namespace Platform.Benchmarks.Inventory;

/// <summary>The references that are true of data sets that were not made here, and of the sample shop.</summary>
internal static class RelationTruth
{
    /// <summary>By folder of the real data; a data set without references says that none is to be found.</summary>
    public static IReadOnlyDictionary<string, HashSet<string>> OfFolders { get; } = new Dictionary<string, HashSet<string>>
    {
        ["retail-db"] = ["orders.csv.column2 > customers.csv.column0", "order_items.csv.column1 > orders.csv.column0", "order_items.csv.column2 > products.csv.column0", "products.csv.column1 > categories.csv.column0", "categories.csv.column1 > departments.csv.column0"],
        ["movielens-100k"] = ["ml-100k.inter.user_id:token > ml-100k.user.user_id:token", "ml-100k.inter.item_id:token > ml-100k.item.item_id:token"],
        ["online-retail"] = [],
        ["amazon-sequences"] = [],
        ["clicks-yoochoose"] = [],
        ["fraud"] = [],
        ["forecast-m4-hourly"] = [],
        ["dedupe-febrl"] = [],
        ["reviews-en"] = [],
    };

    public static HashSet<string> OfShop { get; } =
    [
        "products.csv.category_id > categories.csv.category_id",
        "orders.customer_id > customers.csv.customer_id",
        "order_lines.InvoiceNo > orders.order_id",
        "order_lines.StockCode > products.csv.stock_code",
        "order_lines.CustomerID > customers.csv.customer_id",
        "clicks.customer_id > customers.csv.customer_id",
        "clicks.stock_code > products.csv.stock_code",
        "reviews.customer_id > customers.csv.customer_id",
        "reviews.stock_code > products.csv.stock_code",
        "fraud_labels.order_id > orders.order_id",
    ];

    /// <summary>A pair as the truth writes it: by file, or by folder for sets of files.</summary>
    public static string Say(RankedReference pair) => $"{Table(pair.FromAsset)}.{pair.FromColumn} > {Table(pair.ToAsset)}.{pair.ToColumn}";

    private static string Table(string asset) => asset.Contains('{', StringComparison.Ordinal) ? Path.GetFileName(Path.GetDirectoryName(asset))! : Path.GetFileName(asset);
}
