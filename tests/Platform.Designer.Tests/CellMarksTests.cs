using Platform.Designer.Preview;

namespace Platform.Designer.Tests;

public sealed class CellMarksTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("two words", "two words")]
    [InlineData(" refunded", "[·]refunded")]
    [InlineData("  a b ", "[··]a b[·]")]
    [InlineData("   ", "[···]")]
    [InlineData("a\tb\r\nc", "a[⇥]b[␍↵]c")]
    [InlineData("a\u00a0b\u200b", "a[▯]b[▯]")]
    [InlineData("\ufeffid", "[▯]id")]
    [InlineData("0123456789abc", "012345678…")]
    [InlineData(" 123456789 ", "[·]12345678…")]
    [InlineData("", "")]
    public void What_is_not_seen_is_marked(string value, string shown) =>
        Assert.Equal(shown, string.Concat(CellMarks.Of(value, 10).Select(p => p.IsMark ? $"[{p.Text}]" : p.Text)));
}
