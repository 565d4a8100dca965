namespace Platform.Designer.Ports;

/// <summary>Reports that runs rendered. The host implements it over the folder that they are kept in.</summary>
public interface IReportPort
{
    /// <summary>The newest rendering of a report as a whole HTML document; null where it was never rendered. The page shows it in a frame without scripts.</summary>
    /// <param name="asset">Key of the report: <c>report:NAME</c>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<string?> HtmlAsync(string asset, CancellationToken cancellationToken);

    /// <summary>Inventories whose reports can still be read, newest first; empty where the report is not of an inventory.</summary>
    /// <param name="asset">Key of the report.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<IReadOnlyList<EarlierReport>> EarlierAsync(string asset, CancellationToken cancellationToken);

    /// <summary>The page that one inventory wrote; null where there is none any more.</summary>
    /// <param name="inventory">Id of the inventory.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<string?> EarlierHtmlAsync(long inventory, CancellationToken cancellationToken);
}

/// <summary>A report that an inventory wrote.</summary>
/// <param name="Inventory">Id of the inventory.</param>
/// <param name="At">When it ended.</param>
/// <param name="Workflow">Null where it was made without one.</param>
/// <param name="Sources">What was looked at; empty for all that is known.</param>
public sealed record EarlierReport(long Inventory, DateTimeOffset At, string? Workflow, IReadOnlyList<string> Sources);
