using System.Globalization;
using Platform.Workflows;

namespace Platform.Inventory.Quality;

/// <summary>What is said of checks, as a person would say it, in both languages: what a check is of, what it expects, and what was seen.</summary>
public static class CheckWords
{
    private const int MostNamed = 10;

    /// <summary>What a check is of, as a headline.</summary>
    public static Told Title(CheckDefinition check)
    {
        // A name that a person gave stands; only its column is added.
        if (check.Name is { Length: > 0 } name && name != check.Kind && name != check.Kind.Replace('_', ' '))
            return check.Column is not { Length: > 0 } named || name.Contains(named, StringComparison.OrdinalIgnoreCase) ? Told.Same(name) : new Told($"{name} of {named}", $"{named} 的 {name}");
        var column = check.Looked.Count == 0 ? null : string.Join(", ", check.Looked);
        return check.Kind switch
        {
            "not_null" => Of("Missing values", "缺失值", column),
            "unique" => Of("Repeated values", "重复值", column),
            "range" => Of("Range", "取值范围", column),
            "set" => Of("Allowed values", "允许取值", column),
            "pattern" => Of("Form", "格式", column),
            "reference" => Of("Reference", "引用", column),
            "freshness" => Of("Freshness", "新鲜度", column),
            "volume" => Of("Number of rows", "行数", null),
            "growth" => Of("Growth of the rows", "行数增长", null),
            "schema" => Of("Columns", "列结构", null),
            "drift" => Of("Distribution", "分布", column),
            _ => Of("Query", "查询", column),
        };
    }

    /// <summary>A headline of a column, or of the whole.</summary>
    public static Told Of(string en, string zh, string? column) => column is null ? new Told(en, zh) : new Told($"{en} of {column}", $"{column} 的{zh}");

    /// <summary>What a definition expects.</summary>
    public static Told Expected(CheckDefinition check)
    {
        var expected = check.Kind switch
        {
            "not_null" => check.MaxShare is > 0 and var share ? Told.Of($"at most {share:P1} of the rows without a value", $"无值的行不超过 {share:P1}") : new Told("a value in every row", "每行都有值"),
            "unique" => new Told($"no value of {string.Join(", ", check.Looked)} twice", $"{string.Join("、", check.Looked)} 的值不重复"),
            "range" => check.Earliest is not null || check.Latest is not null ? Between(check.Earliest, check.Latest) : Between(Number(check.Min), Number(check.Max)),
            "set" => List(check.Values!, en => $"one of {en}", zh => $"取值为 {zh} 之一"),
            "pattern" => new Told($"the form {check.Pattern}", $"符合格式 {check.Pattern}"),
            "reference" => new Told($"only values of {check.ReferenceAsset}.{check.ReferenceColumn ?? check.Column}", $"值均存在于 {check.ReferenceAsset}.{check.ReferenceColumn ?? check.Column}"),
            "freshness" => new Told($"nothing older than {check.MaxAge}", $"不早于 {check.MaxAge} 前"),
            "volume" => Add(Between(Number(check.Min), Number(check.Max)), " rows", " 行"),
            "growth" => Add(Between(Number(check.Min), Number(check.Max)), " % more rows than the last time", " %（较上次行数的变化）"),
            "schema" => Add(List([.. check.Schema!.Select(column => column.Value.Length == 0 ? column.Key : $"{column.Key} {column.Value}")], en => $"the columns {en}", zh => $"列为 {zh}"), check.AllowMore == false ? " and no other" : "", check.AllowMore == false ? "，且没有其他列" : ""),
            "drift" => Told.Of($"{Measure(check)} of at most {check.Max}", $"{Measure(check)} 不超过 {check.Max}"),
            _ => new Told("no row from the query", "查询没有返回行"),
        };
        return check.MaxShare is > 0 and var allowed && check.Kind != "not_null" ? Add(expected, Text($"; at most {allowed:P1} may differ"), Text($"；允许 {allowed:P1} 不符")) : expected;
    }

    /// <summary>The distance that a check of drift measures.</summary>
    internal static string Measure(CheckDefinition check) => (check.Measure ?? "psi").ToUpperInvariant();

    internal static Told Missing(long nulls, long rows) => nulls == 0 ? Told.Of($"{All(rows, "row")} {Plural.Word(rows, "has", "have")} a value", $"{rows:N0} 行都有值")
        : Told.Of($"{nulls:N0} of {Plural.Of(rows, "row")} ({(double)nulls / rows:P1}) {Plural.Word(nulls, "has", "have")} no value", $"{rows:N0} 行中有 {nulls:N0} 行（{(double)nulls / rows:P1}）没有值");

    internal static Told Repeated(CheckDefinition check, long repeats, long values)
    {
        var (en, zh) = (string.Join(", ", check.Looked), string.Join("、", check.Looked));
        return repeats == 0
            ? Told.Of($"{All(values, "value")} of {en} {Plural.Word(values, "is", "are")} different", $"{zh} 的 {values:N0} 个值互不相同")
            : Told.Of($"{repeats:N0} of {Plural.Of(values, "value")} of {en} {Plural.Word(repeats, "repeats", "repeat")} an earlier one", $"{zh} 的 {values:N0} 个值中有 {repeats:N0} 个与前面的重复");
    }

    internal static Told Fit(CheckDefinition check, long broken, long values, string examples)
    {
        var (shown, shownZh) = examples.Length == 0 ? ("", "") : ($": {examples}", $"：{examples}");
        if (check.Kind == "reference")
            return broken == 0 ? Told.Of($"{All(values, "value")} {Plural.Word(values, "is", "are")} found there", $"{values:N0} 个值都能在那里找到")
            : Told.Of($"{broken:N0} of {Plural.Of(values, "value")} {Plural.Word(broken, "is", "are")} not found there{shown}", $"{values:N0} 个值中有 {broken:N0} 个在那里找不到{shownZh}");
        return broken == 0 ? Told.Of($"{All(values, "value")} {Plural.Word(values, "fits", "fit")}", $"{values:N0} 个值都符合")
            : Told.Of($"{broken:N0} of {Plural.Of(values, "value")} {Plural.Word(broken, "does", "do")} not fit{shown}", $"{values:N0} 个值中有 {broken:N0} 个不符合{shownZh}");
    }

    internal static Told Newest(bool ofValue, DateTimeOffset time, TimeSpan age)
    {
        var (en, zh) = Age(age);
        return Told.Of($"the newest {(ofValue ? "value is of" : "write was at")} {time.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {en} ago", $"最新{(ofValue ? "值" : "写入")}为 {time.UtcDateTime:yyyy-MM-dd HH:mm} UTC，{zh}前");
    }

    internal static Told Rows(long rows, bool estimated = false) => new($"{Plural.Of(rows, "row")}{(estimated ? " by the database's estimate" : "")}", Text($"{rows:N0} 行{(estimated ? "（数据库估算）" : "")}"));

    internal static Told Growth(long rows, double before, double change) => Told.Of($"{Plural.Of(rows, "row")} after {before:N0}, {change:+0.0;-0.0;0.0} %", $"之前 {before:N0} 行，现在 {rows:N0} 行（{change:+0.0;-0.0;0.0} %）");

    internal static Told FirstRows(long rows) => new($"{Plural.Of(rows, "row")}, nothing to compare with yet", Text($"{rows:N0} 行，尚无可比较的数据"));

    internal static Told NothingBefore { get; } = new("nothing to compare with yet", "尚无可比较的数据");

    internal static Told NoDistribution { get; } = new("the values have no distribution to compare", "这些值没有可比较的分布");

    internal static Told NoValues { get; } = new("no values", "没有值");

    internal static Told Moved(CheckDefinition check, double distance, string since, string sinceZh) =>
        distance <= check.Max ? Told.Of($"the values are spread about as {since} ({Measure(check)} {distance:F3})", $"值的分布与{sinceZh}大致相同（{Measure(check)} {distance:F3}）")
        : Told.Of($"the values are spread otherwise than {since} ({Measure(check)} {distance:F3})", $"值的分布与{sinceZh}不同（{Measure(check)} {distance:F3}）");

    /// <summary>What is wrong with the columns; the list is empty where they are as they should be.</summary>
    internal static IReadOnlyList<Told> Columns(CheckDefinition check, IReadOnlyDictionary<string, string> present)
    {
        var wrong = new List<Told>();
        foreach (var (name, type) in check.Schema!)
        {
            if (!present.TryGetValue(name, out var found))
                wrong.Add(new Told($"{name} is missing", $"缺少 {name}"));
            else if (type.Length > 0 && !string.Equals(found, type, StringComparison.OrdinalIgnoreCase))
                wrong.Add(new Told($"{name} is {found}, not {type}", $"{name} 的类型是 {found}，而不是 {type}"));
        }
        if (check.AllowMore == false)
            wrong.AddRange(present.Keys.Where(name => !check.Schema.ContainsKey(name)).Select(name => new Told($"{name} is new", $"新增了 {name}")));
        return wrong;
    }

    internal static CheckOutcome OfColumns(CheckDefinition check, IReadOnlyDictionary<string, string> present)
    {
        var wrong = Columns(check, present);
        var observed = wrong.Count == 0 ? new Told($"{Plural.Of(present.Count, "column")} as expected", Text($"{present.Count:N0} 列符合预期"))
            : new Told(string.Join("; ", wrong.Take(MostNamed).Select(one => one.En)), string.Join("；", wrong.Take(MostNamed).Select(one => one.Zh)));
        return new CheckOutcome(wrong.Count == 0, observed, Expected(check), wrong.Count, check.Schema!.Count);
    }

    internal static Told QueryRows(long rows, string examples) => rows == 0 ? new Told("no row", "没有返回行") : new Told($"{Plural.Of(rows, "row")}{(examples.Length == 0 ? "" : ": " + examples)}", Text($"{rows:N0} 行{(examples.Length == 0 ? "" : "：" + examples)}"));

    internal static Told NoColumn(string column, IEnumerable<string> columns) => new($"there is no column '{column}' (it has {string.Join(", ", columns.Take(20))})", $"没有列“{column}”（现有 {string.Join("、", columns.Take(20))}）");

    internal static Told TooLong(TimeSpan limit) => Told.Of($"the query took longer than {limit.TotalSeconds:0} s", $"查询超过了 {limit.TotalSeconds:0} 秒");

    internal static Told Add(Told told, string en, string zh) => new(told.En + en, told.Zh + zh);

    private static string All(long count, string what) => count == 1 ? $"the one {what}" : $"all {Plural.Of(count, what)}";

    private static (string En, string Zh) Age(TimeSpan age) => age.TotalDays >= 2 ? (Text($"{age.TotalDays:0.#} days"), Text($"{age.TotalDays:0.#} 天")) : (Text($"{age.TotalHours:0.#} h"), Text($"{age.TotalHours:0.#} 小时"));

    private static Told List(IReadOnlyList<string> all, Func<string, string> en, Func<string, string> zh) => all.Count <= MostNamed ? new Told(en(string.Join(", ", all)), zh(string.Join("、", all)))
        : new Told(en(Text($"{string.Join(", ", all.Take(MostNamed))} and {all.Count - MostNamed} more")), zh(Text($"{string.Join("、", all.Take(MostNamed))} 等 {all.Count} 个")));

    private static Told Between(string? low, string? high) => (low, high) switch
    {
        (not null, not null) => new Told($"{low} to {high}", $"{low} 至 {high}"),
        (not null, null) => new Told($"at least {low}", $"不少于 {low}"),
        _ => new Told($"at most {high}", $"不超过 {high}"),
    };

    private static string? Number(double? value) => value?.ToString("#,0.######", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
