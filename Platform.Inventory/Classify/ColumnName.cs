using System.Text;

namespace Platform.Inventory.Classify;

/// <summary>A column's name taken apart into its words.</summary>
internal sealed class ColumnName
{
    private readonly HashSet<string> _set;

    public ColumnName(string name)
    {
        // A typed header, such as user_id:token.
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        Text = (colon > 0 ? name[..colon] : name).Trim();
        IsChinese = Text.Any(ValueChecks.IsHan);
        Words = Split(Text);
        _set = [.. Words];
        // firstname, zipcode, orderid: common words written together.
        Joined = new string([.. Text.Where(char.IsLetter)]).ToLowerInvariant();
        if (Joined.Length > 0)
            _set.Add(Joined);
        if (Joined.Length > 3 && Joined.EndsWith("id", StringComparison.Ordinal) && (Text.EndsWith("ID", StringComparison.Ordinal) || Text.EndsWith("Id", StringComparison.Ordinal) || Text.EndsWith("_id", StringComparison.OrdinalIgnoreCase)))
            _set.Add("id");
    }

    /// <summary>The name without a type behind a colon.</summary>
    public string Text { get; }

    /// <summary>Its words in order, in small letters; a Chinese name is one word.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>All its letters together, small.</summary>
    public string Joined { get; }

    public bool IsChinese { get; }

    /// <summary>Whether the source gave the column no name of its own.</summary>
    public bool IsUnnamed => Text.Length == 0 || Words is ["column"] || Words is ["col"] || Joined.Length <= 1;

    /// <summary>Whether the name has one of the words (or, in Chinese, contains one).</summary>
    public bool Has(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (_set.Contains(word) || word[0] > 0x7F && Text.Contains(word, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private static List<string> Split(string name)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        void End()
        {
            if (word.Length > 0)
                words.Add(word.ToString().ToLowerInvariant());
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
        return words;
    }
}
