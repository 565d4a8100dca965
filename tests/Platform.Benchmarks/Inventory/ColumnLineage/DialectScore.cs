using Platform.Tables;
using Platform.Tables.Sql;
using Platform.Testing;
using Lineage = Platform.Tables.Sql.ColumnLineage;

namespace Platform.Benchmarks.Inventory.ColumnLineage;

/// <summary>Statements of other dialects (<c>queries/dialects.txt</c>), which DuckDB cannot bind and mostly not parse: right are the tables that they read and write, and that the answer says so.</summary>
internal static class DialectScore
{
    public static void Run()
    {
        var total = default(Counts);
        var silent = 0;
        var cases = File.ReadAllText(Repository.PathOf("tests", "Platform.Benchmarks", "Inventory", "queries", "dialects.txt")).Split("-- @ ", StringSplitOptions.RemoveEmptyEntries);
        foreach (var one in cases)
        {
            var lines = one.Split('\n');
            var truth = Named(lines, "-- reads:").Select(name => "read " + name).Concat(Named(lines, "-- writes:").Select(name => "write " + name)).ToHashSet(StringComparer.OrdinalIgnoreCase);
            var sql = string.Join('\n', lines.Skip(1).Where(line => !line.StartsWith("-- reads:", StringComparison.Ordinal) && !line.StartsWith("-- writes:", StringComparison.Ordinal)));
            var (reads, writes) = TableScanner.Scan(sql);
            var found = reads.Select(table => "read " + table.Name).Concat(writes.Select(table => "write " + table.Name)).ToHashSet(StringComparer.OrdinalIgnoreCase);
            total = Counts.Sum([total, Counts.Of(found, truth)]);
            if (Lineage.Of(sql, new Dictionary<string, IReadOnlyList<TableColumn>>()).Notes.Count == 0)
            {
                silent++;
                Console.WriteLine($"{lines[0]}: answers without a note");
            }
            if (!found.SetEquals(truth))
                Console.WriteLine($"{lines[0]}: too many {string.Join(", ", found.Except(truth, StringComparer.OrdinalIgnoreCase))}; missed {string.Join(", ", truth.Except(found, StringComparer.OrdinalIgnoreCase))}");
        }
        Console.WriteLine($"dialects   {cases.Length} statements that cannot be bound: tables {total}, {silent} without a note");
    }

    private static string[] Named(string[] lines, string what) =>
        [.. lines.Where(line => line.StartsWith(what, StringComparison.Ordinal)).SelectMany(line => line[what.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))];
}
