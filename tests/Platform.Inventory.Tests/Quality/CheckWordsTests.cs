using System.Text.RegularExpressions;
using Platform.Inventory.Quality;
using Platform.Workflows;

namespace Platform.Inventory.Tests.Quality;

public sealed partial class CheckWordsTests
{
    public static TheoryData<string, string, string, string, string> Kinds { get; } = new()
    {
        { """{"kind":"not_null","column":"id"}""", "Missing values of id", "id 的缺失值", "a value in every row", "每行都有值" },
        { """{"kind":"unique","columns":["a","b"]}""", "Repeated values of a, b", "a, b 的重复值", "no value of a, b twice", "a、b 的值不重复" },
        { """{"kind":"range","column":"price","min":0,"max":1500}""", "Range of price", "price 的取值范围", "0 to 1,500", "0 至 1,500" },
        { """{"kind":"set","column":"state","values":["NEW","DONE"],"max_share":0.01}""", "Allowed values of state", "state 的允许取值", "one of NEW, DONE; at most 1.0 % may differ", "取值为 NEW、DONE 之一；允许 1.0 % 不符" },
        { """{"kind":"reference","column":"customer","reference_asset":"raw.c","reference_column":"id"}""", "Reference of customer", "customer 的引用", "only values of raw.c.id", "值均存在于 raw.c.id" },
        { """{"kind":"freshness","max_age":"26h"}""", "Freshness", "新鲜度", "nothing older than 26h", "不早于 26h 前" },
        { """{"kind":"volume","min":10}""", "Number of rows", "行数", "at least 10 rows", "不少于 10 行" },
        { """{"kind":"growth","max":50}""", "Growth of the rows", "行数增长", "at most 50 % more rows than the last time", "不超过 50 %（较上次行数的变化）" },
        { """{"kind":"drift","column":"price","max":0.25}""", "Distribution of price", "price 的分布", "PSI of at most 0.25", "PSI 不超过 0.25" },
        { """{"kind":"schema","schema":{"id":"BIGINT","x":""},"allow_more":false}""", "Columns", "列结构", "the columns id BIGINT, x and no other", "列为 id BIGINT、x，且没有其他列" },
        { """{"kind":"range","name":"price-cap","column":"amount","max":9}""", "price-cap of amount", "amount 的 price-cap", "at most 9", "不超过 9" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_check_says_what_it_is_of_and_what_it_expects_in_both_languages(string json, string title, string titleZh, string expected, string expectedZh)
    {
        var check = CheckDefinition.Read(System.Text.Json.JsonDocument.Parse(json).RootElement);
        Assert.Equal(new Told(title, titleZh), CheckWords.Title(check));
        Assert.Equal(new Told(expected, expectedZh), CheckWords.Expected(check));
    }

    [Fact]
    public void Counts_are_told_as_people_count()
    {
        Assert.Equal("1 of 40 rows (2.5 %) has no value", CheckWords.Missing(1, 40).En);
        Assert.Equal("all 40 rows have a value", CheckWords.Missing(0, 40).En);
        Assert.Equal("40 行中有 3 行（7.5 %）没有值", CheckWords.Missing(3, 40).Zh);
        var set = new CheckDefinition { Kind = "set", Column = "state", Values = ["NEW"] };
        Assert.Equal(new Told("1 of 9 values does not fit: DONE", "9 个值中有 1 个不符合：DONE"), CheckWords.Fit(set, 1, 9, "DONE"));
        Assert.Equal("1 row", CheckWords.Rows(1).En);
        Assert.Equal("1,200 rows by the database's estimate", CheckWords.Rows(1200, estimated: true).En);
    }

    [Fact]
    public void No_sentence_of_a_check_holds_a_name_that_only_programs_know()
    {
        foreach (var kind in CheckDefinition.Kinds)
            Assert.DoesNotMatch(Underscore(), CheckWords.Title(new CheckDefinition { Kind = kind, Column = "x" }).En);
    }

    [GeneratedRegex("[a-z]_[a-z]")]
    private static partial Regex Underscore();
}
