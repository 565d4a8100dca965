using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Tables;
using Platform.Testing;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests;

/// <summary>A folder with tables and files, in which activities run as a worker would run them: bound from the values of a workflow.</summary>
public abstract class ActivityTest : IDisposable, IServiceProvider
{
    private static readonly ActivityCatalog Catalog = ActivityCatalog.FromAssemblies(typeof(Workspace).Assembly);

    protected ActivityTest()
    {
        Tables = new TableStore(new TableStoreOptions { Root = Path.Combine(Folder.Path, "tables") });
        Workspace = new Workspace(Folder.Path);
    }

    protected TempFolder Folder { get; } = new();

    protected TableStore Tables { get; }

    protected Workspace Workspace { get; }

    private protected TestRun Runs { get; } = new();

    /// <summary>Facts of the last activity that ran.</summary>
    protected IReadOnlyList<Fact> Facts { get; private set; } = [];

    public virtual object? GetService(Type serviceType) =>
        serviceType == typeof(TableStore) ? Tables : serviceType == typeof(Workspace) ? Workspace : null;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        Tables.Dispose();
        Folder.Dispose();
    }

    /// <summary>Runs an activity with values as its task would have them.</summary>
    private protected async Task<ActivityResult> Run(string activity, JsonObject with, ActivityContext? context = null)
    {
        context ??= Runs.Context();
        var instance = ActivityBinder.Create(Catalog.Get(activity), this, with);
        try
        {
            return await instance.RunAsync(context, CancellationToken.None);
        }
        finally
        {
            Facts = context.Facts.All;
        }
    }

    /// <summary>Runs an activity that must fail for a reason that a user can act on.</summary>
    private protected Task<ActivityException> Fails(string activity, JsonObject with, ActivityContext? context = null) =>
        Assert.ThrowsAsync<ActivityException>(() => Run(activity, with, context));

    protected string Write(string name, string text, Encoding? encoding = null) => Write(name, (encoding ?? new UTF8Encoding(false)).GetBytes(text));

    protected string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(Folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Rows of a query, values joined by a bar, nulls as ∅.</summary>
    protected List<string> Rows(string sql)
    {
        using var session = Tables.OpenSession();
        session.ExposeReferencedTables(sql);
        return [.. session.Query(sql).Rows.Select(row => string.Join('|', row.Select(Shown)))];
    }

    protected string One(string sql) => Assert.Single(Rows(sql));

    /// <summary>Columns of a table: name and type.</summary>
    protected List<string> ColumnsOf(string table) =>
        [.. Tables.Snapshot(TableName.Parse(table)).Columns.Select(column => $"{column.Name} {column.Type}")];

    private static string Shown(object? value) => value switch
    {
        null => "∅",
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
