using Platform.Designer.Author;
using Platform.Workflows.Activities;

namespace Platform.Designer.Tests;

public sealed class ActivitySearchTests
{
    private static readonly ActivityDescriptor[] All =
    [
        Of("sample.shop", "Generate a sample shop", "生成示例商店", Stage.Sample, "Writes files of a made-up shop."),
        Of("ingest.database", "Ingest from a database", "从数据库导入", Stage.Ingest, "Reads a table into a table."),
        Of("ingest.files", "Ingest files", "导入文件", Stage.Ingest, "Reads files into a table."),
        Of("clean.sql", "Clean with SQL", "SQL 清洗", Stage.Clean, "Writes the rows of one SELECT."),
        Of("feature.sql", "Features with SQL", "SQL 特征", Stage.Feature, "Writes the rows of one SELECT, to train on."),
        Of("train.recommender", "Train a recommender", "训练推荐模型", Stage.Train, "Learns from a table."),
        Of("control.noop", "Do nothing", "空操作", Stage.Control, "Is there for the connections."),
    ];

    [Theory]
    [InlineData("ingest f", "ingest.files")]
    [InlineData("ingest files", "ingest.files")]
    [InlineData("files", "ingest.files")]
    [InlineData("ingest", "ingest.files")]
    [InlineData("database", "ingest.database")]
    [InlineData("SQL", "clean.sql")]
    [InlineData("sql feat", "feature.sql")]
    [InlineData("train", "train.recommender")]
    [InlineData("control.noop", "control.noop")]
    [InlineData("导入", "ingest.files")]
    [InlineData("推荐", "train.recommender")]
    [InlineData(" select  rows ", "clean.sql")]
    public void The_first_is_the_one_that_is_meant(string typed, string first) => Assert.Equal(first, ActivitySearch.Find(All, typed)[0].Name);

    [Fact]
    public void Each_word_must_be_found_and_nothing_typed_finds_all_in_their_order()
    {
        Assert.Equal(["clean.sql", "feature.sql"], ActivitySearch.Find(All, "sql").Select(a => a.Name));
        Assert.Empty(ActivitySearch.Find(All, "sql shop"));
        Assert.Equal(All.Select(a => a.Name), ActivitySearch.Find(All, "  ").Select(a => a.Name));
    }

    [Fact]
    public void What_brings_data_in_is_a_source() =>
        Assert.Equal(["sample.shop", "ingest.database", "ingest.files"], All.Where(a => a.IsSource).Select(a => a.Name));

    private static ActivityDescriptor Of(string name, string title, string titleZh, Stage stage, string help) =>
        new() { Name = name, Title = title, TitleZh = titleZh, Help = help, Stage = stage, Icon = "box", Example = "", Fields = [], Outputs = [], Type = typeof(ActivitySearchTests), Source = "tests" };
}
