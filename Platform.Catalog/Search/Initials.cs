using System.Text;

namespace Platform.Catalog.Search;

/// <summary>
/// First letters of how Chinese words are read: <c>客户订单</c> is found by <c>khdd</c>, as people type it. Knows the 3,755 common characters that GB 2312 orders by their reading; where one has several readings, the one that the standard orders it by.
/// </summary>
internal static class Initials
{
    /// <summary>The first character of each letter in the order of GB 2312-80, level 1; no reading begins with i, u or v.</summary>
    private const string Firsts = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝";
    private const string Letters = "abcdefghjklmnopqrstwxyz";
    private const int LastCommon = 0xD7F9;

    /// <summary>Longest run that is a name; what is longer is a sentence.</summary>
    private const int LongestName = 12;

    private static readonly Encoding Standard = CodePagesEncodingProvider.Instance.GetEncoding(936)!;
    private static readonly int[] Codes = [.. Firsts.Select(CodeOf)];

    /// <summary>Gives the first letters of each run of two to twelve common Chinese characters.</summary>
    /// <param name="text">Any text; null gives none.</param>
    /// <param name="found">Takes where a run starts and its letters, one a character.</param>
    internal static void Of(string? text, Action<int, string> found)
    {
        if (text is null)
            return;
        Span<char> letters = stackalloc char[LongestName];
        for (var i = 0; i < text.Length; i++)
        {
            if (!IsHan(text[i]))
                continue;
            var start = i;
            var known = true;
            for (; i < text.Length && IsHan(text[i]); i++)
                if (i - start < LongestName)
                    known &= (letters[i - start] = LetterOf(text[i])) != '\0';
            if (known && i - start is >= 2 and <= LongestName)
                found(start, letters[..(i - start)].ToString());
        }
    }

    private static bool IsHan(char c) => c is >= '\u4e00' and <= '\u9fff';

    private static char LetterOf(char c)
    {
        var code = CodeOf(c);
        if (code < Codes[0] || code > LastCommon)
            return '\0';
        var place = Array.BinarySearch(Codes, code);
        return Letters[place >= 0 ? place : ~place - 1];
    }

    private static int CodeOf(char c)
    {
        Span<byte> bytes = stackalloc byte[2];
        // Behind the common ones, and between their rows, the code page holds what the standard does not order.
        return Standard.GetBytes([c], bytes) == 2 && bytes[1] >= 0xA1 ? (bytes[0] << 8) | bytes[1] : 0;
    }
}
