using Platform.Catalog.Assets;
using Platform.Catalog.Inventory;
using Platform.Designer.Ports;

namespace Platform.Server.Ports;

/// <summary>Renderings of reports, from the files that their runs wrote.</summary>
internal sealed class ReportPort(AssetQueries assets, InventoryQueries inventories, PlatformOptions options) : IReportPort
{
    private const int MostEarlier = 200;

    public async Task<string?> HtmlAsync(string asset, CancellationToken cancellationToken) =>
        await ReadAsync((await assets.GetAsync(asset, cancellationToken))?.Asset.Location, cancellationToken);

    public async Task<IReadOnlyList<EarlierReport>> EarlierAsync(string asset, CancellationToken cancellationToken)
    {
        var location = (await assets.GetAsync(asset, cancellationToken))?.Asset.Location;
        var all = await inventories.ReportsAsync(MostEarlier, cancellationToken);
        return location is null || all.All(report => report.Location != location) ? []
            : [.. all.Where(report => FileOf(report.Location) is not null).Select(report => new EarlierReport(report.Id, report.At, report.Workflow, report.Sources))];
    }

    public async Task<string?> EarlierHtmlAsync(long inventory, CancellationToken cancellationToken) =>
        await ReadAsync((await inventories.RunAsync(inventory, cancellationToken))?.ReportLocation, cancellationToken);

    private async Task<string?> ReadAsync(string? location, CancellationToken cancellationToken) =>
        location is not null && FileOf(location) is { } file ? await File.ReadAllTextAsync(file, cancellationToken) : null;

    /// <summary>Only what a run wrote below the home is shown, whatever an event from outside may name.</summary>
    private string? FileOf(string location)
    {
        var file = Path.GetFullPath(location, options.Home);
        return file.StartsWith(options.Home + Path.DirectorySeparatorChar, StringComparison.Ordinal) && file.EndsWith(".html", StringComparison.Ordinal) && File.Exists(file) ? file : null;
    }
}
