using System.Text.Json;
using Platform.Inventory.Cache;

namespace Platform.Inventory.Profile;

/// <summary>
/// What comes after the last row (states packed, columns judged, profiles written) is code that a fresh process has to compile first, on one core while
/// the others wait. Begun with the reading, on a small table that is made up, it is ready by then. Once a process.
/// </summary>
internal static class FirstUse
{
    private static readonly Lazy<Task> Begun = new(() => Task.Run(Run));

    /// <summary>Begins it, unless it has begun; the task ends when the code is ready.</summary>
    public static Task Begin() => Begun.Value;

    private static void Run()
    {
        var state = new TableState();
        for (var part = 0; part < 2; part++)
            state.Merge(TableState.FromBytes(Table().ToBytes())!);
        var profile = AssetProfile.From("first-use", "first_use", "", state, []);
        JsonSerializer.Serialize(Stream.Null, profile with { Samples = null }, InventoryCache.Json);
        JsonSerializer.Serialize(Stream.Null, profile.Samples, InventoryCache.Json);
    }

    private static TableState Table()
    {
        const int Rows = 64;
        var table = new TableState { Rows = Rows };
        ColumnState id = table.Column("id", "BIGINT"), price = table.Column("price", "DOUBLE"), day = table.Column("day"), mail = table.Column("email", "VARCHAR"), word = table.Column("colour");
        for (var row = 0; row < Rows; row++)
        {
            id.AddInteger(row);
            price.AddDecimal(row * 0.37);
            day.AddCell([.. "2020-01-"u8, (byte)('1' + (row % 2)), (byte)('0' + (row % 10))]);
            mail.AddTypedText([.. "user"u8, (byte)('a' + (row % 26)), (byte)('a' + (row / 26)), .. "@example.com"u8]);
            word.AddCell(row % 3 == 0 ? "dark red"u8 : "blue"u8);
            table.EndRow();
        }

        return table;
    }
}
