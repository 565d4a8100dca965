using System.Globalization;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Classify;

/// <summary>Judges columns of numbers. Numbers alone say little: where the name does not help, the verdict is <c>identifier</c>, <c>measure</c> or the like.</summary>
internal static class NumberJudge
{
    public static ColumnVerdict Judge(ColumnSample sample)
    {
        var profile = sample.Profile;
        var min = Number(profile.Min);
        var max = Number(profile.Max);
        return Flag(sample, min, max)
            ?? Calendar(sample, min, max)
            ?? Coordinate(sample, min, max)
            ?? Named(sample, min, max)
            ?? Postcode(sample)
            ?? Unnamed(sample, min, max);
    }

    private static ColumnVerdict? Flag(ColumnSample sample, double min, double max)
        => sample.Profile.Distinct <= 2 && sample.Profile.Whole && min == 0 && max == 1
            ? ColumnJudge.Verdict(sample, sample.Named("label", "target", "class", "y") ? "label" : "flag", 0.85, _ => true, "zero-and-one", ColumnRole.Category)
            : null;

    private static ColumnVerdict? Calendar(ColumnSample sample, double min, double max)
    {
        var profile = sample.Profile;
        if (profile.Kind == ValueKind.Integer && min >= 18_000_000 && max <= 21_001_231 && sample.Share(IsDay) >= 0.9)
        {
            return ColumnJudge.IsBirth(sample, profile.Min, profile.Max)
                ? ColumnJudge.Verdict(sample, "date_of_birth", sample.Named("birth", "dob", "birthday", "出生", "生日") ? 0.95 : 0.6, IsDay, "yyyymmdd", ColumnRole.Attribute)
                : ColumnJudge.Verdict(sample, "date", 0.85, IsDay, "yyyymmdd", ColumnRole.Time);
        }

        var named = sample.Named("year", "yr", "年份", "年度");
        if (profile.Kind == ValueKind.Integer && Quantile(sample, "p01", min) >= (named ? 1500 : 1900) && Quantile(sample, "p99", max) <= 2100 && (named || min >= 1900 && max <= 2060 && profile.Distinct is >= 2 and <= 161 && profile.UniqueShare < 0.9))
            return ColumnJudge.Verdict(sample, "year", named ? 0.97 : 0.6, _ => true, "year-range", ColumnRole.Time);
        var time = sample.Named("time", "timestamp", "ts", "date", "created", "updated", "时间");
        // 2000-01-01 (1980 where it is named a time) to 2035, in seconds or milliseconds; ids seldom keep to these decades.
        foreach (var unit in (ReadOnlySpan<double>)[1, 1000])
        {
            if (min >= (time ? 315_532_800 : 946_684_800) * unit && max <= 2_051_222_400 * unit && (time || profile.Distinct > 100 && Quantile(sample, "p99", max) - Quantile(sample, "p01", min) < 20 * 366 * 86_400d * unit && min >= 1_000_000_000 * unit && profile.UniqueShare < 1))
                return ColumnJudge.Verdict(sample, "unix_time", time ? 0.95 : 0.6, _ => true, unit == 1 ? "unix-seconds" : "unix-milliseconds", ColumnRole.Time);
        }

        return null;
    }

    private static ColumnVerdict? Coordinate(ColumnSample sample, double min, double max)
    {
        if (sample.Profile.Kind != ValueKind.Decimal)
            return null;
        var fine = sample.Share(value => value.Length - value.IndexOf('.', StringComparison.Ordinal) >= 4);
        if (sample.Named("lat", "latitude", "纬度") && min >= -90 && max <= 90)
            return ColumnJudge.Verdict(sample, "latitude", fine > 0.5 ? 0.95 : 0.7, _ => true, "latitude-range", ColumnRole.Attribute, "The name says so; the values fit.");
        return sample.Named("lon", "lng", "long", "longitude", "经度") && min >= -180 && max <= 180
            ? ColumnJudge.Verdict(sample, "longitude", fine > 0.5 ? 0.95 : 0.7, _ => true, "longitude-range", ColumnRole.Attribute, "The name says so; the values fit.")
            : null;
    }

    // The name says what the number is, and the values allow it.
    private static ColumnVerdict? Named(ColumnSample sample, double min, double max)
    {
        var profile = sample.Profile;
        ColumnVerdict says(string type, double confidence, ColumnRole role) => ColumnJudge.Verdict(sample, type, confidence, _ => true, "name-and-range", role, "The name says so; the values fit.");
        if (sample.Named("soc", "ssn", "passport", "身份证") && min > 99_999)
            return ColumnJudge.Verdict(sample, "national_id", 0.75, _ => true, "name-and-range", ColumnRole.Attribute, "The name says so; the values have no checksum to prove it.");
        if (sample.Named("zip", "zipcode", "postcode", "postal", "plz", "邮编", "邮政编码") && profile.Whole && max < 10_000_000)
            return says("postcode", 0.85, ColumnRole.Attribute);
        if (sample.Named("id", "key", "no", "nr", "number", "num", "uid", "sid", "pid", "index", "idx", "编号", "编码") && profile.Whole && !sample.Named("rooms", "items", "count"))
            return says("identifier", 0.85, profile.LooksUnique ? ColumnRole.Key : ColumnRole.Reference);
        if (sample.Named("age", "年龄") && min >= 0 && max <= 130)
            return says("age", 0.9, ColumnRole.Measure);
        if (sample.Named("rating", "rate", "stars", "star", "score", "评分", "打分") && min >= 0 && max <= 10 && profile.Distinct <= 101)
            return says("rating", 0.85, ColumnRole.Measure);
        if (sample.Named("price", "amount", "cost", "total", "subtotal", "revenue", "sales", "salary", "fee", "tax", "balance", "payment", "amt", "价格", "金额", "单价", "总价", "费用"))
            return says("price", 0.85, ColumnRole.Measure);
        if (sample.Named("quantity", "qty", "count", "cnt", "units", "pieces", "数量", "件数") && profile.Whole)
            return says("quantity", 0.9, ColumnRole.Measure);
        if (sample.Named("percent", "percentage", "pct", "ratio", "share", "占比", "比例"))
            return says("percentage", 0.75, ColumnRole.Measure);
        if (sample.Named("duration", "seconds", "minutes", "hours", "days", "elapsed", "时长") && min >= 0)
            return says("duration", 0.7, ColumnRole.Measure);
        if (sample.Named("month", "月份") && min >= 1 && max <= 12 && profile.Whole)
            return says("month", 0.9, ColumnRole.Time);
        return sample.Named("label", "class", "target") && profile is { Whole: true, Distinct: <= 1000 } ? says("label", 0.75, ColumnRole.Category) : null;
    }

    // Five or six digits, always: without a name only leading zeros or a neighbour make it a postcode (see TableJudge).
    private static ColumnVerdict? Postcode(ColumnSample sample)
        => sample.Profile is { LeadingZeros: > 0 } profile && IsPostcodeForm(sample) && profile.UniqueShare < 0.9
            ? ColumnJudge.Verdict(sample, "postcode", 0.65, value => value.Length is 5 or 6, "digits-with-leading-zeros", ColumnRole.Attribute)
            : null;

    /// <summary>Whether nearly all values are five digits (or six, as in China; or four, as in Australia).</summary>
    public static bool IsPostcodeForm(ColumnSample sample)
    {
        foreach (var length in (ReadOnlySpan<int>)[5, 6, 4])
        {
            if (sample.Share(value => value.Length == length && value.All(char.IsAsciiDigit) || length == 5 && value.Length == 10 && value[5] == '-') >= 0.97)
                return true;
        }

        return false;
    }

    private static ColumnVerdict Unnamed(ColumnSample sample, double min, double max)
    {
        var profile = sample.Profile;
        if (profile.Distinct == 1)
            return ColumnJudge.Verdict(sample, "constant", 0.9, _ => true, "one-value", ColumnRole.Attribute);
        if (profile is { Whole: true, LooksUnique: true, Rows: >= 3 } && min >= 0)
            return ColumnJudge.Verdict(sample, "identifier", 0.75, _ => true, "unique-integers", ColumnRole.Key);
        if (profile.Kind == ValueKind.Decimal && !profile.Whole)
        {
            // Money has two decimals and is not written with more.
            static bool cents(string value) => value.IndexOf('.', StringComparison.Ordinal) is var dot && (dot < 0 || value.Length - dot <= 3);
            return sample.Share(cents) >= 0.98 && min >= 0 && profile.Distinct >= 10 && sample.Share(value => value.Contains('.', StringComparison.Ordinal) && !value.EndsWith(".0", StringComparison.Ordinal)) > 0.3
                ? ColumnJudge.Verdict(sample, "price", sample.IsUnnamed ? 0.6 : 0.45, cents, "two-decimals", ColumnRole.Measure)
                : ColumnJudge.Verdict(sample, "measure", 0.7, _ => true, "decimals", ColumnRole.Measure);
        }

        // Spread evenly over a range that begins near 1: what references to counted rows look like. Quantities are skewed to small values.
        var middle = Quantile(sample, "p50", (min + max) / 2);
        if (sample.IsUnnamed && min >= 0 && profile.Distinct >= 50 && max > 100 && Math.Abs(middle - ((min + max) / 2)) < 0.25 * (max - min))
            return ColumnJudge.Verdict(sample, "identifier", 0.55, _ => true, "even-integers", ColumnRole.Reference);
        return profile.Distinct <= 20 && profile.UniqueShare < 0.05 && !sample.IsUnnamed
            ? ColumnJudge.Verdict(sample, "category", 0.5, _ => true, "few-integers", ColumnRole.Category)
            : ColumnJudge.Verdict(sample, "measure", 0.6, _ => true, "integers", ColumnRole.Measure);
    }

    private static bool IsDay(string value) => value.Length == 8 && DateOnly.TryParseExact(value, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static double Quantile(ColumnSample sample, string name, double otherwise)
        => sample.Profile.Quantiles.TryGetValue(name, out var value) && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static double Number(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
