using Platform.Inventory.Errors;

namespace Platform.Inventory.Tests.Errors;

public sealed class AloneCellsTests
{
    [Theory]
    [InlineData("shiped", "shipped", true)]
    [InlineData("shippde", "shipped", true)]
    [InlineData("delivreed", "delivered", true)]
    [InlineData("pendimg", "pending", true)]
    [InlineData("orders", "order", false)]
    [InlineData("Shipped", "shipped", false)]
    [InlineData("gold", "bold", false)]
    [InlineData("size 41", "size 42", false)]
    [InlineData("female", "male", false)]
    [InlineData("Austria", "Australia", false)]
    public void A_slip_of_a_word_is_told_from_another_word(string value, string meant, bool isSlip) => Assert.Equal(isSlip, AloneCells.IsSlip(value, meant));

    [Theory]
    [InlineData("p1@example.org", true)]
    [InlineData("张伟@例子.中国", true)]
    [InlineData(" p1+tag@mail.example.co.uk ", true)]
    [InlineData("p1@example", false)]
    [InlineData("p1.example.org", false)]
    [InlineData("p1@@example.org", false)]
    [InlineData("p1@example..org", false)]
    [InlineData("p 1@example.org", false)]
    [InlineData("@example.org", false)]
    [InlineData("n/a", false)]
    public void The_form_of_an_address_is_known(string text, bool isMail) => Assert.Equal(isMail, AloneCells.IsMail(text));

    [Fact]
    public void A_rare_slip_in_a_list_and_a_malformed_address_are_told_with_their_rows_and_what_is_usual_is_not()
    {
        var states = Column("state", row => row is 7 or 90 ? "shiped" : row % 3 == 0 ? "shipped" : row % 3 == 1 ? "open" : "returned");
        var slips = AloneCells.Find(states, 2, isList: true, isMail: false);
        Assert.Equal([(7, CellCause.Misspelt, "shipped"), (90, CellCause.Misspelt, "shipped")], slips.Select(cell => (cell.Row, cell.Cause, cell.Expected!)));
        Assert.All(slips, cell => Assert.Equal(2, cell.Column));
        Assert.Empty(AloneCells.Find(states, 2, isList: false, isMail: false));

        var mails = Column("email", row => row == 41 ? "p41(at)example.org" : $"p{row}@example.org");
        Assert.Equal([(41, CellCause.Malformed)], AloneCells.Find(mails, 0, isList: false, isMail: true).Select(cell => (cell.Row, cell.Cause)));
        // Where many are otherwise, the column holds something else too.
        Assert.Empty(AloneCells.Find(Column("contact", row => row % 4 == 0 ? $"+44 20 7946 {row:0000}" : $"p{row}@example.org"), 0, isList: false, isMail: true));
    }

    [Fact]
    public void What_stands_as_often_as_another_word_is_a_word_of_its_own()
    {
        var both = Column("state", row => row < 200 ? "closed" : "closer");
        Assert.Empty(AloneCells.Find(both, 0, isList: true, isMail: false));
    }

    private static CellColumn Column(string name, Func<int, string> value) => CellTable.Of([name], Enumerable.Range(0, 400).Select(row => (IReadOnlyList<string?>)[value(row)])).Columns[0];
}
