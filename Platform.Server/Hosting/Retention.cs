using Platform.Server.CommandLine;
using Platform.Workflows;

namespace Platform.Server.Hosting;

/// <summary>How long a node lets history stay. Null is for ever.</summary>
internal sealed record Retention
{
    /// <summary>Ended runs with their task instances and attempts. Default 400 days.</summary>
    public TimeSpan? Runs { get; init; } = TimeSpan.FromDays(400);

    /// <summary>Log lines. Default 60 days.</summary>
    public TimeSpan? Logs { get; init; } = TimeSpan.FromDays(60);

    /// <summary>Events of the outbox, once every reader has them. Default 7 days.</summary>
    public TimeSpan? Events { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The catalog's history: accesses, metrics, results of checks, profiles. Default 400 days.</summary>
    public TimeSpan? Catalog { get; init; } = TimeSpan.FromDays(400);

    /// <summary>Reads <c>--keep-…</c> or, where it is not given, <c>PLATFORM_KEEP_…</c>: a duration, or <c>forever</c>.</summary>
    /// <exception cref="CliError">It is neither, or less than an hour.</exception>
    public static TimeSpan? Read(string name, string? given, TimeSpan? byDefault)
    {
        var variable = $"PLATFORM_KEEP_{name.ToUpperInvariant()}";
        var text = given ?? Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(text))
            return byDefault;
        if (text == "forever")
            return null;
        if (Duration.TryParse(text, out var kept) && kept >= TimeSpan.FromHours(1))
            return kept;
        throw CliError.Usage($"'{text}' is no time to keep {name} (--keep-{name} or {variable}).", "Write a duration of an hour or more, such as 90d, or forever.");
    }
}
