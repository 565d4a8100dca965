namespace Platform.Server.CommandLine;

/// <summary>A command cannot go on: one line what, one line what to do, and the exit code.</summary>
/// <param name="what">What is wrong, naming the thing.</param>
/// <param name="toDo">What the user can do.</param>
/// <param name="exitCode">1: it failed. 2: the command line is wrong.</param>
internal sealed class CliError(string what, string toDo, int exitCode = 1) : Exception(what)
{
    /// <summary>What the user can do.</summary>
    public string ToDo { get; } = toDo;

    /// <summary>1: it failed. 2: the command line is wrong.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>A command that reads was given a folder without a platform. It is the command line that is wrong, so that it is not taken for an audit's findings.</summary>
    public static CliError NoPlatform(string home) => Usage($"There is no platform in {home}.", "'serve' or 'run' creates one; or give --home.");

    /// <summary>The command line itself is wrong.</summary>
    public static CliError Usage(string what, string toDo) => new(what, toDo, exitCode: 2);
}
