using System.Buffers;
using System.Net;
using Platform.Inventory.Classify;

namespace Platform.Inventory.Personal;

/// <summary>
/// Finds what shows itself by its form: e-mail, web address, addresses of devices, and, through <see cref="NumberScanner"/>, everything made of digits.
/// The text is walked from one telling character to the next; most text has none.
/// </summary>
internal static class FormatScanner
{
    private static readonly SearchValues<char> Anchors = SearchValues.Create("0123456789@:０１２３４５６７８９");

    private static readonly SearchValues<char> AfterUrl = SearchValues.Create(" \t\r\n\"<>|\\^`{}，。；、！？（）【】《》“”");

    public static void Find(ReadOnlySpan<char> text, List<PersonalSpan> hits)
    {
        var at = 0;
        while (at < text.Length)
        {
            var next = text[at..].IndexOfAny(Anchors);
            if (next < 0)
                break;
            next += at;
            var end = text[next] switch
            {
                '@' => Email(text, next, at, hits),
                ':' => Colon(text, next, hits),
                _ => Number(text, next, hits),
            };
            at = Math.Max(end, next + 1);
        }

        Www(text, hits);
        ChineseAddresses.Find(text, hits);
    }

    private static int Number(ReadOnlySpan<char> text, int at, List<PersonalSpan> hits)
    {
        // A digit inside an e-mail's name or a device's address is met before the sign that tells: look for it first.
        var word = at;
        while (word < text.Length && word - at < 64 && (char.IsAsciiLetterOrDigit(text[word]) || text[word] is '.' or '_' or '%' or '+' or '-'))
            word++;
        if (word < text.Length && text[word] == '@' && Email(text, word, Math.Max(0, at - 64), hits) is var email && email > word + 1)
            return email;
        if (word < text.Length && text[word] == ':' && word - at <= 4 && Device(text, word, hits) is var device && device > 0)
            return device;
        return NumberScanner.Read(text, at, hits);
    }

    private static int Email(ReadOnlySpan<char> text, int at, int floor, List<PersonalSpan> hits)
    {
        var start = at;
        while (start > floor && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] is '.' or '_' or '%' or '+' or '-' or '\''))
            start--;
        while (start < at && !char.IsAsciiLetterOrDigit(text[start]) && text[start] != '_')
            start++;
        var end = at + 1;
        var dot = -1;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '.'))
        {
            if (text[end] == '.')
            {
                if (end + 1 >= text.Length || !char.IsAsciiLetterOrDigit(text[end + 1]))
                    break;
                dot = end;
            }

            end++;
        }

        if (start == at || dot < 0 || end - dot < 3 || !char.IsAsciiLetter(text[dot + 1]))
            return at + 1;
        hits.Add(new PersonalSpan(PersonalKind.Email, start, end - start, 0.99, "email-form"));
        return end;
    }

    private static int Colon(ReadOnlySpan<char> text, int at, List<PersonalSpan> hits)
    {
        if (text[at..].StartsWith("://", StringComparison.Ordinal))
        {
            var start = at;
            while (start > 0 && at - start < 8 && char.IsAsciiLetter(text[start - 1]))
                start--;
            var end = UrlEnd(text, at + 3);
            if (at - start < 3 || end - at < 6)
                return at + 3;
            hits.Add(new PersonalSpan(PersonalKind.Url, start, end - start, 0.98, "url-form"));
            return end;
        }

        return Device(text, at, hits) is var device && device > 0 ? device : at + 1;
    }

    private static void Www(ReadOnlySpan<char> text, List<PersonalSpan> hits)
    {
        for (var at = 0; at < text.Length;)
        {
            var next = text[at..].IndexOf("www.", StringComparison.OrdinalIgnoreCase);
            if (next < 0)
                return;
            next += at;
            at = UrlEnd(text, next + 4);
            if ((next == 0 || !char.IsLetterOrDigit(text[next - 1]) && text[next - 1] != '/') && at - next > 7 && text[(next + 4)..at].Contains('.'))
                hits.Add(new PersonalSpan(PersonalKind.Url, next, at - next, 0.97, "url-form"));
            at = Math.Max(at, next + 4);
        }
    }

    private static int UrlEnd(ReadOnlySpan<char> text, int from)
    {
        if (from >= text.Length)
            return text.Length;
        var length = text[from..].IndexOfAny(AfterUrl);
        var end = length < 0 ? text.Length : from + length;
        // What ends a sentence does not end an address.
        while (end > from && text[end - 1] is '.' or ',' or ';' or '!' or '?' or ')' or '\'' or ':')
            end--;
        return end;
    }

    /// <summary>An address of a network or of a card, with colons. Returns its end, or 0.</summary>
    private static int Device(ReadOnlySpan<char> text, int at, List<PersonalSpan> hits)
    {
        static bool part(char c) => char.IsAsciiHexDigit(c) || c == ':';
        var start = at;
        while (start > 0 && at - start < 40 && part(text[start - 1]))
            start--;
        var end = at;
        while (end < text.Length && end - start < 46 && (part(text[end]) || text[end] == '.' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1])))
            end++;
        var value = text[start..end].TrimEnd(':');
        if (value.Length < 6 || value.Count(':') < 2 || start > 0 && char.IsLetterOrDigit(text[start - 1]) || start + value.Length < text.Length && char.IsLetterOrDigit(text[start + value.Length]))
            return 0;
        if (value.Length == 17 && ValueChecks.IsMac(value.ToString()))
            hits.Add(new PersonalSpan(PersonalKind.MacAddress, start, value.Length, 0.97, "mac-form"));
        else if (value.Count(':') is >= 3 and <= 7 && value.IndexOfAnyExcept(':', '0') >= 0 && IPAddress.TryParse(value, out _))
            hits.Add(new PersonalSpan(PersonalKind.IpAddress, start, value.Length, 0.97, "ip-form"));
        else
            return 0;
        return start + value.Length;
    }
}
