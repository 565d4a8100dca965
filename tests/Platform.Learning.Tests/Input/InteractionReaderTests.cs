using Platform.Learning.Input;
using Platform.Tables.Native;

namespace Platform.Learning.Tests.Input;

public sealed class InteractionReaderTests
{
    [Fact]
    public void Ids_times_and_weights_are_read_whatever_their_types()
    {
        using var database = DuckDbDatabase.OpenInMemory();
        using var connection = database.Connect();
        connection.Execute("""
            create schema clean;
            create table clean.lines as select * from (values
                (17850.0, '85123A', timestamp '2011-12-09 08:30:00', 6), (17850.0, '71053', timestamp '2011-12-08 00:00:00', 2),
                (null, '71053', timestamp '2011-12-08 00:00:00', 1), (13047.0, null, timestamp '2011-12-08 00:00:00', 1), (13047.0, '71053', null, 1),
                (13047.0, '71053', timestamp '1969-12-31 23:59:59.5', 1)) t("CustomerID", "StockCode", "InvoiceDate", "Quantity");
            """);

        var read = InteractionReader.Read(connection, new InteractionColumns("clean.lines", "CustomerID", "StockCode", "InvoiceDate", "Quantity"), default);

        Assert.Equal(["13047", "17850"], read.Users);
        Assert.Equal(["71053", "85123A"], read.Items);
        Assert.Equal(3, read.Count);
        Assert.Equal(DateTimeOffset.Parse("2011-12-09T08:30:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds(), read.Newest);
        Assert.Equal([1f, 2f, 6f], read.Weight!.Order());
        Assert.Null(read.Rating);
    }

    [Theory]
    [InlineData("user_id", "item", "missing", null, "has no column 'missing'")]
    [InlineData("user_id", "item", "item", null, "is no time")]
    [InlineData("user_id", "item", "at", "item", "is no number")]
    [InlineData("user_id", "item", "at", "amount", "weight NaN")]
    public void A_column_that_cannot_be_used_is_refused_by_name(string user, string item, string time, string? weight, string says)
    {
        using var database = DuckDbDatabase.OpenInMemory();
        using var connection = database.Connect();
        connection.Execute("create table t as select 'u' as user_id, 'i' as item, date '2020-01-01' as at, cast(null as double) as amount");

        var refusal = Assert.Throws<LearningException>(() => InteractionReader.Read(connection, new InteractionColumns("t", user, item, time, weight), default));

        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_table_gives_no_interactions()
    {
        using var database = DuckDbDatabase.OpenInMemory();
        using var connection = database.Connect();
        connection.Execute("create table t (u bigint, i varchar, seen timestamptz, r float)");
        var read = InteractionReader.Read(connection, new InteractionColumns("t", "u", "i", "seen", Rating: "r"), default);
        Assert.Equal(0, read.Count);
        Assert.Empty(read.Users);
    }
}
