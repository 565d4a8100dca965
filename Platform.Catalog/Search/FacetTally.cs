namespace Platform.Catalog.Search;

/// <summary>Counts values of a segment's facts by their places, facet by facet, into counts by name.</summary>
internal sealed class FacetTally(string[] values, Dictionary<(string Facet, string Value), long> counts)
{
    private readonly int[] _counts = new int[values.Length];

    /// <summary>Counts a value; a place below 0 is none.</summary>
    internal void Add(int place, int times)
    {
        if (place >= 0)
            _counts[place] += times;
    }

    /// <summary>What was counted since the last time is of this facet.</summary>
    internal void Flush(string facet)
    {
        for (var i = 0; i < _counts.Length; i++)
            if (_counts[i] > 0)
            {
                Add(facet, values[i], _counts[i]);
                _counts[i] = 0;
            }
    }

    internal void Personal(long personal, long plain, long unknown)
    {
        Add("personal", "true", personal);
        Add("personal", "false", plain);
        Add("personal", "unknown", unknown);
    }

    internal void Add(string facet, string value, long count)
    {
        if (count > 0)
            counts[(facet, value)] = counts.GetValueOrDefault((facet, value)) + count;
    }
}
