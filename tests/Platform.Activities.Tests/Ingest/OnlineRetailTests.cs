using System.Text.Json.Nodes;
using Platform.Activities.Ingest;
using Platform.Testing;

namespace Platform.Activities.Tests.Ingest;

public sealed class OnlineRetailTests : ActivityTest
{
    private static readonly JsonObject Columns = new()
    {
        ["InvoiceNo"] = "text",
        ["StockCode"] = "text",
        ["Description"] = "text",
        ["Quantity"] = "integer",
        ["InvoiceDate"] = "timestamp",
        ["UnitPrice"] = "number",
        ["CustomerID"] = "text",
        ["Country"] = "text",
    };

    [SharedDataFact]
    public async Task Twenty_days_of_a_real_shop_come_in_whole_with_and_without_declared_types()
    {
        var files = Directory.GetFiles(SharedData.Path("online-retail"), "*.csv").Order(StringComparer.Ordinal).Take(20).ToList();
        var expected = files.Sum(file => File.ReadLines(file).Count() - 1);
        foreach (var (table, columns) in new[] { ("raw.declared", Columns), ("raw.sniffed", []) })
        {
            foreach (var file in files)
            {
                var day = DateOnly.ParseExact(Path.GetFileNameWithoutExtension(file), "yyyy-MM-dd");
                var result = await Run("ingest.files", new() { ["path"] = file, ["table"] = table, ["columns"] = columns.DeepClone() }, Runs.Context(table, run: day.DayNumber, day: day));
                Assert.Equal(0, ((IngestFilesOutputs)result.Outputs!).Rejected);
            }
            Assert.Equal($"{expected}", One($"select count(*) from {table}"));
            Assert.Equal(["InvoiceNo VARCHAR", "StockCode VARCHAR", "Description VARCHAR", "Quantity BIGINT", "InvoiceDate TIMESTAMP WITH TIME ZONE", "UnitPrice DOUBLE", "CustomerID VARCHAR", "Country VARCHAR"], ColumnsOf(table));
        }
        Assert.Equal("0", One("select count(*) from (select * from raw.declared except all select * from raw.sniffed)"));
        Assert.Equal("536365|85123A|WHITE HANGING HEART T-LIGHT HOLDER|6|2010-12-01 08:26:00|2.55|17850.0|United Kingdom", Rows("select * from raw.declared order by InvoiceDate, InvoiceNo limit 1")[0]);
    }

    [SharedDataFact]
    public async Task Files_without_a_header_and_with_dirt_come_in_too()
    {
        foreach (var (file, rows, columns) in new[] { ("orders", 68_883, 4), ("departments", 6, 2), ("categories", 58, 3), ("customers", 12_435, 9), ("products", 1_345, 6) })
        {
            var result = await Run("ingest.files", new() { ["path"] = SharedData.Path("retail-db", file + ".csv"), ["table"] = $"retail.{file}", ["mode"] = "replace" }, Runs.Context(file));
            var outputs = (IngestFilesOutputs)result.Outputs!;
            Assert.Equal((file, rows, 0L, columns), (file, (int)outputs.Rows, outputs.Rejected, ColumnsOf($"retail.{file}").Count));
        }
    }
}
