using Platform.Inventory.Classify;
using Platform.Inventory.Personal;

namespace Platform.Inventory.Tests.Personal;

/// <summary>Personal data that show themselves by their form, inside sentences.</summary>
public class FormatTests
{
    [Theory]
    [InlineData("Write to jane.o'neil+x@mail.example.co.uk.", "email", "jane.o'neil+x@mail.example.co.uk")]
    [InlineData("123abc@test.io is mine", "email", "123abc@test.io")]
    [InlineData("See https://www.example.com/a?b=1, please", "url", "https://www.example.com/a?b=1")]
    [InlineData("my site (www.example.org)", "url", "www.example.org")]
    [InlineData("from 203.0.113.77 at night", "ip_address", "203.0.113.77")]
    [InlineData("from 2001:db8::8a2e:370:7334 again", "ip_address", "2001:db8::8a2e:370:7334")]
    [InlineData("card aa:bb:cc:00:11:22 seen", "mac_address", "aa:bb:cc:00:11:22")]
    [InlineData("paid with 4111 1111 1111 1111 today", "bank_card", "4111 1111 1111 1111")]
    [InlineData("卡号6222021234567890128，谢谢", "bank_card", "6222021234567890128")]
    [InlineData("to GB29 NWBK 6016 1331 9268 19 please", "iban", "GB29 NWBK 6016 1331 9268 19")]
    [InlineData("DE89370400440532013000", "iban", "DE89370400440532013000")]
    [InlineData("身份证11010519491231002X的用户", "national_id", "11010519491231002X")]
    [InlineData("my SSN is 123-45-6789.", "national_id", "123-45-6789")]
    [InlineData("CPF 529.982.247-25", "national_id", "529.982.247-25")]
    [InlineData("DNI 12345678Z", "national_id", "12345678Z")]
    [InlineData("手机13812345678联系", "phone", "13812345678")]
    [InlineData("ring +44 20 7946 0958 now", "phone", "+44 20 7946 0958")]
    [InlineData("ring (212) 555-0187 now", "phone", "(212) 555-0187")]
    [InlineData("ring 212-555-0187 now", "phone", "212-555-0187")]
    [InlineData("座机010-62345678。", "phone", "010-62345678")]
    [InlineData("Phone: 07700 900 123", "phone", "07700 900 123")]
    [InlineData("车牌京A12345", "licence_plate", "京A12345")]
    [InlineData("passport number E12345678", "passport", "E12345678")]
    [InlineData("born on 1985-04-12 in", "date_of_birth", "1985-04-12")]
    [InlineData("她1990年3月5日出生", "date_of_birth", "1990年3月5日")]
    [InlineData("a 38-year-old man", "age", "38")]
    [InlineData("我今年25岁了", "age", "25岁")]
    [InlineData("zip code 90210", "postcode", "90210")]
    [InlineData("请寄到上海市浦东新区世纪大道984号，收件人黄涛。", "address", "上海市浦东新区世纪大道984号")]
    [InlineData("我住在北京市海淀区中关村大街27号3号楼2单元501室，谢谢", "address", "北京市海淀区中关村大街27号3号楼2单元501室")]
    [InlineData("地址是杭州市西湖区文三路 478 号", "address", "杭州市西湖区文三路 478 号")]
    [InlineData("送到阳光花园3栋2单元501。", "address", "阳光花园3栋2单元501")]
    public void A_form_is_found_where_it_stands(string text, string kind, string value)
    {
        var span = Assert.Single(PersonalFinder.Find(text), span => PersonalKinds.NameOf(span.Kind) == kind);
        Assert.Equal(value, text.Substring(span.Start, span.Length));
        Assert.InRange(span.Confidence, 0.5, 1);
        Assert.NotEmpty(span.Evidence);
    }

    [Theory]
    [InlineData("order 4111111111111112 was late")]
    [InlineData("ids 9000000000000007 and 9000000000000014")]
    [InlineData("size 38, 12.50 each, 3rd time, 100% cotton, 5'4\" tall")]
    [InlineData("in 1,234,567.89 of 2,000,000")]
    [InlineData("version 1.2.3 and 10.4")]
    [InlineData("at 12:20:39 sharp")]
    [InlineData("the ratio 3:4:5 holds")]
    [InlineData("地铁3号线很方便，六月一号发货，走这条路3号就到")]
    [InlineData("a @ b, @home, x@y")]
    [InlineData("")]
    public void Numbers_and_signs_of_daily_life_are_not_personal(string text)
        => Assert.DoesNotContain(PersonalFinder.Find(text), span => PersonalKinds.ClassOf(span.Kind) != PersonalClass.None);

    [Fact]
    public void Spans_are_in_order_and_do_not_overlap()
    {
        const string Text = "Mail a@b.com or b@c.org, call 13812345678 or +1 212 555 0187, card 4111111111111111, from 10.0.0.1, see http://x.example.com/4111111111111111";
        var spans = PersonalFinder.Find(Text);
        for (var i = 1; i < spans.Count; i++)
            Assert.True(spans[i].Start >= spans[i - 1].End);
        Assert.Equal("email email phone phone bank_card ip_address url", string.Join(' ', spans.Select(span => PersonalKinds.NameOf(span.Kind))));
    }

    [Fact]
    public void A_masked_text_says_what_was_there_and_not_which()
    {
        Assert.Equal("Mail [email] or call [phone].", PersonalFinder.Mask("Mail a@b.com or call 212-555-0187."));
        Assert.Equal("Nothing here.", PersonalFinder.Mask("Nothing here."));
    }

    [Fact]
    public void Any_text_is_read_without_failing()
    {
        var random = new Random(5);
        const string Signs = "0123456789+-()./ @:www.abcXYZ京A年月岁\n,é\ud83d\ude00";
        for (var i = 0; i < 3_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => Signs[random.Next(Signs.Length)]));
            foreach (var span in PersonalFinder.Find(text, 0))
                Assert.InRange(span.End, span.Start + 1, text.Length);
        }
    }
}
