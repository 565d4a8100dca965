using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Platform.Server.Hosting;

/// <summary>One line a message: time in UTC, a word for what is not information, the message. Types and event numbers of the program say nothing to the person who started it.</summary>
internal sealed class PlainConsole(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "plain";

    /// <summary>The host's event for a service that could not start, such as the web server.</summary>
    private const int StartFailed = 11;

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        // The command says it in its own two lines, without a stack.
        if (logEntry.EventId.Id == StartFailed && logEntry.Category == "Microsoft.Extensions.Hosting.Internal.Host")
            return;
        textWriter.Write($"{clock.GetUtcNow():HH:mm:ss} {Word(logEntry.LogLevel)}{logEntry.Formatter(logEntry.State, logEntry.Exception)}");
        // What has an exception was not expected, and whoever is asked to help needs all of it.
        if (logEntry.Exception is { } exception)
            textWriter.Write($"{Environment.NewLine}  {logEntry.Category}: {exception}");
        textWriter.WriteLine();
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Warning => "warning: ",
        LogLevel.Error or LogLevel.Critical => "error: ",
        LogLevel.Debug or LogLevel.Trace => "debug: ",
        _ => "",
    };
}
