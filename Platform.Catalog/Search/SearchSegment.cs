using System.Runtime.InteropServices;

namespace Platform.Catalog.Search;

/// <summary>
/// An index over documents that never changes: its tokens sorted in one array of characters, and for each the documents and fields that hold it.
/// A hundred thousand assets with fifteen columns each take about 60 MB.
/// </summary>
internal sealed class SearchSegment
{
    private const int FieldBits = 4;

    private readonly char[] _text;
    private readonly int[] _textStarts;
    private readonly int[] _postings;
    private readonly int[] _postingStarts;

    private SearchSegment(char[] text, int[] textStarts, int[] postings, int[] postingStarts, SearchFacts facts, SearchColumns columns)
    {
        _text = text;
        _textStarts = textStarts;
        _postings = postings;
        _postingStarts = postingStarts;
        Facts = facts;
        Columns = columns;
    }

    /// <summary>What is known of the documents beside their words.</summary>
    internal SearchFacts Facts { get; }

    /// <summary>The columns of its assets.</summary>
    internal SearchColumns Columns { get; }

    internal int TokenCount => _textStarts.Length - 1;

    /// <summary>All tokens, each between two line ends, so that a part of a word is found by one look through the memory.</summary>
    internal ReadOnlySpan<char> Text => _text;

    internal ReadOnlySpan<char> Token(int token) => _text.AsSpan(_textStarts[token], _textStarts[token + 1] - _textStarts[token] - 1);

    internal ReadOnlySpan<int> Postings(int token) => _postings.AsSpan(_postingStarts[token], _postingStarts[token + 1] - _postingStarts[token]);

    internal static (int Document, SearchField Field) Read(int posting) => (posting >> FieldBits, (SearchField)(posting & ((1 << FieldBits) - 1)));

    /// <summary>The token at a place of <see cref="Text"/>.</summary>
    internal int TokenAt(int place)
    {
        var found = Array.BinarySearch(_textStarts, place);
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>The first token that is not before a word.</summary>
    internal int LowerBound(ReadOnlySpan<char> word)
    {
        var (low, high) = (0, TokenCount);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Token(middle).SequenceCompareTo(word) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>The tokens that begin with a word, from and up to (not included).</summary>
    internal (int From, int To) Prefix(ReadOnlySpan<char> word)
    {
        var from = LowerBound(word);
        var (low, high) = (from, TokenCount);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Token(middle).StartsWith(word))
                low = middle + 1;
            else
                high = middle;
        }

        return (from, low);
    }

    /// <summary>Builds a segment.</summary>
    internal sealed class Builder
    {
        private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
        private readonly List<int> _tokens = [];
        private readonly List<int> _documents = [];
        // Where a token was written last, to keep one posting a document: the field that counts most.
        private readonly List<int> _last = [];
        private readonly SearchFacts.Builder _facts = new();
        private readonly SearchColumns.Builder _columns = new();
        private int _document = -1;
        private int _first;
        private SearchField _field;

        internal int Count => _document + 1;

        internal void Add(SearchDocument document)
        {
            _document++;
            _first = _tokens.Count;
            Each(SearchField.Name, document.Name);
            foreach (var term in document.Terms)
                Each(SearchField.Term, term);
            Each(SearchField.Key, document.Key);
            foreach (var tag in document.Tags)
                Each(SearchField.Tag, tag);
            Each(SearchField.Owner, document.Owner);
            Each(SearchField.Domain, document.Domain);
            _field = SearchField.Column;
            _columns.Begin();
            foreach (var column in document.Columns)
            {
                var (name, more) = _columns.Add(column, _facts.Place(column.Type), Tokens);
                foreach (var token in name)
                    Post(token);
                foreach (var token in more)
                    Post(token);
            }

            Each(SearchField.Description, document.Description);
            foreach (var type in document.Types)
                Each(SearchField.Type, type);
            _facts.Add(document);
        }

        internal SearchSegment Build()
        {
            var names = new string[_ids.Count];
            foreach (var (name, id) in _ids)
                names[id] = name;
            var order = new int[names.Length];
            for (var i = 0; i < order.Length; i++)
                order[i] = i;
            Array.Sort(order, (a, b) => string.CompareOrdinal(names[a], names[b]));
            var place = new int[names.Length];
            var starts = new int[names.Length + 1];
            for (var i = 0; i < order.Length; i++)
            {
                place[order[i]] = i;
                starts[i + 1] = starts[i] + names[order[i]].Length + 1;
            }

            var text = new char[starts[^1]];
            for (var i = 0; i < order.Length; i++)
            {
                names[order[i]].CopyTo(text.AsSpan(starts[i]));
                text[starts[i + 1] - 1] = '\n';
            }

            // Counted and laid out by token: within one, the documents stay in their order.
            var postingStarts = new int[names.Length + 1];
            foreach (var token in CollectionsMarshal.AsSpan(_tokens))
                postingStarts[place[token] + 1]++;
            for (var i = 0; i < names.Length; i++)
                postingStarts[i + 1] += postingStarts[i];
            var next = postingStarts.AsSpan(0, names.Length).ToArray();
            var postings = new int[_tokens.Count];
            for (var i = 0; i < _tokens.Count; i++)
                postings[next[place[_tokens[i]]]++] = _documents[i];
            var facts = _facts.Build();
            return new SearchSegment(text, starts, postings, postingStarts, facts, _columns.Build(facts.Uses, place));
        }

        private void Each(SearchField field, string? text)
        {
            _field = field;
            SearchText.Tokens(text, Note);
            if (field is SearchField.Name or SearchField.Term or SearchField.Tag)
                Readings.Tokens(text, Note);
        }

        /// <summary>The tokens of a column's text, each once.</summary>
        private int[] Tokens(string text)
        {
            var tokens = new HashSet<int>();
            SearchText.Tokens(text, token => tokens.Add(IdOf(token)));
            Readings.Tokens(text, token => tokens.Add(IdOf(token)));
            return [.. tokens];
        }

        private void Note(string token) => Post(IdOf(token));

        private int IdOf(string token)
        {
            ref var id = ref CollectionsMarshal.GetValueRefOrAddDefault(_ids, token, out var known);
            if (!known)
            {
                id = _ids.Count - 1;
                _last.Add(-1);
            }

            return id;
        }

        private void Post(int id)
        {
            // The fields come in the order of what they count.
            if (_last[id] >= _first)
                return;
            _last[id] = _tokens.Count;
            _tokens.Add(id);
            _documents.Add((_document << FieldBits) | (int)_field);
        }
    }
}
