using System.Buffers;
using System.Numerics;

namespace Platform.Catalog.Search;

/// <summary>
/// Searches the columns of a segment. A column is found by words of its name, of what people say about it, and of its asset; at least one must be its own.
/// Of many columns of one name the first ones (of the assets that are used most) stand beside assets that match as well, the others further down.
/// </summary>
internal sealed class ColumnSearch(SearchSegment segment, Func<int, bool> dead, IReadOnlyList<List<(int From, int To, float Fit)>> meant)
{
    // What a word counts in the name of a column, beside 4 in the name of an asset; in what people say; in the asset of the column.
    private const float InName = 2f;
    private const float InMore = 1.2f;
    private const float OfAsset = 0.5f;

    /// <summary>What the whole name counts.</summary>
    private const float Whole = 3f;

    /// <summary>What each doubling of columns of one name takes off.</summary>
    private const float Repeated = 0.75f;

    private readonly SearchColumns _columns = segment.Columns;
    private readonly SearchFacts _facts = segment.Facts;

    /// <summary>Finds columns.</summary>
    /// <param name="request">What is searched for; without words all columns are found.</param>
    /// <param name="counts">Takes how many of all that the words match have each value of each facet.</param>
    /// <param name="found">Takes those that pass the filters: entry, document, score.</param>
    /// <returns>How many pass.</returns>
    internal long Match(SearchRequest request, Dictionary<(string Facet, string Value), long> counts, Action<int, int, float> found)
    {
        var entries = meant.Count == 0 ? null : Entries();
        if (entries?.Count == 0)
            return 0;
        // Large arrays are rented: new ones for each search would keep the collector busy.
        var passes = ArrayPool<Standing>.Shared.Rent(_facts.Count);
        var times = ArrayPool<int>.Shared.Rent(_facts.Count);
        var assets = new float[meant.Count > 1 ? meant.Count : 0][];
        try
        {
            Array.Clear(times, 0, _facts.Count);
            for (var w = 0; w < assets.Length; w++)
            {
                assets[w] = ArrayPool<float>.Shared.Rent(_facts.Count);
                Array.Clear(assets[w], 0, _facts.Count);
            }

            FillStanding(request, passes);
            FillAssets(assets);
            return Match(request, entries, counts, found, passes, times, assets);
        }
        finally
        {
            ArrayPool<Standing>.Shared.Return(passes);
            ArrayPool<int>.Shared.Return(times);
            foreach (var rented in assets.Where(a => a is not null))
                ArrayPool<float>.Shared.Return(rented);
        }
    }

    private long Match(SearchRequest request, Dictionary<int, float[]>? entries, Dictionary<(string Facet, string Value), long> counts, Action<int, int, float> found, Standing[] passes, int[] times, float[][] assets)
    {
        var filter = Verdict(request.Filters);
        var plain = SearchFacts.Hash(request.Plain);
        var tally = new FacetTally(_facts.Values, counts);
        var repeated = new Dictionary<string, int>(StringComparer.Ordinal);
        long matched = 0, passed = 0, personal = 0, unlooked = 0;
        foreach (var entry in entries?.Keys.Order() ?? Enumerable.Range(0, _columns.Names.Length))
        {
            var words = entries?[entry];
            var whole = entries is null || _columns.Hashes[entry] != plain ? 0 : Whole;
            var same = repeated.GetValueOrDefault(_columns.Names[entry]);
            for (var i = _columns.Starts[entry]; i < _columns.Starts[entry + 1]; i++)
            {
                var document = _columns.Documents[i];
                if (passes[document] == Standing.Gone || Score(words, assets, document) is var score && score < 0)
                    continue;
                var verdict = _columns.Verdicts[i];
                matched++;
                times[document]++;
                tally.Add((verdict >> 2) - 1, 1);
                if ((verdict & 1) != 0)
                    unlooked++;
                else if ((verdict & 2) != 0)
                    personal++;
                if (passes[document] != Standing.Passes || filter?.Invoke(verdict) == false)
                    continue;
                passed++;
                same++;
                found(entry, document, score + whole + (0.5f * _facts.UseScores[document]) - (Repeated * BitOperations.Log2((uint)same)));
            }

            repeated[_columns.Names[entry]] = same;
        }

        tally.Flush("type");
        tally.Personal(personal, matched - personal - unlooked, unlooked);
        tally.Add("kind", SearchRequest.ColumnKind, matched);
        Count(times, tally);
        return passed;
    }

    /// <summary>How well the words stand in a column and its asset; below 0 where one is in neither.</summary>
    private static float Score(float[]? words, float[][] assets, int document)
    {
        if (words is null)
            return 0;
        var sum = 0f;
        for (var w = 0; w < words.Length; w++)
        {
            var best = words[w];
            if (best == 0)
                best = assets.Length > 0 ? assets[w][document] : 0;
            if (best == 0)
                return -1;
            sum += best;
        }

        return sum;
    }

    /// <summary>By entry: what each word counts in it.</summary>
    private Dictionary<int, float[]> Entries()
    {
        var entries = new Dictionary<int, float[]>();
        for (var w = 0; w < meant.Count; w++)
            foreach (var (from, to, fit) in meant[w])
                for (var token = from; token < to; token++)
                    foreach (var posting in _columns.Postings(token))
                    {
                        var entry = posting >> 1;
                        if (!entries.TryGetValue(entry, out var words))
                            entries[entry] = words = new float[meant.Count];
                        words[w] = Math.Max(words[w], fit * ((posting & 1) != 0 ? InMore : InName + (1f / _columns.NameTokens[entry])));
                    }
        return entries;
    }

    /// <summary>By word and document: what the word counts in the asset itself.</summary>
    private void FillAssets(float[][] assets)
    {
        for (var w = 0; w < assets.Length; w++)
            foreach (var (from, to, fit) in meant[w])
                for (var token = from; token < to; token++)
                    foreach (var posting in segment.Postings(token))
                    {
                        var (document, field) = SearchSegment.Read(posting);
                        if (field is not (SearchField.Column or SearchField.Type))
                            assets[w][document] = Math.Max(assets[w][document], OfAsset * fit * SegmentSearch.Weights[(int)field]);
                    }
    }

    private enum Standing : byte
    {
        Gone,
        There,
        Passes,
    }

    /// <summary>By document: whether its columns are looked at, and whether it passes the filters of assets.</summary>
    private void FillStanding(SearchRequest request, Standing[] standing)
    {
        var passes = new SegmentSearch(segment, dead, [], tolerant: false).Filter([.. request.Filters.Where(f => f.Facet is not ("kind" or "type" or "personal"))]);
        for (var i = 0; i < _facts.Count; i++)
            standing[i] = (_facts.Flags[i] & SearchFacts.Flag.Term) == 0 && (request.IncludeGone || (_facts.Flags[i] & SearchFacts.Flag.Gone) == 0) && !dead(i)
                ? passes(i) ? Standing.Passes : Standing.There
                : Standing.Gone;
    }

    /// <summary>Whether the column itself passes: type and personal data are its own. A kind other than columns lets none pass.</summary>
    private Func<int, bool>? Verdict(IReadOnlyList<(string Facet, string Value)> filters)
    {
        Func<int, bool>? passes = null;
        foreach (var (facet, value) in filters)
        {
            var before = passes;
            if (facet == "kind" && value != SearchRequest.ColumnKind)
                return _ => false;
            if (facet == "type")
            {
                var place = Array.IndexOf(_facts.Values, value) + 1;
                passes = v => place > 0 && v >> 2 == place && before?.Invoke(v) != false;
            }
            else if (facet == "personal")
            {
                var wanted = value switch { "unknown" => 1, "true" => 2, _ => 0 };
                passes = v => (v & 3) == wanted && before?.Invoke(v) != false;
            }
        }

        return passes;
    }

    /// <summary>The other facets are those of the assets, as often as columns were found in them.</summary>
    private void Count(int[] times, FacetTally tally)
    {
        for (var f = 0; f < SearchFacts.SingleFacets.Length; f++)
        {
            if (SearchFacts.SingleFacets[f] == "kind")
                continue;
            for (var i = 0; i < _facts.Count; i++)
                if (times[i] > 0)
                    tally.Add(_facts.Single[f][i], times[i]);
            tally.Flush(SearchFacts.SingleFacets[f]);
        }

        for (var i = 0; i < _facts.Count; i++)
            if (times[i] > 0)
                foreach (var value in _facts.Tags[i])
                    tally.Add(value, times[i]);
        tally.Flush("tag");
    }
}
