using System.Globalization;
using Dapper;
using Npgsql;

namespace Platform.Engine.Audit;

/// <summary>Looks for one way in which a promise can be broken. Reads only, in the audit's snapshot.</summary>
public interface IAuditCheck
{
    /// <summary>Its name in reports, lower case with hyphens.</summary>
    string Name { get; }

    /// <summary>Whether what it finds may be right a moment later, so that it counts only when it is found again.</summary>
    bool Fleeting { get; }

    /// <summary>Adds what it finds to the scope.</summary>
    Task CheckAsync(AuditScope scope, CancellationToken cancellationToken);
}

/// <summary>One snapshot of the database and what the checks found in it.</summary>
public sealed class AuditScope
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly List<AuditFinding> _findings = [];
    private readonly List<string> _notes = [];
    private readonly Dictionary<string, int> _counts = [];

    internal AuditScope(NpgsqlConnection connection, NpgsqlTransaction transaction, AuditOptions options)
    {
        _connection = connection;
        _transaction = transaction;
        Options = options;
    }

    /// <summary>How to judge.</summary>
    public AuditOptions Options { get; }

    /// <summary>The snapshot's time.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Only runs queued since then are looked at.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The first run queued since <see cref="Since"/>.</summary>
    public required long FirstRun { get; init; }

    /// <summary>Whether a node that plans was heard of in the last seconds.</summary>
    public required bool PlannerLives { get; init; }

    /// <summary>How long something ready may wait while somebody is free.</summary>
    public TimeSpan Late => Options.Lease + Options.Poll;

    internal IReadOnlyList<AuditFinding> Findings => _findings;

    internal IReadOnlyList<string> Notes =>
        [.. _notes, .. _counts.Where(c => c.Value > Options.MostFindings).Select(c => $"The check {c.Key} found {c.Value:n0}; {Options.MostFindings:n0} of them are listed.")];

    /// <summary>Reads rows in the audit's snapshot.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken cancellationToken) =>
        (await _connection.QueryAsync<T>(new CommandDefinition(sql, parameters, _transaction, commandTimeout: 600, cancellationToken: cancellationToken))).AsList();

    /// <summary>Reports a broken promise.</summary>
    public void Add(AuditFinding finding)
    {
        _counts[finding.Check] = _counts.GetValueOrDefault(finding.Check) + 1;
        if (_counts[finding.Check] <= Options.MostFindings)
            _findings.Add(finding);
    }

    /// <summary>Tells what is no broken promise.</summary>
    public void Note(string text) => _notes.Add(text);

    /// <summary>A number with its noun for people: 1 run, 2,000 runs.</summary>
    public static string Count(long number, string noun) => string.Create(CultureInfo.InvariantCulture, $"{number:n0} {noun}{(number == 1 ? "" : "s")}");

    /// <summary>A number with its noun and verb for people: 1 run waits, 2 runs wait.</summary>
    public static string Count(long number, string noun, string one, string many) => $"{Count(number, noun)} {(number == 1 ? one : many)}";

    /// <summary>A time for people, to the millisecond.</summary>
    public static string Text(DateTimeOffset? time) => time is { } t ? $"{t.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z" : "never";

    /// <summary>A span for people.</summary>
    public static string Text(TimeSpan span) => Platform.Workflows.Duration.Format(TimeSpan.FromMilliseconds(Math.Round(span.TotalMilliseconds)));

    /// <summary>A task instance for people.</summary>
    public static string Task(string taskId, int mapIndex) => mapIndex < 0 ? $"'{taskId}'" : $"'{taskId}'[{mapIndex}]";
}
