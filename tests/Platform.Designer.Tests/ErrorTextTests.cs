using Platform.Designer.Shell;

namespace Platform.Designer.Tests;

/// <summary>A message with a place in a statement keeps its caret below the column.</summary>
public sealed class ErrorTextTests
{
    [Fact]
    public void Lines_with_a_caret_stand_apart_from_the_words_around_them()
    {
        const string message = "Parser Error: syntax error at or near \"fro\"\r\n\r\nLINE 1: select id fro x.y\r\n                  ^\r\nCorrect it.";
        Assert.Equal(
            [("Parser Error: syntax error at or near \"fro\"", false), ("LINE 1: select id fro x.y\n                  ^", true), ("Correct it.", false)],
            ErrorText.Split(message));
    }

    [Theory]
    [InlineData("One sentence.")]
    [InlineData("LINE 5 of the file is wrong.")]
    [InlineData("Two lines\nof words")]
    public void Words_alone_are_one_part(string message) => Assert.Equal([(message, false)], ErrorText.Split(message));
}
