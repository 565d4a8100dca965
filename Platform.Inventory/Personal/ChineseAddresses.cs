using System.Buffers;
using System.Text.RegularExpressions;

namespace Platform.Inventory.Personal;

/// <summary>Finds Chinese street addresses by their form: a road with a house number, with the district before and the building and room behind; or a named estate with building and room.</summary>
internal static partial class ChineseAddresses
{
    // No address does without one of these.
    private static readonly SearchValues<char> Marks = SearchValues.Create("号弄栋幢座室");

    // What stands before an address in a sentence and in no name of a place: to, in, live, is, address, send.
    private static readonly SearchValues<char> Leads = SearchValues.Create("到在住是址寄送往去给至为把了");

    public static void Find(ReadOnlySpan<char> text, List<PersonalSpan> hits)
    {
        if (!text.ContainsAny(Marks))
            return;
        foreach (var match in Road().EnumerateMatches(text))
            Add(text, match, 0.92, hits);
        foreach (var match in Estate().EnumerateMatches(text))
        {
            int start = match.Index, end = start + match.Length;
            if (!hits.Exists(hit => hit.Kind == PersonalKind.Address && hit.Start < end && hit.End > start))
                Add(text, match, 0.85, hits);
        }
    }

    private static void Add(ReadOnlySpan<char> text, ValueMatch match, double confidence, List<PersonalSpan> hits)
    {
        int start = match.Index, end = match.Index + match.Length;
        var head = text[start..end];
        var digits = head.IndexOfAnyInRange('0', '9');
        var lead = head[..(digits < 0 ? head.Length : digits)].LastIndexOfAny(Leads);
        if (lead >= 0)
            start += lead + 1;
        var own = text.Slice(start, 2);
        if (own is "位于" or "居于" or "坐落")
            start += 2;
        if (end - start >= 5)
            hits.Add(new PersonalSpan(PersonalKind.Address, start, end - start, confidence, "cn-address-form"));
    }

    private const string Area = @"(?:[\u4E00-\u9FFF]{2,9}?(?:省|自治区))?(?:[\u4E00-\u9FFF]{2,9}?(?:市|自治州|盟))?(?:[\u4E00-\u9FFF]{1,8}?(?:区|县|旗|市))?(?:[\u4E00-\u9FFF]{1,8}?(?:街道|镇|乡))?";
    private const string Number = @" ?(?:[东西南北中]?[一二三四五六七八九十]?[路段])? ?(?:[0-9０-９]{1,5}(?:[-－—][0-9０-９]{1,4})?|[一二三四五六七八九十百零〇]{1,5}) ?(?:号|弄)(?!线)";
    private const string Inner = @"(?:(?:院|大院|附)?(?:[ ,，]?[\u4E00-\u9FFF]{1,10}?(?:小区|大厦|花园|公寓|广场|家园|新村|苑))?(?:[ -]?(?:第)?[A-Za-z0-9０-９一二三四五六七八九十]{1,5}(?:号楼|栋|幢|座|单元|楼|层|号|室|房|户))*(?:[ -]?[0-9]{3,4}(?![0-9]))?)";

    [GeneratedRegex(Area + @"(?:(?<=[市区县镇乡道])[\u4E00-\u9FFF]{1,9}?(?:路|街|巷|胡同|道|里|村|弄)|[\u4E00-\u9FFF]{1,9}?[\u4E00-\u9FFF](?<![条的走半上网线一])(?:大道|路|街|巷|胡同|公路))" + Number + Inner, RegexOptions.CultureInvariant)]
    private static partial Regex Road();

    [GeneratedRegex(Area + @"[\u4E00-\u9FFF]{2,10}?(?:小区|花园|公寓|家园|新村|苑)[ ]?[A-Za-z0-9]{1,4}(?:号楼|栋|幢|座)(?:[ -]?[0-9一二三四五六七八九十]{1,2}单元)?(?:[ -]?[0-9]{2,4}(?:室|房|号)?)?", RegexOptions.CultureInvariant)]
    private static partial Regex Estate();
}
