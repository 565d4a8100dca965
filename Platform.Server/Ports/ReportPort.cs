using Platform.Catalog.Assets;
using Platform.Designer.Ports;

namespace Platform.Server.Ports;

/// <summary>The newest rendering of a report, from the file that its run wrote.</summary>
internal sealed class ReportPort(AssetQueries assets, PlatformOptions options) : IReportPort
{
    public async Task<string?> HtmlAsync(string asset, CancellationToken cancellationToken)
    {
        if ((await assets.GetAsync(asset, cancellationToken))?.Asset.Location is not { } location)
            return null;
        // Only what a run wrote below the home is shown, whatever an event from outside may name.
        var file = Path.GetFullPath(location, options.Home);
        return file.StartsWith(options.Home + Path.DirectorySeparatorChar, StringComparison.Ordinal) && file.EndsWith(".html", StringComparison.Ordinal) && File.Exists(file)
            ? await File.ReadAllTextAsync(file, cancellationToken)
            : null;
    }
}
