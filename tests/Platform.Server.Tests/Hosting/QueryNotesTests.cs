using Platform.Server.Data;
using Platform.Testing;

namespace Platform.Server.Tests.Hosting;

public sealed class QueryNotesTests : IDisposable
{
    private readonly TempFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Each_query_is_taken_once_and_a_torn_line_is_passed_over()
    {
        var notes = new QueryNotes(_home.Path);
        Assert.Empty(notes.Take());
        notes.Add(["raw.orders", "raw.lines", "raw.orders"], "mei");
        File.AppendAllText(Path.Combine(_home.Path, "queries.jsonl"), "{\"Asset\": \"raw.or\n");
        notes.Add(["raw.orders"], "ann");

        Assert.Equal(["mei raw.orders", "mei raw.lines", "ann raw.orders"], notes.Take().Select(n => $"{n.By} {n.Asset}"));
        Assert.Empty(notes.Take());
    }

    [Fact]
    public void What_a_node_took_before_it_died_is_taken_again()
    {
        var notes = new QueryNotes(_home.Path);
        notes.Add(["raw.orders"], "mei");
        File.Move(Path.Combine(_home.Path, "queries.jsonl"), Path.Combine(_home.Path, "queries.jsonl.taken"));
        notes.Add(["raw.lines"], "mei");

        Assert.Equal("raw.orders", Assert.Single(notes.Take()).Asset);
        Assert.Equal("raw.lines", Assert.Single(notes.Take()).Asset);
    }

    [Fact]
    public void A_home_that_cannot_be_written_fails_no_query()
    {
        var notes = new QueryNotes(Path.Combine(_home.Path, "not", "there"));
        notes.Add(["raw.orders"], "mei");
        Assert.Empty(notes.Take());
    }
}
