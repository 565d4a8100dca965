using System.Globalization;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Workflows;

namespace Platform.Inventory.Quality;

/// <summary>Checks that a database answers by a query of its own, in a read-only transaction with a time limit.</summary>
internal static class DatabaseChecks
{
    /// <summary>The outcome; null for a kind that is judged by the values.</summary>
    /// <exception cref="Tables.Sources.SourceException">The database does not answer or refuses.</exception>
    public static CheckOutcome? Judge(CheckDefinition check, FoundAsset asset, CheckRows rows, TimeSpan timeout, CancellationToken cancellation)
    {
        var relation = CheckRows.RelationOf(asset);
        if (check.Looked.FirstOrDefault(name => asset.Columns.Count > 0 && asset.Columns.All(column => column.Name != name)) is { } missing)
            return CheckOutcome.Impossible(check, CheckWords.NoColumn(missing, asset.Columns.Select(column => column.Name)));
        switch (check.Kind)
        {
            case "not_null":
                return Ask($"select count(*), count(*) - count({SqlText.Identifier(check.Column!)}) from {relation}", 1) is [var nulls]
                    ? CheckOutcome.Counted(check, Long(nulls[1]), Long(nulls[0]), CheckWords.Missing(Long(nulls[1]), Long(nulls[0]))) : TooLong();
            case "unique":
                var present = string.Join(" and ", check.Looked.Select(name => $"{SqlText.Identifier(name)} is not null"));
                return Ask($"select coalesce(sum(n), 0)::bigint, coalesce(sum(n - 1), 0)::bigint from (select count(*) as n from {relation} where {present} group by {string.Join(", ", check.Looked.Select(SqlText.Identifier))}) g", 1) is [var repeated]
                    ? CheckOutcome.Counted(check, Long(repeated[1]), Long(repeated[0]), CheckWords.Repeated(check, Long(repeated[1]), Long(repeated[0]))) : TooLong();
            case "sql":
                var sql = SqlText.TrimEnd(check.Sql!.Replace("{table}", relation, StringComparison.Ordinal));
                if (Ask($"select count(*) from (\n{sql}\n) q", 1) is not [var counted])
                    return TooLong();
                var broken = Long(counted[0]);
                var examples = broken == 0 ? null : Ask($"select * from (\n{sql}\n) q limit 3", 3);
                var shown = examples is null ? "" : string.Join("; ", examples.Select(row => string.Join(", ", row.Take(8).Select(CellText.Of))));
                return new CheckOutcome(broken == 0, CheckWords.QueryRows(broken, shown), CheckWords.Expected(check), broken);
            default:
                return null;
        }

        IReadOnlyList<object?[]>? Ask(string query, int most) => rows.Figures(asset).Query($"the check '{check.Title}' of {relation}", query, most, cancellation);

        CheckOutcome TooLong() => CheckOutcome.Impossible(check, Told.Of($"the database took longer than {timeout.TotalSeconds:0} s, and ended the query", $"数据库用时超过 {timeout.TotalSeconds:0} 秒，查询已终止"));
    }

    private static long Long(object? value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}
