using Platform.Inventory.Cache;
using Platform.Inventory.Read;

namespace Platform.Inventory.Tests.Cache;

public sealed class FileIndexTests : InventoryTest
{
    public static TheoryData<FileLayout> Layouts =>
    [
        new FileLayout { Form = FileForm.Delimited, Delimiter = ';', Quoted = false, HasHeader = true, Columns = ["a", "b"] },
        new FileLayout { Form = FileForm.Delimited, Encoding = "gb18030", Quoted = true, HasHeader = false, Gzip = true, Columns = ["column_1"] },
        new FileLayout { Form = FileForm.Parquet },
    ];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_file_that_was_looked_at_is_not_looked_into_again_by_the_next_process(FileLayout layout)
    {
        var file = new FileInfo(Data.File("orders.csv"));
        File.WriteAllText(file.FullName, "a;b\n1;2\n");
        var later = TimeProvider.System.GetUtcNow().AddHours(1);
        var first = FileIndex.Open(Home);
        var (scanned, _) = first.Look(file, later, _ => layout);
        first.Save([Data.Path]);

        var (known, remembered) = FileIndex.Open(Home).Look(file, later, _ => throw new InvalidOperationException("It was looked into."));

        Assert.Equal(scanned, known);
        Assert.Equal(layout.Shape, remembered.Shape);
        Assert.Equal((layout.Encoding, layout.Quoted, layout.Gzip), (remembered.Encoding, remembered.Quoted, remembered.Gzip));
    }
}
