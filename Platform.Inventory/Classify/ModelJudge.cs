using Platform.Inventory.Profile;

namespace Platform.Inventory.Classify;

/// <summary>
/// Judges a column by the trained classifier. What the values rule out is taken away before (a year is no card number, whatever the name says);
/// where no type is sure enough, the more general one is, or the verdict abstains.
/// </summary>
internal static class ModelJudge
{
    /// <summary>Below this a specific type is not claimed.</summary>
    public const double Least = 0.5;

    private const float LeastPersonal = 0.35f;

    private static readonly int[][] Kinds = [.. SemanticTypes.Judged.Select(general => Enumerable.Range(0, SemanticTypes.Judged.Count).Where(i => SemanticTypes.IsA(SemanticTypes.Judged[i], general)).ToArray())];

    /// <summary>Where each judged type stands among the model's outputs.</summary>
    public static readonly IReadOnlyDictionary<string, int> Index = Enumerable.Range(0, SemanticTypes.Judged.Count).ToDictionary(i => SemanticTypes.Judged[i]);

    /// <summary>Types that only values of a form can have, with the least share of them.</summary>
    private static readonly (string Type, Func<string, bool> Holds, double Least)[] Needs =
    [
        ("email", ValueChecks.IsEmail, 0.3), ("uuid", ValueChecks.IsUuid, 0.5), ("iban", ValueChecks.IsIban, 0.3), ("ip_address", ValueChecks.IsIp, 0.3), ("mac_address", ValueChecks.IsMac, 0.3),
        ("url", LooksLikeLink, 0.3), ("image_url", LooksLikeLink, 0.5), ("credit_code", CodeChecks.IsCreditCode, 0.3), ("bank_card", ValueChecks.IsBankCard, 0.5), ("json", value => value[0] is '{' or '[', 0.5),
        ("html", value => value.Contains('<', StringComparison.Ordinal), 0.3), ("phone", value => value.Count(c => char.IsAsciiDigit(c) || c == '*') is >= 6 and <= 18, 0.5), ("year", value => value.Count(char.IsAsciiDigit) is 2 or 4 or 5, 0.5),
        ("national_id", value => value.Length is >= 6 and <= 20 && value.Count(c => char.IsAsciiDigit(c) || c is '*' or 'X') >= 5, 0.5), ("plate_number", CodeChecks.IsPlate, 0.5),
        ("hash", value => value.Length >= 16 && !value.Contains(' ', StringComparison.Ordinal), 0.5), ("coordinates", value => value.Count(char.IsAsciiDigit) >= 4 && value.AsSpan().IndexOfAny(",; ") > 0, 0.5), ("embedding", value => value.Count(c => c == '.') >= 3, 0.5),
        ("vat_number", CodeChecks.IsVat, 0.4), ("postcode", value => value.Length is >= 3 and <= 10 && value.Any(char.IsAsciiDigit), 0.6), ("user_agent", value => value.Contains('/', StringComparison.Ordinal), 0.5),
        ("currency", value => value.Length > 3 || Places.Currencies.Contains(value), 0.4), ("country_code", Places.CountryCodes.Contains, 0.5), ("version", value => value.Any(char.IsAsciiDigit), 0.5),
        ("person_name", IsPerson, 0.3), ("person_name", value => NoDigits(value) || ModelDoubts.HasTwoNames(value), 0.7), ("person_name", value => value.Length >= 2, 0.8), ("given_name", value => value.Length >= 2 || PersonNames.ChineseGiven.Contains(value[0]), 0.7), ("family_name", value => value.Length >= 2 || PersonNames.ChineseFamily.Contains(value[0]), 0.7), ("given_name", NoDigits, 0.7), ("family_name", NoDigits, 0.7),
    ];

    /// <summary>Types that numbers within bounds have, where the column is numbers: 5 % at each end may lie outside.</summary>
    private static readonly (string Type, double Low, double High)[] Bounds =
        [("latitude", -90, 90), ("longitude", -180, 180), ("age", 0, 130), ("year", 1500, 2200), ("month", 1, 209_912), ("day", 0, 31), ("weekday", 0, 7), ("rating", 0, 100)];

    /// <summary>The verdict, with the hidden layer as what the column looks like.</summary>
    public static (ColumnVerdict Verdict, float[] Hidden) Judge(ColumnSample sample, TypeModel model)
    {
        var (probabilities, hidden) = model.Score(ColumnFeatures.Of(sample));
        RuleOut(sample, probabilities);
        return (Choose(sample, model, probabilities), hidden);
    }

    /// <summary>The surest type, or the general one that is sure enough, or none.</summary>
    /// <param name="sample">The column.</param>
    /// <param name="model">Whose calibration holds.</param>
    /// <param name="probabilities">A probability a judged type.</param>
    /// <param name="note">What the evidence says beside; null for what else it looks like.</param>
    /// <param name="rejected">Types that people have ruled out.</param>
    public static ColumnVerdict Choose(ColumnSample sample, TypeModel model, float[] probabilities, string? note = null, IReadOnlySet<string>? rejected = null)
    {
        var best = Array.IndexOf(probabilities, probabilities.Max());
        var sure = model.Head.Model.Of(probabilities[best]);
        var type = SemanticTypes.Judged[best];
        // That data are a person's is not said of the best of many bad guesses.
        if (sure < Least || probabilities[best] < LeastPersonal && SemanticTypes.All[type].Personal != PersonalClass.None || rejected?.Contains(type) == true)
        {
            // Its kind may be sure where it is not: an amount of money that could be a price or a total.
            for (var general = SemanticTypes.All[type].Parent; general is not null; general = SemanticTypes.All[general].Parent)
            {
                var said = Kinds[Index[general]].Sum(i => probabilities[i]);
                var together = model.Head.Model.Of(said);
                if (together < Least || said < LeastPersonal && SemanticTypes.All[general].Personal != PersonalClass.None || rejected?.Contains(general) == true)
                    continue;
                return ColumnJudge.Verdict(sample, general, together, Matching(general), "column-model", Roles.Of(general, sample.Profile), note ?? Alternatives(probabilities));
            }

            return ColumnJudge.Verdict(sample, SemanticTypes.Unknown, sure, _ => true, "column-model", Roles.Of(SemanticTypes.Unknown, sample.Profile), note ?? Alternatives(probabilities));
        }

        return ColumnJudge.Verdict(sample, type, sure, Matching(type), "column-model", Roles.Of(type, sample.Profile), note ?? (sure < 0.8 ? Alternatives(probabilities) : null));
    }

    /// <summary>Takes away what the values cannot be.</summary>
    public static void RuleOut(ColumnSample sample, float[] probabilities)
    {
        foreach (var (type, holds, least) in Needs)
        {
            if (probabilities[Index[type]] > 0.01f && !sample.Holds(holds, least))
                probabilities[Index[type]] = 0;
        }

        var profile = sample.Profile;
        var numbers = profile.Kind is ValueKind.Integer or ValueKind.Decimal;
        if (numbers && profile.Quantiles.Count > 0)
        {
            var low = double.Parse(profile.Quantiles["p05"], System.Globalization.CultureInfo.InvariantCulture);
            var high = double.Parse(profile.Quantiles["p95"], System.Globalization.CultureInfo.InvariantCulture);
            foreach (var (type, from, to) in Bounds)
            {
                if (low < from || high > to)
                    probabilities[Index[type]] = 0;
            }

            // Seconds, or their thousandths, millionths, billionths, of the years 1980 to 2100.
            if (!new[] { 1, 1e3, 1e6, 1e9 }.Any(unit => low >= 3.1e8 * unit && high <= 4.2e9 * unit))
                probabilities[Index["unix_time"]] = 0;
            if (profile.Kind == ValueKind.Decimal && !profile.Whole)
            {
                foreach (var type in (ReadOnlySpan<string>)["identifier", "user_id", "order_id", "sku", "device_id", "postcode", "phone", "year", "month", "day", "weekday", "flag", "label"])
                    probabilities[Index[type]] = 0;
            }
        }

        if (profile.Distinct > 2)
            probabilities[Index["flag"]] *= 0.02f;
        // Few words again and again group rows; they are no people.
        if (profile.Distinct <= 30 && profile.UniqueShare < 0.3)
            probabilities[Index["username"]] = 0;
        Span<float> suggested = stackalloc float[ColumnFeatures.NameTypes];
        NameWords.Suggest(sample.Name, suggested);
        // Numbers up to 130 are ages only where something says so.
        if (suggested[Index["age"]] == 0)
            probabilities[Index["age"]] *= 0.1f;
        // Bare numbers without a check digit or a numbering plan are a person's only where the name says so.
        foreach (var type in (ReadOnlySpan<string>)["national_id", "phone"])
        {
            if (numbers && suggested[Index[type]] == 0)
                probabilities[Index[type]] = 0;
        }

        ModelDoubts.Apply(sample, suggested, probabilities);
        var sum = probabilities.Sum();
        if (sum > 0)
        {
            for (var i = 0; i < probabilities.Length; i++)
                probabilities[i] /= sum;
        }
    }

    private static string Alternatives(float[] probabilities) =>
        "Looks like " + string.Join(", ", Enumerable.Range(0, probabilities.Length).OrderByDescending(i => probabilities[i]).Take(3).Where(i => probabilities[i] >= 0.05).Select(i => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{SemanticTypes.Judged[i]} {probabilities[i]:0.00}"))) + ".";

    /// <summary>The check that shows which values speak for a type; all where there is none.</summary>
    private static Func<string, bool> Matching(string type) => type switch
    {
        "given_name" => PersonNames.Given.Contains,
        "family_name" => PersonNames.Family.Contains,
        "city" => Places.Cities.Contains,
        "country" => Places.Countries.Contains,
        "color" => CodeChecks.IsColor,
        "status" => CodeChecks.IsStatus,
        "language" => CodeChecks.IsLanguage,
        "company" => CodeChecks.IsCompany,
        "job_title" => CodeChecks.IsJob,
        "street_address" => ValueChecks.HasStreetForm,
        "postcode" => ValueChecks.IsPostcode,
        "gender" => ValueChecks.IsGender,
        "currency" => Places.Currencies.Contains,
        "weekday" => ValueChecks.IsWeekday,
        "size" => CodeChecks.IsSize,
        "duration" => CodeChecks.IsDuration,
        "plate_number" => CodeChecks.IsPlate,
        _ => _ => true,
    };

    // A Chinese name begins with one of the family names; words that do not are no people.
    private static bool IsPerson(string value) => !ValueChecks.IsHan(value[0]) || ValueChecks.IsChineseName(value) || PersonNames.ChineseFamily.Contains(value[0]) && value.Length <= 4;

    private static bool NoDigits(string value) => !value.Any(char.IsAsciiDigit);

    private static bool LooksLikeLink(string value) => value.Length > 3 && !value.Contains(' ', StringComparison.Ordinal) && value.AsSpan().IndexOfAny("./") > 0;
}
