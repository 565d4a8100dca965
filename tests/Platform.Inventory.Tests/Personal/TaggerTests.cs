using Platform.Inventory.Classify;
using Platform.Inventory.Personal;
using Platform.Testing;

namespace Platform.Inventory.Tests.Personal;

/// <summary>What only words tell: names, places, organisations, addresses.</summary>
public class TaggerTests
{
    [Theory]
    [InlineData("Please call Katherine Ellsworth about the parcel.", "person_name", "Katherine Ellsworth")]
    [InlineData("My name is Wojciech Zielonka and I want to close my account.", "person_name", "Wojciech Zielonka")]
    [InlineData("We spent a lovely week in Portugal last summer.", "place", "Portugal")]
    [InlineData("I work for Hartmann Insurance Group in the city.", "organization", "Hartmann Insurance Group")]
    [InlineData("Send it to 48 Willow Lane, Springfield please.", "address", "48 Willow Lane, Springfield")]
    [InlineData("昨天王小明在北京开会。", "person_name", "王小明")]
    [InlineData("昨天王小明在北京开会。", "place", "北京")]
    [InlineData("他毕业于清华大学。", "organization", "清华大学")]
    public void Words_tell_what_no_form_does(string text, string kind, string value)
    {
        var found = PersonalFinder.Find(text).Where(span => PersonalKinds.NameOf(span.Kind) == kind).Select(span => text.Substring(span.Start, span.Length));
        Assert.Contains(value, found);
    }

    [Theory]
    [InlineData("I ordered this dress in a medium and it was absolutely wonderful, soft and comfortable.")]
    [InlineData("How do I reset my password? The page does not load.")]
    [InlineData("质量很好，物流也快，下次还会再来买。")]
    [InlineData("The quick brown fox jumps over the lazy dog.")]
    public void A_text_about_nobody_has_nobody(string text)
        => Assert.DoesNotContain(PersonalFinder.Find(text), span => PersonalKinds.ClassOf(span.Kind) != PersonalClass.None);

    [Theory]
    [InlineData("这个马克杯太让人失望了。客服态度不错。")]
    [InlineData("马克杯还行，没什么特别的。")]
    [InlineData("马克杯比想象的小很多。三天就到货了。")]
    [InlineData("小号乡村马克杯")]
    [InlineData("两件装阳光钢笔")]
    [InlineData("喜欢京东，信赖京东，谢谢京东。")]
    [InlineData("Absolutely love this Lantern! Even better than in the photos.")]
    [InlineData("Even better than in the photos. Bought it in the sale.")]
    [InlineData("Really nice lantern, good value. The Desk Lamp is fine, nothing special.")]
    [InlineData("SMALL SUNNY LANTERN")]
    [InlineData("Handmade Nordic Bird House")]
    [InlineData("DAISY JOURNAL")]
    [InlineData("Nike Men's Free 5.0+ Running Shoe")]
    [InlineData("Can I use SWIFT transfers in the app, please?")]
    public void Names_of_goods_are_nobodys(string text)
        => Assert.Equal("", string.Join('|', PersonalFinder.Find(text, 0.3).Where(span => span.Kind == PersonalKind.PersonName).Select(span => text.Substring(span.Start, span.Length))));

    [Theory]
    [InlineData("太喜欢这个杯子了，谢谢客服王小明。", "王小明")]
    [InlineData("请寄到公司，收件人黄涛。", "黄涛")]
    [InlineData("快递员李师傅很有礼貌，物流也快。", "李")]
    [InlineData("我叫吴强，请尽快联系。", "吴强")]
    [InlineData("Lovely mug, and Jennifer Thompson at the desk was so kind.", "Jennifer Thompson")]
    [InlineData("flu; call Dr. Miller again", "Miller")]
    [InlineData("Hello, my name is Noah Wright, the mug is broken.", "Noah Wright")]
    public void People_in_what_customers_write_are_found(string text, string name)
        => Assert.Contains(name, string.Join('|', PersonalFinder.Find(text).Where(span => span.Kind == PersonalKind.PersonName).Select(span => text.Substring(span.Start, span.Length))), StringComparison.Ordinal);

    [SharedDataFact]
    public void Names_of_goods_in_shared_data_are_hardly_ever_people()
    {
        var names = File.ReadLines(SharedData.Path("retail-db/products.csv")).Select(line => line.Split(',')[2]).Distinct(StringComparer.Ordinal).ToList();
        var lines = Directory.EnumerateFiles(SharedData.Path("online-retail"), "2011-0*.csv").Order(StringComparer.Ordinal).Take(10).SelectMany(file => File.ReadLines(file).Skip(1)).Select(line => line.Split(',')[2]).Distinct(StringComparer.Ordinal).ToList();
        Assert.InRange(Share(names), 0, 0.02);
        Assert.InRange(Share(lines), 0, 0.02);

        static double Share(List<string> texts) => texts.Count(text => PersonalFinder.Find(text).Any(span => span.Kind == PersonalKind.PersonName)) / (double)texts.Count;
    }

    [Fact]
    public void Both_languages_are_found_in_one_text()
    {
        const string Text = "联系人：李建国，地址在上海。 Or ask Jennifer Thompson in London, phone +44 20 7946 0958.";
        Assert.Equal("person_name place person_name place phone", string.Join(' ', PersonalFinder.Find(Text).Select(span => PersonalKinds.NameOf(span.Kind))));
    }

    [Fact]
    public void The_same_text_always_gives_the_same_on_every_thread()
    {
        var texts = Enumerable.Range(0, 400).Select(i => $"Customer {i}: Maria Gonzalez of Lindholm Systems wrote from Helsinki on 2024-01-{(i % 28) + 1:00}, again to order{i}@example.com.").ToArray();
        var alone = texts.Select(text => string.Join('|', PersonalFinder.Find(text))).ToArray();
        Assert.Equal(alone, texts.AsParallel().AsOrdered().WithDegreeOfParallelism(4).Select(text => string.Join('|', PersonalFinder.Find(text))).ToArray());
    }

    [Fact]
    public void A_long_document_is_read_in_parts_with_offsets_into_the_whole()
    {
        var text = string.Concat(Enumerable.Range(0, 2_000).Select(i => $"Note {i}: nothing happened here today.\n")) + "Please call Katherine Ellsworth at 212-555-0187.\n";
        var span = PersonalFinder.Find(text)[^1];
        Assert.Equal((PersonalKind.Phone, "212-555-0187"), (span.Kind, text.Substring(span.Start, span.Length)));
    }

    [Fact]
    public void A_wider_mask_hides_at_least_what_a_narrow_one_does()
    {
        const string Text = "Ask Sunniva about Ravnsborg, or write to sunniva@example.no.";
        var narrow = PersonalFinder.Find(Text, 0.5).Sum(span => span.Length);
        var wide = PersonalFinder.Find(Text, 0.1).Sum(span => span.Length);
        Assert.True(wide >= narrow);
    }

    [Fact]
    public void Weights_survive_writing_and_say_where_they_come_from()
    {
        var file = TaggerResources.Read("personal-en.bin");
        Assert.Contains("personal-text train", file.Provenance, StringComparison.Ordinal);
        using var copy = new MemoryStream();
        file.Write(copy);
        var again = TaggerFile.Read(new MemoryStream(copy.ToArray()));
        Assert.Equal(file.Features, again.Features);
        Assert.Equal(file.Weights, again.Weights);
        Assert.Equal(file.Transitions, again.Transitions);
        Assert.Throws<InvalidDataException>(() => TaggerFile.Read(new MemoryStream(Compressed([1, 2, 3, 4, 5, 6, 7, 8]))));
    }

    private static byte[] Compressed(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var brotli = new System.IO.Compression.BrotliStream(stream, System.IO.Compression.CompressionLevel.Fastest))
            brotli.Write(bytes);
        return stream.ToArray();
    }
}
