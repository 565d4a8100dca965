using System.Diagnostics;

namespace Platform.Tables.Native;

/// <summary>A span for each statement text, below the span of whoever runs it. Costs nothing while nobody listens to the source <c>Platform.Tables</c>.</summary>
internal static class DuckDbTelemetry
{
    private const int LongestText = 1_000;
    private static readonly ActivitySource Source = new("Platform.Tables");

    /// <summary>Starts a span; its text holds no values of parameters.</summary>
    public static Activity? Start(string sql)
    {
        // Statements that nobody asked for a trace of (a page's preview) would be traces of their own.
        if (!Source.HasListeners() || Activity.Current is null)
            return null;
        var text = sql.Trim();
        return Source.StartActivity("duckdb", ActivityKind.Client)?.SetTag("db.system.name", "duckdb").SetTag("db.query.text", text.Length > LongestText ? text[..LongestText] : text);
    }
}
