using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities.Inventory;

/// <summary>Labels that people keep in a table of the platform.</summary>
internal static class LabelTable
{
    /// <summary>Labels of cells: row_key, column_name, wrong. Rows without an answer are left out.</summary>
    /// <exception cref="ActivityException">A column is not there, or wrong is no yes or no.</exception>
    public static List<(string Row, string Column, bool Wrong)> Read(TableTask task, string table, CancellationToken cancellationToken)
    {
        var from = Expose(task, table, "row_key", "column_name", "wrong");
        var rows = Query(task, table, $"select row_key::varchar, column_name::varchar, wrong::boolean from {from} where row_key is not null and column_name is not null and wrong is not null", "wrong", cancellationToken);
        return [.. rows.Select(row => ((string)row[0]!, (string)row[1]!, (bool)row[2]!))];
    }

    /// <summary>Labels of pairs: a and b as values of a key column, and same.</summary>
    /// <exception cref="ActivityException">A column is not there, or same is no yes or no.</exception>
    public static List<(string A, string B, bool Same)> ReadPairs(TableTask task, string table, CancellationToken cancellationToken)
    {
        var from = Expose(task, table, "a", "b", "same");
        var rows = Query(task, table, $"select a::varchar, b::varchar, same::boolean from {from} where a is not null and b is not null and same is not null", "same", cancellationToken);
        return [.. rows.Select(row => ((string)row[0]!, (string)row[1]!, (bool)row[2]!))];
    }

    private static string Expose(TableTask task, string table, params string[] columns)
    {
        var name = TableTask.ParseName(table);
        var snapshot = task.Session.Expose(name);
        foreach (var column in columns)
        {
            if (!snapshot.Columns.Any(held => string.Equals(held.Name, column, StringComparison.OrdinalIgnoreCase)))
                throw new ActivityException("bad-input", $"The table of labels '{name}' has no column '{column}'. It needs {string.Join(", ", columns)}.", retryable: false);
        }

        return $"{SqlText.Identifier(name.Schema)}.{SqlText.Identifier(name.Table)}";
    }

    private static IReadOnlyList<object?[]> Query(TableTask task, string table, string sql, string answer, CancellationToken cancellationToken)
    {
        try
        {
            return [.. task.Session.Query(sql, null, cancellationToken).Rows];
        }
        catch (Tables.Native.DuckDbException error) when (error.Kind == Tables.Native.DuckDbErrorKind.Conversion)
        {
            throw new ActivityException("bad-input", $"The column '{answer}' of the table of labels '{table}' holds something that is neither true nor false: {error.Message}", retryable: false, error);
        }
    }
}
