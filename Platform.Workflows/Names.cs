using System.Text.RegularExpressions;

namespace Platform.Workflows;

/// <summary>Which names are allowed.</summary>
public static partial class Names
{
    /// <summary>A workflow: lower-case letters, digits and hyphens, a letter first, 100 at most.</summary>
    public static bool IsWorkflow(string name) => WorkflowPattern().IsMatch(name);

    /// <summary>A task: lower-case letters, digits and underscores, a letter first, 100 at most.</summary>
    public static bool IsTask(string name) => TaskPattern().IsMatch(name);

    /// <summary>A parameter: lower-case letters, digits and underscores, no digit first.</summary>
    public static bool IsParameter(string name) => ParameterPattern().IsMatch(name);

    /// <summary>An activity: two or three lower-case words with dots between.</summary>
    public static bool IsActivity(string name) => ActivityPattern().IsMatch(name);

    /// <summary>A platform table: <c>schema.table</c>, lower case.</summary>
    public static bool IsTable(string name) => TablePattern().IsMatch(name);

    /// <summary>A pool: lower-case letters, digits, hyphens and underscores, a letter first, 100 at most.</summary>
    public static bool IsPool(string name) => PoolPattern().IsMatch(name);

    /// <summary>Anything inventoried: a platform table, or a kind or address with a colon before the rest, such as <c>model:demand</c>.</summary>
    public static bool IsAsset(string name) => IsTable(name) || (name.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && colon < name.Length - 1);

    [GeneratedRegex("^[a-z][a-z0-9-]{0,99}$")]
    private static partial Regex WorkflowPattern();

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,99}$")]
    private static partial Regex PoolPattern();

    [GeneratedRegex("^[a-z][a-z0-9_]{0,99}$")]
    private static partial Regex TaskPattern();

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,99}$")]
    private static partial Regex ParameterPattern();

    [GeneratedRegex("^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*){1,2}$")]
    private static partial Regex ActivityPattern();

    [GeneratedRegex("^[a-z_][a-z0-9_]*\\.[a-z_][a-z0-9_]*$")]
    private static partial Regex TablePattern();
}
