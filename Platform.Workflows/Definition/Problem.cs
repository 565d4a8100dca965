using System.Text.Json.Serialization;

namespace Platform.Workflows.Definition;

/// <summary>Something wrong with a workflow, at its place.</summary>
/// <param name="Severity">Errors stop publishing and running; warnings do not.</param>
/// <param name="Code">Stable word for the kind of problem, such as <c>unknown-activity</c>.</param>
/// <param name="Message">What is wrong, which thing, what to do.</param>
/// <param name="Line">Line in the text from 1; 0 where it concerns the whole.</param>
/// <param name="Column">Column in the line from 1; 0 where it concerns the whole line.</param>
/// <param name="TaskId">The task; null where it concerns the workflow.</param>
/// <param name="Field">The task's or workflow's field; null where it concerns the whole task.</param>
public sealed record Problem(ProblemSeverity Severity, string Code, string Message, int Line, int Column, string? TaskId = null, string? Field = null)
{
    /// <summary><see cref="Message"/> in Chinese, for pages; null where there is none. The API tells the English one.</summary>
    [JsonIgnore]
    public string? MessageZh { get; init; }
}

/// <summary>How bad it is.</summary>
public enum ProblemSeverity
{
    Warning,
    Error,
}
