using System.Globalization;
using Platform.Inventory.Read;
using Platform.Tables;
using Platform.Tables.Native;
using Platform.Workflows;

namespace Platform.Inventory.Quality;

/// <summary>Some rows that break a check.</summary>
/// <param name="Columns">Their columns.</param>
/// <param name="Rows">Values as they are told, in the order of the columns; null is null.</param>
public sealed record BreakingRows(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows);

/// <summary>Which rows break a check, as a condition that counts them and as rows to look at.</summary>
public sealed partial class RowChecks
{
    /// <summary>Some rows of a platform table that break a check; null where single rows do not break it (their number, freshness, columns, distribution), or they cannot be asked for.</summary>
    /// <param name="check">The check.</param>
    /// <param name="table">The table.</param>
    /// <param name="version">Its version; null is the newest.</param>
    /// <param name="most">Rows at most.</param>
    /// <param name="cancellation">Stops it.</param>
    public BreakingRows? Breaking(CheckDefinition check, TableName table, long? version, int most, CancellationToken cancellation)
    {
        BreakingRows? found = null;
        _ = Guarded(check, (session, token) =>
        {
            session.Expose(table, version);
            if (Rows(check, session, Name(table), token) is { } sql)
            {
                var rows = session.Query($"select * from (\n{sql}\n) limit {most}", check.Kind == "sql" ? parameters?.Invoke(sql) : null, token);
                found = new BreakingRows([.. rows.Columns.Select(column => column.Name)], [.. rows.Rows.Select(row => row.Select((value, i) => value is null ? null : Example(rows.Columns[i].Name, value)).ToList())]);
            }
            return new CheckOutcome(true, Told.Same(""), Told.Same(""));
        }, cancellation);
        return found;
    }

    private string? Rows(CheckDefinition check, TableSession session, string from, CancellationToken cancellation)
    {
        var column = check.Column is { Length: > 0 } name ? SqlText.Identifier(name) : "";
        switch (check.Kind)
        {
            case "not_null":
                return $"select * from {from} where {column} is null";
            case "unique":
                var columns = string.Join(", ", check.Looked.Select(SqlText.Identifier));
                var present = string.Join(" and ", check.Looked.Select(one => $"{SqlText.Identifier(one)} is not null"));
                return $"select * from {from} where {present} qualify count(*) over (partition by {columns}) > 1 order by {columns}";
            case "range" or "set" or "pattern" or "reference":
                return Condition(check, session, column, cancellation) is (var condition, null) ? $"select * from {from} where {column} is not null and ({condition})" : null;
            default:
                return check.Kind == "sql" ? Query(check, session, from) : null;
        }
    }

    /// <summary>What is true of a value that breaks the check; or why nobody can tell.</summary>
    private (string Condition, CheckOutcome? Impossible) Condition(CheckDefinition check, TableSession session, string column, CancellationToken cancellation) => check.Kind switch
    {
        "range" => (OutOfRange(check, column), null),
        "set" => ($"cast({column} as varchar) not in ({string.Join(", ", check.Values!.Select(SqlText.Literal))})", null),
        "pattern" => ($"not regexp_full_match(cast({column} as varchar), {SqlText.Literal(check.Pattern!)})", null),
        _ => Unreferenced(check, session, column, cancellation),
    };

    private static string OutOfRange(CheckDefinition check, string column)
    {
        var ofTimes = check.Earliest is not null || check.Latest is not null;
        var value = ofTimes ? $"try_cast({column} as timestamp)" : $"try_cast({column} as double)";
        var limits = new List<string> { $"{value} is null" };
        if (check.Min is { } min)
            limits.Add($"{value} < {Number(min)}");
        if (check.Max is { } max)
            limits.Add($"{value} > {Number(max)}");
        if (CheckDefinition.Time(check.Earliest, out var earliest))
            limits.Add($"{value} < timestamp '{earliest.UtcDateTime:yyyy-MM-dd HH:mm:ss}'");
        if (CheckDefinition.Time(check.Latest, out var latest))
            limits.Add($"{value} > timestamp '{latest.UtcDateTime:yyyy-MM-dd HH:mm:ss}'");
        return string.Join(" or ", limits);
    }

    private (string Condition, CheckOutcome? Impossible) Unreferenced(CheckDefinition check, TableSession session, string column, CancellationToken cancellation)
    {
        var to = SqlText.Identifier(check.ReferenceColumn ?? check.Column!);
        string other;
        if (TableName.TryParse(check.ReferenceAsset!, out var table) && store.Exists(table))
        {
            var snapshot = session.Expose(table);
            other = Name(table);
            if (snapshot.Columns.All(known => known.Name != (check.ReferenceColumn ?? check.Column)))
                return ("", CheckOutcome.Impossible(check, NoColumn()));
        }
        else if (find(check.ReferenceAsset!) is { } asset)
        {
            var known = asset.Columns.Count > 0 ? [.. asset.Columns.Select(one => one.Name)] : columns?.Invoke(asset.Key);
            if (known is { Count: > 0 } && !known.Contains(check.ReferenceColumn ?? check.Column!))
                return ("", CheckOutcome.Impossible(check, NoColumn()));
            var referred = Open(session, asset, check.ReferenceColumn ?? check.Column, "referred", cancellation);
            // Of a sample nothing follows: what is missing in it may be in the rest.
            if (referred.Note.En.Length > 0)
                return ("", CheckOutcome.Impossible(check, new Told($"'{check.ReferenceAsset}' has too many different values of {to}, or reading them takes too long", $"“{check.ReferenceAsset}”的 {to} 取值过多，或读取时间过长")));
            other = referred.Name;
        }
        else
        {
            return ("", CheckOutcome.Impossible(check, new Told($"there is no '{check.ReferenceAsset}' to refer to", $"没有可引用的“{check.ReferenceAsset}”")));
        }
        // 17850.0 and 17850 are the same reference.
        var (mine, theirs) = (Plain(column), Plain(to));
        return ($"{mine} not in (select {theirs} from {other} where {to} is not null)", null);

        Told NoColumn() => new($"'{check.ReferenceAsset}' has no column {to}", $"“{check.ReferenceAsset}”没有列 {to}");

        static string Plain(string name) => $"regexp_replace(cast({name} as varchar), '^(-?[0-9]+)[.]0+$', '\\1')";
    }

    // A person's query: it reads the platform's tables, and nothing else from here on.
    private static string Query(CheckDefinition check, TableSession session, string from)
    {
        var sql = SqlText.TrimEnd(check.Sql!.Replace("{table}", from, StringComparison.Ordinal));
        session.ExposeReferencedTables(sql);
        session.Confine(onlyReads: true);
        return sql;
    }

    private string Example(string column, object? value)
    {
        var text = CellText.Of(value);
        return shown is null ? text : shown(column, text);
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture) + "::double";
}
