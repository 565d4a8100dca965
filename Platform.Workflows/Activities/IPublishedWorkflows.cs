namespace Platform.Workflows.Activities;

/// <summary>Which workflows are deployed, for activities that judge what they do.</summary>
public interface IPublishedWorkflows
{
    /// <summary>Names of the workflows that have a published version, paused ones too, in order.</summary>
    Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellationToken);
}
