using System.Text;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Classify;

/// <summary>What the rules see of a column: a uniform sample of its distinct values, its profile, and the words of its name.</summary>
internal sealed class ColumnSample
{
    public ColumnSample(ColumnState state, ColumnProfile profile)
        : this(profile, [.. state.Sample.Values().Select(value => Encoding.UTF8.GetString(value))])
    {
    }

    /// <summary>A column as it was kept: its profile and its sampled values.</summary>
    public ColumnSample(ColumnProfile profile, IReadOnlyList<string> values)
    {
        Profile = profile;
        Name = new ColumnName(profile.Name);
        Values = [.. values.Where(value => value.Length > 0 && !IsMissing(value))];
    }

    public ColumnProfile Profile { get; }

    public ColumnName Name { get; }

    /// <summary>Up to 256 distinct values in random order, without words for missing ones.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <summary>Whether the source gave the column no name of its own.</summary>
    public bool IsUnnamed => Name.IsUnnamed;

    /// <summary>Share of the sampled values that hold.</summary>
    public double Share(Func<string, bool> holds) => Values.Count == 0 ? 0 : Values.Count(holds) / (double)Values.Count;

    /// <summary>Whether at least that share of the values holds. The first few already tell where hardly any does.</summary>
    public bool Holds(Func<string, bool> holds, double least)
    {
        const int Few = 16;
        if (Values.Count > Few * 2 && Values.Take(Few).Count(holds) < (least - 0.45) * Few)
            return false;
        if (least >= 0.5 && Values.Count > Few * 2 && !Values.Take(Few).Any(holds))
            return false;
        return Share(holds) >= least;
    }

    /// <summary>Whether the name has one of the words (or, in Chinese, contains one).</summary>
    public bool Named(params ReadOnlySpan<string> words) => Name.Has(words);

    /// <summary>Three values that hold, as evidence.</summary>
    public IReadOnlyList<string> Examples(Func<string, bool> holds, bool masked) => [.. Values.Where(holds).Take(3).Select(value => masked ? Mask(value) : Shorten(value))];

    /// <summary>The lower end of the share's 68 % interval (Wilson), so that few values make less sure.</summary>
    public double Sure(double share)
    {
        double n = Math.Max(1, Values.Count);
        return Math.Max(0, (share + (0.5 / n) - Math.Sqrt((share * (1 - share) / n) + (0.25 / (n * n)))) / (1 + (1 / n)));
    }

    /// <summary>A personal value with all but its form hidden: letters but the first, digits but the last two.</summary>
    public static string Mask(string value)
    {
        var text = new StringBuilder();
        var digits = value.Count(char.IsDigit);
        var seen = 0;
        for (var i = 0; i < Math.Min(value.Length, 40); i++)
        {
            var c = value[i];
            if (char.IsDigit(c))
                text.Append(++seen > digits - 2 && digits > 4 ? c : '*');
            else
                text.Append(char.IsLetter(c) && i > 0 && (char.IsLetter(value[i - 1]) || ValueChecks.IsHan(c)) ? '*' : c);
        }

        return text.ToString();
    }

    private static string Shorten(string value) => value.Length <= 60 ? value : value[..59] + "…";

    private static bool IsMissing(string value) => value.Length <= 4 && value.ToLowerInvariant() is "null" or "n/a" or "na" or "none" or "nan" or "-" or "?";
}
