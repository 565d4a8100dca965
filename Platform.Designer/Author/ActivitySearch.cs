using Platform.Workflows.Activities;

namespace Platform.Designer.Author;

/// <summary>Finds activities by what somebody types: in the order in which they are meant, so that the first is the one to take.</summary>
internal static class ActivitySearch
{
    /// <summary>Those in which each word of the text is found, the best first; all in their order where nothing was typed.</summary>
    public static IReadOnlyList<ActivityDescriptor> Find(IEnumerable<ActivityDescriptor> activities, string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            return [.. activities];
        return [.. activities.Select(a => (Activity: a, Worth: WorthOf(a, words))).Where(f => f.Worth > 0).OrderByDescending(f => f.Worth).ThenBy(f => f.Activity.Title.Length).Select(f => f.Activity)];
    }

    // A name or title that is what was typed, then one that begins so, then words by where they stand; words of the help alone come last.
    private static int WorthOf(ActivityDescriptor activity, string[] words)
    {
        var whole = string.Join(' ', words);
        string[] names = [activity.Name, activity.Name.Replace('.', ' ').Replace('_', ' '), activity.Title, activity.TitleZh ?? ""];
        var worth = names.Any(n => n.Equals(whole, StringComparison.OrdinalIgnoreCase)) ? 1_000 : 0;
        worth += 200 * names.Count(n => n.StartsWith(whole, StringComparison.OrdinalIgnoreCase));
        foreach (var word in words)
        {
            var here = names.Any(n => Begins(n, word)) ? 40 : names.Any(n => n.Contains(word, StringComparison.OrdinalIgnoreCase)) ? 15
                : new[] { activity.Help, activity.HelpZh }.Any(h => h?.Contains(word, StringComparison.OrdinalIgnoreCase) == true) ? 1 : 0;
            if (here == 0)
                return 0;
            worth += here;
        }
        return worth;
    }

    private static bool Begins(string name, string word)
    {
        for (var at = name.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = name.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (at == 0 || !char.IsLetterOrDigit(name[at - 1]))
                return true;
        }
        return false;
    }
}
