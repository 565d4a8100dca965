namespace Platform.Server.Tests.CommandLine;

/// <summary><c>inventory SOURCE…</c>: what a person types who wants to know what is in there.</summary>
public sealed class InventoryCommandTests : IDisposable
{
    private readonly PlatformProcess _platform = new();

    public void Dispose() => _platform.Dispose();

    [Fact]
    public async Task Folders_are_inventoried_at_once_and_told_in_words_and_a_password_is_neither_printed_nor_kept()
    {
        var people = Path.GetDirectoryName(_platform.Write("data/people.csv", "id,email\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"{i},person{i}@example.com\n"))))!;
        _platform.Write("data/orders.csv", "no,people_id\n" + string.Concat(Enumerable.Range(1, 200).Select(i => $"{i},{(i == 7 ? 900 : 1 + (i % 60))}\n")));
        var other = Path.GetDirectoryName(_platform.Write("other/days/2024-01-01.csv", "id,amount\n1,2.5\n2,3.5\n"))!;
        var run = await _platform.RunAsync("inventory", people, other, "postgresql://reader:hunter2@127.0.0.1:1/shop");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("3 assets with 262 rows", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 reference between tables, 1 of them broken", run.Output, StringComparison.Ordinal);
        Assert.Contains("people.csv.email", run.Output, StringComparison.Ordinal);
        Assert.Contains("does not answer", run.Output, StringComparison.Ordinal);
        var report = run.Output.Split('\n').Single(line => line.StartsWith("The report: ", StringComparison.Ordinal))["The report: ".Length..].Trim();
        Assert.Contains("</html>", await File.ReadAllTextAsync(report), StringComparison.Ordinal);

        var connections = await _platform.RunAsync("connections", "list", "--json");
        Assert.Empty(connections.Json.AsArray());
        Assert.Contains("Nothing was kept of the address", run.Error, StringComparison.Ordinal);
        var runs = await _platform.RunAsync("runs", "--json");
        foreach (var printed in (string[])[run.Output, run.Error, connections.Output, runs.Output, await File.ReadAllTextAsync(report)])
            Assert.DoesNotContain("hunter2", printed, StringComparison.Ordinal);

        // The second night leads with what is new, and then says what stands.
        _platform.Write("data/orders.csv", "no,people_id\n" + string.Concat(Enumerable.Range(1, 200).Select(i => $"{i},{(i is 7 or 8 or 9 ? 900 + i : 1 + (i % 60))}\n")));
        var readme = _platform.Write("empty/readme.md", "nothing");
        var second = await _platform.RunAsync("inventory", people, other, Path.GetDirectoryName(readme)!);
        Assert.True(second.ExitCode == 0, second.Error);
        Assert.Contains("New or worse since then", second.Output, StringComparison.Ordinal);
        Assert.Contains("[worse] 3 rows of orders.csv", second.Output, StringComparison.Ordinal);
        Assert.Contains("no data that can be read", second.Output, StringComparison.Ordinal);

        var asset = await _platform.RunAsync("inventory", "people.csv", "--json");
        Assert.Equal(60, (int)asset.Json["asset"]!["row_count"]!);
    }

    [Theory]
    [InlineData("./nothing-here", "There is no folder or file './nothing-here'")]
    [InlineData("postgresql://host-without-user/shop", "names no user")]
    [InlineData("postgresql://me:p@ss/w0rd@", "cannot be read")]
    [InlineData("ftp://files.example.com/x", "Sources of the kind ftp:// cannot be inventoried")]
    [InlineData("https://api.example.com/orders?api_key=abc", "kept in plain text")]
    public async Task What_cannot_be_a_source_is_refused_with_what_to_write_and_no_password(string source, string expected)
    {
        var run = await _platform.RunAsync("inventory", source);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.ErrorLines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("w0rd", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", run.Error, StringComparison.Ordinal);
    }
}
