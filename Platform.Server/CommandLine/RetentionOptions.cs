using System.CommandLine;
using Platform.Server.Hosting;

namespace Platform.Server.CommandLine;

/// <summary>The options of <c>serve</c> and <c>worker</c> that say how long history stays.</summary>
internal sealed class RetentionOptions
{
    private readonly Option<string?> _runs = Keep("runs", "Ended runs are kept for so long: 90d, or forever. Default: PLATFORM_KEEP_RUNS, else 400d");
    private readonly Option<string?> _logs = Keep("logs", "Log lines are kept for so long. Default: PLATFORM_KEEP_LOGS, else 60d");
    private readonly Option<string?> _events = Keep("events", "Delivered events are kept for so long. Default: PLATFORM_KEEP_EVENTS, else 7d");
    private readonly Option<string?> _catalog = Keep("catalog", "The catalog's history is kept for so long. Default: PLATFORM_KEEP_CATALOG, else 400d");

    public IEnumerable<Option> All => [_runs, _logs, _events, _catalog];

    public Retention Read(ParseResult result)
    {
        var standard = new Retention();
        return new Retention
        {
            Runs = Retention.Read("runs", result.GetValue(_runs), standard.Runs),
            Logs = Retention.Read("logs", result.GetValue(_logs), standard.Logs),
            Events = Retention.Read("events", result.GetValue(_events), standard.Events),
            Catalog = Retention.Read("catalog", result.GetValue(_catalog), standard.Catalog),
        };
    }

    private static Option<string?> Keep(string what, string description) => new($"--keep-{what}") { Description = description, HelpName = "duration" };
}
