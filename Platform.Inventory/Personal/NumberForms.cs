using System.Globalization;
using Platform.Inventory.Classify;

namespace Platform.Inventory.Personal;

/// <summary>Says what a number written in groups is: by its checksum, by its form, or by the words before it.</summary>
internal static class NumberForms
{
    private static readonly string[] CardWords = ["card", "visa", "mastercard", "amex", "maestro", "credit", "debit", "卡"];
    private static readonly string[] PhoneWords = ["phone", "tel:", "tel.", "tel ", "mobile", "cell", "fax", "call me", "call us", "call him", "call her", "text me", "whatsapp", "sms", "dial", "ring ", "电话", "手机", "联系", "致电", "微信", "拨打", "传真"];
    private static readonly string[] SsnWords = ["ssn", "social security", "social insurance"];
    private static readonly string[] BirthWords = ["birth", "born", "dob", "d.o.b", "生日", "出生", "生于"];
    private static readonly string[] PostcodeWords = ["zip", "postcode", "post code", "postal code", "邮编", "邮政编码"];
    private static readonly string[] AccountWords = ["account", "acct", "a/c", "账号", "账户", "帐号"];
    private static readonly string[] IdWords = ["passport", "护照"];
    private static readonly string[] LicenceWords = ["driver", "driving", "licence", "license", "驾照", "驾驶证"];

    /// <summary>The span that these groups make together; null where they make none.</summary>
    public static PersonalSpan? Judge(ReadOnlySpan<char> text, ReadOnlySpan<Range> groups)
    {
        int start = groups[0].Start.Value, end = groups[^1].End.Value;
        if (start > 0 && (char.IsAsciiDigit(text[start - 1]) || text[start - 1] is '.' or ',' && start > 1 && char.IsAsciiDigit(text[start - 2])))
            return null;
        if (end < text.Length && text[end] == ',' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]))
            return null;
        Span<char> digits = stackalloc char[32];
        var count = 0;
        foreach (var group in groups)
        {
            var part = text[group];
            if (count + part.Length > digits.Length)
                return null;
            part.CopyTo(digits[count..]);
            count += part.Length;
        }

        digits = digits[..count];
        return Day(text, groups, start, end)
            ?? Network(text, groups, start, end)
            ?? Identity(text, groups, digits, start, end)
            ?? Card(text, groups, digits, start, end)
            ?? Licence(text, groups, digits, start, end)
            ?? PhoneForms.Judge(text, groups, digits, start, end, Near(text, start, end, PhoneWords))
            ?? ByContext(text, groups, digits, start, end);
    }

    /// <summary>Digits that end in a letter: a check sign, an age, a day in Chinese. Returns the end of what was found, or 0.</summary>
    public static int WithLetter(ReadOnlySpan<char> text, Range group, List<PersonalSpan> hits)
    {
        int start = group.Start.Value, end = group.End.Value;
        var ends = end + 1 == text.Length || !char.IsAsciiLetterOrDigit(text[end + 1]);
        if (!ends || start > 0 && char.IsLetterOrDigit(text[start - 1]) && !ValueChecks.IsHan(text[start - 1]))
            return 0;
        var value = text[start..(end + 1)].ToString();
        if (end - start == 17 && ValueChecks.IsChineseIdCard(value))
            hits.Add(new PersonalSpan(PersonalKind.NationalId, start, 18, 0.99, "cn-id-checksum"));
        else if (end - start == 8 && "TRWAGMYFPDXBNJZSQVHLCKE"[int.Parse(value.AsSpan(0, 8), CultureInfo.InvariantCulture) % 23] == char.ToUpperInvariant(value[8]))
            hits.Add(new PersonalSpan(PersonalKind.NationalId, start, 9, 0.85, "es-dni-checksum"));
        else
            return 0;
        return end + 1;
    }

    // Seven digits and more in groups, as people write numbers to be dialled.
    private static bool IsGrouped(ReadOnlySpan<char> value)
    {
        int digits = 0, signs = 0;
        foreach (var c in value)
        {
            if (char.IsAsciiDigit(c))
                digits++;
            else if (c is ' ' or '-' or '(' or ')' or '.')
                signs++;
            else
                return false;
        }

        return digits is >= 7 and <= 13 && signs > 0;
    }

    /// <summary>Whether the words around a date call it a birth.</summary>
    public static bool IsBirth(ReadOnlySpan<char> text, int start, int end) => Near(text, start, end, BirthWords);

    /// <summary>Whether the words around a number say what a tagger takes it for.</summary>
    public static bool IsTold(ReadOnlySpan<char> text, PersonalSpan span) => span.Kind == PersonalKind.Phone && IsGrouped(text[span.Start..span.End]) || Near(text, span.Start, span.End, span.Kind switch
    {
        PersonalKind.BankCard => CardWords,
        PersonalKind.Phone => PhoneWords,
        PersonalKind.NationalId => SsnWords,
        _ => LicenceWords,
    });

    /// <summary>Whether one of the words stands shortly before the span, or right after it.</summary>
    public static bool Near(ReadOnlySpan<char> text, int start, int end, string[] words)
    {
        var from = Math.Max(0, start - 48);
        var before = text[from..start];
        // A blank line begins another matter.
        if (before.LastIndexOf("\n\n", StringComparison.Ordinal) is var cut && cut >= 0)
            before = before[(cut + 2)..];
        var after = text[end..Math.Min(text.Length, end + 16)];
        foreach (var word in words)
        {
            if (before.Contains(word, StringComparison.OrdinalIgnoreCase) || after.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static PersonalSpan? Day(ReadOnlySpan<char> text, ReadOnlySpan<Range> groups, int start, int end)
    {
        if (groups.Length == 1)
        {
            if (end < text.Length && end - start <= 4 && text[end] is '岁' or '年')
                return text[end] == '岁' ? new PersonalSpan(PersonalKind.Age, start, end - start + 1, 0.95, "age-form") : ChineseDay(text, start, end);
            return end - start == 4 && text[start] is '1' or '2' && Near(text, start, end, BirthWords) && int.Parse(text[start..end], CultureInfo.InvariantCulture) is >= 1900 and <= 2035
                ? new PersonalSpan(PersonalKind.DateOfBirth, start, 4, 0.75, "birth-words")
                : end - start <= 3 ? Age(text, start, end) : null;
        }

        if (groups.Length < 3)
            return null;
        var mark = text[groups[0].End];
        if (mark is not ('-' or '/' or '.') || text[groups[1].End] != mark || groups[1].Start.Value - groups[0].End.Value != 1 || groups[2].Start.Value - groups[1].End.Value != 1)
            return null;
        int a = Value(text[groups[0]]), b = Value(text[groups[1]]), c = Value(text[groups[2]]);
        var (la, lc) = (groups[0].End.Value - groups[0].Start.Value, groups[2].End.Value - groups[2].Start.Value);
        var yearFirst = la == 4 && a is >= 1800 and <= 2199 && b is >= 1 and <= 12 && c is >= 1 and <= 31 && lc <= 2;
        var yearLast = la <= 2 && lc is 4 or 2 && (lc == 2 || c is >= 1800 and <= 2199) && a >= 1 && b >= 1 && (a <= 31 && b <= 12 || a <= 12 && b <= 31) && (lc == 4 || mark != '.');
        if (!yearFirst && !yearLast)
            return null;
        if (groups.Length > 3 && (groups.Length > 4 || text[groups[2].End] != ' ' || groups[3].End.Value >= text.Length || text[groups[3].End] != ':'))
            return null;
        end = groups[2].End.Value;
        var tail = text[end..];
        // The time of day that follows belongs to it.
        if (tail.Length >= 6 && tail[0] is ' ' or 'T' && char.IsAsciiDigit(tail[1]) && tail[1..Math.Min(6, tail.Length)].Contains(':'))
        {
            end++;
            while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] is ':' or '.' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1])))
                end++;
        }

        return Near(text, start, end, BirthWords) ? new PersonalSpan(PersonalKind.DateOfBirth, start, end - start, 0.95, "date-and-birth-words") : new PersonalSpan(PersonalKind.Date, start, end - start, 0.9, "date-form");
    }

    private static PersonalSpan? ChineseDay(ReadOnlySpan<char> text, int start, int end)
    {
        if (end - start != 4)
            return null;
        end++;
        foreach (var mark in "月日")
        {
            var digits = end;
            while (digits < text.Length && char.IsAsciiDigit(text[digits]))
                digits++;
            if (digits == end || digits >= text.Length || text[digits] != mark && (mark != '日' || text[digits] != '号'))
                break;
            end = digits + 1;
        }

        return Near(text, start, end, BirthWords) ? new PersonalSpan(PersonalKind.DateOfBirth, start, end - start, 0.95, "date-and-birth-words") : new PersonalSpan(PersonalKind.Date, start, end - start, 0.9, "date-form");
    }

    private static PersonalSpan? Age(ReadOnlySpan<char> text, int start, int end)
    {
        if (Value(text[start..end]) is < 1 or > 125)
            return null;
        var after = text[end..Math.Min(text.Length, end + 12)];
        var before = text[Math.Max(0, start - 12)..start];
        static bool begins(ReadOnlySpan<char> value, string word) => value.StartsWith(word, StringComparison.OrdinalIgnoreCase);
        var told = begins(after, " years old") || begins(after, " year old") || begins(after, "-year-old") || begins(after, " year-old") || begins(after, " y/o") || begins(after, " yrs old") || begins(after, " years of age")
            || before.EndsWith("aged ", StringComparison.OrdinalIgnoreCase) || before.EndsWith("age of ", StringComparison.OrdinalIgnoreCase) || before.EndsWith("age: ", StringComparison.OrdinalIgnoreCase) || before.EndsWith("年龄", StringComparison.Ordinal) || before.EndsWith("年龄：", StringComparison.Ordinal);
        return told ? new PersonalSpan(PersonalKind.Age, start, end - start, 0.92, "age-form") : null;
    }

    private static PersonalSpan? Network(ReadOnlySpan<char> text, ReadOnlySpan<Range> groups, int start, int end)
    {
        if (groups.Length != 4 || end - start is < 7 or > 15 || text[start..end].Count('.') != 3 || Near(text, start, start, ["version", "ver.", " v"]))
            return null;
        foreach (var group in groups)
        {
            if (text[group].Length > 3 || Value(text[group]) > 255 || text[group].Length > 1 && text[group][0] == '0')
                return null;
        }

        return new PersonalSpan(PersonalKind.IpAddress, start, end - start, 0.96, "ip-form");
    }

    private static PersonalSpan? Identity(ReadOnlySpan<char> text, ReadOnlySpan<Range> groups, ReadOnlySpan<char> digits, int start, int end)
    {
        if (groups.Length == 1 && digits.Length == 18 && ValueChecks.IsChineseIdCard(digits.ToString()))
            return new PersonalSpan(PersonalKind.NationalId, start, 18, 0.99, "cn-id-checksum");
        if (groups.Length == 3 && digits.Length == 9 && (text[groups[1]].Length, text[groups[2]].Length) == (2, 4))
        {
            var told = Near(text, start, end, SsnWords);
            if (text[groups[0].End] == '-' && ValueChecks.IsSocialSecurityNumber(text[start..end].ToString()) || told)
                return new PersonalSpan(PersonalKind.NationalId, start, end - start, told ? 0.98 : 0.85, "ssn-form");
        }

        if (digits.Length == 9 && Near(text, start, end, SsnWords))
            return new PersonalSpan(PersonalKind.NationalId, start, end - start, 0.9, "ssn-words");
        if (groups.Length == 4 && digits.Length == 11 && text[groups[0].End] == '.' && text[groups[2].End] == '-' && Checksums.BrazilianCpf(digits))
            return new PersonalSpan(PersonalKind.NationalId, start, end - start, 0.98, "br-cpf-checksum");
        if (groups.Length == 3 && digits.Length == 12 && text[groups[0]].Length == 4 && text[groups[1]].Length == 4 && Checksums.Verhoeff(digits) && digits[0] >= '2')
            return new PersonalSpan(PersonalKind.NationalId, start, end - start, 0.85, "in-aadhaar-checksum");
        return digits.Length == 15 && digits[0] is '1' or '2' && Checksums.FrenchNir(digits)
            ? new PersonalSpan(PersonalKind.NationalId, start, end - start, 0.9, "fr-nir-checksum")
            : null;
    }

    private static PersonalSpan? Card(ReadOnlySpan<char> text, ReadOnlySpan<Range> groups, ReadOnlySpan<char> digits, int start, int end)
    {
        if (digits.Length is < 12 or > 19)
            return null;
        for (var i = 0; i + 1 < groups.Length; i++)
        {
            if (text[groups[i]].Length < 4 || text[groups[i].End] is not (' ' or '-') || groups[i + 1].Start.Value != groups[i].End.Value + 1)
                return null;
        }

        var luhn = Checksums.Luhn(digits);
        var told = Near(text, start, end, CardWords);
        if (luhn && ValueChecks.IsBankCard(digits.ToString()))
            return new PersonalSpan(PersonalKind.BankCard, start, end - start, told ? 0.99 : 0.95, "luhn-and-issuer");
        return luhn && told ? new PersonalSpan(PersonalKind.BankCard, start, end - start, 0.9, "luhn-and-card-words") : null;
    }

    private static PersonalSpan? Licence(ReadOnlySpan<char> text, ReadOnlySpan<Range> groups, ReadOnlySpan<char> digits, int start, int end)
    {
        if (groups.Length == 1 && digits.Length is >= 7 and <= 10 && Near(text, start, start, IdWords))
            return new PersonalSpan(PersonalKind.Passport, start, end - start, 0.85, "passport-words");
        return digits.Length is >= 6 and <= 14 && Near(text, start, start, LicenceWords) && !Near(text, start, start, PhoneWords)
            ? new PersonalSpan(PersonalKind.DrivingLicence, start, end - start, 0.82, "licence-words")
            : null;
    }

    private static PersonalSpan? ByContext(ReadOnlySpan<char> text, ReadOnlySpan<Range> groups, ReadOnlySpan<char> digits, int start, int end)
    {
        if (digits.Length is >= 4 and <= 6 && groups.Length == 1 && Near(text, start, start, PostcodeWords))
            return new PersonalSpan(PersonalKind.Postcode, start, end - start, 0.85, "postcode-words");
        return groups.Length == 1 && digits.Length is >= 7 and <= 20 && Near(text, start, start, AccountWords) && Near(text, start, start, ["bank", "number", " no", "iban", "transfer", "账", "帐", "#"])
            ? new PersonalSpan(PersonalKind.BankAccount, start, end - start, 0.75, "account-words")
            : null;
    }

    private static int Value(ReadOnlySpan<char> digits) => digits.Length > 8 ? int.MaxValue : int.Parse(digits, CultureInfo.InvariantCulture);
}
