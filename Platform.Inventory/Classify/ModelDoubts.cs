using Platform.Inventory.Profile;

namespace Platform.Inventory.Classify;

/// <summary>
/// What the model may not claim on its own. A number alone tells no tax from a temperature, and a capitalised word no family from a species: such types need
/// the name, a dictionary or a form to speak for them too; where nothing does, their probability goes to the more general type.
/// </summary>
internal static class ModelDoubts
{
    private static readonly string[] Words = ["code", "cd", "id", "no", "nr", "num", "number", "key", "ref", "编码", "代码", "编号"];

    /// <summary>Numbers of these types look like any other numbers. How much of their probability stays without a name that says it.</summary>
    private static readonly (string Type, float Stays)[] Numbers =
    [
        ("tax", 0.1f), ("discount", 0.15f), ("weight", 0.1f), ("rating", 0.2f), ("score", 0.2f), ("duration", 0.2f), ("size", 0.1f), ("list", 0.05f), ("percentage", 0.3f), ("quantity", 0.5f), ("price", 0.6f), ("amount", 0.6f),
        ("status", 0.3f), ("version", 0.3f), ("time_of_day", 0.3f), ("embedding", 0.1f),
    ];

    /// <summary>Numbers that name something; where the name says no such thing they must at least tell the rows apart.</summary>
    private static readonly string[] Ids = ["identifier", "user_id", "order_id", "session_id", "device_id", "sku", "code", "postcode", "bank_card", "iban"];

    /// <summary>Words of these types are known by a dictionary, by their form or by the name.</summary>
    private static readonly (string Type, Func<string, bool> Known, double Least, float Stays)[] Dictionaries =
    [
        ("given_name", value => First(value, PersonNames.Given) || First(value, PersonNames.Family) || value.Length <= 2 && PersonNames.ChineseGiven.Contains(value[^1]), 0.25, 0.7f),
        ("family_name", value => First(value, PersonNames.Family) || First(value, PersonNames.Given) || value.Length <= 2 && PersonNames.ChineseFamily.Contains(value[0]), 0.25, 0.7f),
        ("person_name", value => ValueChecks.IsChineseName(value) || HasName(value), 0.1, 0.7f),
        ("street_address", value => ValueChecks.HasStreetForm(value) || ValueChecks.IsChineseAddress(value) || value.Any(char.IsAsciiDigit) && value.Contains(' ', StringComparison.Ordinal) && !Sentences.Is(value), 0.4, 0.1f),
        ("address", value => ValueChecks.HasStreetForm(value) || ValueChecks.IsChineseAddress(value) || char.IsAsciiDigit(value[0]) && value.Contains(',', StringComparison.Ordinal), 0.3, 0.15f),
        ("gender", ValueChecks.IsGender, 0.6, 0.05f),
        ("color", CodeChecks.IsColor, 0.4, 0.3f),
        ("currency", Places.Currencies.Contains, 0.5, 0.05f),
        ("city", value => Places.Cities.Contains(value) || ValueChecks.IsHan(value[0]), 0.08, 0.5f),
        ("brand", _ => false, 1, 0.5f),
        ("secret", value => value.Length >= 8 && value.All(c => char.IsAsciiLetterOrDigit(c) || "-_=+/.$:".Contains(c, StringComparison.Ordinal)), 0.7, 0.1f),
        ("device_id", value => value.Length >= 12, 0.9, 0.2f),
    ];

    private static readonly string[] Persons = ["person_name", "given_name", "family_name"];

    // What one word and a running number make is nobody's name or house.
    private static readonly string[] Numbered = [.. Persons, "username", "street_address", "address"];

    private static readonly string[] PlaceTypes = ["region", "city", "country", "company"];

    /// <summary>Types that say little: what the name says is worth more.</summary>
    private static readonly string[] Vague = ["title", "category", "text"];

    private static readonly string[] Nameless = ["field", "attribute", "attr", "val", "value", "col", "column", "var", "tmp", "data", "feature", "f", "c", "k", "v", "x", "unnamed", "字段"];

    /// <summary>Lowers what nothing but the model speaks for; the sum stays as it was.</summary>
    public static void Apply(ColumnSample sample, ReadOnlySpan<float> suggested, float[] probabilities)
    {
        var profile = sample.Profile;
        if (profile.Kind is ValueKind.Integer or ValueKind.Decimal || sample.Holds(ValueChecks.IsGroupedNumber, 0.95))
            OfNumbers(sample, suggested, probabilities);
        else
            OfWords(sample, suggested, probabilities);
    }

    private static void OfNumbers(ColumnSample sample, ReadOnlySpan<float> suggested, float[] probabilities)
    {
        var profile = sample.Profile;
        var measure = ModelJudge.Index["measure"];
        var named = Suggests(sample, suggested);
        var coded = sample.Named(Words);
        foreach (var (type, stays) in Numbers)
        {
            if (suggested[ModelJudge.Index[type]] == 0)
                Move(probabilities, type, coded ? ModelJudge.Index["code"] : measure, coded ? 0 : stays);
        }

        // Degrees have many places, or the name says so.
        foreach (var type in (ReadOnlySpan<string>)["latitude", "longitude"])
        {
            if (suggested[ModelJudge.Index[type]] == 0 && !sample.Holds(value => value.IndexOf('.', StringComparison.Ordinal) is >= 0 and var point && value.Length - point > 4, 0.6))
                Move(probabilities, type, measure, 0);
        }

        // A name that says which number it is counts where the values allow it.
        ByName(suggested, probabilities, ["measure"], stays: 0.5f);
        if (sample.IsUnnamed || sample.Name.Words.All(Nameless.Contains))
        {
            // Headerless files begin with ids more often than with counts.
            if (profile is { Kind: ValueKind.Integer, Zeros: 0, Negatives: 0 })
                Move(probabilities, "measure", ModelJudge.Index["identifier"], 0.5f);
            return;
        }

        if (coded || !named)
            return;
        foreach (var type in Ids)
        {
            if (suggested[ModelJudge.Index[type]] == 0)
                Move(probabilities, type, measure, profile.LooksUnique && IsCounted(profile) ? 0.7f : 0.2f);
        }
    }

    private static void OfWords(ColumnSample sample, ReadOnlySpan<float> suggested, float[] probabilities)
    {
        var profile = sample.Profile;
        // Few words again and again group the rows.
        if (profile is { Distinct: <= 30, MeanLength: <= 40 } && profile.Values >= 20 * profile.Distinct)
            Move(probabilities, "title", ModelJudge.Index["category"], 0.1f);
        if (IsNumbered(sample))
        {
            var houses = sample.Holds(value => ValueChecks.IsChineseAddress(value) || ValueChecks.IsStreet(value, out _), 0.5);
            foreach (var type in Numbered)
            {
                if (suggested[ModelJudge.Index[type]] == 0 && !(houses && type is ("street_address" or "address")))
                    Move(probabilities, type, ModelJudge.Index["title"], 0);
            }
        }

        if (Persons.Any(type => probabilities[ModelJudge.Index[type]] > 0.02f))
            OfPersons(sample, suggested, probabilities);
        foreach (var (type, known, least, stays) in Dictionaries)
        {
            if (probabilities[ModelJudge.Index[type]] < 0.05f || SaysSo(sample, suggested, type) || sample.Holds(known, least))
                continue;
            // Few words that no dictionary knows are no people.
            var few = sample.Values.Count < 12 && type != "brand";
            var general = type == "device_id" ? "identifier" : profile.UniqueShare < 0.5 && profile.Distinct <= 50 ? "category" : "title";
            Move(probabilities, type, ModelJudge.Index[general], few ? 0 : stays);
        }

        if (sample.Named(Words) && sample.Holds(value => !value.Contains(' ', StringComparison.Ordinal), 0.9))
        {
            var whose = "code";
            foreach (var type in Ids)
            {
                if (type == "identifier" || suggested[ModelJudge.Index[type]] == 0)
                    continue;
                whose = type;
                break;
            }

            foreach (var type in (ReadOnlySpan<string>)["brand", "category", "title", "text", "code", .. Persons])
            {
                if (suggested[ModelJudge.Index[type]] == 0 && type != whose)
                    Move(probabilities, type, ModelJudge.Index[whose], 0.3f);
            }
        }

        ByName(suggested, probabilities, Vague, stays: 0.6f);
    }

    // Names of people have more than three letters now and then, and stand in no column that the source calls a place.
    private static void OfPersons(ColumnSample sample, ReadOnlySpan<float> suggested, float[] probabilities)
    {
        foreach (var person in Persons)
        {
            if (suggested[ModelJudge.Index[person]] > 0 && person != "person_name")
                return;
        }

        if (sample.Holds(value => value.Length <= 3 && value.All(char.IsAsciiLetterUpper), 0.8))
        {
            foreach (var person in Persons)
                Move(probabilities, person, ModelJudge.Index["code"], 0);
            return;
        }

        if (suggested[ModelJudge.Index["person_name"]] > 0 || sample.Holds(HasTwoNames, 0.3))
        {
            // "Anna Smith 17" in a column of names is no house.
            if (suggested[ModelJudge.Index["person_name"]] > 0 && suggested[ModelJudge.Index["street_address"]] == 0 && sample.Holds(HasTwoNames, 0.5))
            {
                Move(probabilities, "street_address", ModelJudge.Index["person_name"], 0.1f);
                Move(probabilities, "address", ModelJudge.Index["person_name"], 0.1f);
            }

            return;
        }

        foreach (var place in PlaceTypes)
        {
            if (suggested[ModelJudge.Index[place]] == 0)
                continue;
            foreach (var person in Persons)
                Move(probabilities, person, ModelJudge.Index[place], 0.1f);
            return;
        }
    }

    // What the name says, where the values allow it, takes from what says less.
    private static void ByName(ReadOnlySpan<float> suggested, float[] probabilities, ReadOnlySpan<string> vague, float stays)
    {
        var best = -1;
        for (var i = 0; i < probabilities.Length; i++)
        {
            if (suggested[i] > 0 && probabilities[i] >= 0.08f && (best < 0 || probabilities[i] > probabilities[best]))
                best = i;
        }

        if (best < 0)
            return;
        foreach (var type in vague)
        {
            if (suggested[ModelJudge.Index[type]] == 0)
                Move(probabilities, type, best, stays);
        }
    }

    private static bool HasName(string value) => value.Split([' ', ',', '.'], StringSplitOptions.RemoveEmptyEntries).Any(word => PersonNames.Given.Contains(word) || PersonNames.Family.Contains(word));

    public static bool HasTwoNames(string value)
    {
        var words = value.Split([' ', ',', '.'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length >= 2 && words.Any(PersonNames.Given.Contains) || ValueChecks.IsChineseName(value);
    }

    // "Artikel 12", "商品12": nearly all values are one text but for a number in it.
    private static bool IsNumbered(ColumnSample sample)
    {
        if (sample.Values.Count < 8)
            return false;
        var forms = sample.Values.GroupBy(WithoutNumbers, StringComparer.Ordinal).MaxBy(group => group.Count())!;
        return forms.Key.Contains('0', StringComparison.Ordinal) && forms.Count() >= 0.9 * sample.Values.Count;
    }

    private static string WithoutNumbers(string value)
    {
        var form = new System.Text.StringBuilder(value.Length);
        foreach (var c in value)
        {
            if (!char.IsAsciiDigit(c))
                form.Append(c);
            else if (form.Length == 0 || form[^1] != '0')
                form.Append('0');
        }

        return form.ToString();
    }

    // "name" is what many things have.
    private static bool SaysSo(ColumnSample sample, ReadOnlySpan<float> suggested, string type)
        => suggested[ModelJudge.Index[type]] > 0 && !(type == "person_name" && !sample.Name.IsChinese && suggested[ModelJudge.Index["title"]] > 0 && suggested[ModelJudge.Index[type]] < 1);

    private static bool Suggests(ColumnSample sample, ReadOnlySpan<float> suggested)
        => sample.Name.IsChinese || sample.Name.Words.Any(word => word.Length >= 3) || suggested.IndexOfAnyExcept(0f) >= 0;

    private static bool First(string value, System.Collections.Frozen.FrozenSet<string> names)
    {
        var space = value.IndexOfAny([' ', '-', '.']);
        return names.Contains(space > 0 ? value[..space] : value);
    }

    // Counted from somewhere without many gaps.
    private static bool IsCounted(ColumnProfile profile)
        => long.TryParse(profile.Min, System.Globalization.NumberStyles.Any, System.Globalization.CultureInfo.InvariantCulture, out var low) && long.TryParse(profile.Max, System.Globalization.NumberStyles.Any, System.Globalization.CultureInfo.InvariantCulture, out var high) && high - low < 4 * (double)profile.Distinct;

    private static void Move(float[] probabilities, string from, int to, float stays)
    {
        var at = ModelJudge.Index[from];
        if (at == to)
            return;
        probabilities[to] += probabilities[at] * (1 - stays);
        probabilities[at] *= stays;
    }
}
