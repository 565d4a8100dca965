using System.Collections;

namespace Platform.Catalog.Search;

/// <summary>
/// The index as it stands at a moment: a large segment that is built seldom, and a small one with what changed since; documents of the large one that changed are dead. Never changes itself, so that searches share it.
/// </summary>
internal sealed class SearchIndex
{
    private readonly SearchSegment _base;
    private readonly SearchSegment _changed;
    private readonly Dictionary<long, SearchDocument> _changedDocuments;
    private readonly BitArray _dead;

    internal SearchIndex(SearchSegment all)
        : this(all, new SearchSegment.Builder().Build(), [], new BitArray(all.Facts.Count))
    {
    }

    private SearchIndex(SearchSegment all, SearchSegment changed, Dictionary<long, SearchDocument> changedDocuments, BitArray dead)
    {
        _base = all;
        _changed = changed;
        _changedDocuments = changedDocuments;
        _dead = dead;
    }

    internal int Count => _base.Facts.Count;

    /// <summary>Documents of the small segment; where they are many, it is time to build the large one anew.</summary>
    internal int ChangedCount => _changedDocuments.Count;

    /// <summary>The index with documents put in the place of those of the same id; those that are gone are left out.</summary>
    /// <param name="documents">As they are now.</param>
    /// <param name="ids">All that may have changed, the ones that are no more among them.</param>
    internal SearchIndex With(IReadOnlyCollection<SearchDocument> documents, IEnumerable<long> ids)
    {
        var changed = new Dictionary<long, SearchDocument>(_changedDocuments);
        var dead = new BitArray(_dead);
        foreach (var id in ids)
        {
            changed.Remove(id);
            if (_base.Facts.Numbers.TryGetValue(id, out var number))
                dead[number] = true;
        }

        foreach (var document in documents)
            changed[document.Id] = document;
        var builder = new SearchSegment.Builder();
        foreach (var document in changed.Values)
            builder.Add(document);
        return new SearchIndex(_base, builder.Build(), changed, dead);
    }

    /// <summary>Searches.</summary>
    internal SearchFound Find(SearchRequest request)
    {
        var found = Find(request, tolerant: false);
        return found.Total > 0 || found.Terms.Length > 0 || request.Words.Count == 0 ? found : Find(request, tolerant: true);
    }

    private SearchFound Find(SearchRequest request, bool tolerant)
    {
        var counts = new Dictionary<(string, string), long>();
        var kept = new PriorityQueue<Candidate, Candidate>(Candidate.WorstFirst);
        var terms = new List<(long Id, float Score)>();
        long total = 0;
        var floor = float.MinValue;
        var strict = false;
        var wanted = request.Offset + request.Limit;
        foreach (var (segment, dead) in new (SearchSegment, Func<int, bool>)[] { (_base, i => _dead[i]), (_changed, _ => false) })
        {
            var facts = segment.Facts;
            var search = new SegmentSearch(segment, dead, request.Words, tolerant);
            var assets = search.Match(request.Plain);
            assets.RemoveAll(a =>
            {
                var flags = facts.Flags[a.Document];
                if ((flags & SearchFacts.Flag.Term) != 0)
                    terms.Add((-facts.Ids[a.Document], a.Score));
                return (flags & SearchFacts.Flag.Term) != 0 || (!request.IncludeGone && (flags & SearchFacts.Flag.Gone) != 0);
            });

            var before = total;
            search.Count(assets, counts);
            var passes = search.Filter(request.Filters);
            foreach (var (document, score) in assets)
            {
                if (!passes(document))
                    continue;
                total++;
                Keep(new Candidate(facts.Ids[document], null, score, facts.KeyOrder[document], segment == _base));
            }

            if (request.Columns && (request.Words.Count > 0 || request.OnlyColumns))
                total += new ColumnSearch(segment, dead, search.Meant).Match(request, counts, (entry, document, score) =>
                    Keep(new Candidate(facts.Ids[document], segment.Columns.Names[entry], score, facts.KeyOrder[document], segment == _base)));
            else if (request.Columns)
                CountColumns(segment, dead, counts);
            strict |= !search.Loose && total > before;
        }

        var ordered = new List<FoundRow>(kept.Count);
        while (kept.TryDequeue(out var next, out _))
            ordered.Add(new FoundRow(next.Id, next.Column));
        ordered.Reverse();
        return new SearchFound
        {
            Total = total,
            Rows = [.. ordered.Skip(request.Offset).Take(request.Limit)],
            Facets = counts,
            Terms = request.Words.Count == 0 ? [] : [.. terms.OrderByDescending(t => t.Score).ThenBy(t => t.Id).Take(5).Select(t => t.Id)],
            Tolerant = total > 0 && (tolerant || !strict),
        };

        void Keep(Candidate candidate)
        {
            if (kept.Count < wanted)
                kept.Enqueue(candidate, candidate);
            else if (candidate.Score >= floor)
                kept.EnqueueDequeue(candidate, candidate);
            if (kept.Count == wanted)
                floor = kept.Peek().Score;
        }
    }

    /// <summary>How many columns there are to choose, where none are looked for.</summary>
    private static void CountColumns(SearchSegment segment, Func<int, bool> dead, Dictionary<(string, string), long> counts)
    {
        long columns = 0;
        for (var i = 0; i < segment.Facts.Count; i++)
            if ((segment.Facts.Flags[i] & SearchFacts.Flag.Gone) == 0 && !dead(i))
                columns += segment.Columns.PerDocument[i];
        if (columns > 0)
            counts[("kind", SearchRequest.ColumnKind)] = counts.GetValueOrDefault(("kind", SearchRequest.ColumnKind)) + columns;
    }

    private readonly record struct Candidate(long Id, string? Column, float Score, int Order, bool Base)
    {
        internal static readonly Comparer<Candidate> WorstFirst = Comparer<Candidate>.Create((a, b) =>
            a.Score != b.Score ? a.Score.CompareTo(b.Score)
            : a.Base != b.Base ? a.Base.CompareTo(b.Base)
            : a.Order != b.Order ? b.Order.CompareTo(a.Order)
            : string.CompareOrdinal(b.Column, a.Column));
    }
}

/// <summary>An asset, or a column of it.</summary>
/// <param name="Asset">Id of the asset.</param>
/// <param name="Column">Name of the column; null for the asset itself.</param>
internal readonly record struct FoundRow(long Asset, string? Column);

/// <summary>What to search for.</summary>
internal sealed record SearchRequest
{
    /// <summary>All must be found.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>The whole text, for names that are exactly it.</summary>
    public required string Plain { get; init; }

    public required IReadOnlyList<(string Facet, string Value)> Filters { get; init; }

    /// <summary>The value of the facet <c>kind</c> that columns have.</summary>
    internal const string ColumnKind = "column";

    /// <summary>Whether columns are found too, as rows of their own.</summary>
    public bool Columns { get; init; }

    /// <summary>Whether nothing but columns is wanted.</summary>
    public bool OnlyColumns => Filters.Contains(("kind", ColumnKind));

    public required bool IncludeGone { get; init; }

    public required int Offset { get; init; }

    public required int Limit { get; init; }
}

/// <summary>What was found.</summary>
internal sealed record SearchFound
{
    /// <summary>Assets and columns that match and pass the filters.</summary>
    public required long Total { get; init; }

    /// <summary>The page, best first.</summary>
    public required FoundRow[] Rows { get; init; }

    public required IReadOnlyDictionary<(string Facet, string Value), long> Facets { get; init; }

    /// <summary>Ids of the best terms of the glossary.</summary>
    public required long[] Terms { get; init; }

    /// <summary>Whether only parts of words or mistyped ones were found.</summary>
    public required bool Tolerant { get; init; }
}
