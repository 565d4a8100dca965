using System.CommandLine;
using Platform.Engine;
using Platform.Workflows;

namespace Platform.Server.CommandLine;

/// <summary>The option of <c>serve</c> and <c>worker</c> that says how long tasks may finish after SIGTERM.</summary>
internal static class GraceOption
{
    /// <summary>What a stopping process needs beyond the grace time: the activities' own stop, and handing back.</summary>
    public static readonly TimeSpan Beyond = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan Most = TimeSpan.FromDays(1);

    public static readonly Option<string?> Grace = new("--grace") { Description = "On SIGTERM running tasks may go on for so long; what is left starts again elsewhere. Default: PLATFORM_GRACE, else 20s", HelpName = "duration" };

    /// <exception cref="CliError">It is no duration, or longer than a day.</exception>
    public static TimeSpan Read(ParseResult result)
    {
        var text = Text(result);
        return Parse(text) ?? throw CliError.Usage($"'--grace {text}' is no time to wait.", "Write --grace 60s or 10m, a day at most.");
    }

    /// <summary>How long the process lives at most after it was told to stop.</summary>
    public static TimeSpan ProcessLimit(ParseResult result) => (Parse(Text(result)) ?? TimeSpan.Zero) + Beyond;

    private static string? Text(ParseResult result) => result.GetValue(Grace) ?? (Environment.GetEnvironmentVariable("PLATFORM_GRACE") is { Length: > 0 } set ? set : null);

    /// <summary>The default where nothing is said; null where what is said is no time.</summary>
    private static TimeSpan? Parse(string? text) =>
        text is null ? new NodeOptions().StopGrace : Duration.TryParse(text, out var grace) && grace >= TimeSpan.Zero && grace <= Most ? grace : null;
}
