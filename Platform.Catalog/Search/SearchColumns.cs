using System.Runtime.InteropServices;

namespace Platform.Catalog.Search;

/// <summary>
/// The columns of a segment's assets. Columns share their names: a name with what people say about it is kept once, with the assets that have such a column, those that are used most first.
/// 1.5 million columns take 12 MB beside their words, which the segment holds anyhow.
/// </summary>
internal sealed class SearchColumns
{
    private readonly int[] _places;
    private readonly int[] _postings;
    private readonly int[] _postingStarts;

    private SearchColumns(Builder from, int[] places, int[] verdicts, int[] starts, int[] postings, int[] postingStarts)
    {
        Names = [.. from.Names];
        PerDocument = [.. from.CountsByDocument()];
        Hashes = [.. Names.Select(SearchFacts.Hash)];
        NameTokens = [.. from.NameTokens];
        _places = places;
        Verdicts = verdicts;
        Starts = starts;
        _postings = postings;
        _postingStarts = postingStarts;
    }

    /// <summary>How many columns each document has.</summary>
    internal int[] PerDocument { get; }

    /// <summary>Names, by the number of the entry. The same name stands more than once where people say different things about it.</summary>
    internal string[] Names { get; }

    /// <summary>Hashes of the names in their plain form.</summary>
    internal int[] Hashes { get; }

    /// <summary>Words of the name, 1 to 255.</summary>
    internal byte[] NameTokens { get; }

    /// <summary>Where the columns of each entry begin in <see cref="Documents"/>.</summary>
    internal int[] Starts { get; }

    /// <summary>Numbers of the assets that have the columns of an entry.</summary>
    internal ReadOnlySpan<int> Documents => _places;

    /// <summary>By column: the place of its semantic type among the values of the facts plus one (0 for none), four times; plus 1 where nobody has looked, 2 where it holds personal data, else 0.</summary>
    internal int[] Verdicts { get; }

    /// <summary>The entries that hold a token of the segment; twice their number, plus 1 where it stands in what people say and not in the name.</summary>
    internal ReadOnlySpan<int> Postings(int token) => _postings.AsSpan(_postingStarts[token], _postingStarts[token + 1] - _postingStarts[token]);

    /// <summary>Collects columns, document by document.</summary>
    internal sealed class Builder
    {
        private readonly Dictionary<(string Name, string More), int> _entries = [];
        private readonly List<int[]> _tokens = [];
        private readonly List<int[]> _moreTokens = [];
        private readonly List<int> _starts = [];
        private readonly List<int> _columns = [];
        private readonly List<int> _verdicts = [];

        internal List<string> Names { get; } = [];

        internal List<byte> NameTokens { get; } = [];

        internal IEnumerable<int> CountsByDocument() => _starts.Select((start, i) => (i + 1 < _starts.Count ? _starts[i + 1] : _columns.Count) - start);

        /// <summary>Begins the next document.</summary>
        internal void Begin() => _starts.Add(_columns.Count);

        /// <summary>Adds a column of the document.</summary>
        /// <param name="column">The column.</param>
        /// <param name="type">Place of its type among the values; -1 for none.</param>
        /// <param name="tokens">Gives the tokens of a text; asked once an entry.</param>
        /// <returns>The tokens of its name and of what people say.</returns>
        internal (int[] Name, int[] More) Add(SearchColumn column, int type, Func<string, int[]> tokens)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, (column.Name, column.More), out var known);
            if (!known)
            {
                entry = Names.Count;
                Names.Add(column.Name);
                _tokens.Add(tokens(column.Name));
                _moreTokens.Add(column.More.Length == 0 ? [] : tokens(column.More));
                var words = 0;
                SearchText.Tokens(column.Name, _ => words++);
                NameTokens.Add((byte)Math.Clamp(words, 1, 255));
            }

            _columns.Add(entry);
            _verdicts.Add((type + 1) * 4 + column.Personal switch { null => 1, true => 2, _ => 0 });
            return (_tokens[entry], _moreTokens[entry]);
        }

        /// <summary>Builds.</summary>
        /// <param name="uses">Uses of the documents.</param>
        /// <param name="tokenPlace">Place of each token in the segment.</param>
        internal SearchColumns Build(int[] uses, int[] tokenPlace)
        {
            var starts = new int[Names.Count + 1];
            foreach (var entry in CollectionsMarshal.AsSpan(_columns))
                starts[entry + 1]++;
            for (var i = 0; i < Names.Count; i++)
                starts[i + 1] += starts[i];
            var next = starts.AsSpan(0, Names.Count).ToArray();
            var (places, verdicts) = (new int[_columns.Count], new int[_columns.Count]);
            var order = Enumerable.Range(0, _starts.Count).ToArray();
            Array.Sort(order, (a, b) => uses[a] != uses[b] ? uses[b].CompareTo(uses[a]) : a.CompareTo(b));
            foreach (var document in order)
                for (var i = _starts[document]; i < (document + 1 < _starts.Count ? _starts[document + 1] : _columns.Count); i++)
                {
                    var at = next[_columns[i]]++;
                    places[at] = document;
                    verdicts[at] = _verdicts[i];
                }

            var postingStarts = new int[tokenPlace.Length + 1];
            foreach (var (token, _) in Pairs())
                postingStarts[tokenPlace[token] + 1]++;
            for (var i = 0; i < tokenPlace.Length; i++)
                postingStarts[i + 1] += postingStarts[i];
            var nextPosting = postingStarts.AsSpan(0, tokenPlace.Length).ToArray();
            var postings = new int[postingStarts[^1]];
            foreach (var (token, posting) in Pairs())
                postings[nextPosting[tokenPlace[token]]++] = posting;
            return new SearchColumns(this, places, verdicts, starts, postings, postingStarts);
        }

        private IEnumerable<(int Token, int Posting)> Pairs()
        {
            for (var entry = 0; entry < _tokens.Count; entry++)
            {
                foreach (var token in _tokens[entry])
                    yield return (token, entry * 2);
                foreach (var token in _moreTokens[entry])
                    yield return (token, (entry * 2) + 1);
            }
        }
    }
}
