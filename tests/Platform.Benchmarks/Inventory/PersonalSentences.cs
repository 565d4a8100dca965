using System.Globalization;
using System.Text;
using Bogus;
using Platform.Inventory.Classify;
using Platform.Inventory.Personal;

namespace Platform.Benchmarks.Inventory;

/// <summary>Fills frames with names, places, companies and numbers of many countries (the package Bogus, and values of the texts that may be tuned on). Seeded: the same texts each time.</summary>
internal sealed class PersonalSentences
{
    private static readonly string[] Locales = ["en_US", "en_US", "en_GB", "en_AU", "en_CA", "en_IE", "en_IND", "en_ZA", "de", "de_AT", "de_CH", "fr", "fr_CA", "fr_CH", "es", "es_MX", "it", "pt_BR", "pt_PT", "nl", "nl_BE", "sv", "nb_NO", "fi", "pl", "cz", "sk", "hr", "ro", "tr", "lv", "id_ID", "vi", "af_ZA"];
    private static readonly string[] Other = ["ru", "el", "uk"];
    private static readonly string[] Honors = ["Mr.", "Mrs.", "Ms.", "Dr.", "Mr", "Mrs", "Ms", "Dr", "Miss", "Prof.", "Sir", "Herr", "Madam"];
    private static readonly string[] Days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "yesterday", "tomorrow", "today", "this morning", "last week"];
    private static readonly string[] Months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December", "Jan", "Feb", "Sept", "Dec"];
    private static readonly string[] Streets = ["{0} {1} Street", "{0} {1} St", "{0} {1} Avenue", "{0} {1} Ave", "{0} {1} Rd", "{0} {1} Road", "{0} {1} Lane", "{0} {1} Drive", "{0} {1} Blvd", "{1}strasse {0}", "{1} Strasse {0}", "{1}gatan {0}", "{1}vej {0}", "{1}katu {0}", "Rue {1} {0}", "{0}, rue {1}", "Via {1} {0}", "Calle {1} {0}", "C/ {1} {0}", "Rua {1} {0}", "{1} utca {0}.", "ul. {1} {0}", "{1} {0}", "{1}weg {0}", "{1} tér {0}.", "{1}straat {0}", "{1}vegen {0}", "Avenida {1} {0}", "{0} {1} Court", "{0} {1} Crescent", "{1} út {0}.", "{0} {1} Parade", "{0} Place {1}", "Plaza {1} {0}", "{1} cesta {0}"];
    private readonly Random _random;
    private readonly Dictionary<string, Faker> _fakers;
    private readonly Dictionary<PersonalKind, List<string>> _known;

    public PersonalSentences(int seed, IReadOnlyList<KnownText> tuning)
    {
        _random = new Random(seed);
        _fakers = Locales.Concat(Other).Distinct().ToDictionary(locale => locale, locale => new Faker(locale) { Random = new Randomizer(seed + locale.Sum(c => c)) });
        _known = tuning.SelectMany(text => text.Spans.Select(span => (span.Kind, Value: text.Text.Substring(span.Start, span.Length)))).GroupBy(value => value.Kind).ToDictionary(group => group.Key, group => group.Select(value => value.Value).Distinct().ToList());
    }

    /// <summary>A frame with its places filled.</summary>
    public KnownText Fill(string frame)
    {
        var text = new StringBuilder();
        var spans = new List<KnownSpan>();
        for (var at = 0; at < frame.Length;)
        {
            var open = frame.IndexOf('{', at);
            var close = open < 0 ? -1 : frame.IndexOf('}', open);
            if (close < 0)
            {
                text.Append(frame, at, frame.Length - at);
                break;
            }

            text.Append(frame, at, open - at);
            var (kind, value) = Value(frame[(open + 1)..close]);
            if (kind is { } known)
                spans.Add(new KnownSpan(known, text.Length, value.Length));
            text.Append(value);
            at = close + 1;
        }

        return new KnownText(text.ToString(), frame, spans);
    }

    /// <summary>A text that may be tuned on, its values exchanged for others of their kind.</summary>
    public KnownText Exchange(KnownText source)
    {
        var text = new StringBuilder();
        var spans = new List<KnownSpan>();
        var at = 0;
        foreach (var span in source.Spans)
        {
            var own = source.Text.Substring(span.Start, span.Length);
            text.Append(source.Text, at, span.Start - at);
            at = span.Start + span.Length;
            var value = Alike(span.Kind, own);
            spans.Add(new KnownSpan(span.Kind, text.Length, value.Length));
            text.Append(value);
        }

        return new KnownText(text.Append(source.Text, at, source.Text.Length - at).ToString(), source.Frame, spans);
    }

    private string Alike(PersonalKind kind, string own)
    {
        if (kind is PersonalKind.PersonName or PersonalKind.Organization or PersonalKind.Place && _random.Next(3) > 0)
            return Value(kind switch { PersonalKind.PersonName => own.Contains(' ', StringComparison.Ordinal) ? "name" : "one", PersonalKind.Organization => "org", _ => "gpe" }).Value;
        // An address has many parts and its place tells which: only one alike will do.
        var like = _known[kind].Where(value => kind != PersonalKind.Address || value.Any(char.IsAsciiDigit) == own.Any(char.IsAsciiDigit) && value.Contains('\n', StringComparison.Ordinal) == own.Contains('\n', StringComparison.Ordinal) && value.Any(char.IsLetter) == own.Any(char.IsLetter) && Math.Abs(value.Length - own.Length) < 8).ToList();
        return like.Count == 0 ? own : like[_random.Next(like.Count)];
    }

    private (PersonalKind? Kind, string Value) Value(string place)
    {
        var faker = _fakers[_random.Next(40) == 0 ? Other[_random.Next(Other.Length)] : Locales[_random.Next(Locales.Length)]];
        return place switch
        {
            "name" => (PersonalKind.PersonName, Name(faker)),
            "one" => (PersonalKind.PersonName, _random.Next(2) == 0 ? faker.Name.LastName() : faker.Name.FirstName()),
            "first" => (PersonalKind.PersonName, Maybe(PersonalKind.PersonName, value => !value.Contains(' ', StringComparison.Ordinal)) ?? faker.Name.FirstName()),
            "last" => (PersonalKind.PersonName, Maybe(PersonalKind.PersonName, value => !value.Contains(' ', StringComparison.Ordinal)) ?? faker.Name.LastName()),
            "lower" => (PersonalKind.PersonName, faker.Name.FirstName().ToLowerInvariant()),
            "initial" => (PersonalKind.PersonName, ((char)('A' + _random.Next(26))).ToString()),
            "honor" => (PersonalKind.Title, Honors[_random.Next(Honors.Length)]),
            "job" => (PersonalKind.Title, Maybe(PersonalKind.Title, value => value.Length > 5) ?? _fakers["en_US"].Name.JobTitle()),
            "org" => (PersonalKind.Organization, Maybe(PersonalKind.Organization, _ => true) ?? Company(faker)),
            "gpe" => (PersonalKind.Place, Maybe(PersonalKind.Place, _ => true) ?? (_random.Next(2) == 0 ? City(faker) : Country())),
            "city" => (PersonalKind.Place, _random.Next(8) == 0 ? City(faker).ToUpperInvariant() : City(faker)),
            "cityup" => (PersonalKind.Place, City(faker).ToUpperInvariant()),
            "country" => (PersonalKind.Place, Country()),
            "state" => (PersonalKind.Place, _random.Next(2) == 0 ? _fakers["en_US"].Address.StateAbbr() : _fakers["en_US"].Address.State()),
            "street" => (PersonalKind.Address, Street(faker)),
            "streetname" => (PersonalKind.Address, Street(faker, number: false)),
            "house" => (PersonalKind.Address, Number()),
            "unit" => (PersonalKind.Address, Unit()),
            "zip" => (PersonalKind.Postcode, faker.Address.ZipCode()),
            "address" => (PersonalKind.Address, Address(faker)),
            "phone" => (PersonalKind.Phone, Maybe(PersonalKind.Phone, _ => true) ?? faker.Phone.PhoneNumber()),
            "email" => (PersonalKind.Email, faker.Internet.Email()),
            "url" => (PersonalKind.Url, _random.Next(3) == 0 ? "www." + faker.Internet.DomainName() : faker.Internet.Url()),
            "card" => (PersonalKind.BankCard, Maybe(PersonalKind.BankCard, _ => true) ?? faker.Finance.CreditCardNumber().Replace("-", _random.Next(2) == 0 ? "" : "-", StringComparison.Ordinal)),
            "iban" => (PersonalKind.Iban, faker.Finance.Iban()),
            "ssn" => (PersonalKind.NationalId, Digits("###-##-####")),
            "ip" => (PersonalKind.IpAddress, faker.Internet.Ip()),
            "dl" => (PersonalKind.DrivingLicence, Digits(new[] { "#######", "?############", "?#######", "########", "??######", "####-##-####", "?##############" }[_random.Next(7)])),
            "number" => (null, Digits(new[] { "#", "##", "###", "####", "#####", "######", "########", "##########", "############", "################" }[_random.Next(10)])),
            "code" => (null, Digits(new[] { "??####", "?-####", "##-###-??", "?###", "E###", "??-##-##", "######?" }[_random.Next(7)])),
            "age" => (PersonalKind.Age, _random.Next(1, 99).ToString(CultureInfo.InvariantCulture)),
            "nrp" => (PersonalKind.Group, _random.Next(12) == 0 ? Nation().ToLowerInvariant() : Nation()),
            "nrps" => (PersonalKind.Group, Nation() + "s"),
            "year" => (PersonalKind.Date, _random.Next(1930, 2025).ToString(CultureInfo.InvariantCulture)),
            "day" => (PersonalKind.Date, Days[_random.Next(Days.Length)]),
            "date" => (PersonalKind.Date, Date()),
            _ => (null, "{" + place + "}"),
        };
    }

    private string? Maybe(PersonalKind kind, Func<string, bool> holds)
    {
        if (_random.Next(3) > 0 || !_known.TryGetValue(kind, out var known))
            return null;
        var value = known[_random.Next(known.Count)];
        return holds(value) ? value : null;
    }

    private string Name(Faker faker)
    {
        if (Maybe(PersonalKind.PersonName, value => value.Contains(' ', StringComparison.Ordinal)) is { } known)
            return known;
        string first = faker.Name.FirstName(), last = faker.Name.LastName();
        return _random.Next(12) switch
        {
            0 => first,
            1 => last,
            2 => $"{first} {(char)('A' + _random.Next(26))}. {last}",
            3 => $"{first} {(char)('A' + _random.Next(26))} {last}",
            4 => $"{(char)('A' + _random.Next(26))}. {last}",
            5 => $"{first} {faker.Name.LastName()} {last}",
            6 => _random.Next(4) == 0 ? $"{first} {last}".ToLowerInvariant() : $"{first} {last}",
            7 => _random.Next(4) == 0 ? $"{first} {last}".ToUpperInvariant() : $"{first} {faker.Name.FirstName()} {last}",
            _ => $"{first} {last}",
        };
    }

    private string Company(Faker faker)
    {
        var english = _fakers["en_US"];
        return _random.Next(10) switch
        {
            0 or 1 => faker.Company.CompanyName(),
            2 => english.Company.CompanyName(),
            3 => $"{faker.Name.LastName()} {new[] { "Inc", "Inc.", "LLC", "Ltd", "Group", "& Sons", "Corporation", "Partners", "Bank", "Holdings", "AG", "GmbH", "Technologies", "Labs", "Systems" }[_random.Next(15)]}",
            4 => $"{Invented()} {new[] { "Inc", "Health", "Insurance", "Energy", "Software", "Media", "Bank", "Capital", "Airlines", "Solutions", "Foods", "Motors", "Analytics", "Network" }[_random.Next(14)]}",
            5 => $"{faker.Name.LastName()}, {faker.Name.LastName()} and {faker.Name.LastName()}",
            6 => $"{faker.Name.LastName()}-{faker.Name.LastName()}",
            7 => $"{Word()} {Word()}",
            _ => Invented(),
        };
    }

    private string Word() => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(_fakers["en_US"].Random.Word().Split(' ')[0].ToLowerInvariant());

    private string Invented() => new[] { "Nova", "Bright", "Open", "Data", "Blue", "Sun", "Net", "Geo", "Bio", "Cloud", "Media", "True", "Alti", "Core", "Veri", "Omni", "Trans", "Hyper", "Clear", "Health", "Pro", "Ever" }[_random.Next(22)]
        + new[] { "bit", "path", "logic", "dero", "gov", "soft", "mark", "wave", "works", "lytics", "ly", "era", "corp", "sight", "line", "com", "pedia", "cast", "ware", "ix", "va", "stone" }[_random.Next(22)];

    private string City(Faker faker) => Maybe(PersonalKind.Place, value => value != "nan") ?? (_random.Next(4) == 0 ? Places.Cities.ElementAt(_random.Next(Places.Cities.Count)) is var city && city[0] < 0x250 ? city : "Oslo" : faker.Address.City());

    private string Country() => _random.Next(2) == 0 ? _fakers["en_US"].Address.Country() : Places.Countries.ElementAt(_random.Next(Places.Countries.Count)) is var country && country[0] < 0x250 ? country : "Norway";

    private string Number() => _random.Next(1, _random.Next(4) == 0 ? 99_999 : 400).ToString(_random.Next(6) == 0 ? "00000" : "0", CultureInfo.InvariantCulture);

    private string Street(Faker faker, bool number = true)
    {
        if (Maybe(PersonalKind.Address, value => !value.Contains('\n', StringComparison.Ordinal) && value.Any(char.IsAsciiDigit) == number && value.Count(char.IsLetter) > 5 && !value.StartsWith("Apt", StringComparison.Ordinal) && !value.StartsWith("Suite", StringComparison.Ordinal)) is { } known)
            return known;
        if (number && _random.Next(3) == 0)
            return faker.Address.StreetAddress();
        var form = Streets[_random.Next(Streets.Length)];
        var name = _random.Next(2) == 0 ? faker.Name.LastName() : faker.Address.City();
        return string.Format(CultureInfo.InvariantCulture, form, number ? Number() : "", name).Trim([' ', ',', '.']);
    }

    private string Unit() => new[] { "Apt. ", "Suite ", "Apt ", "Flat ", "Unit ", "#", "Room ", "Floor " }[_random.Next(8)] + _random.Next(1, 999).ToString("000", CultureInfo.InvariantCulture);

    private string Address(Faker faker)
    {
        if (Maybe(PersonalKind.Address, value => value.Length > 20) is { } known)
            return known;
        string street = Street(faker), city = City(faker), zip = faker.Address.ZipCode(), country = Country();
        return _random.Next(9) switch
        {
            0 => $"{street}, {city} {zip}",
            1 => $"{street}, {zip} {city}, {country}",
            2 => $"{street} {Unit()}, {city}, {country}",
            3 => $"{Number()} {street}\n{city}\n, {zip}",
            4 => $"{street}\n {Unit()}\n {city.ToUpperInvariant()}\n {country} {zip}",
            5 => $"{Number()} {street} {Unit()}\n{city}\n{country} {zip}",
            6 => $"PSC {_random.Next(1000, 9999)}, Box {_random.Next(1000, 9999)}\nAPO AP {zip}",
            7 => $"{street} {Unit()}",
            _ => $"{street}, {city}",
        };
    }

    private string Nation() => PersonalFrames.Nations[_random.Next(PersonalFrames.Nations.Count)];

    private string Digits(string form) => string.Concat(form.Select(c => c == '#' ? (char)('0' + _random.Next(10)) : c == '?' ? (char)('A' + _random.Next(26)) : c));

    private string Date()
    {
        var day = new DateTime(1930, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(_random.NextInt64(0, 3_000_000_000));
        var month = Months[_random.Next(Months.Length)];
        return _random.Next(11) switch
        {
            0 => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            1 => day.ToString("M/d/yyyy", CultureInfo.InvariantCulture),
            2 => day.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            3 => day.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture),
            4 => $"{month} {day.Day}, {day.Year}",
            5 => $"{day.Day} {month} {day.Year}",
            6 => $"{month} {day.Year}",
            7 => $"{month} {day.Day}",
            8 => $"the {day.Year / 10 * 10}s",
            9 => day.ToString("MM/dd/yy", CultureInfo.InvariantCulture),
            _ => day.Year.ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Words of names, places, companies and streets, with what they are.</summary>
    public Dictionary<string, WordKinds> Lexicon()
    {
        var words = new Dictionary<string, WordKinds>(StringComparer.Ordinal);
        void add(string text, WordKinds kind)
        {
            foreach (var word in text.Split([' ', '-', '.', ',', '\'', '(', ')'], StringSplitOptions.RemoveEmptyEntries).Where(word => word.Length > 1))
                words[word.ToLowerInvariant()] = words.GetValueOrDefault(word.ToLowerInvariant()) | kind;
        }

        foreach (var locale in Locales.Concat(Other).Distinct())
        {
            var faker = new Faker(locale) { Random = new Randomizer(7) };
            for (var i = 0; i < 6_000; i++)
            {
                add(faker.Name.FirstName(), WordKinds.GivenName);
                add(faker.Name.LastName(), WordKinds.FamilyName);
                if (i % 3 == 0 && locale is not ("en_US" or "en_GB" or "en_AU" or "en_CA"))
                    add(faker.Address.City(), WordKinds.City);
            }
        }

        foreach (var name in PersonNames.Given)
            add(name, WordKinds.GivenName);
        foreach (var name in PersonNames.Family)
            add(name, WordKinds.FamilyName);
        foreach (var city in Places.Cities)
            add(city, WordKinds.City);
        foreach (var country in Places.Countries.Concat(Places.Regions))
            add(country, WordKinds.Country);
        foreach (var street in Places.StreetWords.Concat("strasse straße gatan vej katu rue via calle rua utca tér út ulica straat weg vegen avenida plaza cesta allee gasse platz laan vägen tie piazza corso viale boulevard apt suite flat box psc apo".Split(' ')))
            add(street, WordKinds.Street);
        foreach (var word in "inc ltd llc gmbh corp corporation company group holdings bank partners plc ag sa technologies systems solutions insurance university labs software media capital".Split(' '))
            add(word, WordKinds.Company);
        foreach (var nation in PersonalFrames.Nations)
        {
            add(nation, WordKinds.Nation);
            add(nation + "s", WordKinds.Nation);
        }

        foreach (var little in "of the and de la le von van der den du da di del san st new great north south east west upper lower".Split(' '))
            words.Remove(little);
        return words;
    }
}
