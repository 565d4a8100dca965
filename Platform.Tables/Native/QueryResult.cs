using System.Globalization;
using System.Text.Json;

namespace Platform.Tables.Native;

/// <summary>All rows of a query as .NET values (see <see cref="ColumnVector.Value"/> for the types).</summary>
public sealed class QueryResult
{
    private QueryResult(IReadOnlyList<DuckDbColumn> columns, List<object?[]> rows, long rowsChanged)
    {
        Columns = columns;
        Rows = rows;
        RowsChanged = rowsChanged;
    }

    /// <summary>Names and types in the order of the result.</summary>
    public IReadOnlyList<DuckDbColumn> Columns { get; }

    /// <summary>Names of the columns, each once: of two columns <c>a</c> the second is <c>a_2</c>.</summary>
    public IReadOnlyList<string> UniqueNames
    {
        get
        {
            var taken = new HashSet<string>(Columns.Select(c => c.Name), StringComparer.Ordinal);
            var given = new HashSet<string>(StringComparer.Ordinal);
            return [.. Columns.Select(c =>
            {
                var name = c.Name;
                for (var number = 2; !given.Add(name); number++)
                {
                    if (taken.Contains(name = string.Create(CultureInfo.InvariantCulture, $"{c.Name}_{number}")))
                        name = c.Name;
                }
                return name;
            })];
        }
    }

    /// <summary>A list of values a row, in the order of the columns.</summary>
    public IReadOnlyList<object?[]> Rows { get; }

    /// <summary>Rows that the statement changed; 0 for a query.</summary>
    public long RowsChanged { get; }

    /// <summary>The value at a row and a named column.</summary>
    /// <exception cref="KeyNotFoundException">No column has this name.</exception>
    public object? this[int row, string column] => Rows[row][IndexOf(column)];

    /// <summary>The first value of the first row as T; default if there is no row or the value is null. Numbers are converted.</summary>
    public T? Scalar<T>() => Rows.Count == 0 || Rows[0][0] is not { } value ? default
        : value is T typed ? typed
        : (T)Convert.ChangeType(value is Int128 or UInt128 ? decimal.Parse(DuckDbJson.Text(value), CultureInfo.InvariantCulture) : value, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T), CultureInfo.InvariantCulture);

    /// <summary>The position of a column, without regard to case as in SQL.</summary>
    /// <exception cref="KeyNotFoundException">No column has this name.</exception>
    public int IndexOf(string column)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (string.Equals(Columns[i].Name, column, StringComparison.OrdinalIgnoreCase))
                return i;
        }
        throw new KeyNotFoundException($"The result has no column '{column}'; it has {string.Join(", ", Columns.Select(c => c.Name))}.");
    }

    /// <summary>Writes a list of objects, one a row, with <see cref="UniqueNames"/>.</summary>
    public void WriteJson(Utf8JsonWriter writer)
    {
        var names = UniqueNames;
        writer.WriteStartArray();
        foreach (var row in Rows)
        {
            writer.WriteStartObject();
            for (var i = 0; i < Columns.Count; i++)
            {
                writer.WritePropertyName(names[i]);
                DuckDbJson.Write(writer, row[i]);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    internal static QueryResult From(BatchReader reader)
    {
        var rows = new List<object?[]>();
        while (reader.Read(out var batch))
        {
            var first = rows.Count;
            for (var row = 0; row < batch.RowCount; row++)
                rows.Add(new object?[reader.Columns.Count]);
            for (var column = 0; column < reader.Columns.Count; column++)
            {
                var vector = batch[column];
                for (var row = 0; row < batch.RowCount; row++)
                    rows[first + row][column] = vector.Value(row);
            }
        }
        return new QueryResult(reader.Columns, rows, reader.RowsChanged);
    }
}
