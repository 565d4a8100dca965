using System.Globalization;
using Platform.Inventory.Masking;
using Platform.Inventory.Personal;

namespace Platform.Inventory.Tests.Masking;

/// <summary>What masks promise: the form, no two values made one, the same each time, and nothing without the secret.</summary>
public class MaskTests
{
    private static readonly MaskKey Key = new("a secret of this test only");
    private static readonly FormatPreserving Format = new(Key);

    [Theory]
    [InlineData("+44 (20) 7946-0958")]
    [InlineData("AB-123456-C")]
    [InlineData("13812345678")]
    [InlineData("a1")]
    [InlineData("")]
    [InlineData("---")]
    public void The_form_of_a_value_stays(string value)
    {
        var masked = Format.Mask(value)!;
        Assert.Equal(FormOf(value), FormOf(masked));
        if (value.Count(char.IsAsciiLetterOrDigit) > 3)
            Assert.NotEqual(value, masked);
        Assert.Equal(masked, new FormatPreserving(new MaskKey("a secret of this test only")).Mask(value));
        if (value.Count(char.IsAsciiLetterOrDigit) > 6)
            Assert.NotEqual(masked, new FormatPreserving(new MaskKey("another secret of this test")).Mask(value));
    }

    [Fact]
    public void Card_numbers_keep_their_check_digit_and_stay_different()
    {
        var masked = new HashSet<string>();
        for (var i = 0; i < 2_000; i++)
        {
            var body = "4" + i.ToString("00000000000000", CultureInfo.InvariantCulture);
            var card = body + Checksums.LuhnDigit(body);
            var hidden = Format.Mask(card)!;
            Assert.True(Checksums.Luhn(hidden));
            Assert.True(masked.Add(hidden));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void All_numbers_of_a_length_are_only_exchanged_among_themselves(int digits)
    {
        var all = (int)Math.Pow(10, digits);
        var masked = Enumerable.Range(0, all).Select(i => Format.Mask(i.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0'))!).ToHashSet();
        Assert.Equal(all, masked.Count);
        Assert.All(masked, value => Assert.Equal(digits, value.Length));
    }

    [Fact]
    public void Whole_numbers_keep_their_digits_and_fit_their_type()
    {
        var seen = new HashSet<long>();
        foreach (var value in Enumerable.Range(1, 9_999).Select(i => (long)i).Append(int.MaxValue).Append(int.MaxValue - 1).Append(2_000_000_000).Append(-7_654_321).Append(0))
        {
            var masked = Format.Mask(value, int.MaxValue);
            Assert.Equal(value.ToString(CultureInfo.InvariantCulture).Length, masked.ToString(CultureInfo.InvariantCulture).Length);
            Assert.Equal(Math.Sign(value), Math.Sign(masked));
            Assert.True(Math.Abs(masked) <= int.MaxValue);
            Assert.True(seen.Add(masked));
        }

        Assert.InRange(Format.Mask(long.MaxValue), 1_000_000_000_000_000_000, long.MaxValue);
    }

    [Fact]
    public void Letters_of_other_alphabets_have_no_form_that_is_kept() => Assert.Null(Format.Mask("王小明"));

    [Fact]
    public void A_hash_and_a_token_say_nothing_of_each_other_and_depend_on_the_secret()
    {
        Assert.Equal(32, Key.Hash("a@b.com").Length);
        Assert.Matches("^tok_[0-9a-z]{16}$", Key.Token("a@b.com"));
        Assert.Equal(Key.Hash("x"), Key.Hash("x"));
        Assert.NotEqual(Key.Hash("x"), Key.Hash("X"));
        Assert.NotEqual(Key.Hash("x"), new MaskKey("another secret of this test").Hash("x"));
        Assert.Equal(20_000, Enumerable.Range(0, 20_000).Select(i => Key.Token($"{i}")).Distinct().Count());
        Assert.Contains("at least 16", Assert.Throws<ArgumentException>(() => new MaskKey("short")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("13812345678", 4, "*******5678")]
    [InlineData("4111-1111-1111-1234", 4, "****-****-****-1234")]
    [InlineData("abc", 4, "***")]
    [InlineData("", 4, "")]
    public void The_last_characters_stay(string value, int keep, string masked) => Assert.Equal(masked, PlainMasks.Partial(value, keep));

    [Theory]
    [InlineData("203.0.113.77", "203.0.113.0/24")]
    [InlineData("2001:db8:1:2:3::4", "2001:db8:1::/48")]
    [InlineData("nonsense", null)]
    public void An_address_becomes_its_network(string value, string? network) => Assert.Equal(network, PlainMasks.Network(value));

    [Theory]
    [InlineData(34, 10, "30-39")]
    [InlineData(-3, 10, "-10--1")]
    [InlineData(0.34, 0.25, "0.25-0.5")]
    public void A_number_becomes_a_band(double value, double width, string band) => Assert.Equal(band, PlainMasks.Band(value, width));

    private static string FormOf(string value) => string.Concat(value.Select(c => char.IsAsciiDigit(c) ? '0' : char.IsAsciiLetterUpper(c) ? 'A' : char.IsAsciiLetter(c) ? 'a' : c));
}
