using System.CommandLine;
using System.Globalization;
using Platform.Server.Data;
using Platform.Tables;

namespace Platform.Server.CommandLine;

/// <summary><c>sql</c> and <c>table</c>: the platform's tables by their names. Neither needs the database.</summary>
internal static class TableCommands
{
    public static Command Sql()
    {
        var query = new Argument<string>("query") { Description = "A SELECT over tables by their names; '-' reads standard input" };
        return Cli.Command("sql", "Queries tables by their names", [query, Cli.Json], (result, cancellationToken) =>
        {
            var text = result.GetValue(query) == "-" ? Console.In.ReadToEnd() : result.GetValue(query)!;
            using var store = OpenTables(result);
            var rows = new TableReader(store).Query(text, cancellationToken);
            NoteQuery(result, rows.Tables);
            if (result.GetValue(Cli.Json))
                Cli.PrintJson(rows.ToObjects());
            else
            {
                Cli.PrintTable(rows.Columns, rows.ToText());
                Console.Error.WriteLine(Cli.Count(rows.Rows.Count, "row"));
            }
            return Task.FromResult(0);
        });
    }

    public static Command Table()
    {
        var name = new Argument<string?>("name") { Description = "Table, schema.table; all where left out", Arity = ArgumentArity.ZeroOrOne };
        var version = new Option<long?>("--version") { Description = "A version of the table instead of the newest" };
        var limit = new Option<int>("--limit") { Description = "Rows to show", DefaultValueFactory = _ => 10 };
        return Cli.Command("table", "Schema, history and first rows of a table", [name, version, limit, Cli.Json], (result, cancellationToken) =>
        {
            using var store = OpenTables(result);
            if (result.GetValue(name) is not { } text)
                return ListAsync(store, result.GetValue(Cli.Json));
            var table = TableName.Parse(text);
            var snapshot = store.Snapshot(table, result.GetValue(version));
            var history = store.History(table);
            var sample = new TableReader(store).Sample(table, snapshot.Version, result.GetValue(limit), cancellationToken);
            NoteQuery(result, [text]);
            if (result.GetValue(Cli.Json))
            {
                Cli.PrintJson(new
                {
                    Table = text,
                    snapshot.Version,
                    snapshot.Timestamp,
                    snapshot.Rows,
                    snapshot.Bytes,
                    Files = snapshot.Files.Count,
                    Columns = snapshot.Columns.Select(c => new { c.Name, DataType = c.Type, c.Nullable }),
                    snapshot.PartitionColumns,
                    History = history.Select(h => new { h.Version, Time = h.Timestamp, h.Operation, h.Metrics, h.AppId }),
                    Sample = sample.ToObjects(),
                });
                return Task.FromResult(0);
            }
            Console.Out.WriteLine($"{text}, version {snapshot.Version} of {snapshot.Timestamp:u}: {Count(snapshot.Rows)} row{(snapshot.Rows == 1 ? "" : "s")}, {Count(snapshot.Bytes)} bytes in {Cli.Count(snapshot.Files.Count, "file")}\n");
            Cli.PrintTable(["column", "type", "nullable"], snapshot.Columns.Select(c => (IReadOnlyList<string>)[c.Name, c.Type, c.Nullable ? "yes" : "no"]));
            Console.Out.WriteLine();
            Cli.PrintTable(["version", "time", "operation", "task"], history.Take(10).Select(h => (IReadOnlyList<string>)[h.Version.ToString(CultureInfo.InvariantCulture), $"{h.Timestamp:u}", h.Operation, h.AppId ?? ""]));
            Console.Out.WriteLine();
            Cli.PrintTable(sample.Columns, sample.ToText());
            return Task.FromResult(0);
        });
    }

    private static Task<int> ListAsync(TableStore store, bool json)
    {
        var tables = store.List().Select(t => (Name: t, Snapshot: store.Snapshot(t))).ToList();
        if (json)
            Cli.PrintJson(tables.Select(t => new { Table = t.Name.ToString(), t.Snapshot.Version, t.Snapshot.Timestamp, t.Snapshot.Rows, t.Snapshot.Bytes }));
        else
            Cli.PrintTable(["table", "version", "rows", "bytes", "changed"], tables.Select(t => (IReadOnlyList<string>)
                [t.Name.ToString(), t.Snapshot.Version.ToString(CultureInfo.InvariantCulture), Count(t.Snapshot.Rows), Count(t.Snapshot.Bytes), $"{t.Snapshot.Timestamp:u}"]));
        return Task.FromResult(0);
    }

    private static void NoteQuery(ParseResult result, IEnumerable<string> tables) => new QueryNotes(GlobalOptions.Read(result).Home).Add(tables, Environment.UserName);

    private static string Count(long? n) => n?.ToString("N0", CultureInfo.InvariantCulture) ?? "unknown";

    /// <summary>The tables of a home that is there: an empty one has no tables to read, it is a mistyped one.</summary>
    private static TableStore OpenTables(ParseResult result)
    {
        var options = GlobalOptions.Read(result);
        return options.Database is null && (!Directory.Exists(options.Home) || !Directory.EnumerateFileSystemEntries(options.Home).Any())
            ? throw CliError.NoPlatform(options.Home)
            : Rooms.OpenTables(options);
    }
}
