using System.Globalization;
using System.Text;

namespace Platform.Inventory.Duplicates;

/// <summary>Texts without what does not tell records apart: case, accents, width, marks; and their words and characters in pairs and threes.</summary>
internal static class PlainText
{
    public static string Of(string value)
    {
        var text = new StringBuilder(value.Length);
        foreach (var c in value.Normalize(NormalizationForm.FormKD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark)
                continue;
            if (char.IsLetterOrDigit(c))
                text.Append(char.ToLowerInvariant(c));
            else if (c is '.' or ',' && text.Length > 0 && char.IsDigit(text[^1]))
                text.Append(c);
            else if (text.Length > 0 && text[^1] != ' ')
                text.Append(' ');
        }

        return text.ToString().Trim(' ', '.', ',');
    }

    /// <summary>The words; of scripts that write without blanks every pair of neighbouring characters.</summary>
    public static IEnumerable<string> Words(string plain)
    {
        foreach (var part in plain.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var word = part.Trim('.', ',');
            if (word.Length == 0)
                continue;
            if (!word.Any(IsIdeograph))
            {
                yield return word;
                continue;
            }

            if (word.Length <= 2)
                yield return word;
            else
            {
                for (var i = 0; i + 2 <= word.Length; i++)
                    yield return word.Substring(i, 2);
            }
        }
    }

    /// <summary>Runs of three characters of a text without its blanks, as numbers.</summary>
    public static IEnumerable<ulong> Threes(string plain)
    {
        var squeezed = plain.Replace(" ", "", StringComparison.Ordinal);
        if (squeezed.Any(IsIdeograph))
        {
            for (var i = 0; i + 2 <= squeezed.Length; i++)
                yield return ((ulong)squeezed[i] << 16) | squeezed[i + 1];
            yield break;
        }

        for (var i = 0; i + 3 <= squeezed.Length; i++)
            yield return ((ulong)squeezed[i] << 32) | ((ulong)squeezed[i + 1] << 16) | squeezed[i + 2];
    }

    /// <summary>How a word sounds, four characters (Soundex); the word itself where it has no Latin letter.</summary>
    public static string Sound(string word)
    {
        if (word.Length == 0 || !char.IsAsciiLetter(word[0]))
            return word;
        Span<char> sound = ['0', '0', '0', '0'];
        sound[0] = word[0];
        var length = 1;
        var last = Digit(word[0]);
        for (var i = 1; i < word.Length && length < 4; i++)
        {
            var digit = Digit(word[i]);
            if (digit is not '0' && digit != last)
                sound[length++] = digit;
            if (word[i] is not ('h' or 'w'))
                last = digit;
        }

        return new string(sound);
    }

    public static bool IsIdeograph(char c) => c is (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF') or (>= '\uF900' and <= '\uFAFF') or (>= '\uAC00' and <= '\uD7A3');

    private static char Digit(char c) => c switch
    {
        'b' or 'f' or 'p' or 'v' => '1',
        'c' or 'g' or 'j' or 'k' or 'q' or 's' or 'x' or 'z' => '2',
        'd' or 't' => '3',
        'l' => '4',
        'm' or 'n' => '5',
        'r' => '6',
        _ => '0',
    };
}
