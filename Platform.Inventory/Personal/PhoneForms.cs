using System.Collections.Frozen;
using System.Globalization;

namespace Platform.Inventory.Personal;

/// <summary>Tells telephone numbers: by country code and length (ITU E.164), by the forms that countries write, or by the words around.</summary>
internal static class PhoneForms
{
    // Country code: fewest and most digits of a national number, as their numbering plans allow (ITU's list of national numbering plans).
    private static readonly FrozenDictionary<int, (int Least, int Most)> Plans = """
        1:10-10 7:10-10 20:8-10 27:9-9 30:10-10 31:9-9 32:8-9 33:9-9 34:9-9 36:8-9 39:6-11 40:9-9 41:9-9 43:4-13 44:9-10 45:8-8 46:7-10 47:8-8 48:9-9 49:5-12 51:8-9 52:10-10 53:6-8 54:10-11 55:10-11 56:9-9
        57:10-10 58:10-10 60:7-10 61:9-9 62:8-12 63:8-10 64:8-10 65:8-8 66:8-9 81:9-10 82:8-10 84:9-10 86:10-11 90:10-10 91:10-10 92:9-10 93:9-9 94:9-9 95:7-10 98:10-10
        211:9-9 212:9-9 213:8-9 216:8-8 218:8-9 220:7-7 221:9-9 225:8-10 228:8-8 229:8-8 230:7-8 231:7-9 232:8-8 233:9-9 234:8-10 237:8-9 242:9-9 243:9-9 244:9-9 249:9-9 250:9-9 251:9-9 252:7-9 254:9-9 255:9-9 256:9-9 258:8-9
        260:9-9 261:9-9 263:9-9 264:7-9 265:7-9 267:7-8 298:6-6 299:6-6 350:8-8 351:9-9 352:5-11 353:7-9 354:7-9 355:8-9 356:8-8 357:8-8 358:5-12 359:7-9 370:8-8 371:8-8 372:7-8 373:8-8 374:8-8 375:9-9 376:6-9 377:8-9 378:6-10
        380:9-9 381:8-9 382:8-8 383:8-8 385:8-9 386:8-8 387:8-8 389:8-8 420:9-9 421:9-9 423:7-9 501:7-7 502:8-8 503:8-8 504:8-8 505:8-8 506:8-8 507:7-8 509:8-8 591:8-8 592:7-7 593:8-9 595:9-9 597:6-7 598:8-8
        673:7-7 675:7-8 679:7-7 852:8-8 853:8-8 855:8-9 856:8-10 880:8-10 886:8-9 960:7-7 961:7-8 962:8-9 963:8-9 964:8-10 965:8-8 966:8-9 967:7-9 968:8-8 970:8-9 971:8-9 972:8-9 973:8-8 974:8-8 975:7-8 976:8-8 977:8-10
        992:9-9 993:8-8 994:9-9 995:9-9 996:9-9 998:9-9
        """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => entry.Split(':', '-'))
        .ToFrozenDictionary(entry => int.Parse(entry[0], CultureInfo.InvariantCulture), entry => (int.Parse(entry[1], CultureInfo.InvariantCulture), int.Parse(entry[2], CultureInfo.InvariantCulture)));

    public static PersonalSpan? Judge(ReadOnlySpan<char> text, ReadOnlySpan<Range> groups, ReadOnlySpan<char> digits, int start, int end, bool told)
    {
        if (digits.Length is < 7 or > 15)
            return null;
        var from = start;
        var open = start > 0 && text[start - 1] == '(' && text[start..end].Contains(')');
        if (open)
            from--;
        var plus = from > 0 && text[from - 1] is '+' or '＋';
        if (plus)
            from--;
        if (from > 0 && (char.IsLetterOrDigit(text[from - 1]) && !Classify.ValueChecks.IsHan(text[from - 1]) || text[from - 1] is '$' or '£' or '€' or '¥' or '#'))
            return null;
        if (International(digits, plus))
            return Found(from, end, plus ? 0.96 : 0.85, "e164-country-code");
        var mobile = digits.Length == 13 && digits.StartsWith("86", StringComparison.Ordinal) ? digits[2..] : digits;
        if (mobile.Length == 11 && mobile[0] == '1' && mobile[1] >= '3' && Grouped(text, groups, 3, 4, 4))
            return Found(from, end, told || groups.Length > 1 ? 0.97 : 0.9, "cn-mobile");
        var first = text[groups[0]].Length;
        var uniform = Uniform(text, groups);
        if (groups.Length == 2 && digits[0] == '0' && first is 3 or 4 && digits.Length - first is 7 or 8 && text[groups[0].End] == '-')
            return Found(from, end, 0.88, "cn-landline");
        if (North(digits) && (open || groups.Length >= 3) && Grouped(text, groups, 3, 3, 4))
            return Found(from, end, told ? 0.97 : uniform || open ? 0.88 : 0.7, "nanp-form");
        if (digits.Length <= 12 && told && !Decimal(text, groups))
            return Found(from, end, groups.Length > 1 || open ? 0.88 : 0.72, "phone-words");
        if (groups.Length >= 2 && uniform && digits[0] == '0' && digits.Length is >= 9 and <= 11 && !Decimal(text, groups))
            return Found(from, end, 0.72, "trunk-zero-form");
        return open && groups.Length >= 2 && digits.Length is >= 8 and <= 11 ? Found(from, end, 0.62, "phone-form") : null;
    }

    private static bool International(ReadOnlySpan<char> digits, bool plus)
    {
        if (!plus)
        {
            if (!digits.StartsWith("00", StringComparison.Ordinal) || digits.Length < 10)
                return false;
            digits = digits[2..];
        }

        for (var length = 1; length <= 3 && length < digits.Length; length++)
        {
            if (!Plans.TryGetValue(int.Parse(digits[..length], CultureInfo.InvariantCulture), out var plan))
                continue;
            var national = digits.Length - length;
            // +41 (0)79 …: the zero in brackets is written and not dialled.
            return national >= plan.Least && national <= plan.Most + (digits[length] == '0' ? 1 : 0);
        }

        return false;
    }

    private static bool North(ReadOnlySpan<char> digits)
    {
        if (digits.Length == 11 && digits[0] == '1')
            digits = digits[1..];
        return digits.Length == 10 && digits[0] >= '2' && digits[3] >= '2' && digits[1] != '9';
    }

    private static bool Grouped(ReadOnlySpan<char> text, ReadOnlySpan<Range> groups, int a, int b, int c)
    {
        var skip = groups.Length > 1 && text[groups[0]].Length <= 2 ? 1 : 0;
        var left = groups[skip..];
        if (left.Length == 1)
            return text[left[0]].Length >= a + b + c;
        return left.Length == 3 && text[left[0]].Length == a && text[left[1]].Length == b && text[left[2]].Length == c;
    }

    // One sign between all groups; a bracket, a dash and a blank together are a form too.
    private static bool Uniform(ReadOnlySpan<char> text, ReadOnlySpan<Range> groups)
    {
        if (groups.Length < 2)
            return false;
        var mark = text[groups[0].End];
        for (var i = 0; i + 1 < groups.Length; i++)
        {
            if (text[groups[i].End] != mark || mark == '/')
                return false;
        }

        return true;
    }

    private static bool Decimal(ReadOnlySpan<char> text, ReadOnlySpan<Range> groups) => groups.Length == 2 && text[groups[0].End] is '.' or '/';

    private static PersonalSpan Found(int start, int end, double confidence, string rule) => new(PersonalKind.Phone, start, end - start, confidence, rule);
}
