using System.Globalization;

namespace Platform.Learning.Recommend;

/// <summary>Collects rows into <see cref="Interactions"/>. Not safe for several threads.</summary>
/// <param name="weighted">Whether rows carry weights.</param>
/// <param name="rated">Whether rows carry ratings.</param>
public sealed class InteractionsBuilder(bool weighted = false, bool rated = false)
{
    private readonly IdTable _users = new();
    private readonly IdTable _items = new();
    private readonly List<int> _user = [];
    private readonly List<int> _item = [];
    private readonly List<long> _time = [];
    private readonly List<float> _weight = [];
    private readonly List<float> _rating = [];

    /// <summary>Rows so far.</summary>
    public int Count => _user.Count;

    /// <summary>Adds a row.</summary>
    /// <param name="user">Id of the user, not empty.</param>
    /// <param name="item">Id of the item, not empty.</param>
    /// <param name="time">Seconds since 1970-01-01T00:00:00Z.</param>
    /// <param name="weight">Finite and above 0; read only where the builder is weighted.</param>
    /// <param name="rating">Finite; read only where the builder is rated.</param>
    /// <exception cref="LearningException">A value is not usable; the message names the row.</exception>
    public void Add(ReadOnlySpan<char> user, ReadOnlySpan<char> item, long time, float weight = 1, float rating = 0)
    {
        if (user.IsEmpty || item.IsEmpty)
            throw new LearningException($"Interaction {Count + 1} has no {(user.IsEmpty ? "user" : "item")}. Leave such rows out before training.");
        if (weighted && !(weight > 0 && float.IsFinite(weight)))
            throw new LearningException($"Interaction {Count + 1} (user '{user}', item '{item}') has weight {weight.ToString(CultureInfo.InvariantCulture)}. A weight must be a finite number above 0; leave returns and cancellations out before training.");
        if (rated && !float.IsFinite(rating))
            throw new LearningException($"Interaction {Count + 1} (user '{user}', item '{item}') has rating {rating.ToString(CultureInfo.InvariantCulture)}. A rating must be a finite number.");
        _user.Add(_users.PositionOf(user));
        _item.Add(_items.PositionOf(item));
        _time.Add(time);
        if (weighted)
            _weight.Add(weight);
        if (rated)
            _rating.Add(rating);
    }

    /// <summary>The rows as columns, with ids sorted.</summary>
    public Interactions Build()
    {
        var user = _user.ToArray();
        var item = _item.ToArray();
        var users = _users.Sort(user);
        var items = _items.Sort(item);
        return new Interactions(users, items, user, item, [.. _time], weighted ? [.. _weight] : null, rated ? [.. _rating] : null);
    }

    private sealed class IdTable
    {
        private readonly Dictionary<string, int> _positions;
        private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
        private readonly List<string> _ids = [];
        private string _last = "";
        private int _lastPosition = -1;

        public IdTable()
        {
            _positions = new Dictionary<string, int>(StringComparer.Ordinal);
            _lookup = _positions.GetAlternateLookup<ReadOnlySpan<char>>();
        }

        public int PositionOf(ReadOnlySpan<char> id)
        {
            // An order's lines follow each other, so the user is often the one of the row before.
            if (_lastPosition >= 0 && id.SequenceEqual(_last))
                return _lastPosition;
            if (_lookup.TryGetValue(id, out _last!, out _lastPosition))
                return _lastPosition;
            _last = id.ToString();
            _lastPosition = _ids.Count;
            _positions.Add(_last, _lastPosition);
            _ids.Add(_last);
            return _lastPosition;
        }

        /// <summary>Sorts the ids and rewrites the positions in <paramref name="column"/>.</summary>
        public string[] Sort(int[] column)
        {
            var ids = _ids.ToArray();
            var order = new int[ids.Length];
            for (var i = 0; i < order.Length; i++)
                order[i] = i;
            Array.Sort(ids, order, StringComparer.Ordinal);
            var rank = new int[order.Length];
            for (var i = 0; i < order.Length; i++)
                rank[order[i]] = i;
            for (var row = 0; row < column.Length; row++)
                column[row] = rank[column[row]];
            return ids;
        }
    }
}
