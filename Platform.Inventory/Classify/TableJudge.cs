using Platform.Inventory.Profile;

namespace Platform.Inventory.Classify;

/// <summary>Judges a table's columns together: what stands beside a column can settle what its values leave open, and says whose data they are.</summary>
public static class TableJudge
{
    /// <summary>Version of all rules together: a verdict of another version is judged again.</summary>
    public static int Version => ColumnJudge.Version;

    /// <summary>The rule of evidence that a verdict names which people's verdicts on similar columns have settled.</summary>
    public const string LearnedRule = "learned-from-people";

    /// <summary>A verdict for each column, in order, and the table's business domain.</summary>
    public static (IReadOnlyList<ColumnVerdict> Verdicts, DomainVerdict? Domain) Judge(string tableName, IReadOnlyList<ColumnState> states, IReadOnlyList<ColumnProfile> profiles, JudgedByPeople? people = null)
        => Judge(tableName, [.. states.Zip(profiles, (state, profile) => new ColumnSample(state, profile))], people);

    /// <summary>The same from samples, which are all that judging needs.</summary>
    internal static (IReadOnlyList<ColumnVerdict> Verdicts, DomainVerdict? Domain) Judge(string tableName, IReadOnlyList<ColumnSample> samples, JudgedByPeople? people = null)
    {
        var verdicts = new ColumnVerdict[samples.Count];
        for (var i = 0; i < verdicts.Length; i++)
            verdicts[i] = ColumnJudge.Judge(samples[i], people?.Votes);
        PlacesByNeighbours(samples, verdicts);
        NamesByNeighbours(samples, verdicts);
        BirthsByPeople(samples, verdicts);
        People(verdicts);
        return (verdicts, DomainJudge.Judge(tableName, [.. samples.Select(sample => sample.Profile)], verdicts));
    }

    // A place beside a state is a city; five digits beside one are a postcode. Neither is sure enough alone.
    private static void PlacesByNeighbours(IReadOnlyList<ColumnSample> samples, ColumnVerdict[] verdicts)
    {
        for (var pass = 0; pass < 2; pass++)
        {
            for (var i = 0; i < verdicts.Length; i++)
            {
                var beside = string.Join(", ", Enumerable.Range(i - 2, 5).Where(j => j != i && j >= 0 && j < verdicts.Length && verdicts[j].Type is "region" or "postcode" or "street_address" or "city" or "country" or "address" && verdicts[j].Confidence >= 0.6).Select(j => verdicts[j].Column));
                if (beside.Length == 0)
                    continue;
                var sample = samples[i];
                var places = verdicts.Count(verdict => verdict.Type is "region" or "postcode" or "street_address" && verdict.Confidence >= 0.6);
                if (verdicts[i].Type is ("title" or "text" or "category" or "unknown" or "region" or "company" or "brand" or "family_name" or "product_name") && places >= (sample.Named("city", "town", "suburb", "城市") ? 1 : 2) && sample.Share(IsPlaceWords) >= 0.95 && (sample.IsUnnamed ? sample.Share(Places.Cities.Contains) >= 0.08 : sample.Named("city", "town", "suburb", "城市")) && Adjacent(verdicts, i))
                    verdicts[i] = ColumnJudge.Verdict(sample, "city", 0.75, IsPlaceWords, "place-beside-places", ColumnRole.Category, $"Beside {beside}.");
                else if (verdicts[i].Type == "city")
                    verdicts[i] = verdicts[i] with { Confidence = Math.Max(verdicts[i].Confidence, 0.85) };
                else if ((sample.IsUnnamed || sample.Named("zip", "zipcode", "post", "postal", "postcode", "邮编")) && verdicts[i].Type is "identifier" or "measure" or "code" or "category" or "postcode" or "unknown" or "label" or "sku" or "quantity" or "amount" or "order_id" or "user_id" && IsPostcodeForm(sample) && samples[i].Profile.UniqueShare < 0.9 && verdicts[i].Role != ColumnRole.Key)
                    verdicts[i] = ColumnJudge.Verdict(sample, "postcode", Math.Max(verdicts[i].Type == "postcode" ? verdicts[i].Confidence + 0.15 : 0, 0.8), value => value.Length is >= 4 and <= 6, "digits-beside-places", ColumnRole.Attribute, $"Beside {beside}.");
                else if (verdicts[i].Type is "title" or "text" or "code" or "category" or "identifier" or "measure" or "unknown" or "sku" && verdicts[i].Role != ColumnRole.Key && samples[i].Profile.UniqueShare < 0.9 && IsPostcodeBesideAddress(sample, verdicts, i))
                    verdicts[i] = ColumnJudge.Verdict(sample, "postcode", 0.8, ValueChecks.IsPostcode, "postcodes-beside-places", ColumnRole.Attribute, $"Beside {beside}.");
            }
        }
    }

    // Postcodes of several countries are not all digits; China's six digits need the address itself beside them, or the name.
    private static bool IsPostcodeBesideAddress(ColumnSample sample, ColumnVerdict[] verdicts, int i)
    {
        if (sample.Values.Count < 3 || sample.Share(ValueChecks.IsPostcode) < 0.95)
            return false;
        bool address(int j) => j >= 0 && j < verdicts.Length && verdicts[j] is { Type: "address" or "street_address", Confidence: >= 0.6 };
        return sample.Named("zip", "zipcode", "post", "postal", "postcode", "邮编", "邮政编码")
            || !sample.Named("id", "no", "nr", "number", "code", "key") && (address(i - 1) || address(i + 1)) && sample.Share(value => value.Length == 6 && value.All(char.IsAsciiDigit) || value.Any(char.IsAsciiLetter)) >= 0.2;
    }

    // Days over two generations that end before today's children were born, in a table of people: nothing else of them is so old.
    private static void BirthsByPeople(IReadOnlyList<ColumnSample> samples, ColumnVerdict[] verdicts)
    {
        if (!verdicts.Any(verdict => verdict is { Type: "given_name" or "family_name" or "person_name" or "email" or "national_id", Confidence: >= 0.6 }))
            return;
        for (var i = 0; i < verdicts.Length; i++)
        {
            if (verdicts[i].Type == "date" && samples[i].Profile.Distinct > 50 && Year(samples[i].Profile, "p01") is >= 1920 and var from && Year(samples[i].Profile, "p99") is <= 2016 and var to && to - from >= 30)
                verdicts[i] = ColumnJudge.Verdict(samples[i], "date_of_birth", 0.7, _ => true, "birth-range-beside-people", ColumnRole.Attribute);
        }
    }

    private static int? Year(ColumnProfile profile, string quantile) =>
        profile.Quantiles.TryGetValue(quantile, out var text) && text.Length >= 4 && int.TryParse(text.AsSpan(0, 4), out var year) ? year : null;

    // Words beside first names, as many as people have, are last names, also where few of them are common.
    private static void NamesByNeighbours(IReadOnlyList<ColumnSample> samples, ColumnVerdict[] verdicts)
    {
        for (var i = 0; i < verdicts.Length; i++)
        {
            foreach (var beside in (ReadOnlySpan<int>)[i - 1, i + 1])
            {
                if (beside < 0 || beside >= verdicts.Length || verdicts[beside] is not { Type: "given_name", Confidence: >= 0.6 } || verdicts[i].Type is not ("text" or "title" or "category" or "unknown" or "person_name" or "brand" or "city" or "username"))
                    continue;
                var sample = samples[i];
                var common = sample.Share(PersonNames.Family.Contains);
                if (sample.Values.Count >= 20 && sample.Share(ValueChecks.IsNameWord) >= 0.85 && (common >= 0.1 || sample.Named("last", "surname", "family", "lastname", "name")))
                    verdicts[i] = ColumnJudge.Verdict(sample, "family_name", 0.65 + (0.3 * common), ValueChecks.IsNameWord, "words-beside-given-names", ColumnRole.Attribute, $"Beside {verdicts[beside].Column}.");
            }
        }
    }

    // Nearly all values are five digits (or six, as in China; or four, as in Australia).
    private static bool IsPostcodeForm(ColumnSample sample)
    {
        foreach (var length in (ReadOnlySpan<int>)[5, 6, 4])
        {
            if (sample.Share(value => value.Length == length && value.All(char.IsAsciiDigit) || length == 5 && value.Length == 10 && value[5] == '-') >= 0.97)
                return true;
        }

        return false;
    }

    private static bool Adjacent(ColumnVerdict[] verdicts, int i)
        => i > 0 && verdicts[i - 1].Type is "street_address" or "region" or "postcode" or "address" || i + 1 < verdicts.Length && verdicts[i + 1].Type is "region" or "postcode" or "country";

    private static bool IsPlaceWords(string value) => value.Length is >= 2 and <= 40 && value.All(c => char.IsLetter(c) || c is ' ' or '-' or '\'' or '.');

    // Where a table tells of people, the parts of an address, birth, age and gender are theirs; beside a brewery's name they are not.
    private static void People(ColumnVerdict[] verdicts)
    {
        var people = verdicts.Where(verdict => verdict.Type is "given_name" or "family_name" or "person_name" or "email" or "national_id" or "phone" or "username" && verdict.Confidence >= 0.6).ToList();
        var named = verdicts.Count(verdict => verdict.Type is "given_name" or "family_name" && verdict.Confidence >= 0.5);
        // Age, gender and postcode together single people out, even without their names.
        var traits = verdicts.Where(verdict => verdict.Type is "age" or "gender" or "date_of_birth" && verdict.Confidence >= 0.6).ToList();
        for (var i = 0; i < verdicts.Length; i++)
        {
            var verdict = verdicts[i];
            // First and last names confirm each other.
            if (verdict.Type is "given_name" or "family_name" && named >= 2)
                verdicts[i] = verdict with { Confidence = Math.Min(0.97, verdict.Confidence + 0.15) };
            if ((people.Count == 0 || people.All(person => person.Type is "phone" or "username")) && traits.Count < 2)
                continue;
            var personal = verdict.Type switch
            {
                "city" or "region" or "postcode" or "latitude" or "longitude" or "coordinates" => PersonalClass.Address,
                _ => verdict.Personal,
            };
            if (personal != verdict.Personal)
                verdicts[i] = verdict with { Personal = personal, Evidence = verdict.Evidence with { Examples = [.. verdict.Evidence.Examples.Select(ColumnSample.Mask)], Note = $"{verdict.Evidence.Note} Personal because the row tells of a person ({string.Join(", ", (people.Count > 0 ? people : traits).Select(person => person.Column).Take(3))}).".Trim() } };
        }
    }
}
