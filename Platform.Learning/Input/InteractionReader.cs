using System.Text;
using Platform.Learning.Recommend;
using Platform.Tables.Native;

namespace Platform.Learning.Input;

/// <summary>Which columns of a table are interactions.</summary>
/// <param name="Table">Name of the table as the connection knows it, <c>schema.table</c>.</param>
/// <param name="User">Column with the user's id, of any type that casts to text; whole numbers stored as DOUBLE or DECIMAL lose their ".0".</param>
/// <param name="Item">Column with the item's id.</param>
/// <param name="Time">A TIMESTAMP (taken as UTC), TIMESTAMPTZ, DATE, or number of seconds since 1970.</param>
/// <param name="Weight">Column with a number above 0, such as a quantity; null lets each row weigh 1.</param>
/// <param name="Rating">Column with a rating; null where there is none.</param>
public sealed record InteractionColumns(string Table, string User, string Item, string Time, string? Weight = null, string? Rating = null);

/// <summary>Reads interactions from tables; the only place where learning knows of tables.</summary>
public static class InteractionReader
{
    /// <summary>Reads all rows whose user, item and time are not null.</summary>
    /// <param name="connection">A connection that knows the table.</param>
    /// <param name="columns">Which columns.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="LearningException">A column is missing, is no time or no number, or a value is not usable.</exception>
    public static Interactions Read(DuckDbConnection connection, InteractionColumns columns, CancellationToken cancellationToken)
    {
        var builder = new InteractionsBuilder(columns.Weight is not null, columns.Rating is not null);
        using var reader = connection.Stream(Sql(connection, columns, cancellationToken), parameters: null, cancellationToken);
        Span<char> user = stackalloc char[256];
        Span<char> item = stackalloc char[256];
        while (reader.Read(out var batch))
        {
            using (batch)
            {
                ColumnVector users = batch[0], items = batch[1];
                var times = batch[2].Values<long>();
                ReadOnlySpan<float> weights = columns.Weight is null ? [] : batch[3].Values<float>();
                ReadOnlySpan<float> ratings = columns.Rating is null ? [] : batch[columns.Weight is null ? 3 : 4].Values<float>();
                for (var row = 0; row < batch.RowCount; row++)
                {
                    builder.Add(
                        Text(users.Utf8(row), user, columns.User),
                        Text(items.Utf8(row), item, columns.Item),
                        times[row],
                        weights.IsEmpty ? 1 : weights[row],
                        ratings.IsEmpty ? 0 : ratings[row]);
                }
            }
        }
        return builder.Build();
    }

    private static ReadOnlySpan<char> Text(ReadOnlySpan<byte> utf8, Span<char> buffer, string column)
    {
        if (utf8.Length > buffer.Length)
            throw new LearningException($"The column {column} holds an id of {utf8.Length} bytes; ids may have at most {buffer.Length}. Name a column with shorter ids.");
        return buffer[..Encoding.UTF8.GetChars(utf8, buffer)];
    }

    private static string Sql(DuckDbConnection connection, InteractionColumns columns, CancellationToken cancellationToken)
    {
        var kinds = connection.Query($"describe select * from {Table(columns.Table)}", parameters: null, cancellationToken).Rows
            .ToDictionary(row => (string)row[0]!, row => (string)row[1]!, StringComparer.OrdinalIgnoreCase);
        List<string> selected = [Id(columns.User), Id(columns.Item), Time(columns.Time)];
        if (columns.Weight is { } weight)
            selected.Add(Number(weight));
        if (columns.Rating is { } rating)
            selected.Add(Number(rating));
        return $"""
            select {string.Join(", ", selected)}
            from {Table(columns.Table)}
            where {Name(columns.User)} is not null and {Name(columns.Item)} is not null and {Name(columns.Time)} is not null
            """;

        string KindOf(string column) => kinds.TryGetValue(column, out var kind)
            ? kind
            : throw new LearningException($"The table {columns.Table} has no column '{column}'. It has {string.Join(", ", kinds.Keys)}.");

        string Id(string column) => KindOf(column) switch
        {
            "VARCHAR" => Name(column),
            var kind when kind is "FLOAT" or "DOUBLE" || kind.StartsWith("DECIMAL", StringComparison.Ordinal) => $"case when {Name(column)} = trunc({Name(column)}) and abs({Name(column)}) < 1e15 then cast(cast({Name(column)} as bigint) as varchar) else cast({Name(column)} as varchar) end",
            _ => $"cast({Name(column)} as varchar)",
        };

        string Time(string column) => KindOf(column) switch
        {
            "DATE" or "TIMESTAMP" or "TIMESTAMP_S" or "TIMESTAMP_MS" or "TIMESTAMP_NS" => $"epoch_us(cast({Name(column)} as timestamp)) // 1000000",
            "TIMESTAMP WITH TIME ZONE" => $"epoch_us({Name(column)}) // 1000000",
            "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "UINTEGER" or "FLOAT" or "DOUBLE" => $"cast({Name(column)} as bigint)",
            var kind => throw new LearningException($"The column '{column}' of {columns.Table} is of type {kind}, which is no time. Name a TIMESTAMP, a DATE, or a number of seconds since 1970; cast the column while cleaning."),
        };

        string Number(string column) => KindOf(column) is "VARCHAR" or "BOOLEAN" or "DATE" or "BLOB"
            ? throw new LearningException($"The column '{column}' of {columns.Table} is of type {KindOf(column)}, which is no number. Cast it while cleaning.")
            : $"coalesce(cast({Name(column)} as float), cast('nan' as float))";
    }

    private static string Table(string table) => string.Join('.', table.Split('.').Select(Name));

    private static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
