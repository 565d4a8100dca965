using System.Numerics;

namespace Platform.Learning.Recommend;

/// <summary>
/// Selects the largest scores. Equal scores: the lower position first, as ONNX's TopK has it. Keeps its buffers, so one instance serves many
/// selections; not safe for several threads.
/// </summary>
internal sealed class TopItems(int capacity)
{
    private readonly float[] _score = new float[capacity];
    private readonly int[] _item = new int[capacity];

    /// <summary>How many the last selection found.</summary>
    public int Count { get; private set; }

    /// <summary>Positions, best first.</summary>
    public ReadOnlySpan<int> Items => _item.AsSpan(0, Count);

    /// <summary>Scores, best first.</summary>
    public ReadOnlySpan<float> Scores => _score.AsSpan(0, Count);

    /// <summary>Selects among scores above <paramref name="above"/>.</summary>
    public void Take(ReadOnlySpan<float> scores, float above)
    {
        Count = 0;
        var threshold = above;
        var i = 0;
        var lanes = Vector<float>.Count;
        for (; i + lanes <= scores.Length; i += lanes)
        {
            // Most items are below the threshold soon; a whole register of them is skipped with one comparison.
            if (!Vector.GreaterThanAny(new Vector<float>(scores[i..]), new Vector<float>(threshold)))
                continue;
            for (var j = i; j < i + lanes; j++)
            {
                if (scores[j] > threshold)
                    threshold = Insert(j, scores[j], above);
            }
        }
        for (; i < scores.Length; i++)
        {
            if (scores[i] > threshold)
                threshold = Insert(i, scores[i], above);
        }
        Sort();
    }

    /// <summary>Writes the selection, zeros behind it.</summary>
    public void CopyTo(Span<int> items, Span<float> scores)
    {
        items.Clear();
        scores.Clear();
        Items.CopyTo(items);
        Scores.CopyTo(scores);
    }

    /// <summary>Puts an item into a heap whose root is the worst of the kept; returns what the next one must exceed.</summary>
    private float Insert(int item, float score, float above)
    {
        if (capacity == 0)
            return float.PositiveInfinity;
        if (Count < capacity)
        {
            var at = Count++;
            while (at > 0 && Worse(score, item, (at - 1) / 2))
            {
                Move((at - 1) / 2, at);
                at = (at - 1) / 2;
            }
            _score[at] = score;
            _item[at] = item;
        }
        else
        {
            SiftDown(score, item, Count);
        }
        return Count < capacity ? above : _score[0];
    }

    /// <summary>Puts (score, item) at the root of the first <paramref name="size"/> entries and lets it sink.</summary>
    private void SiftDown(float score, int item, int size)
    {
        var at = 0;
        while (true)
        {
            var child = (2 * at) + 1;
            if (child >= size)
                break;
            if (child + 1 < size && Worse(_score[child + 1], _item[child + 1], child))
                child++;
            if (Worse(score, item, child))
                break;
            Move(child, at);
            at = child;
        }
        _score[at] = score;
        _item[at] = item;
    }

    private void Sort()
    {
        for (var last = Count - 1; last > 0; last--)
        {
            var (score, item) = (_score[last], _item[last]);
            Move(0, last);
            SiftDown(score, item, last);
        }
    }

    private bool Worse(float score, int item, int than) => score < _score[than] || (score == _score[than] && item > _item[than]);

    private void Move(int from, int to)
    {
        _score[to] = _score[from];
        _item[to] = _item[from];
    }
}
