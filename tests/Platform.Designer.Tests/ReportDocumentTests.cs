using System.Globalization;
using Platform.Designer.Inventory;

namespace Platform.Designer.Tests;

public sealed class ReportDocumentTests
{
    private const string Report = "<!doctype html><html lang=\"en\"><head><title>Inventory</title></head><body><p>What changed</p><script>alert(1)\n</script></body></html>";

    [Theory]
    [InlineData("dark", "zh-Hans", "<html data-theme=\"dark\" lang=\"zh\"")]
    [InlineData("light", "en", "<html data-theme=\"light\" lang=\"en\"")]
    public void A_report_in_a_page_has_the_pages_theme_and_language(string theme, string culture, string expected)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
        Assert.Contains(expected, ReportDocument.Embedded(Report, theme), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reports_scripts_and_what_needs_them_are_left_out()
    {
        var html = ReportDocument.Embedded(Report, "dark");
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Contains("<p>What changed</p></body>", html, StringComparison.Ordinal);
        Assert.Contains(".tools,input[type=search]{display:none}", html, StringComparison.Ordinal);
    }
}
