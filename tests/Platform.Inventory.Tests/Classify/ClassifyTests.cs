using System.Globalization;
using System.Text;
using Platform.Inventory.Classify;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Tests.Classify;

/// <summary>Columns without names: the values alone must tell.</summary>
public class ClassifyTests
{
    private static readonly Random Random = new(17);

    public static TheoryData<string, string, string[]> Columns => new()
    {
        { "email", "Contact", Many(60, i => $"user{i * 7}@mail{i % 9}.example.com") },
        { "email", "Contact", Many(60, i => $"u***{i}@mail.cn") },
        { "phone", "Contact", Many(60, i => $"1{3 + (i % 7)}{Digits(9)}") },
        { "phone", "Contact", Many(60, i => $"({205 + (i % 3)}) 555-{Digits(4)}") },
        { "national_id", "Identity", Many(60, i => IdCard(i)) },
        { "bank_card", "Financial", Many(60, i => Card()) },
        { "person_name", "Name", Many(60, i => "王李张刘陈杨黄赵吴周徐孙"[i % 12].ToString() + "伟芳娜秀敏静丽强磊军洋勇"[((i * 5) + (i / 12)) % 12] + (i % 3 == 0 ? "" : "华明芳玲"[i % 4].ToString())) },
        { "person_name", "Name", Many(60, i => Given[i % Given.Length] + " " + Family[i * 3 % Family.Length]) },
        { "given_name", "Name", Given },
        { "family_name", "Name", Family },
        { "street_address", "Address", Many(60, i => $"{i * 37 + 1} {new[] { "Blue", "Old", "Noble Ember", "Harbor" }[i % 4]} {new[] { "Street", "Ridge", "Avenue", "Plaza", "Lane" }[i % 5]}") },
        { "address", "Address", Many(40, i => $"浙江省杭州市西湖区文三路{i + 1}号{i % 9 + 1}栋{i}室") },
        { "ip_address", "Online", Many(60, i => $"10.{i}.{i * 3 % 256}.{i * 7 % 256}") },
        { "uuid", "None", Many(60, i => new Guid(i, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11).ToString()) },
        { "url", "None", Many(60, i => $"https://shop.example.com/p/{i}") },
        { "region", "None", ["TX", "CA", "NY", "FL", "PR", "CO", "IL", "NJ"] },
        { "country", "None", ["France", "Germany", "United Kingdom", "EIRE", "Spain", "Portugal", "Belgium"] },
        { "city", "None", ["Brownsville", "Littleton", "San Diego", "Chicago", "Houston", "Denver", "Tempe", "Smallville"] },
        { "currency", "None", ["USD", "EUR", "CNY", "GBP"] },
        { "date", "None", Many(40, i => $"2024-01-{i % 28 + 1:00}") },
        { "timestamp", "None", Many(40, i => $"2024-01-{i % 28 + 1:00} 10:{i:00}:00") },
        { "masked", "Masked", ["XXXXXXXXX"] },
        { "status", "None", ["CLOSED", "PENDING_PAYMENT", "COMPLETE", "SUSPECTED_FRAUD", "CLOSED", "CLOSED", "COMPLETE", "COMPLETE", "CLOSED", "CLOSED", "CLOSED", "CLOSED"] },
        { "free_text", "None", Many(40, i => $"做父母一定要有这样的心态，不断地学习，不断地进步，第{i}次也一样。") },
        { "review", "None", Many(40, i => $"I ordered this dress in size {i} and it was absolutely wonderful, soft and comfortable.") },
        { "version", "None", Many(60, i => $"v1.{i}.{i % 7}") },
        { "list", "None", Many(40, i => $"{i} {i + 3} {i * 2} 7 9") },
        { "year", "None", Many(60, i => $"{1990 + (i % 30)}") },
        { "flag", "None", ["0", "1", "1", "0"] },
    };

    [Theory]
    [MemberData(nameof(Columns))]
    public void Values_alone_tell_what_a_column_is(string type, string personal, string[] values)
    {
        var verdict = Judge(("column0", values)).Verdicts[0];
        Assert.Equal((type, personal), (verdict.Type, verdict.Personal.ToString()));
        Assert.InRange(verdict.Confidence, 0.5, 1);
    }

    /// <summary>What is easily mistaken for personal data.</summary>
    public static TheoryData<string, string[]> Harmless => new()
    {
        { "years in a column named code", Many(120, i => $"{1900 + i}") },
        { "counted ids", Many(500, i => $"{i + 1}") },
        { "ids of nine digits", Many(200, i => $"{214_500_000 + (i * 3331)}") },
        { "ids of ten digits counted up", Many(200, i => $"{3_052_000_000 + i}") },
        { "ids of sixteen digits", Many(200, i => $"{9_000_000_000_000_000 + (i * 7)}") },
        { "unix seconds", Many(200, i => $"{1_396_860_669 + (i * 977)}") },
        { "categories in Chinese", ["书籍", "平板", "手机", "水果", "洗发水", "热水器", "蒙牛", "衣服", "计算机", "酒店", "家电", "食品", "母婴"] },
        { "products", Many(60, i => $"WHITE METAL LANTERN No {i}") },
        { "sports", ["Football", "Soccer", "Baseball", "Basketball", "Lacrosse", "Tennis", "Hockey", "Golf", "Running", "Yoga", "Fitness", "Boxing", "Cycling"] },
        { "colours that are names too", ["Green", "Brown", "White", "Black", "Gray", "Red", "Blue", "Yellow", "Orange", "Purple", "Pink", "Silver", "Gold"] },
        { "prices", Many(200, i => $"{i * 3 % 400}.{i % 100:00}") },
        { "versions", Many(60, i => $"1.{i}.{i % 7}") },
    };

    [Theory]
    [MemberData(nameof(Harmless))]
    public void Harmless_values_are_not_called_personal(string what, string[] values)
    {
        foreach (var name in new[] { "column0", "code", "value" })
            Assert.True(Judge((name, values)).Verdicts[0].Personal == PersonalClass.None, $"{what} in '{name}': {Judge((name, values)).Verdicts[0]}");
    }

    [Fact]
    public void Parts_of_an_address_are_personal_beside_people_and_not_beside_a_brewery()
    {
        var cities = Many(120, i => new[] { "Brownsville", "Littleton", "Caguas", "San Marcos", "Chicago", "Bend" }[i % 6]);
        var states = Many(120, i => new[] { "TX", "CO", "PR", "CA", "IL", "OR" }[i % 6]);
        var zips = Many(120, i => $"{(i % 6 == 2 ? "00725" : (10_000 + (i * 731 % 80_000)).ToString(CultureInfo.InvariantCulture))}");
        var people = Judge(("column0", Many(120, i => $"{i}")), ("column1", Many(120, i => Given[i % Given.Length])), ("column2", Many(120, i => Family[i * 7 % Family.Length])), ("column3", cities), ("column4", states), ("column5", zips)).Verdicts;
        Assert.Equal("None Name Name Address Address Address", string.Join(' ', people.Select(verdict => verdict.Personal)));
        var breweries = Judge(("name", Many(120, i => $"{i} Barrel Brewing Company")), ("city", cities), ("state", states)).Verdicts;
        Assert.All(breweries, verdict => Assert.Equal(PersonalClass.None, verdict.Personal));
        Assert.Equal("city region", string.Join(' ', breweries.Skip(1).Select(verdict => verdict.Type)));
    }

    [Fact]
    public void Customers_of_several_countries_have_addresses_postcodes_and_births()
    {
        var addresses = Many(200, i => i % 5 < 2 ? $"辽宁省大连市中山区人民路{i + 1}号阳光花园{(i % 20) + 1}栋{i + 1}02室" : i % 5 == 2 ? $"Flat {i % 40}, {i + 3} High Street, London" : $"{i + 3} Church Lane, Leeds");
        var postcodes = Many(200, i => i % 5 < 2 ? "116001" : i % 5 == 2 ? $"SW1A {(i % 9) + 1}AB" : $"LS{(i % 9) + 1} 4NX");
        var births = Many(200, i => i == 7 ? "2037-02-03" : $"{1950 + (i % 50)}-0{(i % 9) + 1}-1{i % 10}");
        var names = Many(200, i => Given[i % Given.Length] + " " + Family[i * 3 % Family.Length]);
        var people = Judge(("name", names), ("birth_date", births), ("address", addresses), ("postcode", postcodes), ("registered_at", Many(200, i => $"2024-0{(i % 9) + 1}-1{i % 10}"))).Verdicts;
        Assert.Equal("person_name date_of_birth address postcode date", string.Join(' ', people.Select(verdict => verdict.Type)));
        Assert.Equal("Name Demographic Address Address None", string.Join(' ', people.Select(verdict => verdict.Personal)));

        // Without names of their own, and without people.
        births[7] = "1960-02-03";
        var unnamed = Judge(("column0", names), ("column1", births), ("column2", addresses), ("column3", Many(200, i => i % 3 == 0 ? "116001" : "510620"))).Verdicts;
        Assert.Equal("person_name date_of_birth address postcode", string.Join(' ', unnamed.Select(verdict => verdict.Type)));
        Assert.Equal("date", Judge(("product", Many(200, i => $"WHITE LANTERN No {i}")), ("first_made", Many(200, i => $"{1930 + (i % 25)}-0{(i % 9) + 1}-1{i % 10}"))).Verdicts[1].Type);
    }

    [Fact]
    public void Personal_data_inside_texts_are_found_and_examples_are_masked()
    {
        var verdict = Judge(("note", Many(50, i => $"Please call me back about the order from last week, my number is 13{i % 10}{Digits(8)}, thank you very much."))).Verdicts[0];
        Assert.Equal((PersonalClass.InText, 1.0), (verdict.Personal, verdict.Inside["phone"]));
        var email = Judge(("column0", Many(50, i => $"secret.person{i}@example.com"))).Verdicts[0];
        Assert.All(email.Evidence.Examples, example => Assert.DoesNotContain("secret", example, StringComparison.Ordinal));
    }

    [Fact]
    public void Sure_content_of_sentences_is_told_however_weak_the_type_of_the_column_is()
    {
        var messages = Many(800, i => (i % 25) switch
        {
            0 => $"Hello, my name is {Given[i % Given.Length]} {Family[i % Family.Length]}, call me at +1 415 555 {1000 + i} about order {i}.",
            1 => $"Please write to clara{i}@gmail.com instead, thanks.",
            2 => $"My card {CardInGroups(i)} was charged twice for order {i}.",
            _ => $"{new[] { "The lamp arrived broken, please refund.", "Where is my parcel?", "Great mug, fast delivery, would buy again.", "Colour differs from the picture." }[i % 4]} #{i}",
        });
        var verdict = Judge(("message", messages)).Verdicts[0];
        Assert.NotEqual(SemanticTypes.Unknown, verdict.Type);
        Assert.Equal(PersonalClass.InText, verdict.Personal);
        Assert.InRange(verdict.PersonalConfidence, 0.9, 1);
        Assert.Equal(["bank_card", "email", "person_name", "phone"], verdict.Inside.Keys.Order());
        Assert.All(verdict.Inside.Values, share => Assert.InRange(share, 0.01, 0.09));

        var comments = Many(900, i => (i % 30) switch
        {
            0 => $"我叫{"吴黄王李张"[i % 5]}{"强涛娟明敏"[i / 5 % 5]}，我的电话是138{10_000_000 + i * 7919}，请尽快联系。",
            1 => $"请寄到上海市浦东新区世纪大道{i + 1}号，收件人{"吴黄王李张"[i % 5]}{"强涛娟明敏"[i / 5 % 5]}。",
            2 => "身份证号11010519491231002X，需要开发票。",
            _ => $"{new[] { "杯子很好看，物流很快。", "颜色和图片不一样，有点失望。", "椅子有一个腿坏了，要求退款。" }[i % 3]}（{i}）",
        });
        verdict = Judge(("内容", comments)).Verdicts[0];
        Assert.Equal(PersonalClass.InText, verdict.Personal);
        Assert.Equal(["address", "national_id", "person_name", "phone"], verdict.Inside.Keys.Order());
        // One text that stands in thirty rows is counted by its rows.
        Assert.InRange(verdict.Inside["national_id"], 0.03, 0.04);
    }

    [Fact]
    public void What_a_word_and_a_number_make_is_nobodys_name_or_house()
    {
        var made = new[] { Judge(("bez", Many(500, i => $"Artikel {i + 1}"))), Judge(("名称", Many(300, i => $"商品{i + 1}"))), Judge(("c4", Many(300, i => $"Projekt-{i + 1:000}"))) };
        Assert.All(made, judged => Assert.True(judged.Verdicts[0].Personal == PersonalClass.None, judged.Verdicts[0].ToString()));
        var reason = Judge(("reason", Many(400, i => $"flu; call Dr. Miller at +1 212 555 0{100 + i}"))).Verdicts[0];
        Assert.True(reason.Personal == PersonalClass.InText, reason.ToString());
        Assert.Equal("person_name 1, phone 1", string.Join(", ", reason.Inside.OrderBy(kind => kind.Key).Select(kind => $"{kind.Key} {kind.Value}")));
    }

    [Fact]
    public void A_name_moves_the_confidence_and_does_not_decide_alone()
    {
        Assert.Equal("rating", Judge(("rating", ["1", "2", "3", "4", "5", "5"])).Verdicts[0].Type);
        Assert.NotEqual("rating", Judge(("column3", ["1", "2", "3", "4", "5", "5"])).Verdicts[0].Type);
        Assert.NotEqual("email", Judge(("email", Many(40, i => $"not an address {i}"))).Verdicts[0].Type);
        Assert.NotEqual("bank_card", Judge(("card_number", Many(40, i => $"{1990 + i}"))).Verdicts[0].Type);
    }

    private static string CardInGroups(int i)
    {
        var digits = $"4111{1_000_000 + i * 37 % 9_000_000:0000000}{i % 10_000:0000}";
        var check = Enumerable.Range(0, 10).First(last => ValueChecks.IsBankCard($"{digits}{last}"));
        return $"{digits[..4]} {digits[4..8]} {digits[8..12]} {digits[12..]}{check}";
    }

    private static readonly string[] Given = ["Richard", "Mary", "Ann", "Robert", "Katherine", "Jane", "Megan", "Laura", "Melissa", "Margaret", "Joshua", "Jack", "Samuel", "Jonathan", "Linda", "Grace", "Evelyn", "Zoltan", "Brenda", "Ashley"];

    private static readonly string[] Family = ["Hernandez", "Barrett", "Smith", "Jones", "Hudson", "Stephens", "Perez", "Patterson", "Bryant", "Wilcox", "Huffman", "Baldwin", "Bennett", "Wright", "Nelson", "Medina", "Hayes", "Ochoa", "Quigley", "Rivas"];

    private static (IReadOnlyList<ColumnVerdict> Verdicts, DomainVerdict? Domain) Judge(params (string Name, string[] Values)[] columns)
    {
        var states = columns.Select(column =>
        {
            var state = new ColumnState(column.Name);
            foreach (var value in column.Values)
                state.AddCell(Encoding.UTF8.GetBytes(value));
            return state;
        }).ToList();
        return TableJudge.Judge("table", states, [.. states.Select(ColumnProfile.From)]);
    }

    private static string[] Many(int count, Func<int, string> make) => [.. Enumerable.Range(0, count).Select(make)];

    private static string Digits(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('0' + Random.Next(10))));

    private static string IdCard(int i)
    {
        var body = $"33010{i % 9 + 1}19{60 + (i % 40)}0{i % 9 + 1}1{i % 9}{i % 1000:000}";
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        return body + "10X98765432"[body.Select((c, at) => (c - '0') * weights[at]).Sum() % 11];
    }

    private static string Card()
    {
        var body = "4" + Digits(14);
        var sum = body.Reverse().Select((c, i) => i % 2 == 0 ? (c - '0') * 2 > 9 ? ((c - '0') * 2) - 9 : (c - '0') * 2 : c - '0').Sum();
        return body + (char)('0' + ((10 - (sum % 10)) % 10));
    }
}
