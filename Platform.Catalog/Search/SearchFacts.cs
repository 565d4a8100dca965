namespace Platform.Catalog.Search;

/// <summary>What search knows of the documents of a segment beside their words: by the number of the document.</summary>
internal sealed class SearchFacts
{
    private SearchFacts(Builder from)
    {
        Ids = [.. from.Ids];
        Names = [.. from.Names];
        Keys = [.. from.Keys];
        NameTokens = [.. from.NameTokens];
        Uses = [.. from.Uses];
        UseScores = [.. from.Uses.Select(uses => uses == 0 ? 0 : 0.25f * MathF.Log2(1 + uses))];
        Flags = [.. from.Flags];
        Single = [.. from.Single.Select(values => values.ToArray())];
        Tags = [.. from.Tags];
        Types = [.. from.Types];
        Values = [.. from.Values];
        var order = Enumerable.Range(0, from.KeyTexts.Count).ToArray();
        Array.Sort(order, (a, b) => string.CompareOrdinal(from.KeyTexts[a], from.KeyTexts[b]));
        KeyOrder = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
            KeyOrder[order[i]] = i;
        Numbers = new Dictionary<long, int>(Ids.Length);
        for (var i = 0; i < Ids.Length; i++)
            Numbers[Ids[i]] = i;
    }

    [Flags]
    internal enum Flag : byte
    {
        None = 0,
        Personal = 1,
        LookedAt = 2,
        Gone = 4,
        Term = 8,
    }

    /// <summary>Facets of which a document has one value at most.</summary>
    internal static string[] SingleFacets { get; } = ["kind", "domain", "tier", "owner", "source", "state"];

    internal int Count => Ids.Length;

    internal long[] Ids { get; }

    /// <summary>Hash of the name in its plain form.</summary>
    internal int[] Names { get; }

    /// <summary>Hash of the key in its plain form.</summary>
    internal int[] Keys { get; }

    /// <summary>Words of the name, 1 to 255.</summary>
    internal byte[] NameTokens { get; }

    internal int[] Uses { get; }

    /// <summary>What use adds to the rank: of two that match alike, the one that people use stands first.</summary>
    internal float[] UseScores { get; }

    internal Flag[] Flags { get; }

    /// <summary>By <see cref="SingleFacets"/>: the place of the document's value in <see cref="Values"/>; -1 for none.</summary>
    internal int[][] Single { get; }

    /// <summary>Places of the tags in <see cref="Values"/>.</summary>
    internal int[][] Tags { get; }

    /// <summary>Places of the semantic types of the columns.</summary>
    internal int[][] Types { get; }

    internal string[] Values { get; }

    /// <summary>Place of the document's key among all in order.</summary>
    internal int[] KeyOrder { get; }

    /// <summary>The document's number by its id.</summary>
    internal Dictionary<long, int> Numbers { get; }

    /// <summary>A text's hash, the same in a process.</summary>
    internal static int Hash(string text) => string.GetHashCode(SearchText.Plain(text), StringComparison.Ordinal);

    internal sealed class Builder
    {
        private readonly Dictionary<string, int> _values = new(StringComparer.Ordinal);
        private readonly Dictionary<string, int[]> _sets = new(StringComparer.Ordinal);

        internal List<long> Ids { get; } = [];

        internal List<int> Names { get; } = [];

        internal List<int> Keys { get; } = [];

        internal List<byte> NameTokens { get; } = [];

        internal List<int> Uses { get; } = [];

        internal List<Flag> Flags { get; } = [];

        internal List<int>[] Single { get; } = [.. SingleFacets.Select(_ => new List<int>())];

        internal List<int[]> Tags { get; } = [];

        internal List<int[]> Types { get; } = [];

        internal List<string> Values { get; } = [];

        internal List<string> KeyTexts { get; } = [];

        internal void Add(SearchDocument document)
        {
            Ids.Add(document.Id);
            Names.Add(Hash(document.Name));
            Keys.Add(Hash(document.Key));
            var words = 0;
            SearchText.Tokens(document.Name, _ => words++);
            NameTokens.Add((byte)Math.Clamp(words, 1, 255));
            Uses.Add((int)Math.Min(int.MaxValue, document.Uses));
            Flags.Add((document.Personal ? Flag.Personal : 0) | (document.LookedAt ? Flag.LookedAt : 0) | (document.State == "gone" ? Flag.Gone : 0) | (document.Kind is null ? Flag.Term : 0));
            // Nobody is an answer that one looks for, unlike no domain or no tier.
            string?[] single = [document.Kind, document.Domain, document.Tier, document.Owner ?? (document.Kind is null ? null : Assets.AssetSearch.NoOwner), document.Source, document.State];
            for (var i = 0; i < single.Length; i++)
                Single[i].Add(Place(single[i]));
            Tags.Add(Places(document.Tags));
            Types.Add(Places(document.Types));
            KeyTexts.Add(document.Key);
        }

        internal SearchFacts Build() => new(this);

        /// <summary>The place of a value in <see cref="Values"/>; -1 for none.</summary>
        internal int Place(string? value)
        {
            if (value is null)
                return -1;
            if (!_values.TryGetValue(value, out var place))
            {
                _values[value] = place = Values.Count;
                Values.Add(value);
            }

            return place;
        }

        // Sets are few and repeat: documents share them.
        private int[] Places(IEnumerable<string> values)
        {
            var sorted = values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
            if (sorted.Count == 0)
                return [];
            var name = string.Join('\n', sorted);
            if (!_sets.TryGetValue(name, out var places))
                _sets[name] = places = [.. sorted.Select(v => Place(v))];
            return places;
        }
    }
}
