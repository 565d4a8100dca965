using System.Collections.Frozen;

namespace Platform.Inventory.Personal;

/// <summary>
/// What speaks for a person's name beside the tagger, which was taught on texts with people in them and takes the names of products for theirs: a title or a word of speaking beside it,
/// a capital letter in the middle of a sentence, a given name that is known.
/// </summary>
internal static class NameSupport
{
    private const int Around = 16;

    // Words in small letters around a word that begins a sentence: titles have fewer.
    private const int LongSentence = 5;

    private static readonly FrozenSet<uint> Titles = Hashes("mr mrs ms mister dr prof professor doctor madam madame mme herr frau señor senor señora senora signor signora monsieur reverend detective judge senator dear hi named called signed attn sincerely regards");

    private static readonly FrozenSet<uint> Speaking = Hashes("said says wrote writes told asks asked replied answered explained admitted confirmed complained lives lived works worked born");

    // What stands before a thing and not before somebody.
    private static readonly FrozenSet<uint> Pointing = Hashes("this that these those my our your his her their its any every each some another no which what same new");

    private static readonly FrozenSet<uint> Articles = Hashes("the a an");

    private static readonly FrozenSet<uint> Labels = Hashes("by from to cc contact customer client patient author employee manager recipient owner holder cardholder attention signature");

    private static readonly FrozenSet<uint> Calls = Hashes("call calls called");

    private static readonly FrozenSet<uint> Am = Hashes("am i'm i’m");

    private static readonly uint I = FeatureHash.Lower("i"), Name = FeatureHash.Lower("name"), Is = FeatureHash.Lower("is"), Me = FeatureHash.Lower("me"), Names = FeatureHash.Lower("names");

    /// <summary>Whether anything but the tagger speaks for the tokens from <paramref name="first"/> to <paramref name="last"/> being somebody's name.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="words">What is known of them.</param>
    /// <param name="first">The name's first token.</param>
    /// <param name="last">Its last.</param>
    public static bool Holds(ReadOnlySpan<char> text, ReadOnlySpan<Token> tokens, ReadOnlySpan<WordInfo> words, int first, int last)
    {
        int given = 0, known = 0, count = 0, telling = 0, capital = 0, large = 0;
        var before = first;
        while (before > 0 && words[before - 1].IsSign && tokens[before].Before < Gap.Line)
            before--;
        for (var at = first; at <= last; at++)
        {
            var word = words[at];
            if (word.IsSign || !char.IsLetter(text[tokens[at].Start]))
                continue;
            if (Titles.Contains(word.Lower) && count == 0 && last > at)
                return true;
            count++;
            var listed = (word.Kinds & (WordKinds.GivenName | WordKinds.FamilyName)) != 0;
            var common = IsCommon(word);
            given += (word.Kinds & WordKinds.GivenName) != 0 && !common ? 1 : 0;
            known += listed && !common || word.IsCapital && word.Length == 1 ? 1 : 0;
            large += word.IsCapital ? 1 : 0;
            // A capital begins a sentence anyway, and abbreviations have nothing else.
            if (!word.IsCapital || !listed && common || IsUpper(text, tokens[at]))
                continue;
            capital++;
            telling += Begins(text, tokens, words, at) ? 0 : 1;
        }

        if (count == 0)
            return false;
        if (IsIntroduced(words, before, large > 0) || last + 1 < words.Length && Speaking.Contains(words[last + 1].Lower))
            return true;
        var named = given > 0 && known >= 2 && known == count;
        var joined = before == first && before > 0 && tokens[first].Before < Gap.Line;
        if (joined && Pointing.Contains(words[before - 1].Lower))
            return named;
        var (small, capitals) = Style(text, tokens, words, first, last);
        var prose = small >= 2 && capitals <= small && large > 0;
        if (joined && Articles.Contains(words[before - 1].Lower))
            return named || prose && telling > 0 && known > 0;
        // Who speaks, before a colon.
        if (prose && large == count && count <= 3 && !IsCommon(words[first]) && last + 1 < words.Length && text[tokens[last + 1].Start] == ':')
            return true;
        // A line of its own in a longer text, as in an address or below a letter.
        if (tokens.Length > last - first + 1 && OwnLine(tokens, first, last) && count is >= 2 and <= 4)
            return capital >= count - 1 || large == 0 && given > 0 && known * 2 >= count;
        // Where most words have capitals, as titles and the names of products do, or none has, a capital tells nothing.
        return named || prose && (telling > 0 || capital > 0 && (known > 0 || small >= LongSentence));
    }

    private static bool IsIntroduced(ReadOnlySpan<WordInfo> words, int before, bool large)
    {
        if (before == 0)
            return false;
        var one = words[before - 1];
        if (Titles.Contains(one.Lower))
            return true;
        var two = before > 1 ? words[before - 2].Lower : 0;
        return one.Lower == Is && (two == Name || two == Names) || one.Lower == Name || one.Lower == Me && Calls.Contains(two) || Labels.Contains(one.Lower) && words[before].IsSign || large && Am.Contains(one.Lower) && (two == I || one.Length == 3);
    }

    private static bool Begins(ReadOnlySpan<char> text, ReadOnlySpan<Token> tokens, ReadOnlySpan<WordInfo> words, int at)
    {
        if (at == 0 || tokens[at].Before >= Gap.Line)
            return true;
        var sign = at - 1;
        while (sign > 0 && words[sign].IsSign && text[tokens[sign].Start] is '"' or '\'' or '“' or '”' or '‘' or '(' or '*' or '-')
            sign--;
        return words[sign].IsSign && text[tokens[sign].Start] is '.' or '!' or '?' or ':' or '…' or '"' or '“' or '(' or '-' or '*' or '•';
    }

    // Words around it that begin small, and that begin large though no sentence begins.
    private static (int Small, int Capitals) Style(ReadOnlySpan<char> text, ReadOnlySpan<Token> tokens, ReadOnlySpan<WordInfo> words, int first, int last)
    {
        int small = 0, capitals = 0;
        for (var at = Math.Max(0, first - Around); at < Math.Min(words.Length, last + 1 + Around); at++)
        {
            if (at >= first && at <= last || !char.IsLetter(text[tokens[at].Start]))
                continue;
            if (char.IsLower(text[tokens[at].Start]))
                small++;
            else if (words[at].IsCapital && words[at].Lower != I && !Begins(text, tokens, words, at))
                capitals++;
        }

        return (small, capitals);
    }

    private static bool OwnLine(ReadOnlySpan<Token> tokens, int first, int last)
        => tokens[first].Before >= Gap.Line && (last + 1 >= tokens.Length || tokens[last + 1].Before >= Gap.Line);

    private static bool IsCommon(WordInfo word) => (word.Kinds & WordKinds.Common) != 0;

    private static bool IsUpper(ReadOnlySpan<char> text, Token token)
    {
        if (token.Length < 2)
            return false;
        foreach (var c in text.Slice(token.Start, token.Length))
        {
            if (char.IsLower(c))
                return false;
        }

        return true;
    }

    private static FrozenSet<uint> Hashes(string words) => words.Split(' ').Select(word => FeatureHash.Lower(word)).ToFrozenSet();
}
