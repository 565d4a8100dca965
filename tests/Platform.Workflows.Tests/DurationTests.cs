namespace Platform.Workflows.Tests;

public class DurationTests
{
    [Theory]
    [InlineData("250ms", 0.25)]
    [InlineData("30s", 30)]
    [InlineData("5m", 300)]
    [InlineData("2h", 7200)]
    [InlineData("1d", 86400)]
    [InlineData("1w", 604800)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5h", 5400)]
    [InlineData("PT5M", 300)]
    [InlineData("0s", 0)]
    public void Durations_are_read_as_people_write_them(string text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Duration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("-5m")]
    [InlineData("5 minutes")]
    [InlineData("30m1h")]
    [InlineData("1h1h")]
    [InlineData("99999999999d")]
    [InlineData("-PT5M")]
    [InlineData("PT")]
    public void What_is_no_duration_says_how_to_write_one(string text) =>
        Assert.Contains("such as 250ms, 30s, 5m", Assert.Throws<FormatException>(() => Duration.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("1d2h3m4s5ms")]
    [InlineData("90s", "1m30s")]
    [InlineData("0s")]
    public void What_is_written_reads_back(string text, string? shortest = null)
    {
        Assert.Equal(shortest ?? text, Duration.Format(Duration.Parse(text)));
        Assert.Equal(Duration.Parse(text), Duration.Parse(Duration.Format(Duration.Parse(text))));
    }
}
