using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Tables.Native;

namespace Platform.Benchmarks.Inventory.ColumnLineage;

/// <summary>
/// Finds out by trying which source columns an output column hangs on: one source column is changed, the query runs again, and outputs whose values differ hang on it. What it finds is true;
/// what it does not find in all its tries may still be true.
/// </summary>
internal sealed partial class InfluenceOracle(IReadOnlyList<LineageQuery> queries, int seeds)
{
    private const string By = " by ";

    private readonly Dictionary<string, HashSet<(string Output, string Source)>> _found = queries.ToDictionary(query => query.Name, _ => new HashSet<(string, string)>());

    /// <summary>Outputs of each query, in order.</summary>
    public Dictionary<string, IReadOnlyList<string>> Outputs { get; } = [];

    /// <summary>How many times a query ran.</summary>
    public long Tries { get; private set; }

    /// <summary>Influences by query.</summary>
    public IReadOnlyDictionary<string, HashSet<(string Output, string Source)>> Find()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1, MemoryLimit = 512 << 20 });
        using var connection = database.Connect();
        connection.Execute("set preserve_insertion_order = true");
        for (var seed = 1; seed <= seeds; seed++)
        {
            var shop = new LineageShop(seed);
            shop.Fill(connection);
            var before = queries.ToDictionary(query => query.Name, query => Run(connection, query) ?? throw new InvalidOperationException($"Query '{query.Name}' does not run on the data as they are."));
            foreach (var (name, columns) in before)
                Outputs[name] = [.. columns.Keys.Where(column => !column.Contains(By, StringComparison.Ordinal))];
            var random = new Random(seed * 7919);
            foreach (var (table, columns) in LineageShop.Tables)
            {
                var readers = queries.Where(query => Words().Matches(query.Sql).Any(word => word.Value == table)).ToList();
                for (var c = 0; c < columns.Count; c++)
                {
                    var source = $"{table}.{columns[c].Name}";
                    foreach (var rows in shop.Changed(table, c, random))
                    {
                        var open = readers.Where(query => Outputs[query.Name].Any(output => !_found[query.Name].Contains((output, source)))).ToList();
                        if (open.Count == 0)
                            break;
                        LineageShop.Write(connection, table, rows);
                        foreach (var query in open)
                            Compare(query, source, before[query.Name], Run(connection, query));
                    }
                    shop.Restore(connection, table);
                }
            }
        }
        return _found;
    }

    private void Compare(LineageQuery query, string source, Dictionary<string, string> before, Dictionary<string, string>? after)
    {
        // A try whose values the query cannot compute says nothing (a scalar subquery with two rows, an overflow).
        if (after is null)
            return;
        foreach (var (output, values) in before)
        {
            // "output by key": the same rows by their key, and another value beside it.
            var by = output.IndexOf(By, StringComparison.Ordinal);
            if (after.GetValueOrDefault(output) == values)
                continue;
            if (by >= 0 && (query.Direct.ContainsKey((output[(by + By.Length)..], source)) || after[output[(by + By.Length)..]] != before[output[(by + By.Length)..]]))
                continue;
            _found[query.Name].Add((by >= 0 ? output[..by] : output, source));
        }
    }

    /// <summary>The values of each output, as one text; null where the query fails on these data.</summary>
    private Dictionary<string, string>? Run(DuckDbConnection connection, LineageQuery query)
    {
        Tries++;
        try
        {
            if (query.Target is null)
                return Texts(connection.Query(Copied().Match(query.Sql) is { Success: true } copy ? copy.Groups["query"].Value : query.Sql), query);
            connection.Execute("begin");
            try
            {
                connection.Execute(query.Sql);
                return Texts(connection.Query($"select * from {query.Target}"), query);
            }
            finally
            {
                connection.Execute("rollback");
            }
        }
        catch (DuckDbException) when (Outputs.ContainsKey(query.Name))
        {
            return null;
        }
    }

    /// <summary>
    /// The values of each output, sorted where their order means nothing; and, where an output is the id of a row, each other output's values by that id, for a ranking gives the same numbers to other rows.
    /// </summary>
    private static Dictionary<string, string> Texts(QueryResult result, LineageQuery query)
    {
        var ordered = query.Ordered;
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < result.Columns.Count; i++)
        {
            var values = result.Rows.Select(row => Text(row[i]));
            texts[result.Columns[i].Name] = string.Join('\n', ordered ? values : values.Order(StringComparer.Ordinal));
        }
        if (query.Ordered || query.Target is not null)
            return texts;
        for (var k = 0; k < result.Columns.Count; k++)
        {
            var key = result.Columns[k].Name;
            if (!query.IsId(key) || result.Rows.Any(row => row[k] is null) || result.Rows.DistinctBy(row => row[k]).Count() != result.Rows.Count)
                continue;
            for (var i = 0; i < result.Columns.Count; i++)
            {
                if (!query.IsId(result.Columns[i].Name))
                    texts[result.Columns[i].Name + By + key] = string.Join('\n', result.Rows.Select(row => $"{Text(row[k])}: {Text(row[i])}").Order(StringComparer.Ordinal));
            }
        }
        return texts;
    }

    private static string Text(object? value) => value switch
    {
        null => "∅",
        // Sums in another order differ in their last digits.
        double number => number.ToString("G9", CultureInfo.InvariantCulture),
        string text => text,
        _ => DuckDbJson.Text(value),
    };

    [GeneratedRegex(@"\w+")]
    private static partial Regex Words();

    [GeneratedRegex(@"^copy \((?<query>.*)\) to ", RegexOptions.Singleline)]
    private static partial Regex Copied();
}
