using System.Globalization;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Classify;

/// <summary>
/// Judges a column by its own values. Formats and checksums decide where there are any; otherwise the trained model does, for which the name is one weak
/// hint among many; then what people said of similar columns. <see cref="TableJudge"/> looks at the columns beside it.
/// </summary>
internal static class ColumnJudge
{
    /// <summary>Raised whenever a rule changes what it would say.</summary>
    public const int Rules = 6;

    private const double RuleVotes = 5;

    private static readonly string[] BirthWords = ["birth", "dob", "birthday", "birthdate", "dateofbirth", "born", "生日", "出生"];

    /// <summary>Version of rules and model together.</summary>
    public static int Version => (Rules * 1000) + TypeModel.Default.Head.Version;

    /// <summary>The verdict on a column.</summary>
    public static ColumnVerdict Judge(ColumnSample sample, ExampleVotes? examples = null)
    {
        if (sample.Profile.Values == 0 || sample.Values.Count == 0)
            return Verdict(sample, "empty", 1, _ => true, "no-values", ColumnRole.Attribute);
        if (Masked(sample) is { } masked)
            return masked;
        var model = TypeModel.Default;
        var (probabilities, hidden) = model.Score(ColumnFeatures.Of(sample));
        var rule = (ByFormat(sample) ?? ByKind(sample)) is { } found ? found with { Confidence = Math.Round(model.Head.Rules.Of(found.Confidence), 3) } : null;
        ModelJudge.RuleOut(sample, probabilities);
        var verdict = rule ?? ModelJudge.Choose(sample, model, probabilities);
        // A digest is a secret where the column says so: nobody keeps the checksum of a file under pw_hash.
        if (verdict.Type == "hash" && sample.Named("pw", "pwd", "passwd", "password", "passhash", "passcode", "salt", "密码"))
            verdict = Verdict(sample, "secret", 0.9, _ => true, "digest-by-name", ColumnRole.Attribute);
        if (rule is null && verdict.Type == SemanticTypes.Unknown)
            verdict = ByLook(sample) ?? verdict;
        // One value says little, unless it is one of a closed list.
        if (rule is null && sample.Profile is { Distinct: 1, Values: > 3 } && !(verdict is { Confidence: >= 0.6, Type: "flag" or "gender" or "currency" or "country" or "country_code" or "status" or "language" or "region" or "city" or "year" or "brand" }))
            verdict = Verdict(sample, "constant", 0.9, _ => true, "one-value", ColumnRole.Attribute);
        var signature = ExampleVotes.Signature(hidden);
        if (examples?.Judge(sample, signature, rule is null ? probabilities : OneHot(rule.Type), rule is null ? 1 : RuleVotes, model) is { } learned)
            verdict = learned;
        return InText(verdict, sample) with { Signature = signature };
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
            Evidence = new Evidence(rule, Version, sample.Values.Count, Math.Round(sample.Share(matches), 4), sample.Examples(matches, classOf != PersonalClass.None || type == SemanticTypes.Unknown), note),
        };
    }

    private static float[] OneHot(string type)
    {
        var probabilities = new float[SemanticTypes.Judged.Count];
        for (var i = 0; i < probabilities.Length; i++)
            probabilities[i] = SemanticTypes.Judged[i] == type ? 1 : 0;
        return probabilities;
    }

    private static ColumnVerdict? Masked(ColumnSample sample)
    {
        static bool isMask(string value) => value.Length >= 3 && value.All(c => c is 'X' or 'x' or '*' or '#' or '•' or '█');
        return sample.Share(isMask) >= 0.9 ? Verdict(sample, "masked", 0.95, isMask, "mask-characters", ColumnRole.Attribute, "The values are hidden by the source; what they were cannot be seen.") : null;
    }

    private static ColumnVerdict? ByFormat(ColumnSample sample)
    {
        (string Type, Func<string, bool> Holds, double Least, string Rule)[] formats =
        [
            ("email", ValueChecks.IsEmail, 0.7, "email-format"),
            ("national_id", value => ValueChecks.IsChineseIdCard(value) || ValueChecks.IsMaskedIdCard(value), 0.6, "cn-id-checksum"),
            ("national_id", ValueChecks.IsSocialSecurityNumber, 0.8, "ssn-format"),
            ("credit_code", CodeChecks.IsCreditCode, 0.6, "cn-credit-code-checksum"),
            ("bank_card", ValueChecks.IsBankCard, 0.8, "luhn-and-issuer"),
            ("device_id", CodeChecks.IsImei, 0.9, "imei-luhn"),
            ("iban", ValueChecks.IsIban, 0.8, "iban-checksum"),
            ("vat_number", CodeChecks.IsVat, 0.8, "vat-format"),
            ("secret", CodeChecks.IsSecret, 0.8, "password-hash-or-key-format"),
            ("uuid", ValueChecks.IsUuid, 0.9, "uuid-format"),
            ("identifier", CodeChecks.IsObjectId, 0.9, "object-id-format"),
            ("mac_address", ValueChecks.IsMac, 0.8, "mac-format"),
            ("ip_address", ValueChecks.IsIp, 0.8, "ip-format"),
            ("user_agent", CodeChecks.IsUserAgent, 0.8, "user-agent-format"),
            ("image_url", CodeChecks.IsImageUrl, 0.7, "image-url-format"),
            ("url", ValueChecks.IsUrl, 0.8, "url-format"),
            ("html", CodeChecks.IsHtml, 0.8, "html-tags"),
            ("json", CodeChecks.IsJson, 0.8, "json-form"),
            ("plate_number", CodeChecks.IsChinesePlate, 0.7, "cn-plate-format"),
            ("language", CodeChecks.IsLocale, 0.9, "locale-format"),
            ("coordinates", CodeChecks.IsCoordinates, 0.9, "pair-of-degrees"),
        ];
        foreach (var (type, holds, least, rule) in formats)
        {
            if (!sample.Holds(holds, least) || sample.Values.Count < 3 && sample.Profile.Values > 3)
                continue;
            var share = sample.Share(holds);
            // Four groups of digits are a version of software where their first is always small; the name may say so.
            if (type == "ip_address" && sample.Named("version", "ver", "release", "build", "版本"))
                continue;
            var named = type is "uuid" ? IdByName(sample) : null;
            return Verdict(sample, named ?? type, 0.5 + (0.49 * sample.Sure(share)), holds, rule, Roles.Of(named ?? type, sample.Profile), named is null ? null : "Its name says whose id it is.");
        }

        return Phone(sample) ?? Several(sample);
    }

    // Several numbers in a cell, or values in brackets; decimals for machines.
    private static ColumnVerdict? Several(ColumnSample sample)
    {
        if (sample.Values.Count < 3)
            return null;
        if (sample.Holds(CodeChecks.IsEmbedding, 0.9))
            return Verdict(sample, "embedding", 0.9, CodeChecks.IsEmbedding, "decimals-in-a-row", ColumnRole.Attribute);
        return sample.Holds(CodeChecks.IsList, 0.9) ? Verdict(sample, "list", 0.85, CodeChecks.IsList, "values-in-a-row", ColumnRole.Attribute) : null;
    }

    // A UUID names something; where the column's name says what, that is worth more than its form.
    private static string? IdByName(ColumnSample sample)
    {
        Span<float> suggested = stackalloc float[ColumnFeatures.NameTypes];
        NameWords.Suggest(sample.Name, suggested);
        foreach (var type in (ReadOnlySpan<string>)["device_id", "session_id", "user_id", "order_id", "sku"])
        {
            for (var i = 0; i < SemanticTypes.Judged.Count; i++)
            {
                if (SemanticTypes.Judged[i] == type && suggested[i] >= 0.9f)
                    return type;
            }
        }

        return null;
    }

    private static ColumnVerdict? Phone(ColumnSample sample)
    {
        var named = sample.Named("phone", "tel", "telephone", "mobile", "cell", "fax", "phonenumber", "shouji", "dianhua", "电话", "手机", "联系方式");
        if (!sample.Holds(value => value.Count(char.IsAsciiDigit) is >= 5 and <= 18, 0.6))
            return null;
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
            || double.Parse(sample.Profile.Max!, CultureInfo.InvariantCulture) - double.Parse(sample.Profile.Min!, CultureInfo.InvariantCulture) > Math.Min(perValue, 1e9 / sample.Profile.Distinct) * sample.Profile.Distinct / 10;

    // Days, times and truth values are known by their form; what the days are the range and the name tell.
    // What a column is by what anybody sees, where nothing tells what it means: few words that group the rows, numbers with decimals, short codes.
    private static ColumnVerdict? ByLook(ColumnSample sample)
    {
        var profile = sample.Profile;
        if (profile.Kind == ValueKind.Decimal && !profile.Whole)
            return Verdict(sample, "measure", 0.7, _ => true, "decimals", ColumnRole.Measure);
        if (profile.Kind != ValueKind.Text || sample.Values.Count < 2)
            return null;
        if (profile is { Distinct: >= 2 and <= 50, MeanLength: <= 40 } && profile.Values >= 5 * profile.Distinct)
            return Verdict(sample, "category", 0.6, _ => true, "few-words", ColumnRole.Category);
        return sample.Values.Count >= 10 && profile is { MinLength: >= 2 and <= 12 } && profile.MinLength == profile.MaxLength && sample.Holds(value => value.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)), 0.98)
            ? Verdict(sample, "code", 0.6, _ => true, "short-codes", profile.LooksUnique ? ColumnRole.Key : ColumnRole.Attribute)
            : null;
    }

    private static ColumnVerdict? ByKind(ColumnSample sample)
    {
        var profile = sample.Profile;
        switch (profile.Kind)
        {
            case ValueKind.Boolean:
                return Verdict(sample, "flag", 0.95, _ => true, "boolean", ColumnRole.Category);
            case ValueKind.Integer when profile is { Distinct: <= 2, Whole: true, Min: "0", Max: "1" }:
                return Verdict(sample, sample.Named("label", "target", "class", "y", "outcome") ? "label" : "flag", 0.85, _ => true, "zero-and-one", ColumnRole.Category);
            case ValueKind.Decimal when Degrees(sample) is { } degrees:
                return Verdict(sample, degrees, 0.95, _ => true, "degrees-by-name", ColumnRole.Measure, "The name says so; the values fit.");
            case ValueKind.Time:
                return sample.Named("duration", "elapsed", "runtime", "时长", "耗时", "用时")
                    ? Verdict(sample, "duration", 0.85, _ => true, "time-format", ColumnRole.Measure, "The name says so; the values fit.")
                    : Verdict(sample, "time_of_day", 0.9, _ => true, "time-format", ColumnRole.Time);
            case ValueKind.Date or ValueKind.Timestamp:
                if (IsBirth(sample, profile.Min, profile.Max))
                    return Verdict(sample, "date_of_birth", sample.Named(BirthWords) ? 0.95 : 0.6, _ => true, "birth-range", ColumnRole.Attribute);
                var onlyDays = profile.Kind == ValueKind.Date || sample.Values.All(value => value.EndsWith(" 00:00:00", StringComparison.Ordinal) || value.EndsWith(" 00:00:00.0", StringComparison.Ordinal));
                return Verdict(sample, onlyDays ? "date" : "timestamp", 0.95, _ => true, "date-format", ColumnRole.Time);
            default:
                return null;
        }
    }

    // Numbers within the bounds of a coordinate whose name is one.
    private static string? Degrees(ColumnSample sample)
    {
        bool within(double most) => sample.Profile.Quantiles.TryGetValue("p01", out var low) && sample.Profile.Quantiles.TryGetValue("p99", out var high)
            && double.Parse(low, CultureInfo.InvariantCulture) >= -most && double.Parse(high, CultureInfo.InvariantCulture) <= most;
        if (sample.Named("lat", "latitude", "纬度", "weidu") && within(90))
            return "latitude";
        return sample.Named("lon", "lng", "longitude", "经度", "jingdu") && within(180) ? "longitude" : null;
    }

    /// <summary>Dates over two generations that end before today's children were born, or that are named so.</summary>
    public static bool IsBirth(ColumnSample sample, string? min, string? max)
    {
        var named = sample.Named(BirthWords) || sample.Named("csrq", "shengri", "chushengriqi");
        // A slip of the pen in a date of birth lies in the future: where the name says it, the values but the outermost decide.
        if (named && sample.Profile.Quantiles.TryGetValue("p01", out var low) && sample.Profile.Quantiles.TryGetValue("p99", out var high))
            (min, max) = (low, high);
        if (min is null || max is null || min.Length < 4 || max.Length < 4 || !int.TryParse(min.AsSpan(0, 4), out var from) || !int.TryParse(max.AsSpan(0, 4), out var to))
            return false;
        return named ? from >= 1880 && to <= 2035 : from is >= 1900 and <= 1965 && to is >= 1975 and <= 2016 && to - from >= 35 && sample.Profile.Distinct > 50;
    }

    // What stands inside sentences is as sure as what was found there, whatever the column's own type is and however weak.
    private static ColumnVerdict InText(ColumnVerdict verdict, ColumnSample sample)
    {
        if (sample.Profile.Kind != ValueKind.Text || (sample.Profile.MeanLength ?? 0) < 8 || SemanticTypes.All[verdict.Type].Personal != PersonalClass.None || verdict.Type is "masked" or "constant")
            return verdict;
        var written = verdict.Type is "review" or "free_text" or "html";
        var sentences = written || verdict.Type != "json" && sample.Holds(Sentences.Is, 0.5);
        if (!sentences && verdict.Type is not ("text" or "title" or "json" or SemanticTypes.Unknown) && !sample.Holds(Sentences.Is, 0.1))
            return verdict;
        var inside = InsideTexts.Find(sample, sentences);
        if (inside.Shares.Count == 0)
            return verdict;
        // Nobody knows what it means, but that it is text which holds this.
        if (inside.Told && verdict.Type == SemanticTypes.Unknown)
            verdict = Verdict(sample, "text", inside.Confidence, _ => true, "personal-in-text", ColumnRole.Text, verdict.Evidence.Note, PersonalClass.InText);
        return verdict with { Inside = inside.Shares, InsideOf = inside.Basis, InsideConfidence = inside.Confidence, Personal = inside.Told ? PersonalClass.InText : verdict.Personal };
    }
}
