namespace Platform.Designer.Ports;

/// <summary>Reports that runs rendered. The host implements it over the folder that they are kept in.</summary>
public interface IReportPort
{
    /// <summary>The newest rendering of a report as a whole HTML document; null where it was never rendered. The page shows it in a frame without scripts.</summary>
    /// <param name="asset">Key of the report: <c>report:NAME</c>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<string?> HtmlAsync(string asset, CancellationToken cancellationToken);
}
