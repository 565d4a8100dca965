using Platform.Catalog.Review;

namespace Platform.Designer.Review;

/// <summary>The items on the page with the one in hand and those that are marked. What was decided leaves, and the next one comes to hand.</summary>
internal sealed class ReviewList
{
    private readonly HashSet<string> _marked = [];
    private List<ReviewItem> _items = [];

    public IReadOnlyList<ReviewItem> Items => _items;

    /// <summary>Place of the item in hand; -1 where there is none.</summary>
    public int At { get; private set; } = -1;

    /// <summary>The item in hand; null where there is none.</summary>
    public ReviewItem? Current => At >= 0 ? _items[At] : null;

    public int MarkedCount => _marked.Count;

    /// <summary>What a decision is about: the marked ones, or the one in hand.</summary>
    public IReadOnlyList<ReviewItem> Chosen => _marked.Count > 0 ? [.. _items.Where(item => _marked.Contains(item.Id))] : Current is { } one ? [one] : [];

    public bool IsMarked(ReviewItem item) => _marked.Contains(item.Id);

    /// <summary>Takes what the queue holds now. The item in hand stays in hand; where it is gone, the one that stands in its place comes.</summary>
    public void Take(IReadOnlyList<ReviewItem> items)
    {
        var hand = Current?.Id;
        _items = [.. items];
        _marked.IntersectWith(_items.Select(item => item.Id));
        var found = _items.FindIndex(item => item.Id == hand);
        At = found >= 0 ? found : Math.Min(Math.Max(At, 0), _items.Count - 1);
    }

    /// <summary>Adds what is not there yet behind the others.</summary>
    public void Append(IReadOnlyList<ReviewItem> items)
    {
        _items.AddRange(items.ExceptBy(_items.Select(item => item.Id).ToList(), item => item.Id));
        if (At < 0)
            Move(0);
    }

    /// <summary>Takes another item to hand, as far as there are any.</summary>
    public void Move(int by) => At = _items.Count == 0 ? -1 : Math.Clamp(At + by, 0, _items.Count - 1);

    public void MoveTo(int place) => At = Math.Clamp(place, -1, _items.Count - 1);

    public void Mark(ReviewItem item)
    {
        if (!_marked.Remove(item.Id))
            _marked.Add(item.Id);
    }

    /// <summary>Marks all; where all are marked, none.</summary>
    public void MarkAll()
    {
        if (_marked.Count == _items.Count)
            _marked.Clear();
        else
            _marked.UnionWith(_items.Select(item => item.Id));
    }

    public void Unmark() => _marked.Clear();

    /// <summary>Removes what was decided.</summary>
    public void Remove(IReadOnlyCollection<string> ids)
    {
        var before = _items.Take(Math.Max(At, 0)).Count(item => ids.Contains(item.Id));
        _items.RemoveAll(item => ids.Contains(item.Id));
        _marked.ExceptWith(ids);
        At = Math.Min(Math.Max(At, 0) - before, _items.Count - 1);
    }
}
