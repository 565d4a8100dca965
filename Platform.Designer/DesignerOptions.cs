namespace Platform.Designer;

/// <summary>What the pages need to know of their host.</summary>
public sealed record DesignerOptions
{
    /// <summary>Absolute folder that relative paths in parameters start from; null leaves them as they are written.</summary>
    public string? DefaultFolder { get; init; }
}
