using System.Globalization;
using System.Text;

namespace Platform.Inventory.Tests.Profile;

/// <summary>Day files are one asset: what earlier nights kept of each file is used, and never trusted.</summary>
public sealed class FileSetTests : InventoryTest
{
    private const int Days = 70;
    private static readonly DateOnly First = new(2026, 1, 1);

    [Fact]
    public void One_changed_day_of_many_is_found_again_in_the_whole()
    {
        WriteDays();
        var before = Assert.Single(Take().Profiles).Value;
        Assert.Equal(Days * 3, before.Rows);
        WriteDay(40, rows: 5);
        var after = Assert.Single(Take().Profiles).Value;
        Assert.Equal((Days * 3) + 2, after.Rows);
        Assert.Equal("14", after.Columns.Single(c => c.Name == "n").Max);
        Assert.NotEqual(before.Fingerprint, after.Fingerprint);
    }

    [Fact]
    public void A_damaged_or_lost_state_of_a_file_costs_a_reading_and_no_rows()
    {
        WriteDays();
        Take();
        var states = Directory.GetFiles(Path.Combine(Home, "cache", "states"), "*.state", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        // One a file, and one a group of files.
        Assert.InRange(states.Count, Days + 2, Days + 30);
        for (var i = 0; i < states.Count; i += 3)
            File.WriteAllText(states[i], "torn");
        for (var i = 1; i < states.Count; i += 3)
            File.Delete(states[i]);
        WriteDay(1, rows: 4);
        Assert.Equal((Days * 3) + 1, Assert.Single(Take().Profiles).Value.Rows);
    }

    private void WriteDays()
    {
        for (var day = 0; day < Days; day++)
            WriteDay(day, rows: 3);
    }

    private void WriteDay(int day, int rows)
    {
        var text = new StringBuilder("day,n\n");
        for (var row = 0; row < rows; row++)
            text.Append(CultureInfo.InvariantCulture, $"{day},{row + (rows > 3 ? 10 : 0)}\n");
        Write($"orders/{First.AddDays(day):yyyy-MM-dd}.csv", text.ToString());
    }
}
