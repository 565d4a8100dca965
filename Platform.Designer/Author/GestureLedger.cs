namespace Platform.Designer.Author;

/// <summary>
/// Which gestures are in a saved draft already. A page whose connection was lost, or that was loaded anew, sends again what it did not hear of; what is known
/// here is not done twice. Kept in memory: after a restart the drafts themselves are the newest that there is.
/// </summary>
internal sealed class GestureLedger
{
    private const int MostPages = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _kept = [];
    private readonly Queue<string> _order = new();

    /// <summary>Whether a saved draft holds a page's gesture.</summary>
    public bool Holds(string page, long number)
    {
        lock (_lock)
            return _kept.TryGetValue(page, out var last) && number <= last;
    }

    /// <summary>A saved draft holds the gestures of these pages up to these numbers.</summary>
    public void Keep(IReadOnlyDictionary<string, long> numbers)
    {
        lock (_lock)
        {
            foreach (var (page, number) in numbers)
            {
                if (_kept.TryAdd(page, number))
                    _order.Enqueue(page);
                else
                    _kept[page] = Math.Max(_kept[page], number);
            }
            while (_order.Count > MostPages)
                _kept.Remove(_order.Dequeue());
        }
    }
}
