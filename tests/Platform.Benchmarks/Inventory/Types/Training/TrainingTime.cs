namespace Platform.Benchmarks.Inventory.Types.Training;

/// <summary>Columns about time.</summary>
internal static class TrainingTime
{
    public static readonly Recipe[] All =
    [
        new("date", "date|order_date|start_date|日期|riqi|OrderDate|ship_date|due_date|dt|expiry_date|day", [Days("yyyy-MM-dd"), Days("MM/dd/yyyy"), Days("dd.MM.yyyy"), Days("yyyyMMdd"), Days("d MMM yyyy"), Days("MMMM d, yyyy"), Days("yyyy/MM/dd"), Days("yyyy年M月d日"), Days("dd-MMM-yy"), Days("dd/MM/yyyy"), Days("M/d/yy"), Days("yyyy.MM.dd")]),
        new("timestamp", "timestamp|created_at|updated_at|datetime|创建时间|event_time|CreateTime|ts|login_time|shijian", [Days("yyyy-MM-dd HH:mm:ss"), Days("yyyy-MM-ddTHH:mm:ssZ"), Days("yyyy-MM-dd HH:mm:ss.fff"), Days("MM/dd/yyyy HH:mm"), Days("dd MMM yyyy HH:mm:ss"), Days("yyyy/MM/dd HH:mm"), Days("yyyy年M月d日 HH:mm"), Days("ddd, dd MMM yyyy HH:mm:ss 'GMT'"), Days("M/d/yyyy h:mm tt")]),
        new("date_of_birth", "birth_date|dob|birthday|date_of_birth|出生日期|chushengriqi|BirthDate|生日|born", [Births("yyyy-MM-dd"), Births("MM/dd/yyyy"), Births("yyyyMMdd"), Births("d MMM yyyy"), Births("yyyy年M月d日"), Births("dd.MM.yyyy")]),
        new("time_of_day", "time|start_time|open_time|时间|dep_time|clock_in|hour_of_day|shike|closing_time", [Clock("HH:mm:ss"), Clock("HH:mm"), Clock("h:mm tt"), random => () => random.Time(2020, 2021) is var t ? $"{t.Text("h:mm")} {(t.Hour < 12 ? "a.m." : "p.m.")}" : "", Clock("H'点'mm'分'"), random => () => $"{random.Next(1, 12)}{random.Pick(new[] { "am", "pm" })}"]),
        new("unix_time", "timestamp|ts|unix_time|created_ts|Time|时间戳|epoch|event_ts|time|created", [random => { var from = random.Next(700_000_000, 1_700_000_000); return () => $"{from + random.Next(0, 40_000_000)}"; }, random => { var from = random.Next(700_000_000, 1_700_000_000); return () => $"{from + random.Next(0, 4_000_000)}{random.Digits(3)}"; }, random => { var from = random.Next(700_000_000, 1_700_000_000); return () => $"{from + random.Next(0, 4_000_000)}.{random.Digits(3)}"; }, random => { var at = random.Next(1_200_000_000, 1_700_000_000); return () => $"{at += random.Next(1, 4000)}"; }]),
        new("year", "year|yr|fiscal_year|年份|nian|Year|release_year|model_year", [random => { var from = random.Next(1950, 2015); return () => $"{random.Next(from, 2025)}"; }, random => () => $"{2024 - (int)random.Log(1, 60)}", random => () => $"{random.Next(2008, 2025)}.0", random => () => $"{random.Next(2015, 2025)}年", random => () => $"FY{random.Next(2012, 2025)}"], 90),
        new("month", "month|mon|月份|yuefen|Month|period|mth", [random => () => $"{random.Next(1, 13)}", random => () => random.Time(2015, 2024).Text("MMMM"), random => () => random.Time(2015, 2024).Text("MMM"), random => () => random.Time(2015, 2024).Text("yyyy-MM"), random => () => random.Time(2015, 2024).Text("yyyyMM"), random => () => $"{random.Next(1, 13)}月", random => () => random.Time(2015, 2024).Text("yyyy年M月"), random => () => random.Time(2015, 2024).Text("MMM yyyy"), random => () => random.Time(2015, 2024).Text("MMM-yyyy"), random => () => random.Time(2015, 2024).Text("MM/yyyy"), random => () => random.Time(2015, 2024).Text("MMM ''yy"), random => () => $"{random.Next(1, 13):00}"], 120),
        new("day", "day|day_of_month|日|dom|Day|mday", [random => () => $"{random.Next(1, 32)}", random => () => $"{random.Next(1, 32):00}", random => () => $"{random.Next(1, 32)}日"], 31),
        new("weekday", "weekday|day_of_week|dow|星期|xingqi|day_name|DayOfWeek", [random => () => random.Time(2015, 2024).Text("dddd"), random => () => random.Time(2015, 2024).Text("ddd"), random => () => random.Pick(Make.Words("星期一|星期二|星期三|星期四|星期五|星期六|星期日")), random => () => random.Pick(Make.Words("周一|周二|周三|周四|周五|周六|周日")), random => () => $"{random.Next(0, 7)}", random => () => $"{random.Next(1, 8)}", random => () => random.Time(2015, 2024).Text("ddd").ToUpperInvariant()], 7),
        new("duration", "duration|elapsed|duration_sec|时长|latency_ms|minutes|runtime|shichang|time_spent|response_time|days_since|seconds|tenure_days", [random => () => $"{(int)random.Log(1, 7200)}", random => () => random.Log(0.1, 600).Text("F2"), random => () => $"{random.Next(1, 12)}h {random.Next(0, 60)}m", random => () => $"{random.Next(1, 180)} min", random => () => $"PT{random.Next(1, 20)}M{random.Next(0, 60)}S", random => () => $"{random.Next(1, 90)}分钟", random => () => $"{(int)random.Log(5, 90_000)}", random => () => $"{random.Next(1, 60)} days", random => () => $"{random.Next(1, 12)} hours {random.Next(1, 60)} minutes", random => () => $"{random.Next(1, 90)}天", random => () => $"{random.Next(1, 24)}小时", random => () => $"{random.Next(10, 5000)}ms", random => { var at = 0; return () => $"{at += random.Next(0, 200)}"; }, random => () => $"{random.Next(1, 5)}:{random.Next(0, 60):00}:{random.Next(0, 60):00}"]),
    ];

    private static Style Days(string format) => random =>
    {
        var from = random.Next(1995, 2023);
        var to = random.Next(from + 1, 2026);
        return () => random.Time(from, to).Text(format);
    };

    private static Style Births(string format) => random => () => random.Time(1940, 2008).Text(format);

    private static Style Clock(string format) => random => () => random.Time(2020, 2021).Text(format);
}
