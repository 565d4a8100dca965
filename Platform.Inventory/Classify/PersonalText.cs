using System.Text.RegularExpressions;

namespace Platform.Inventory.Classify;

/// <summary>Finds personal data inside sentences by their form: e-mail, phone, card, identity card, address of a device.</summary>
internal static partial class PersonalText
{
    /// <summary>Share of the texts that hold each kind; kinds that none holds are left out.</summary>
    public static IReadOnlyDictionary<string, double> Find(IReadOnlyList<string> texts)
    {
        var counts = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            foreach (var kind in Kinds(text))
                counts[kind] = counts.GetValueOrDefault(kind) + 1;
        }

        return counts.ToDictionary(pair => pair.Key, pair => Math.Round(pair.Value / texts.Count, 4));
    }

    private static HashSet<string> Kinds(string text)
    {
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        if (Email().IsMatch(text))
            kinds.Add("email");
        foreach (var digits in Digits().EnumerateMatches(text))
        {
            var value = text.AsSpan(digits.Index, digits.Length).Trim().ToString();
            if (ValueChecks.IsBankCard(value))
                kinds.Add("bank_card");
            else if (ValueChecks.IsChineseIdCard(value))
                kinds.Add("national_id");
            else if (ValueChecks.IsChineseMobile(value) || ValueChecks.IsWrittenPhone(value))
                kinds.Add("phone");
            else if (ValueChecks.IsSocialSecurityNumber(value))
                kinds.Add("national_id");
        }

        foreach (var address in Ip().EnumerateMatches(text))
        {
            if (ValueChecks.IsIp(text.Substring(address.Index, address.Length)))
                kinds.Add("ip_address");
        }

        return kinds;
    }

    [GeneratedRegex(@"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}", RegexOptions.CultureInvariant)]
    private static partial Regex Email();

    [GeneratedRegex(@"(?<![\w.])[+(]?\d[\d ().-]{7,22}[\dXx](?![\w])", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();

    [GeneratedRegex(@"(?<![\d.])\d{1,3}(\.\d{1,3}){3}(?![\d.])", RegexOptions.CultureInvariant)]
    private static partial Regex Ip();
}
