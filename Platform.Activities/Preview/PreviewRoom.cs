using System.Globalization;
using Platform.Catalog.Cells;
using Platform.Catalog.Inventory;
using Platform.Catalog.Quality;
using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities.Preview;

/// <summary>Where previews write: <c>.preview/RUN</c> beside the tables, so on every node that shares them. Nothing lists or inventories what lies there.</summary>
public sealed class PreviewRoom(TableStore tables, Workspace workspace) : IPreviewRoom
{
    private string Root => Path.Combine(tables.Root, ".preview");

    /// <inheritdoc/>
    public IPreviewAttempt Open(long runId, PreviewSample sample, IServiceProvider services)
    {
        var overlay = Overlay(runId, sample);
        var files = Path.Combine(FolderOf(runId), "files");
        return new PreviewAttempt(services, tables.With(overlay), workspace.With(files), files);
    }

    /// <summary>The tables as a preview sees them, to look at what it wrote. The caller disposes of nothing.</summary>
    public TableStore Tables(long runId, PreviewSample sample) => tables.With(Overlay(runId, sample));

    /// <inheritdoc/>
    public void Remove(long runId)
    {
        var folder = FolderOf(runId);
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another node was faster.
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<long> Left() => !Directory.Exists(Root) ? [] :
        [.. Directory.EnumerateDirectories(Root).Select(folder => long.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 0)];

    private string FolderOf(long runId) => Path.Combine(Root, runId.ToString(CultureInfo.InvariantCulture));

    private Overlay Overlay(long runId, PreviewSample sample) => new(Path.Combine(FolderOf(runId), "tables"), sample.Rows, sample.WholeUpTo, PreviewSample.MostWhole);

    /// <summary>An attempt's services: its own tables and files, and none of those that record something in the catalog.</summary>
    private sealed class PreviewAttempt(IServiceProvider services, TableStore tables, Workspace workspace, string files) : IPreviewAttempt, IServiceProvider
    {
        private static readonly HashSet<Type> Withheld = [typeof(QualityCommands), typeof(CellCommands), typeof(InventoryCommands), typeof(IWriteGate), typeof(IChildRuns)];

        public IServiceProvider Services => this;

        public object? GetService(Type serviceType) =>
            serviceType == typeof(TableStore) ? tables
            : serviceType == typeof(Workspace) ? workspace
            : serviceType == typeof(IServiceProvider) ? this
            : Withheld.Contains(serviceType) ? null
            : services.GetService(serviceType);

        public PreviewReport Report(ActivityContext context) => PreviewReports.Of(tables, context, files);

        public void Dispose() => tables.Dispose();
    }
}
