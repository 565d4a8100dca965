using System.Buffers;

namespace Platform.Catalog.Search;

/// <summary>Searches a segment: which documents hold all words, how well, and how many there are of each facet.</summary>
internal sealed class SegmentSearch
{
    // What a word counts by where it stands, in the order of the fields.
    private static readonly float[] Weights = [4f, 3f, 2.5f, 2.5f, 2f, 2f, 1.5f, 1.2f, 1f];

    private readonly SearchSegment _segment;
    private readonly Func<int, bool> _dead;

    internal SegmentSearch(SearchSegment segment, Func<int, bool> dead)
    {
        _segment = segment;
        _dead = dead;
    }

    /// <summary>Whether a word of the last match is nowhere itself, only in parts of words or mistyped ones.</summary>
    internal bool Loose { get; private set; }

    /// <summary>Numbers of the documents that hold all words, with their scores; all documents where there are no words.</summary>
    internal List<(int Document, float Score)> Match(IReadOnlyList<string> words, string plain, bool tolerant)
    {
        var facts = _segment.Facts;
        var matched = new List<(int, float)>();
        if (words.Count == 0)
        {
            for (var i = 0; i < facts.Count; i++)
                if (!_dead(i))
                    matched.Add((i, Use(facts.Uses[i])));
            return matched;
        }

        var scores = ArrayPool<float>.Shared.Rent(facts.Count);
        var best = ArrayPool<float>.Shared.Rent(facts.Count);
        var seen = ArrayPool<byte>.Shared.Rent(facts.Count);
        try
        {
            Array.Clear(scores, 0, facts.Count);
            Array.Clear(best, 0, facts.Count);
            Array.Clear(seen, 0, facts.Count);
            var touched = new List<int>();
            for (var w = 0; w < words.Count; w++)
            {
                touched.Clear();
                var meant = WordMatcher.Find(_segment, words[w], tolerant);
                Loose |= meant.TrueForAll(m => m.Fit < WordMatcher.Beginning);
                foreach (var (from, to, fit) in meant)
                    for (var token = from; token < to; token++)
                        foreach (var posting in _segment.Postings(token))
                        {
                            var (document, field) = SearchSegment.Read(posting);
                            // Only what holds the words before this one can hold all.
                            if (seen[document] < w)
                                continue;
                            // In a short name a word says more.
                            var score = fit * (field == SearchField.Name ? Weights[0] + 2f / facts.NameTokens[document] : Weights[(int)field]);
                            if (best[document] == 0)
                                touched.Add(document);
                            if (score > best[document])
                                best[document] = score;
                        }

                foreach (var document in touched)
                {
                    scores[document] += best[document];
                    best[document] = 0;
                    seen[document]++;
                }

                if (touched.Count == 0)
                    return matched;
            }

            var name = SearchFacts.Hash(plain);
            for (var i = 0; i < facts.Count; i++)
                if (seen[i] == words.Count && !_dead(i))
                    matched.Add((i, scores[i] + (facts.Names[i] == name ? 6f : 0f) + (facts.Keys[i] == name ? 8f : 0f) + Use(facts.Uses[i])));
            return matched;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(scores);
            ArrayPool<float>.Shared.Return(best);
            ArrayPool<byte>.Shared.Return(seen);
        }
    }

    /// <summary>Adds how many of the documents have each value of each facet.</summary>
    internal void Count(List<(int Document, float Score)> matched, Dictionary<(string Facet, string Value), long> counts)
    {
        var facts = _segment.Facts;
        var values = new int[facts.Values.Length];
        for (var f = 0; f < SearchFacts.SingleFacets.Length; f++)
        {
            var single = facts.Single[f];
            foreach (var (document, _) in matched)
                if (single[document] is >= 0 and var value)
                    values[value]++;
            Flush(SearchFacts.SingleFacets[f]);
        }

        foreach (var (document, _) in matched)
            foreach (var value in facts.Tags[document])
                values[value]++;
        Flush("tag");
        foreach (var (document, _) in matched)
            foreach (var value in facts.Types[document])
                values[value]++;
        Flush("type");
        long personal = 0, plain = 0, unknown = 0;
        foreach (var (document, _) in matched)
        {
            var flags = facts.Flags[document];
            if ((flags & SearchFacts.Flag.LookedAt) == 0)
                unknown++;
            else if ((flags & SearchFacts.Flag.Personal) != 0)
                personal++;
            else
                plain++;
        }

        Add("personal", "true", personal);
        Add("personal", "false", plain);
        Add("personal", "unknown", unknown);

        void Flush(string facet)
        {
            for (var i = 0; i < values.Length; i++)
                if (values[i] > 0)
                {
                    Add(facet, facts.Values[i], values[i]);
                    values[i] = 0;
                }
        }

        void Add(string facet, string value, long count)
        {
            if (count > 0)
                counts[(facet, value)] = counts.GetValueOrDefault((facet, value)) + count;
        }
    }

    /// <summary>Whether a document passes filters; each is a facet and a value.</summary>
    internal Func<int, bool> Filter(IReadOnlyList<(string Facet, string Value)> filters)
    {
        var facts = _segment.Facts;
        var tests = new List<Func<int, bool>>();
        foreach (var (facet, value) in filters)
        {
            var place = Array.IndexOf(facts.Values, value);
            var single = Array.IndexOf(SearchFacts.SingleFacets, facet);
            if (facet == "personal")
                tests.Add(value switch
                {
                    "unknown" => i => (facts.Flags[i] & SearchFacts.Flag.LookedAt) == 0,
                    "true" => i => (facts.Flags[i] & (SearchFacts.Flag.LookedAt | SearchFacts.Flag.Personal)) == (SearchFacts.Flag.LookedAt | SearchFacts.Flag.Personal),
                    _ => i => (facts.Flags[i] & (SearchFacts.Flag.LookedAt | SearchFacts.Flag.Personal)) == SearchFacts.Flag.LookedAt,
                });
            else if (place < 0)
                return _ => false;
            else if (single >= 0)
                tests.Add(i => facts.Single[single][i] == place);
            else if (facet == "tag")
                tests.Add(i => Array.IndexOf(facts.Tags[i], place) >= 0);
            else
                tests.Add(i => Array.IndexOf(facts.Types[i], place) >= 0);
        }

        return tests.Count switch
        {
            0 => _ => true,
            1 => tests[0],
            _ => i => tests.TrueForAll(test => test(i)),
        };
    }

    /// <summary>What use adds: of two that match alike, the one that people use stands first.</summary>
    private static float Use(int uses) => uses == 0 ? 0 : 0.25f * MathF.Log2(1 + uses);
}
