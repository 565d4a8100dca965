using System.Buffers;

namespace Platform.Catalog.Search;

/// <summary>Finds the tokens of a segment that a word may mean: the word itself, what begins with it, what holds it, what it is mistyped from.</summary>
internal static class WordMatcher
{
    /// <summary>How well a word fits that begins with the one looked for.</summary>
    internal const float Beginning = 0.6f;

    private const float Exact = 1f;
    private const float Inside = 0.35f;
    private const float OneError = 0.4f;
    private const float TwoErrors = 0.25f;

    /// <summary>Tokens that a part of a word or a mistyped one may mean at most; more say nothing.</summary>
    private const int MostTokens = 2_000;

    /// <summary>The tokens, each with how well it fits, 0 to 1.</summary>
    /// <param name="segment">Where.</param>
    /// <param name="word">A token of the query.</param>
    /// <param name="tolerant">Also parts of words and mistyped ones where the word itself is there.</param>
    internal static List<(int From, int To, float Fit)> Find(SearchSegment segment, string word, bool tolerant)
    {
        var found = new List<(int, int, float)>();
        var (from, to) = segment.Prefix(word);
        if (from < to)
        {
            var same = segment.Token(from).Length == word.Length;
            if (same)
                found.Add((from, from + 1, Exact));
            if (from + (same ? 1 : 0) < to)
                found.Add((from + (same ? 1 : 0), to, Beginning));
        }

        if (found.Count > 0 && !tolerant)
            return found;
        var ideographic = SearchText.IsIdeographic(word[0]);
        if (word.Length >= 3)
            Parts(segment, word, from, to, found);
        if (word.Length >= 4 && !ideographic && (found.Count == 0 || tolerant))
            Mistyped(segment, word, from, to, found);
        return found;
    }

    /// <summary>Words that hold the word somewhere behind their beginning.</summary>
    private static void Parts(SearchSegment segment, string word, int from, int to, List<(int, int, float)> found)
    {
        var text = segment.Text;
        var at = 0;
        var count = 0;
        while (count < MostTokens && text[at..].IndexOf(word) is >= 0 and var next)
        {
            at += next;
            var token = segment.TokenAt(at);
            if (token < from || token >= to)
            {
                found.Add((token, token + 1, Inside));
                count++;
            }

            // On with the token behind this one.
            at += text[at..].IndexOf('\n') + 1;
        }
    }

    /// <summary>
    /// Words that differ by one letter (two from eight letters on), neighbours that changed places counting as one: a walk over the sorted tokens as over a tree, left where already the beginning differs too much.
    /// </summary>
    private static void Mistyped(SearchSegment segment, string word, int from, int to, List<(int, int, float)> found)
    {
        var most = word.Length >= 8 ? 2 : 1;
        var width = word.Length + 1;
        // A row a depth: the distance of the token's beginning to each beginning of the word.
        var depth = word.Length + most + 1;
        var rows = ArrayPool<int>.Shared.Rent((depth + 1) * width);
        try
        {
            for (var i = 0; i < width; i++)
                rows[i] = i;
            Walk(segment, word, 0, segment.TokenCount, 0, rows, width, most, depth, token =>
            {
                if (token.Token < from || token.Token >= to)
                    found.Add((token.Token, token.Token + 1, token.Errors <= 1 ? OneError : TwoErrors));
                return found.Count < MostTokens;
            });
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rows);
        }
    }

    private static bool Walk(SearchSegment segment, string word, int low, int high, int depth, int[] rows, int width, int most, int deepest, Func<(int Token, int Errors), bool> found)
    {
        while (low < high && segment.Token(low).Length == depth)
        {
            if (rows[depth * width + width - 1] <= most && !found((low, rows[depth * width + width - 1])))
                return false;
            low++;
        }

        if (depth >= deepest)
            return true;
        while (low < high)
        {
            var letter = segment.Token(low)[depth];
            // The end of the tokens that go on with the same letter.
            var (a, b) = (low + 1, high);
            var step = 1;
            while (low + step < high && segment.Token(low + step)[depth] == letter)
            {
                a = low + step + 1;
                step *= 2;
            }

            b = Math.Min(b, low + step);
            while (a < b)
            {
                var middle = (a + b) >>> 1;
                if (segment.Token(middle)[depth] == letter)
                    a = middle + 1;
                else
                    b = middle;
            }

            if (Row(segment.Token(low), word, depth, rows, width) <= most && !Walk(segment, word, low, a, depth + 1, rows, width, most, deepest, found))
                return false;
            low = a;
        }

        return true;
    }

    /// <summary>Writes the row below a depth (optimal string alignment), and gives its smallest distance.</summary>
    private static int Row(ReadOnlySpan<char> token, string word, int depth, int[] rows, int width)
    {
        var above = depth * width;
        var row = above + width;
        rows[row] = depth + 1;
        var least = rows[row];
        for (var i = 1; i < width; i++)
        {
            var cost = token[depth] == word[i - 1] ? 0 : 1;
            var value = Math.Min(Math.Min(rows[above + i] + 1, rows[row + i - 1] + 1), rows[above + i - 1] + cost);
            if (depth > 0 && i > 1 && token[depth] == word[i - 2] && token[depth - 1] == word[i - 1])
                value = Math.Min(value, rows[above - width + i - 2] + 1);
            rows[row + i] = value;
            least = Math.Min(least, value);
        }

        return least;
    }
}
