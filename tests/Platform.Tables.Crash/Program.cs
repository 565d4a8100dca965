using System.Diagnostics;
using System.Globalization;
using Platform.Tables;
using Platform.Tables.Log;

// A writer in a process of its own, for tests that kill it or run two at once. It prints a line for each commit.
//   load ROOT DAYS ROWS [KILL_AFTER_MICROSECONDS]   replaces the days one by one, each under its transaction; kills itself without a word
//   append ROOT NAME COMMITS                        appends rows, one commit each
//   contend ROOT NAME COMMITS                       replaces the same day again and again, and counts the conflicts that it lost
var root = args[1];
using var store = new TableStore(new TableStoreOptions { Root = root, MemoryLimit = 128 << 20, Threads = 1 });
var table = TableName.Parse("raw.orders");
static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
static DataInterval Day(int day) => new(DateTimeOffset.UnixEpoch.AddDays(day), DateTimeOffset.UnixEpoch.AddDays(day + 1));

switch (args[0])
{
    case "load":
        if (args.Length > 4)
            KillAfter(TimeSpan.FromMicroseconds(Number(args[4])));
        for (var day = 0; day < Number(args[2]); day++)
        {
            using var session = store.OpenSession();
            var result = session.Write(new TableWrite
            {
                Table = table,
                Mode = WriteMode.ReplaceInterval,
                Interval = Day(day),
                SelectSql = $"select {day} as day, i as id, 'text ' || i as text from range({Number(args[3])}) r(i)",
                Transaction = new TableTransaction($"run{day}/load/0", 1),
            });
            Console.WriteLine($"{day} {result.Version} {result.AlreadyCommitted}");
        }
        return 0;
    case "append":
        for (var i = 0; i < Number(args[3]); i++)
        {
            using var session = store.OpenSession();
            var result = session.Write(new TableWrite { Table = table, SelectSql = $"select '{args[2]}' as writer, {i} as id", Transaction = new TableTransaction($"{args[2]}/{i}", 1) });
            Console.WriteLine(result.Version);
        }
        return 0;
    case "contend":
        var lost = 0;
        for (var i = 0; i < Number(args[3]);)
        {
            try
            {
                using var session = store.OpenSession();
                session.Write(new TableWrite { Table = table, Mode = WriteMode.ReplaceInterval, Interval = Day(0), SelectSql = $"select '{args[2]}' as writer, i as id from range({i + 1}) r(i)" });
                i++;
            }
            catch (TableConflictException)
            {
                lost++;
            }
        }
        Console.WriteLine(lost);
        return 0;
    default:
        Console.Error.WriteLine($"'{args[0]}' is no mode.");
        return 2;
}

static void KillAfter(TimeSpan delay)
{
    var started = Stopwatch.GetTimestamp();
    var killer = new Thread(() =>
    {
        SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(started) >= delay);
        Process.GetCurrentProcess().Kill();
    })
    { IsBackground = true };
    killer.Start();
}
