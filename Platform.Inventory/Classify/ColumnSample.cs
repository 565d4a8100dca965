using System.Globalization;
using System.Text;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Classify;

/// <summary>What the rules see of a column: a uniform sample of its distinct values, its profile, and the words of its name.</summary>
internal sealed class ColumnSample
{
    private readonly HashSet<string> _words;
    private readonly string _name;
    private readonly IReadOnlyList<FrequentValues.Counted> _frequent;

    public ColumnSample(ColumnState state, ColumnProfile profile)
    {
        Profile = profile;
        _frequent = state.Frequent.Top(300);
        Values = [.. state.Sample.Values().Select(value => Encoding.UTF8.GetString(value)).Where(value => value.Length > 0 && !IsMissing(value))];
        var colon = profile.Name.IndexOf(':', StringComparison.Ordinal);
        _name = (colon > 0 ? profile.Name[..colon] : profile.Name).Trim();
        _words = Split(_name);
    }

    public ColumnProfile Profile { get; }

    /// <summary>Up to 256 distinct values in random order, without words for missing ones.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <summary>Whether the source gave the column no name of its own.</summary>
    public bool IsUnnamed => _words.Count == 1 && _words.Contains("column") || _name.Length == 0;

    /// <summary>Share of the sampled values that hold.</summary>
    public double Share(Func<string, bool> holds) => Values.Count == 0 ? 0 : Values.Count(holds) / (double)Values.Count;

    /// <summary>Share of the rows whose value holds, as far as the frequent values tell; the share of distinct values where nothing repeats. Slips of the pen are many values in few rows.</summary>
    public double RowShare(Func<string, bool> holds)
    {
        long all = 0, matching = 0;
        foreach (var value in _frequent)
        {
            all += value.AtLeast;
            if (holds(Encoding.UTF8.GetString(value.Value)))
                matching += value.AtLeast;
        }

        return all == 0 || all * 2 < Profile.Values ? Share(holds) : matching / (double)all;
    }

    /// <summary>Whether the name has one of the words (or, in Chinese, contains one).</summary>
    public bool Named(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (_words.Contains(word) || word[0] > 0x7F && _name.Contains(word, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

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

    private static HashSet<string> Split(string name)
    {
        var words = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var word = new StringBuilder();
        void End()
        {
            if (word.Length > 0)
                words.Add(word.ToString().ToLower(CultureInfo.InvariantCulture));
            word.Clear();
        }

        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (!char.IsLetter(c))
            {
                End();
                continue;
            }

            if (char.IsUpper(c) && i > 0 && (char.IsLower(name[i - 1]) || i + 1 < name.Length && char.IsLower(name[i + 1]) && char.IsUpper(name[i - 1])))
                End();
            word.Append(c);
        }

        End();
        // firstname, zipcode, orderid: common words written together.
        var joined = new string([.. name.Where(char.IsLetter)]).ToLowerInvariant();
        if (joined.Length > 0)
            words.Add(joined);
        if (joined.Length > 3 && (joined.EndsWith("id", StringComparison.Ordinal) && (name.EndsWith("ID", StringComparison.Ordinal) || name.EndsWith("Id", StringComparison.Ordinal) || name.EndsWith("_id", StringComparison.OrdinalIgnoreCase))))
            words.Add("id");
        return words;
    }
}
