using System.Text.Encodings.Web;
using System.Text.Json;
using Dapper;
using Platform.Postgres;

namespace Platform.Engine.Audit;

/// <summary>Keeps the reports of audits.</summary>
public sealed class AuditStore(Database database)
{
    /// <summary>The audit that the server makes by itself.</summary>
    public const string Nightly = "nightly";

    /// <summary>An audit that somebody asked for.</summary>
    public const string Command = "command";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Keeps a report.</summary>
    public async Task KeepAsync(AuditReport report, string origin, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("""
            insert into audit (origin, at, since, took, finding_count, report) values (@origin, @At, @Since, @Took, @count, @json::jsonb)
            """, new { origin, report.At, report.Since, report.Took, count = report.Findings.Count, json = JsonSerializer.Serialize(report, Json) }, cancellationToken: cancellationToken));
    }

    /// <summary>The newest kept report; null where none is kept.</summary>
    /// <param name="origin">Only of this origin; null for any.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<AuditReport?> LastAsync(string? origin, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var json = await connection.QueryFirstOrDefaultAsync<string>(new CommandDefinition(
            "select report::text from audit where origin = @origin or @origin::text is null order by at desc limit 1", new { origin }, cancellationToken: cancellationToken));
        return json is null ? null : JsonSerializer.Deserialize<AuditReport>(json, Json);
    }
}
