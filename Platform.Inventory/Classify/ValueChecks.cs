using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Platform.Inventory.Classify;

/// <summary>Checks of single values: formats, checksums, dictionaries. None looks at a column's name.</summary>
internal static partial class ValueChecks
{
    private static readonly FrozenSet<string> Genders = new[] { "m", "f", "male", "female", "man", "woman", "men", "women", "boy", "girl", "boys", "girls", "u", "unknown", "other", "男", "女", "未知", "保密", "男性", "女性" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Months = new[] { "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Weekdays = new[] { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日", "周一", "周二", "周三", "周四", "周五", "周六", "周日" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Flags = new[] { "true", "false", "yes", "no", "y", "n", "t", "f", "是", "否", "有", "无", "on", "off" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Colors = new[] { "red", "green", "blue", "yellow", "black", "white", "gray", "grey", "orange", "purple", "pink", "brown", "beige", "silver", "gold", "navy", "teal", "cyan", "magenta", "ivory", "红色", "绿色", "蓝色", "黄色", "黑色", "白色", "灰色", "橙色", "紫色", "粉色", "棕色", "银色", "金色" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // North American area codes in use; a number of ten digits that is no phone hits one only a third of the time.
    private static readonly FrozenSet<int> AreaCodes = "201 202 203 204 205 206 207 208 209 210 212 213 214 215 216 217 218 219 220 223 224 225 226 228 229 231 234 236 239 240 242 246 248 249 250 251 252 253 254 256 260 262 264 267 268 269 270 272 274 276 279 281 284 289 301 302 303 304 305 306 307 308 309 310 312 313 314 315 316 317 318 319 320 321 323 325 326 330 331 332 334 336 337 339 340 341 343 345 346 347 351 352 360 361 364 365 367 369 380 385 386 401 402 403 404 405 406 407 408 409 410 412 413 414 415 416 417 418 419 423 424 425 430 431 432 434 435 437 438 440 441 442 443 445 447 450 458 463 464 469 470 473 475 478 479 480 484 501 502 503 504 505 506 507 508 509 510 512 513 514 515 516 517 518 519 520 530 531 534 539 540 541 548 551 559 561 562 563 564 567 570 571 573 574 575 579 580 581 582 585 586 587 601 602 603 604 605 606 607 608 609 610 612 613 614 615 616 617 618 619 620 623 626 628 629 630 631 636 639 640 641 646 647 649 650 651 656 657 658 659 660 661 662 664 667 669 670 671 672 678 680 681 682 684 689 701 702 703 704 705 706 707 708 709 712 713 714 715 716 717 718 719 720 721 724 725 726 727 731 732 734 737 740 743 747 754 757 758 760 762 763 765 767 769 770 771 772 773 774 775 778 779 780 781 782 784 785 786 787 801 802 803 804 805 806 807 808 809 810 812 813 814 815 816 817 818 819 820 825 826 828 829 830 831 832 838 839 840 843 845 847 848 849 850 854 856 857 858 859 860 862 863 864 865 867 868 869 870 872 873 876 878 901 902 903 904 905 906 907 908 909 910 912 913 914 915 916 917 918 919 920 925 928 929 930 931 934 936 937 938 939 940 941 943 945 947 948 949 951 952 954 956 959 970 971 972 973 978 979 980 983 984 985 986 989"
        .Split(' ').Select(code => int.Parse(code, CultureInfo.InvariantCulture)).ToFrozenSet();

    public static bool IsEmail(string value) => Email().IsMatch(value);

    public static bool IsUrl(string value) => Url().IsMatch(value);

    public static bool IsUuid(string value) => value.Length is 32 or 36 or 38 && Uuid().IsMatch(value);

    public static bool IsHash(string value) => value.Length is 32 or 40 or 56 or 64 or 96 or 128 && Hex().IsMatch(value) || PasswordHash().IsMatch(value);

    public static bool IsMac(string value) => Mac().IsMatch(value);

    public static bool IsIp(string value)
    {
        if (value.Count(c => c == '.') == 3)
            return IpV4().IsMatch(value);
        return value.Count(c => c == ':') >= 2 && value.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.') && IPAddress.TryParse(value, out _);
    }

    public static bool IsFilePath(string value) => FilePath().IsMatch(value);

    /// <summary>A mainland Chinese mobile number, with or without the country code, blanks and dashes; or masked in its middle.</summary>
    public static bool IsChineseMobile(string value) => ChineseMobile().IsMatch(value);

    /// <summary>A phone number that shows it by its form: brackets, dashes, a plus, or a Chinese area code.</summary>
    public static bool IsWrittenPhone(string value) => WrittenPhone().IsMatch(value) && value.Count(char.IsAsciiDigit) is >= 7 and <= 15 && !IsIsoDate().IsMatch(value);

    /// <summary>Ten digits that North America's numbering plan allows.</summary>
    public static bool IsBareNorthAmericanPhone(string value) => value.Length == 10 && value.All(char.IsAsciiDigit) && value[3] >= '2' && AreaCodes.Contains(int.Parse(value.AsSpan(0, 3), CultureInfo.InvariantCulture));

    /// <summary>A resident identity card of 18 places whose area, date and check digit hold (GB 11643).</summary>
    public static bool IsChineseIdCard(string value)
    {
        if (value.Length != 18 || !ChineseId().IsMatch(value))
            return false;
        if (!DateOnly.TryParseExact(value.AsSpan(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            return false;
        ReadOnlySpan<int> weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        var sum = 0;
        for (var i = 0; i < 17; i++)
            sum += (value[i] - '0') * weights[i];
        return "10X98765432"[sum % 11] == char.ToUpperInvariant(value[17]);
    }

    /// <summary>A masked identity card: the middle as stars.</summary>
    public static bool IsMaskedIdCard(string value) => MaskedId().IsMatch(value);

    public static bool IsSocialSecurityNumber(string value) => SocialSecurity().IsMatch(value);

    /// <summary>A card number: an issuer's prefix with its length, and Luhn's check digit. Years and ids do not come near.</summary>
    public static bool IsBankCard(string value)
    {
        Span<char> digits = stackalloc char[20];
        var count = 0;
        foreach (var c in value)
        {
            if (c is ' ' or '-')
                continue;
            if (!char.IsAsciiDigit(c) || count == 19)
                return false;
            digits[count++] = c;
        }

        return count >= 13 && HasIssuer(digits[..count]) && Luhn(digits[..count]);
    }

    public static bool IsIban(string value)
    {
        var text = value.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        if (text.Length is < 15 or > 34 || !Iban().IsMatch(text))
            return false;
        var remainder = 0;
        foreach (var c in text[4..] + text[..4])
            remainder = char.IsAsciiDigit(c) ? ((remainder * 10) + c - '0') % 97 : ((remainder * 100) + c - 'A' + 10) % 97;
        return remainder == 1;
    }

    /// <summary>A number whose thousands are set apart, or a plain one: -1,234,567.50, 0.</summary>
    public static bool IsGroupedNumber(string value) => GroupedNumber().IsMatch(value);

    public static bool IsGender(string value) => Genders.Contains(value);

    public static bool IsMonth(string value) => Months.Contains(value);

    public static bool IsWeekday(string value) => Weekdays.Contains(value);

    public static bool IsFlag(string value) => Flags.Contains(value);

    public static bool IsColor(string value) => Colors.Contains(value);

    /// <summary>One word, a letter first, that may be a name.</summary>
    public static bool IsNameWord(string value) => NameWord().IsMatch(value);

    /// <summary>A house number and words, the last (or the one before a direction or flat) a word for a street; or such words without the number.</summary>
    public static bool IsStreet(string value, out bool withNumber)
    {
        withNumber = HouseNumber().IsMatch(value);
        var words = value.Split([' ', ',', '.', '#'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2)
            return false;
        return words.Skip(1).Any(word => word.Length > 1 && Places.StreetWords.Contains(word));
    }

    /// <summary>A number, then words: what street addresses look like even when the last word is unknown.</summary>
    public static bool HasStreetForm(string value) => StreetForm().IsMatch(value);

    /// <summary>Two parts of a Chinese address at least.</summary>
    public static bool IsChineseAddress(string value) => ChineseAddressParts(value) >= 2;

    /// <summary>Four parts and a number: from the city down to the house or the room.</summary>
    public static bool IsFullChineseAddress(string value) => value.Any(char.IsAsciiDigit) && ChineseAddressParts(value) >= 4;

    /// <summary>A postcode as China, the United States, Britain, Ireland, Canada or Australia write it.</summary>
    public static bool IsPostcode(string value) => Postcode().IsMatch(value);

    private static int ChineseAddressParts(string value)
    {
        if (value.Length is < 5 or > 80 || !value.Any(IsHan))
            return 0;
        var parts = 0;
        foreach (var mark in (ReadOnlySpan<char>)['省', '市', '区', '县', '镇', '乡', '村', '路', '街', '道', '巷', '弄', '号', '栋', '幢', '楼', '室', '座', '层', '苑'])
            parts += value.Contains(mark, StringComparison.Ordinal) ? 1 : 0;
        return value.Any(c => c is '，' or '。' or '！' or '？' or '；') ? 0 : parts;
    }

    public static bool IsChineseName(string value)
    {
        if (value.Length is < 2 or > 4 || !value.All(c => IsHan(c) || c is '*' or '某'))
            return false;
        return value.Length <= 3 && PersonNames.ChineseFamily.Contains(value[0]) || value.Length >= 3 && PersonNames.ChineseDoubleFamily.Contains(value[..2]);
    }

    public static bool IsHan(char c) => c is >= '\u4E00' and <= '\u9FFF' or >= '\u3400' and <= '\u4DBF';

    private static bool HasIssuer(ReadOnlySpan<char> digits)
    {
        var four = int.Parse(digits[..4], CultureInfo.InvariantCulture);
        var two = four / 100;
        return digits.Length switch
        {
            13 => digits[0] == '4',
            14 => two is 36 or 38 or 39 || four is >= 3000 and <= 3059,
            15 => two is 34 or 37,
            16 => digits[0] == '4' || two is >= 51 and <= 55 || four is >= 2221 and <= 2720 || two is 62 or 65 or 35 or 60 && four is 6011 or (>= 6200 and <= 6299) or (>= 6500 and <= 6599) or (>= 3528 and <= 3589) || four is 9558,
            19 => digits[0] == '4' || two is 62 or 65 || four is 6011,
            17 or 18 => two is 62,
            _ => false,
        };
    }

    private static bool Luhn(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            if ((i & 1) == 1)
                digit = digit > 4 ? (digit * 2) - 9 : digit * 2;
            sum += digit;
        }

        return sum % 10 == 0;
    }

    [GeneratedRegex(@"^[A-Za-z0-9._%+*'-]{1,64}@[A-Za-z0-9*-]+(\.[A-Za-z0-9*-]+)*\.[A-Za-z*]{2,24}$", RegexOptions.CultureInvariant)]
    private static partial Regex Email();

    [GeneratedRegex(@"^(https?|ftp)://[^\s/]+\.[^\s]*$|^www\.[a-z0-9-]+\.[^\s]+$|^[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|org|net|cn|edu|gov|io)(/[^\s]*)?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Url();

    [GeneratedRegex(@"^\{?[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\}?$", RegexOptions.CultureInvariant)]
    private static partial Regex Uuid();

    [GeneratedRegex(@"^[0-9a-fA-F]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Hex();

    [GeneratedRegex(@"^\$(2[aby]|argon2[a-z]*|5|6|pbkdf2[a-z0-9-]*)\$.{20,}$", RegexOptions.CultureInvariant)]
    private static partial Regex PasswordHash();

    [GeneratedRegex(@"^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$", RegexOptions.CultureInvariant)]
    private static partial Regex Mac();

    [GeneratedRegex(@"^((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)(:\d{1,5})?$", RegexOptions.CultureInvariant)]
    private static partial Regex IpV4();

    [GeneratedRegex(@"^(/[\w.@%+ -]+){2,}/?$|^[A-Za-z]:\\[^<>|?*]+$|^[\w.-]+(/[\w.-]+)+\.[a-z0-9]{2,5}$", RegexOptions.CultureInvariant)]
    private static partial Regex FilePath();

    [GeneratedRegex(@"^(\+?86[- ]?)?1[3-9]\d([- ]?(\d{4}|\*{4})[- ]?(\d{4}))$", RegexOptions.CultureInvariant)]
    private static partial Regex ChineseMobile();

    [GeneratedRegex(@"^(\+\d{1,3}[ .-]?)?(\(\d{2,5}\)[ .-]?\d{3,4}[ .-]?\d{3,4}|\d{3}[-.]\d{3}[-.]\d{4}|0\d{2,3}-\d{7,8}|\d{3,5} \d{3,4} \d{3,4}|1-\d{3}-\d{3}-\d{4})( ?(x|ext\.?) ?\d{1,6})?$|^\+\d[\d .()-]{7,18}\d$|^00\d[\d .()-]{7,16}\d( ?x\d+)?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex WrittenPhone();

    [GeneratedRegex(@"^\d{4}-\d{1,2}-\d{1,2}", RegexOptions.CultureInvariant)]
    private static partial Regex IsIsoDate();

    [GeneratedRegex(@"^[1-8]\d{5}(19|20)\d{9}[\dXx]$", RegexOptions.CultureInvariant)]
    private static partial Regex ChineseId();

    [GeneratedRegex(@"^[1-8]\d{2,9}\*{6,12}[\dXx]{1,4}$", RegexOptions.CultureInvariant)]
    private static partial Regex MaskedId();

    [GeneratedRegex(@"^(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}$|^(\*{3}|X{3}|x{3})-(\*{2}|X{2}|x{2})-\d{4}$", RegexOptions.CultureInvariant)]
    private static partial Regex SocialSecurity();

    [GeneratedRegex(@"^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$", RegexOptions.CultureInvariant)]
    private static partial Regex Iban();

    [GeneratedRegex(@"^(\d{4,6}|\d{5}-\d{4}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d{2} ?[A-Z\d]{3,4}|[A-Z]\d[A-Z] ?\d[A-Z]\d)$", RegexOptions.CultureInvariant)]
    private static partial Regex Postcode();

    [GeneratedRegex(@"^-?(\d{1,3}(,\d{3})+|\d{1,3})(\.\d+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex GroupedNumber();

    [GeneratedRegex(@"^\p{L}[\p{L}'’-]{1,19}$", RegexOptions.CultureInvariant)]
    private static partial Regex NameWord();

    [GeneratedRegex(@"^\d{1,6}[A-Za-z]?(-\d+)?,? +\p{L}", RegexOptions.CultureInvariant)]
    private static partial Regex HouseNumber();

    [GeneratedRegex(@"^\d{1,6}[A-Za-z]?(-\d+)? +(\p{L}[\p{L}.'-]* +){1,4}\p{L}[\p{L}.'-]*( +(\d+|[A-Z]))?$", RegexOptions.CultureInvariant)]
    private static partial Regex StreetForm();
}
