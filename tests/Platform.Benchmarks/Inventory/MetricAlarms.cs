using System.Globalization;
using Platform.Inventory.Quality;
using Platform.Learning.Anomaly;
using Platform.Tables;
using Platform.Tables.Native;

namespace Platform.Benchmarks.Inventory;

/// <summary>False alarms of daily metrics over a year of a shop's days, and how many injected faults are found and how soon.</summary>
internal sealed class MetricAlarms : ISubject
{
    private static readonly (string Name, bool Factor, double Least, bool Count)[] Kinds =
    [
        ("rows", true, 0.02, true), ("revenue", true, 0.02, false), ("customers", true, 0.02, true), ("invoices", true, 0.02, true), ("products", true, 0.02, true),
        ("countries", true, 0.02, true), ("customer_null_share", false, 0.005, false), ("negative_share", false, 0.005, false), ("mean_price", true, 0.02, false),
        ("median_price", true, 0.02, false), ("mean_quantity", true, 0.02, false), ("description_null_share", false, 0.005, false), ("invoice_unique_share", true, 0.02, false), ("product_unique_share", true, 0.02, false), ("repeated_share", false, 0.005, false),
    ];

    public string Name => "metric-alarms";

    public string Help => "alarms in a year of daily metrics, and injected faults found: metric-alarms FOLDER [a year's false alarms a metric]";

    public Task RunAsync(string[] args)
    {
        var folder = args.Length > 0 ? args[0] : "../shared/data/online-retail";
        var allowed = args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 1.0 / Kinds.Length;
        using var temporary = new Platform.Testing.TempFolder();
        using var store = new TableStore(new TableStoreOptions { Root = temporary.Path });
        using var session = store.OpenSession();
        session.Execute($"create temp table lines as select cast(parse_filename(filename, true) as date) as day, * exclude (filename) from read_csv('{folder}/*.csv', filename = true, types = {{'InvoiceNo': 'VARCHAR', 'StockCode': 'VARCHAR', 'CustomerID': 'VARCHAR'}})");
        var clean = Days(session, "select * from lines");
        Console.WriteLine($"{clean.Count} days, {Kinds.Length} metrics");
        var years = (clean[^1].Day - clean[0].Day).TotalDays / 365.25;
        var alarms = Run(clean, allowed);
        foreach (var metric in Kinds)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {metric.Name,-24}{alarms.Count(alarm => alarm.Metric == metric.Name) / years,6:F1} alarms a year"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {"a metric, on average",-24}{alarms.Count / years / Kinds.Length,6:F2} alarms a year; days with an alarm {alarms.Select(alarm => alarm.Day).Distinct().Count()} of {clean.Count}"));
        foreach (var alarm in alarms.OrderBy(alarm => alarm.Day))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {alarm.Day:yyyy-MM-dd ddd} {alarm.Metric,-24}{alarm.Point.Kind,-11} {alarm.Value:G5}, expected {alarm.Point.Expected:G5} ({alarm.Point.Low:G5} to {alarm.Point.High:G5}), p {alarm.Point.PValue:G2}"));
        Lateness([.. clean.Select(day => day.Day)], allowed);
        Console.WriteLine($"{"fault, from a day on",-24}{"found",8}{"first day",11}{"mean delay",12}");
        Fault("half of the rows lost", "select * from lines where hash(InvoiceNo) % 2 = 0");
        Fault("a tenth of the rows left", "select * from lines where hash(InvoiceNo) % 10 = 0");
        Fault("30 % of customers null", "select * replace (case when hash(InvoiceNo, StockCode, 7) % 10 < 3 then null else CustomerID end as CustomerID) from lines");
        Fault("5 % of texts null", "select * replace (case when hash(InvoiceNo, StockCode, 7) % 20 = 0 then null else Description end as Description) from lines");
        Fault("loaded twice", "select * from lines union all select * from lines");
        Fault("price x 100", "select * replace (UnitPrice * 100 as UnitPrice) from lines");
        Fault("quantity negated", "select * replace (-Quantity as Quantity) from lines");
        Fault("yesterday once more", null);
        return Task.CompletedTask;

        void Fault(string name, string? sql)
        {
            var faulty = sql is null ? [clean[0], .. clean.SkipLast(1).Select((day, i) => day with { Day = clean[i + 1].Day })] : Days(session, sql);
            int tried = 0, found = 0, first = 0, delays = 0;
            for (var from = 60; from + 5 <= clean.Count; from += 4)
            {
                // A stale export repeats one day.
                var during = sql is null ? Enumerable.Repeat(clean[from - 1], 5).Select((day, i) => day with { Day = clean[from + i].Day }) : faulty.Skip(from).Take(5);
                var days = clean.Take(from).Concat(during).ToList();
                var start = days[from].Day;
                tried++;
                if (Run(days, allowed).Where(alarm => alarm.Day >= start).Select(alarm => alarm.Day).Distinct().Order().ToList() is { Count: > 0 } seen)
                {
                    var delay = days.FindIndex(day => day.Day == seen[0]) - from;
                    found++;
                    delays += delay;
                    first += delay == 0 ? 1 : 0;
                }
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24}{(double)found / tried,8:P0}{(double)first / tried,11:P0}{(found == 0 ? "-" : $"{(double)delays / found:F2} days"),12}   of {tried}"));
        }
    }

    /// <summary>Each night of the year asks whether the next day's file is late by the rhythm so far; then deliveries stop, at each fourth day.</summary>
    private static void Lateness(List<DateTimeOffset> days, double allowed)
    {
        var alarms = Nights(days, days[^1]).Where(night => night.Late).Select(night => night.At).ToList();
        var incidents = alarms.Where(night => !alarms.Contains(night.AddDays(-1))).ToList();
        Console.WriteLine($"late by its rhythm: {incidents.Count} incidents over {alarms.Count} of {(days[^1] - days[0]).TotalDays:F0} nights, from {string.Join(", ", incidents.Select(night => night.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)))}");
        var delays = new List<double>();
        for (var last = 60; last + 5 < days.Count; last += 4)
        {
            var told = Nights(days.Take(last + 1).ToList(), days[last].AddDays(15)).FirstOrDefault(night => night.Late && night.At > days[last]);
            delays.Add(told.Late ? (told.At - days[last]).TotalDays : double.PositiveInfinity);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"deliveries stop: told within 15 days in {(double)delays.Count(double.IsFinite) / delays.Count:P0} of {delays.Count}, after {delays.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average():F1} days on average"));

        IEnumerable<(DateTimeOffset At, bool Late)> Nights(List<DateTimeOffset> written, DateTimeOffset until)
        {
            var ages = new List<(DateTimeOffset At, double Value)>();
            var next = 0;
            for (var night = written[0].AddHours(1); night <= until.AddHours(1); night = night.AddDays(1))
            {
                while (next < written.Count && written[next] <= night)
                    next++;
                var age = (night - written[next - 1]).TotalHours;
                yield return (night.AddHours(-1), MetricJudge.Late(new ProfileMetric(null, "age_hours", age), ages, night, allowed).Alarmed);
                ages.Add((night, age));
            }
        }
    }

    private static List<Alarm> Run(IReadOnlyList<DayFigures> days, double allowed)
    {
        var alarms = new List<Alarm>();
        var detectors = Kinds.Select(kind => new MetricDetector(new MetricOptions { ByFactor = kind.Factor, Least = kind.Least, Count = kind.Count, FalseAlarmsAYear = allowed })).ToArray();
        DayFigures? before = null;
        foreach (var day in days)
        {
            for (var i = 0; i < Kinds.Length; i++)
            {
                var point = detectors[i].Observe(day.Day, day.Values[i]);
                if (detectors[i].Alarmed)
                    alarms.Add(new Alarm(day.Day, Kinds[i].Name, day.Values[i], point));
            }
            if (before is not null && MetricRepeat.PValue([.. detectors.Select((detector, i) => (detector, day.Values[i] == before.Values[i]))]) is { } p && p < allowed / 365.25)
                alarms.Add(new Alarm(day.Day, "all metrics", 0, new AnomalyPoint(p, 1, AnomalyKind.FlatLine)));
            before = day;
        }
        return alarms;
    }

    private static List<DayFigures> Days(TableSession session, string sql) =>
    [
        .. session.Query($"""
            select day, count(*), sum(Quantity * UnitPrice), count(distinct CustomerID), count(distinct InvoiceNo), count(distinct StockCode), count(distinct Country),
                   1 - count(CustomerID) / count(*), avg((Quantity < 0)::int), avg(UnitPrice), median(UnitPrice), avg(Quantity), 1 - count(Description) / count(*), count(distinct InvoiceNo) / count(*), count(distinct StockCode) / count(*), 1 - count(distinct hash(InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country)) / count(*)
            from ({sql}) group by day order by day
            """).Rows.Select(row => new DayFigures(new DateTimeOffset(((DateOnly)row[0]!).ToDateTime(new TimeOnly(2, 0)), TimeSpan.Zero), [.. row.Skip(1).Select(value => Convert.ToDouble(value, CultureInfo.InvariantCulture))])),
    ];

    private sealed record DayFigures(DateTimeOffset Day, double[] Values);

    private sealed record Alarm(DateTimeOffset Day, string Metric, double Value, AnomalyPoint Point);
}
