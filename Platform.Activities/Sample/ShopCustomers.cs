using System.Globalization;
using System.Text;

namespace Platform.Activities.Sample;

/// <summary>
/// The shop's customers: what they buy follows from their number alone, so that no list of them is kept. Their personal data are made up:
/// mobile numbers use the block 0000, others the blocks kept for fiction, identity cards a county that does not exist, mail the example domains.
/// </summary>
internal sealed class ShopCustomers(ShopOptions options)
{
    /// <summary>Number of the first customer.</summary>
    public const int FirstId = 12_000;

    private static readonly byte[] China = Encoding.UTF8.GetBytes("China");
    private static readonly byte[][] Countries = [.. PersonWords.PlacesEn.Select(place => Encoding.UTF8.GetBytes(place.Country))];
    private static readonly int[] CheckWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    /// <summary>What a customer likes. Drawn from the customer's number.</summary>
    public ShopTaste TasteOf(int customer)
    {
        var random = ShopRandom.For(options.Seed, ShopStream.Taste, customer);
        var chinese = random.Percent(40);
        var place = chinese ? random.Below(PersonWords.PlacesZh.Length) : random.Percent(70) ? random.Below(5) : random.Below(PersonWords.PlacesEn.Length);
        return new ShopTaste
        {
            Chinese = chinese,
            Place = place,
            Country = chinese ? China : Countries[place],
            First = random.Below(ShopCatalogue.CategoryCount),
            Second = random.Below(ShopCatalogue.CategoryCount),
            Third = random.Below(ShopCatalogue.CategoryCount),
            Style = random.Below(ShopCatalogue.StyleCount),
            Mildness = random.Between(0, 2),
        };
    }

    /// <summary>Writes <c>customers.csv</c>, in which some persons appear twice and some values are wrong.</summary>
    public void Write(string folder, ShopTruth truth, CancellationToken cancellationToken)
    {
        using var file = new CsvText(Path.Combine(folder, "customers.csv"), "customer_id,name,gender,birth_date,id_card,phone,email,country,region,city,address,postcode,registered_at,language");
        for (var customer = 0; customer < options.Customers; customer++)
        {
            if (customer % 4096 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var random = ShopRandom.For(options.Seed, ShopStream.Customer, customer);
            var person = Make(customer, ref random);
            Write(file, FirstId + customer, person);
            if (options.Dirt > 0 && random.Chance(8_000))
            {
                // The same person again under another number, written a little differently.
                truth.Planted("customers", "duplicate_person");
                Write(file, FirstId + options.Customers + 1_000_000 + customer, person with { Name = person.Name.ToUpperInvariant() + (person.Chinese ? " " : ""), Phone = person.Phone.Replace(" ", "", StringComparison.Ordinal) });
            }
            foreach (var kind in person.Dirt)
                truth.Planted("customers", kind);
        }
        truth.Rows("customers", file.Lines);
    }

    private Person Make(int customer, ref ShopRandom random)
    {
        var taste = TasteOf(customer);
        var female = random.Percent(54);
        var born = options.Start.AddDays(-random.Between(18 * 365, 75 * 365));
        var surname = random.Below(taste.Chinese ? PersonWords.SurnamesZh.Length : PersonWords.SurnamesEn.Length);
        var given = random.Pick((taste.Chinese, female) switch
        {
            (true, true) => PersonWords.GivenFemaleZh,
            (true, false) => PersonWords.GivenMaleZh,
            (false, true) => PersonWords.GivenFemaleEn,
            _ => PersonWords.GivenMaleEn,
        });
        var person = taste.Chinese ? Chinese(taste, surname, given, born, female, ref random) : English(taste, surname, given, ref random);
        person = person with { Female = female, Born = born, Registered = options.Start.AddDays(-random.Between(1, 900)), RegisteredAt = random.Below(86_400), Country = taste.Country };
        return options.Dirt > 0 ? Soil(person, ref random) : person;
    }

    private static Person Chinese(ShopTaste taste, int surname, string given, DateOnly born, bool female, ref ShopRandom random)
    {
        var place = PersonWords.PlacesZh[taste.Place];
        return new Person
        {
            Chinese = true,
            Name = PersonWords.SurnamesZh[surname] + given,
            IdCard = IdCard(place.Code, born, random.Below(499) * 2 + (female ? 0 : 1)),
            Phone = string.Create(CultureInfo.InvariantCulture, $"{random.Pick(PersonWords.MobilePrefixes)}0000{random.Below(10_000):D4}"),
            Email = string.Create(CultureInfo.InvariantCulture, $"{PersonWords.SurnamesPinyin[surname]}{born.Year % 100:D2}{random.Below(10_000):D4}@{random.Pick(PersonWords.MailHosts)}"),
            Region = place.Province,
            City = place.City,
            Address = string.Create(CultureInfo.InvariantCulture, $"{place.Province}{(place.City == place.Province ? "" : place.City)}{place.District}{random.Pick(PersonWords.StreetsZh)}{random.Between(1, 399)}号{random.Pick(PersonWords.CommunitiesZh)}{random.Between(1, 20)}栋{random.Between(1, 30)}0{random.Between(1, 4)}室"),
            Postcode = place.Postcode,
        };
    }

    private static Person English(ShopTaste taste, int surname, string given, ref ShopRandom random)
    {
        var place = PersonWords.PlacesEn[taste.Place];
        var last = PersonWords.SurnamesEn[surname];
        var mail = $"{given}.{last.Replace("'", "", StringComparison.Ordinal)}".ToLowerInvariant();
        var tail = place.Country switch { "USA" or "Australia" => random.Between(100, 199), _ => random.Between(100, 999) };
        var postcode = place.Country switch
        {
            "USA" or "Australia" => string.Create(CultureInfo.InvariantCulture, $"{place.Postcode}{random.Below(100):D2}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{place.Postcode} {random.Between(1, 9)}{(char)('A' + random.Below(8))}{(char)('N' + random.Below(8))}"),
        };
        return new Person
        {
            Name = $"{given} {last}",
            Phone = string.Create(CultureInfo.InvariantCulture, $"{place.Phone}{tail}"),
            Email = string.Create(CultureInfo.InvariantCulture, $"{mail}{random.Below(1000)}@{random.Pick(PersonWords.MailHosts)}"),
            Region = place.Region,
            City = place.City,
            Address = string.Create(CultureInfo.InvariantCulture, $"{(random.Percent(20) ? $"Flat {random.Between(1, 40)}, " : "")}{random.Between(1, 240)} {random.Pick(PersonWords.StreetsEn)}, {place.City}"),
            Postcode = postcode,
        };
    }

    private Person Soil(Person person, ref ShopRandom random) => random.Below(1000) switch
    {
        < 20 => person with { Email = "", Dirt = ["missing_email"] },
        < 28 => person with { Email = person.Email.Replace('@', '#'), Dirt = ["malformed_email"] },
        < 43 => person with { Phone = "", Dirt = ["missing_phone"] },
        < 48 when person.IdCard.Length > 0 => person with { IdCard = person.IdCard[..17] + (person.IdCard[17] == '5' ? '6' : '5'), Dirt = ["wrong_checksum"] },
        < 52 => person with { Born = options.Start.AddDays(random.Between(400, 4000)), Dirt = ["birth_in_the_future"] },
        < 57 => person with { Name = $"  {person.Name} ", Dirt = ["untrimmed_name"] },
        _ => person,
    };

    private static void Write(CsvText file, int id, Person person)
    {
        file.Number(id);
        file.Text(person.Name);
        file.Raw(person.Female ? "F"u8 : "M"u8);
        file.Date(person.Born);
        file.Text(person.IdCard);
        file.Text(person.Phone);
        file.Text(person.Email);
        file.Raw(person.Country);
        file.Text(person.Region);
        file.Text(person.City);
        file.Text(person.Address);
        file.Text(person.Postcode);
        file.Time(person.Registered, person.RegisteredAt);
        file.Raw(person.Chinese ? "zh"u8 : "en"u8);
        file.EndLine();
    }

    /// <summary>Eighteen characters by GB 11643-1999, in county 0199 of the province, which does not exist.</summary>
    private static string IdCard(string province, DateOnly born, int sequence)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"{province}0199{born:yyyyMMdd}{sequence:D3}");
        var sum = 0;
        for (var i = 0; i < 17; i++)
            sum += (body[i] - '0') * CheckWeights[i];
        return body + "10X98765432"[sum % 11];
    }

    private sealed record Person
    {
        public bool Chinese { get; init; }
        public required string Name { get; init; }
        public bool Female { get; init; }
        public DateOnly Born { get; init; }
        public string IdCard { get; init; } = "";
        public required string Phone { get; init; }
        public required string Email { get; init; }
        public byte[] Country { get; init; } = [];
        public required string Region { get; init; }
        public required string City { get; init; }
        public required string Address { get; init; }
        public required string Postcode { get; init; }
        public DateOnly Registered { get; init; }
        public int RegisteredAt { get; init; }
        public string[] Dirt { get; init; } = [];
    }
}

/// <summary>What a customer likes, and where the customer lives.</summary>
internal readonly struct ShopTaste
{
    public required bool Chinese { get; init; }

    /// <summary>Index into the places of the customer's language.</summary>
    public required int Place { get; init; }

    public required byte[] Country { get; init; }

    public required int First { get; init; }

    public required int Second { get; init; }

    public required int Third { get; init; }

    public required int Style { get; init; }

    /// <summary>0 to 2: how kindly the customer rates.</summary>
    public required int Mildness { get; init; }
}
