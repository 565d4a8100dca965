using Platform.Inventory.Profile;

namespace Platform.Inventory.Classify;

/// <summary>
/// Judges a column by its own values. Formats and checksums first, then dictionaries, then what the numbers look like; the name of a column moves
/// the confidence and never decides alone. <see cref="TableJudge"/> then looks at the columns beside it.
/// </summary>
internal static class ColumnJudge
{
    /// <summary>Raised whenever a rule changes what it would say.</summary>
    public const int Version = 2;

    private static readonly string[] BirthWords = ["birth", "dob", "birthday", "birthdate", "dateofbirth", "born", "生日", "出生"];

    public static ColumnVerdict Judge(ColumnState state, ColumnProfile profile)
    {
        var sample = new ColumnSample(state, profile);
        if (profile.Values == 0 || sample.Values.Count == 0)
            return Verdict(sample, "empty", 1, _ => true, "no-values", ColumnRole.Attribute);
        return Masked(sample)
            ?? ByFormat(sample)
            ?? (profile.Kind switch
            {
                ValueKind.Date or ValueKind.Timestamp or ValueKind.Time => Time(sample),
                ValueKind.Boolean => Verdict(sample, "flag", 0.95, _ => true, "boolean", ColumnRole.Category),
                ValueKind.Integer or ValueKind.Decimal => NumberJudge.Judge(sample),
                _ => TextJudge.Judge(sample),
            });
    }

    /// <summary>A verdict with its evidence.</summary>
    public static ColumnVerdict Verdict(ColumnSample sample, string type, double confidence, Func<string, bool> matches, string rule, ColumnRole role, string? note = null, PersonalClass? personal = null)
    {
        var classOf = personal ?? SemanticTypes.All[type].Personal;
        return new ColumnVerdict
        {
            Column = sample.Profile.Name,
            Type = type,
            Confidence = Math.Round(Math.Clamp(confidence, 0, 0.99), 3),
            Personal = classOf,
            Role = role,
            Evidence = new Evidence(rule, Version, sample.Values.Count, Math.Round(sample.Share(matches), 4), sample.Examples(matches, classOf != PersonalClass.None), note),
        };
    }

    private static ColumnVerdict? Masked(ColumnSample sample)
    {
        static bool isMask(string value) => value.Length >= 3 && value.All(c => c is 'X' or 'x' or '*' or '#' or '•' or '█');
        return sample.Share(isMask) >= 0.9 ? Verdict(sample, "masked", 0.95, isMask, "mask-characters", ColumnRole.Attribute, "The values are hidden by the source; what they were cannot be seen.") : null;
    }

    private static ColumnVerdict? ByFormat(ColumnSample sample)
    {
        (string Type, Func<string, bool> Holds, double Least, string Rule, ColumnRole Role)[] formats =
        [
            ("email", ValueChecks.IsEmail, 0.7, "email-format", ColumnRole.Attribute),
            ("national_id", value => ValueChecks.IsChineseIdCard(value) || ValueChecks.IsMaskedIdCard(value), 0.6, "cn-id-checksum", ColumnRole.Attribute),
            ("national_id", ValueChecks.IsSocialSecurityNumber, 0.8, "ssn-format", ColumnRole.Attribute),
            ("bank_card", ValueChecks.IsBankCard, 0.8, "luhn-and-issuer", ColumnRole.Attribute),
            ("iban", ValueChecks.IsIban, 0.8, "iban-checksum", ColumnRole.Attribute),
            ("uuid", ValueChecks.IsUuid, 0.9, "uuid-format", ColumnRole.Key),
            ("mac_address", ValueChecks.IsMac, 0.8, "mac-format", ColumnRole.Attribute),
            ("ip_address", ValueChecks.IsIp, 0.8, "ip-format", ColumnRole.Attribute),
            ("url", ValueChecks.IsUrl, 0.8, "url-format", ColumnRole.Attribute),
            ("hash", ValueChecks.IsHash, 0.9, "hash-format", ColumnRole.Attribute),
        ];
        foreach (var (type, holds, least, rule, role) in formats)
        {
            var share = sample.Share(holds);
            if (share >= least && (sample.Values.Count >= 3 || sample.Profile.Values <= 3))
                return Verdict(sample, type, 0.5 + (0.49 * sample.Sure(share)), holds, rule, type == "uuid" && !sample.Profile.LooksUnique ? ColumnRole.Reference : role);
        }

        return Phone(sample);
    }

    private static ColumnVerdict? Phone(ColumnSample sample)
    {
        var named = sample.Named("phone", "tel", "telephone", "mobile", "cell", "fax", "phonenumber", "电话", "手机");
        var mobile = sample.Share(ValueChecks.IsChineseMobile);
        if (mobile >= 0.8 && Scattered(sample, 1_000))
            return Verdict(sample, "phone", 0.5 + (0.45 * sample.Sure(mobile)) + (named ? 0.04 : 0), ValueChecks.IsChineseMobile, "cn-mobile", ColumnRole.Attribute);
        static bool written(string value) => ValueChecks.IsWrittenPhone(value) || ValueChecks.IsChineseMobile(value);
        var share = sample.Share(written);
        if (share >= 0.7 && sample.Values.Count >= 3)
            return Verdict(sample, "phone", 0.45 + (0.45 * sample.Sure(share)) + (named ? 0.09 : 0), written, "phone-format", ColumnRole.Attribute);
        var bare = sample.Share(ValueChecks.IsBareNorthAmericanPhone);
        if (bare >= (named ? 0.8 : 0.97) && (named || sample.Values.Count >= 20 && Scattered(sample, 1_000_000)))
            return Verdict(sample, "phone", (named ? 0.6 : 0.4) + (0.35 * sample.Sure(bare)), ValueChecks.IsBareNorthAmericanPhone, "nanp-area-codes", ColumnRole.Attribute, named ? "The name says so too." : null);
        return null;
    }

    // Numbers counted up lie close together; phone numbers do not.
    private static bool Scattered(ColumnSample sample, double perValue)
        => sample.Profile.Kind != ValueKind.Integer || sample.Profile.Distinct < 20
            || double.Parse(sample.Profile.Max!, System.Globalization.CultureInfo.InvariantCulture) - double.Parse(sample.Profile.Min!, System.Globalization.CultureInfo.InvariantCulture) > Math.Min(perValue, 1e9 / sample.Profile.Distinct) * sample.Profile.Distinct / 10;

    private static ColumnVerdict Time(ColumnSample sample)
    {
        var profile = sample.Profile;
        if (profile.Kind == ValueKind.Time)
            return Verdict(sample, "time_of_day", 0.9, _ => true, "time-format", ColumnRole.Time);
        if (IsBirth(sample, profile.Min, profile.Max))
            return Verdict(sample, "date_of_birth", sample.Named(BirthWords) ? 0.95 : 0.6, _ => true, "birth-range", ColumnRole.Attribute);
        var onlyDays = profile.Kind == ValueKind.Date || sample.Values.All(value => value.EndsWith(" 00:00:00", StringComparison.Ordinal) || value.EndsWith(" 00:00:00.0", StringComparison.Ordinal));
        return Verdict(sample, onlyDays ? "date" : "timestamp", 0.95, _ => true, "date-format", ColumnRole.Time);
    }

    /// <summary>Dates over two generations that end before today's children were born, or that are named so.</summary>
    public static bool IsBirth(ColumnSample sample, string? min, string? max)
    {
        var named = sample.Named(BirthWords);
        // A slip of the pen in a date of birth lies in the future: where the name says it, the values but the outermost decide.
        if (named && sample.Profile.Quantiles.TryGetValue("p01", out var low) && sample.Profile.Quantiles.TryGetValue("p99", out var high))
            (min, max) = (low, high);
        if (min is null || max is null || min.Length < 4 || max.Length < 4 || !int.TryParse(min.AsSpan(0, 4), out var from) || !int.TryParse(max.AsSpan(0, 4), out var to))
            return false;
        return named ? from >= 1880 && to <= 2035 : from is >= 1900 and <= 1965 && to is >= 1975 and <= 2016 && to - from >= 35 && sample.Profile.Distinct > 50;
    }
}
