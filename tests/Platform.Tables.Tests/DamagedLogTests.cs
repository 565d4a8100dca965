using Platform.Tables.Log;
using static Platform.Tables.Tests.TableFixture;

namespace Platform.Tables.Tests;

public sealed class DamagedLogTests : IDisposable
{
    private readonly TableFixture _fixture = new();

    public DamagedLogTests()
    {
        for (var i = 0; i < 13; i++)
            _fixture.Write($"select {i} as id");
    }

    public void Dispose() => _fixture.Dispose();

    private string LogFolderPath => Path.Combine(_fixture.Store.FolderOf(Orders), "_delta_log");

    private T Fresh<T>(Func<TableStore, T> read)
    {
        using var store = new TableStore(new TableStoreOptions { Root = _fixture.Store.Root });
        return read(store);
    }

    [Fact]
    public void A_torn_commit_is_invisible()
    {
        File.WriteAllText(Path.Combine(LogFolderPath, $".{13:D20}.json.abc.tmp"), "{\"add\":{\"path\":\"x");

        Assert.Equal(12, Fresh(store => store.Snapshot(Orders).Version));
        Assert.Equal(13, _fixture.Write("select 13 as id").Version);
    }

    [Fact]
    public void A_damaged_commit_is_named()
    {
        var contents = File.ReadAllText(_fixture.Log(Orders, 12));
        File.WriteAllText(_fixture.Log(Orders, 12), contents[..^20]);

        var error = Assert.Throws<BrokenTableException>(() => Fresh(store => store.Snapshot(Orders)));
        Assert.Equal($"_delta_log/{12:D20}.json", error.File);
        Assert.Equal(11, Fresh(store => store.Snapshot(Orders, 11)).Version);
    }

    [Fact]
    public void A_missing_commit_is_named()
    {
        File.Delete(_fixture.Log(Orders, 11));

        Assert.Equal($"_delta_log/{11:D20}.json", Assert.Throws<BrokenTableException>(() => Fresh(store => store.Snapshot(Orders))).File);
    }

    [Fact]
    public void A_damaged_checkpoint_or_hint_is_done_without()
    {
        File.WriteAllText(Path.Combine(LogFolderPath, "_last_checkpoint"), "{\"version\":99");
        File.WriteAllText(Path.Combine(LogFolderPath, $"{10:D20}.checkpoint.parquet"), "PAR1 no more");

        Assert.Equal(13, Fresh(store => store.Snapshot(Orders).Rows));
    }

    [Fact]
    public void A_checkpoint_stands_for_the_commits_before_it()
    {
        for (var version = 0; version <= 10; version++)
            File.Delete(_fixture.Log(Orders, version));

        Assert.Equal(13, Fresh(store => store.Snapshot(Orders).Rows));
        Assert.Contains("begins with version 11", Assert.Throws<TableNotFoundException>(() => Fresh(store => store.Snapshot(Orders, 3))).Message, StringComparison.Ordinal);
        Assert.Equal(13, Fresh(store =>
        {
            using var session = store.OpenSession();
            return session.Write(new TableWrite { Table = Orders, SelectSql = "select 13 as id" }).Version;
        }));
    }

    [Fact]
    public void A_missing_data_file_is_named()
    {
        var file = _fixture.Store.Snapshot(Orders).Files[3].Path;
        File.Delete(file);

        Assert.Equal(Path.GetFileName(file), Assert.Throws<BrokenTableException>(() => _fixture.Scalar<long>("select count(*) from raw.orders")).File);
        Assert.Equal(TableVerdictKind.Broken, DeltaTable.Examine(_fixture.Store, _fixture.Store.FolderOf(Orders)).Kind);
    }

    [Fact]
    public void An_unknown_feature_is_named()
    {
        File.WriteAllText(_fixture.Log(Orders, 13), """{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["variantType"],"writerFeatures":["variantType"]}}""");

        Assert.Equal("variantType", Assert.Throws<UnsupportedTableException>(() => _fixture.Store.Snapshot(Orders)).Feature);
        Assert.Equal("variantType", DeltaTable.Examine(_fixture.Store, _fixture.Store.FolderOf(Orders)).Subject);
    }

    [Fact]
    public void A_table_that_asks_for_a_newer_writer_is_only_read()
    {
        File.WriteAllText(_fixture.Log(Orders, 13), """{"protocol":{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["changeDataFeed"]}}""");

        Assert.Equal(13, _fixture.Scalar<long>("select count(*) from raw.orders"));
        Assert.Equal("changeDataFeed", Assert.Throws<UnsupportedTableException>(() => _fixture.Write("select 1 as id")).Feature);
    }

    [Fact]
    public void A_folder_whose_first_commit_never_came_is_no_table()
    {
        var folder = Path.Combine(_fixture.Store.Root, "raw", "half", "_delta_log");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $".{0:D20}.json.abc.tmp"), "");

        Assert.False(_fixture.Store.Exists(TableName.Parse("raw.half")));
        Assert.Equal(0, _fixture.Write("select 1 as id", table: TableName.Parse("raw.half")).Version);
    }
}
