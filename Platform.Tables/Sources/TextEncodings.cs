using System.Buffers;
using System.Text;

namespace Platform.Tables.Sources;

/// <summary>Finds a text's encoding from its first bytes and turns it into UTF-8.</summary>
internal static class TextEncodings
{
    static TextEncodings() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>UTF-8 without a mark, in which wrong bytes stay as they are so that the reader can reject their line.</summary>
    public static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The encoding of that name.</summary>
    /// <exception cref="SourceException">There is none.</exception>
    public static Encoding Named(string name)
    {
        switch (name.Trim().ToLowerInvariant())
        {
            case "utf-8" or "utf8" or "utf-8-sig" or "ascii":
                return Utf8;
            case "gbk" or "gb2312" or "cp936":
                return Encoding.GetEncoding("gb18030");     // the same characters and more
            case "latin-1" or "latin1" or "iso-8859-1":
                return Encoding.GetEncoding(1252);          // as the web does: its extra characters are what such files hold
        }
        try
        {
            return Encoding.GetEncoding(name.Trim());
        }
        catch (ArgumentException error)
        {
            throw new SourceException(SourceErrorKind.BadOption, $"There is no encoding '{name}'. Use utf-8, utf-16, gb18030, big5, shift_jis, windows-1252 or another IANA name.", error);
        }
    }

    /// <summary>The encoding of a text that begins with <paramref name="head"/>, and how many bytes its mark takes.</summary>
    public static (Encoding Encoding, int Mark) Detect(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            return (Utf8, 3);
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
            return (Encoding.Unicode, 2);
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return (Encoding.BigEndianUnicode, 2);
        if (WithoutMark(head) is { } wide)
            return (wide, 0);
        if (!head.ContainsAnyInRange((byte)0x80, (byte)0xFF))
            return (Utf8, 0);
        var (good, bad) = CountUtf8(head);
        if (bad == 0 || good > bad * 10)
            return (Utf8, 0);
        return (LooksChinese(head) ? Encoding.GetEncoding("gb18030") : Encoding.GetEncoding(1252), 0);
    }

    /// <summary>The mark that a text in this encoding may begin with, to be skipped.</summary>
    public static int MarkOf(Encoding encoding, ReadOnlySpan<byte> head)
    {
        var mark = encoding.CodePage == Utf8.CodePage ? [0xEF, 0xBB, 0xBF] : encoding.Preamble;
        return mark.Length > 0 && head.StartsWith(mark) ? mark.Length : 0;
    }

    /// <summary>UTF-16 without a mark: in Western text every other byte is zero.</summary>
    private static Encoding? WithoutMark(ReadOnlySpan<byte> head)
    {
        int even = 0, odd = 0;
        var pairs = Math.Min(head.Length, 4096) / 2;
        for (var i = 0; i < pairs; i++)
        {
            even += head[2 * i] == 0 ? 1 : 0;
            odd += head[2 * i + 1] == 0 ? 1 : 0;
        }
        if (pairs < 4)
            return null;
        if (odd > pairs * 6 / 10 && even < pairs / 10)
            return Encoding.Unicode;
        return even > pairs * 6 / 10 && odd < pairs / 10 ? Encoding.BigEndianUnicode : null;
    }

    /// <summary>Multi-byte characters and wrong bytes; a character cut off at the end is neither.</summary>
    private static (int Good, int Bad) CountUtf8(ReadOnlySpan<byte> text)
    {
        int good = 0, bad = 0;
        while (text.Length > 0)
        {
            var status = Rune.DecodeFromUtf8(text, out _, out var used);
            if (status == OperationStatus.NeedMoreData)
                break;
            if (status == OperationStatus.Done)
                good += used > 1 ? 1 : 0;
            else
                bad++;
            text = text[used..];
        }
        return (good, bad);
    }

    /// <summary>In GB18030 Chinese characters are mostly two bytes from A1 up; in Western code pages such bytes stand alone between letters.</summary>
    private static bool LooksChinese(ReadOnlySpan<byte> text)
    {
        int pairs = 0, single = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] < 0x80)
                continue;
            if (i + 1 < text.Length && text[i] >= 0xA1 && text[i + 1] >= 0xA1)
            {
                pairs++;
                i++;
            }
            else
            {
                single++;
            }
        }
        return pairs > single;
    }

}
