using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Platform.Tables;
using Platform.Tables.Sql;
using Platform.Workflows.Activities;

namespace Platform.Activities;

/// <summary>Writes the rows of one SELECT that a user wrote into a table: tables named in it are read at one version, and nothing else can be.</summary>
internal static partial class SqlTask
{
    /// <summary>Runs the statement and commits its rows.</summary>
    /// <param name="tables">All tables.</param>
    /// <param name="context">The attempt.</param>
    /// <param name="sql">One SELECT.</param>
    /// <param name="table">The table to write.</param>
    /// <param name="mode">What happens to the rows that it has.</param>
    /// <param name="cancellationToken">Interrupts the statement.</param>
    public static TableOutputs Run(TableStore tables, ActivityContext context, string sql, string table, TableMode mode, CancellationToken cancellationToken)
    {
        using var task = new TableTask(tables, context, table, mode);
        var parameters = Parameters(context, sql);
        var read = task.Session.ExposeFor(sql, parameters);
        task.Facts.Add(Lineage(task, sql, read, parameters));
        task.Session.Confine();
        return task.Commit(new TableWrite { Table = task.Target, SelectSql = sql, Parameters = parameters, AllowNewColumns = true }, new TableOutputs(), cancellationToken);
    }

    private static ColumnsDerived Lineage(TableTask task, string sql, IReadOnlyList<TableSnapshot> read, IReadOnlyDictionary<string, object?> parameters)
    {
        var columns = read.Zip(task.Session.ReferencedTables(sql)).ToDictionary(pair => pair.Second.ToString(), pair => pair.First.Columns);
        return SqlLineage.Derived(task.Target.ToString(), ColumnLineage.Of(sql, columns, parameters), sql);
    }

    /// <summary>What a statement may name with a dollar sign: the run's parameters, and the ends of its interval.</summary>
    /// <exception cref="ActivityException">It names the interval, and the run has none.</exception>
    public static Dictionary<string, object?> Parameters(ActivityContext context, string sql)
    {
        var values = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, node) in context.Parameters)
            values[name] = Value(node);
        if (context.Interval is { } interval)
        {
            values["interval_start"] = interval.Start;
            values["interval_end"] = interval.End;
        }
        else if (NamesInterval().IsMatch(sql))
        {
            throw new ActivityException("bad-input", $"The SQL of task '{context.TaskId}' uses $interval_start or $interval_end, and this run has no data interval. Run it with a date.", retryable: false);
        }
        return values;
    }

    private static object? Value(JsonNode? node) => node switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out bool truth) => truth,
        JsonValue value when value.TryGetValue(out long whole) => whole,
        JsonValue value when value.TryGetValue(out double real) => real,
        JsonValue value when value.TryGetValue(out string? text) => text,
        JsonArray list => list.Select(Value).ToList(),
        _ => node.ToJsonString(),
    };

    [GeneratedRegex(@"\$interval_(start|end)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NamesInterval();
}
