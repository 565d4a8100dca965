using Microsoft.Extensions.Logging.Console;

namespace Platform.Server.Hosting;

/// <summary>Log lines on the console: for people, or one JSON object a line for programs.</summary>
internal static class ConsoleLog
{
    /// <summary>Adds the console.</summary>
    public static ILoggingBuilder AddPlatformConsole(this ILoggingBuilder logging, bool json)
    {
        if (json)
            return logging.AddJsonConsole(c =>
            {
                c.IncludeScopes = true;
                c.UseUtcTimestamp = true;
                c.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
                c.JsonWriterOptions = new System.Text.Json.JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            });
        logging.Services.AddSingleton<ConsoleFormatter, PlainConsole>();
        return logging.AddConsole(c => c.FormatterName = PlainConsole.FormatterName);
    }
}
