using System.Buffers;

namespace Platform.Catalog.Search;

/// <summary>Searches a segment: which documents hold all words, how well, and how many there are of each facet.</summary>
internal sealed class SegmentSearch
{
    // What a word counts by where it stands, in the order of the fields.
    internal static readonly float[] Weights = [4f, 3f, 2.5f, 2.5f, 2f, 2f, 1.5f, 1.2f, 1f];

    private readonly SearchSegment _segment;
    private readonly Func<int, bool> _dead;
    private readonly List<List<(int From, int To, float Fit)>> _meant;

    /// <summary>Looks for the tokens that the words may mean.</summary>
    internal SegmentSearch(SearchSegment segment, Func<int, bool> dead, IReadOnlyList<string> words, bool tolerant)
    {
        _segment = segment;
        _dead = dead;
        _meant = [.. words.Select(w => WordMatcher.Find(segment, w, tolerant))];
        Loose = _meant.Exists(m => m.TrueForAll(t => t.Fit < WordMatcher.Beginning));
    }

    /// <summary>Whether a word is nowhere itself, only in parts of words or mistyped ones.</summary>
    internal bool Loose { get; }

    /// <summary>By word: the tokens that it may mean, each with how well it fits.</summary>
    internal IReadOnlyList<List<(int From, int To, float Fit)>> Meant => _meant;

    /// <summary>Numbers of the documents that hold all words, with their scores; all documents where there are no words.</summary>
    internal List<(int Document, float Score)> Match(string plain)
    {
        var facts = _segment.Facts;
        if (_meant.Count == 0)
        {
            var all = new List<(int, float)>(facts.Count);
            for (var i = 0; i < facts.Count; i++)
                if (!_dead(i))
                    all.Add((i, facts.UseScores[i]));
            return all;
        }

        var scores = ArrayPool<float>.Shared.Rent(facts.Count);
        var best = ArrayPool<float>.Shared.Rent(facts.Count);
        var seen = ArrayPool<byte>.Shared.Rent(facts.Count);
        var touched = ArrayPool<int>.Shared.Rent(facts.Count);
        try
        {
            Array.Clear(scores, 0, facts.Count);
            Array.Clear(best, 0, facts.Count);
            Array.Clear(seen, 0, facts.Count);
            var count = 0;
            for (var w = 0; w < _meant.Count; w++)
            {
                count = 0;
                foreach (var (from, to, fit) in _meant[w])
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
                                touched[count++] = document;
                            if (score > best[document])
                                best[document] = score;
                        }

                foreach (var document in touched.AsSpan(0, count))
                {
                    scores[document] += best[document];
                    best[document] = 0;
                    seen[document]++;
                }

                if (count == 0)
                    return [];
            }

            var name = SearchFacts.Hash(plain);
            var matched = new List<(int, float)>(count);
            foreach (var i in touched.AsSpan(0, count))
                if (!_dead(i))
                    matched.Add((i, scores[i] + (facts.Names[i] == name ? 6f : 0f) + (facts.Keys[i] == name ? 8f : 0f) + facts.UseScores[i]));
            return matched;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(scores);
            ArrayPool<float>.Shared.Return(best);
            ArrayPool<byte>.Shared.Return(seen);
            ArrayPool<int>.Shared.Return(touched);
        }
    }

    /// <summary>Adds how many of the matched assets have each value of each facet.</summary>
    internal void Count(List<(int Document, float Score)> matched, Dictionary<(string Facet, string Value), long> counts)
    {
        var facts = _segment.Facts;
        var tally = new FacetTally(facts.Values, counts);
        for (var f = 0; f < SearchFacts.SingleFacets.Length; f++)
        {
            var single = facts.Single[f];
            foreach (var (document, _) in matched)
                tally.Add(single[document], 1);
            tally.Flush(SearchFacts.SingleFacets[f]);
        }

        foreach (var (document, _) in matched)
            foreach (var value in facts.Tags[document])
                tally.Add(value, 1);
        tally.Flush("tag");
        foreach (var (document, _) in matched)
            foreach (var value in facts.Types[document])
                tally.Add(value, 1);
        tally.Flush("type");
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

        tally.Personal(personal, plain, unknown);
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
}
