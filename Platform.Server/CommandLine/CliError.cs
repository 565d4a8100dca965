namespace Platform.Server.CommandLine;

/// <summary>A command cannot go on: one line what, one line what to do, exit code 1.</summary>
/// <param name="what">What is wrong, naming the thing.</param>
/// <param name="toDo">What the user can do.</param>
internal sealed class CliError(string what, string toDo) : Exception(what)
{
    /// <summary>What the user can do.</summary>
    public string ToDo { get; } = toDo;
}
