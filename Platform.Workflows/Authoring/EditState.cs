namespace Platform.Workflows.Authoring;

/// <summary>What somebody works on: the text, which is the workflow, and the layout beside it.</summary>
/// <param name="Text">The YAML.</param>
/// <param name="Layout">Places and notes.</param>
public sealed record EditState(string Text, WorkflowLayout Layout);
