using Platform.Tables.Sources;

namespace Platform.Activities.Tests.Ingest;

public sealed class FileAssetKeyTests
{
    [Theory]
    [InlineData("/data/online-retail/2010-12-01.csv", "file:/data/online-retail/{yyyy-MM-dd}.csv")]
    [InlineData("/data/orders_20101201.csv", "file:/data/orders_{yyyyMMdd}.csv")]
    [InlineData("/data/sales_2010_12.tsv", "file:/data/sales_{yyyy_MM}.tsv")]
    [InlineData("/data/sales-2010-12-part.csv", "file:/data/sales-{yyyy-MM}-part.csv")]
    [InlineData("/logs/2010-12-01/events.jsonl", "file:/logs/{yyyy-MM-dd}/events.jsonl")]
    [InlineData("/logs/events-2010120105.jsonl.gz", "file:/logs/events-{yyyyMMddHH}.jsonl.gz")]
    [InlineData("/lake/clicks/dt=2024-01-01/part-0001.parquet", "file:/lake/clicks/dt={dt}/*.parquet")]
    [InlineData("/lake/clicks/year=2024/month=1/x.csv.gz", "file:/lake/clicks/year={year}/month={month}/*.csv.gz")]
    [InlineData("/data/tx_2018-04_2018-07.csv", "file:/data/tx_2018-04_2018-07.csv")]
    [InlineData("/data/customers.csv", "file:/data/customers.csv")]
    [InlineData("/data/99999999.csv", "file:/data/99999999.csv")]
    [InlineData("/data/2010-13-01.csv", "file:/data/2010-13-01.csv")]
    [InlineData("/data/../data/a.csv", "file:/data/a.csv")]
    public void Files_that_differ_in_their_date_alone_are_one_asset(string path, string key) => Assert.Equal(key, FileAssetKey.For(path));
}
