using System.Globalization;
using Platform.Inventory.Quality;

namespace Platform.Inventory.Tests.Quality;

/// <summary>Cells among the examples of a finding.</summary>
public sealed class CellTextTests
{
    [Fact]
    public void Times_are_written_as_iso_8601_whatever_the_language_of_the_machine()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("en-US");
        try
        {
            Assert.Equal("2026-08-09", CellText.Of(new DateOnly(2026, 8, 9)));
            Assert.Equal("07:05:00.25", CellText.Of(new TimeOnly(7, 5, 0, 250)));
            Assert.Equal("2026-08-09 07:05:00", CellText.Of(new DateTime(2026, 8, 9, 7, 5, 0)));
            Assert.Equal("2026-08-09 05:05:00Z", CellText.Of(new DateTimeOffset(2026, 8, 9, 7, 5, 0, TimeSpan.FromHours(2))));
            Assert.Equal("1234.5", CellText.Of(1234.5));
            Assert.Equal("", CellText.Of(null));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
