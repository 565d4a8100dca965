using Platform.Tables.Native;

namespace Platform.Tables.Tests;

/// <summary>A store in a folder of its own, deleted afterwards.</summary>
public sealed class TableFixture : IDisposable
{
    public TableFixture() => Store = new TableStore(new TableStoreOptions { Root = Path.Combine(Folder, "tables"), MemoryLimit = 256 << 20, Threads = 2 });

    public string Folder { get; } = Directory.CreateTempSubdirectory("tables").FullName;

    public TableStore Store { get; }

    public static TableName Orders { get; } = TableName.Parse("raw.orders");

    public static DataInterval Day(int day) => new(DateTimeOffset.UnixEpoch.AddDays(day), DateTimeOffset.UnixEpoch.AddDays(day + 1));

    public CommitResult Write(string sql, WriteMode mode = WriteMode.Append, DataInterval? interval = null, TableTransaction? transaction = null, bool allowNewColumns = false, TableName? table = null)
    {
        using var session = Store.OpenSession();
        return session.Write(new TableWrite { Table = table ?? Orders, Mode = mode, SelectSql = sql, Interval = interval, Transaction = transaction, AllowNewColumns = allowNewColumns });
    }

    public QueryResult Read(string sql, long? version = null)
    {
        using var session = Store.OpenSession();
        foreach (var table in session.ReferencedTables(sql))
            session.Expose(table, version);
        return session.Query(sql);
    }

    public T? Scalar<T>(string sql, long? version = null) => Read(sql, version).Scalar<T>();

    public string Log(TableName table, long version) => Path.Combine(Store.FolderOf(table), "_delta_log", $"{version:D20}.json");

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
