using System.Globalization;
using System.Text;
using Platform.Catalog.Lineage;

namespace Platform.Server.Api;

/// <summary>A list of what depends on something, for a spreadsheet (RFC 4180).</summary>
internal static class ImpactCsv
{
    private static readonly string[] Heads = ["asset", "kind", "steps", "columns", "owner", "domain", "tier", "workflow", "task", "last_run", "last_written_at", "failing_checks", "open_incidents", "uses_30_days", "requests_30_days", "gone"];

    /// <summary>UTF-8 with a byte order mark, without which spreadsheets take Chinese for something else.</summary>
    internal static byte[] Of(ImpactReport report)
    {
        var text = new StringBuilder().AppendJoin(',', Heads).Append("\r\n");
        foreach (var a in report.Assets)
        {
            string?[] cells =
            [
                a.Asset, a.Kind, Number(a.Distance), string.Join(' ', a.Columns), a.Owner, a.Domain, a.Tier, a.LastWorkflow, a.LastTask, a.LastRun is > 0 and { } run ? Number(run) : null,
                a.LastWrittenAt?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), Number(a.FailingChecks), Number(a.OpenIncidents), Number(a.Uses), Number(a.Requests), a.Gone ? "true" : "false",
            ];
            text.AppendJoin(',', cells.Select(Cell)).Append("\r\n");
        }
        return [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text.ToString())];
    }

    /// <summary>Quoted where it must be. A spreadsheet takes what begins with one of these signs for a formula: an apostrophe makes it a text.</summary>
    private static string Cell(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return "";
        if (value[0] is '=' or '+' or '@' or '\t' || (value[0] == '-' && !double.TryParse(value, CultureInfo.InvariantCulture, out _)))
            value = "'" + value;
        return value.AsSpan().IndexOfAny("\",\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
