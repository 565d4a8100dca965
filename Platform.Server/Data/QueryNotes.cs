using System.Text.Json;

namespace Platform.Server.Data;

/// <summary>
/// Which tables people queried on the command line, in a file of the home: <c>sql</c> and <c>table</c> need no database, so the node that serves takes the notes up.
/// A line is appended whole or not at all; what cannot be noted is not counted, and no query fails for it.
/// </summary>
internal sealed class QueryNotes(string home)
{
    /// <summary>Where nobody serves, notes end at this size, in bytes.</summary>
    private const long MostBytes = 1 << 20;

    private readonly string _file = Path.Combine(home, "queries.jsonl");

    /// <summary>Notes that somebody queried assets.</summary>
    public void Add(IEnumerable<string> assets, string by)
    {
        var lines = string.Concat(assets.Distinct(StringComparer.Ordinal).Select(asset => JsonSerializer.Serialize(new Note(asset, by)) + "\n"));
        try
        {
            if (!File.Exists(_file) || new FileInfo(_file).Length < MostBytes)
                File.AppendAllText(_file, lines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A home that this account may only read: the query itself has been answered.
        }
    }

    /// <summary>Takes the notes; each is taken once.</summary>
    public IReadOnlyList<Note> Take()
    {
        var taken = _file + ".taken";
        try
        {
            // What was taken and not counted when the process died is taken again.
            if (!File.Exists(taken))
            {
                if (!File.Exists(_file))
                    return [];
                File.Move(_file, taken);
            }

            var notes = File.ReadLines(taken).Select(Read).OfType<Note>().ToList();
            File.Delete(taken);
            return notes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // In use by a writer or another node: the next time.
            return [];
        }
    }

    private static Note? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Note>(line) is { Asset: not null, By: not null } note ? note : null;
        }
        catch (JsonException)
        {
            // A line that a full disk cut.
            return null;
        }
    }

    /// <summary>A query of an asset.</summary>
    /// <param name="Asset">Its key.</param>
    /// <param name="By">Name of the account that asked.</param>
    internal sealed record Note(string Asset, string By);
}
