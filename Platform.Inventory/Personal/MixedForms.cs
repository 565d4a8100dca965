using System.Collections.Frozen;
using Platform.Inventory.Classify;

namespace Platform.Inventory.Personal;

/// <summary>Says what a word of letters and digits is: an account by its checksum, a plate or an insurance number by its form, the rest by the words before it.</summary>
internal static class MixedForms
{
    private static readonly FrozenSet<char> Provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼".ToFrozenSet();
    private static readonly string[] PassportWords = ["passport", "护照"];
    private static readonly string[] LicenceWords = ["driver", "driving", "dl number", "驾照", "驾驶证"];
    private static readonly string[] PlateWords = ["plate", "registration", "reg no", "车牌"];

    /// <summary>Looks at the word from <paramref name="start"/> to <paramref name="end"/> and returns where to go on.</summary>
    public static int Judge(ReadOnlySpan<char> text, int start, int end, List<PersonalSpan> hits)
    {
        var word = text[start..end];
        if (word.Length >= 4 && char.IsAsciiLetter(word[0]) && char.IsAsciiLetter(word[1]) && char.IsAsciiDigit(word[2]) && char.IsAsciiDigit(word[3]) && Iban(text, start, end, hits) is var after && after > 0)
            return after;
        if (start > 0 && Provinces.Contains(text[start - 1]) && word.Length is 6 or 7 && char.IsAsciiLetterUpper(word[0]))
            hits.Add(new PersonalSpan(PersonalKind.LicencePlate, start - 1, word.Length + 1, 0.93, "cn-plate-form"));
        else if (word.Length == 9 && IsInsuranceNumber(word))
            hits.Add(new PersonalSpan(PersonalKind.NationalId, start, 9, 0.85, "uk-nino-form"));
        else if (word.Length is >= 7 and <= 10 && NumberForms.Near(text, start, start, PassportWords))
            hits.Add(new PersonalSpan(PersonalKind.Passport, start, word.Length, 0.9, "passport-words"));
        else if (word.Length is >= 7 and <= 18 && NumberForms.Near(text, start, start, LicenceWords))
            hits.Add(new PersonalSpan(PersonalKind.DrivingLicence, start, word.Length, 0.85, "licence-words"));
        else if (word.Length is >= 5 and <= 8 && NumberForms.Near(text, start, start, PlateWords))
            hits.Add(new PersonalSpan(PersonalKind.LicencePlate, start, word.Length, 0.8, "plate-words"));
        return end;
    }

    /// <summary>Written without blanks or in groups of four.</summary>
    private static int Iban(ReadOnlySpan<char> text, int start, int end, List<PersonalSpan> hits)
    {
        var last = end;
        for (var grown = end; ;)
        {
            if (last - start >= 15 && ValueChecks.IsIban(text[start..last].ToString()))
            {
                hits.Add(new PersonalSpan(PersonalKind.Iban, start, last - start, 0.99, "iban-checksum"));
                return last;
            }

            if (grown >= text.Length || text[grown] != ' ' || grown - start > 42)
                return 0;
            var next = grown + 1;
            while (next < text.Length && char.IsAsciiLetterOrDigit(text[next]))
                next++;
            if (next - grown is < 2 or > 5)
                return 0;
            grown = last = next;
        }
    }

    // Two letters, six digits, A to D (United Kingdom).
    private static bool IsInsuranceNumber(ReadOnlySpan<char> word)
        => char.IsAsciiLetterUpper(word[0]) && char.IsAsciiLetterUpper(word[1]) && word[2..8].IndexOfAnyExceptInRange('0', '9') < 0 && word[8] is >= 'A' and <= 'D' && !"DFIQUV".Contains(word[0], StringComparison.Ordinal) && !"DFIQUVO".Contains(word[1], StringComparison.Ordinal);
}
