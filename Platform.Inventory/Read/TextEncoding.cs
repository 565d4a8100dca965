using System.Text;

namespace Platform.Inventory.Read;

/// <summary>Finds the encoding of a text from pieces of it: a mark at the beginning, else UTF-8 where it holds, else GB18030 where the pairs are Chinese, else Windows-1252.</summary>
internal static class TextEncoding
{
    static TextEncoding() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The encoding of a web name.</summary>
    public static Encoding Named(string name) => Encoding.GetEncoding(name);

    /// <summary>Web name of the encoding; null where the bytes are no text at all.</summary>
    /// <param name="pieces">The beginning of the file first, then pieces from elsewhere; each may be cut inside a character.</param>
    public static string? Find(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        var head = pieces[0].Span;
        if (head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            return "utf-8";
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
            return "utf-16";
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return "utf-16BE";
        long strange = 0, total = 0;
        foreach (var piece in pieces)
        {
            total += piece.Length;
            foreach (var b in piece.Span)
            {
                if (b < 0x20 && b is not ((byte)'\n' or (byte)'\r' or (byte)'\t' or 0x0C or 0x1B))
                    strange++;
            }
        }

        // A few stray control bytes are dirt in a text; a tenth of them is a binary file.
        if (strange * 10 > total)
            return null;
        if (pieces.All(piece => IsUtf8(piece.Span)))
            return "utf-8";
        if (pieces.Sum(piece => WrongUtf8(piece.Span)) * 1000 < pieces.Sum(piece => HighBytes(piece.Span)))
            return "utf-8";
        return pieces.All(piece => IsChinese(piece.Span)) ? "gb18030" : "windows-1252";
    }

    private static bool IsUtf8(ReadOnlySpan<byte> piece)
    {
        // A piece may begin and end inside a character.
        var from = 0;
        while (from < Math.Min(3, piece.Length) && (piece[from] & 0xC0) == 0x80)
            from++;
        piece = piece[from..];
        for (var cut = 0; cut <= Math.Min(3, piece.Length); cut++)
        {
            if (System.Text.Unicode.Utf8.IsValid(piece[..^cut]))
                return true;
        }

        return false;
    }

    private static long WrongUtf8(ReadOnlySpan<byte> piece)
    {
        long wrong = 0;
        while (!piece.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(piece, out _, out var used) != System.Buffers.OperationStatus.Done)
                wrong++;
            piece = piece[used..];
        }

        return wrong;
    }

    private static long HighBytes(ReadOnlySpan<byte> piece)
    {
        long high = 0;
        foreach (var b in piece)
        {
            if (b >= 0x80)
                high++;
        }

        return high;
    }

    private static bool IsChinese(ReadOnlySpan<byte> piece)
    {
        long common = 0, pairs = 0, wrong = 0;
        for (var i = 0; i < piece.Length - 1; i++)
        {
            var b = piece[i];
            if (b < 0x80)
                continue;
            var next = piece[i + 1];
            if (b is 0x80 or 0xFF || next is < 0x40 or 0x7F or 0xFF)
            {
                wrong++;
                continue;
            }

            pairs++;
            // GB2312's common characters and its punctuation lie here.
            if (b is (>= 0xB0 and <= 0xF7) or (>= 0xA1 and <= 0xA3) && next >= 0xA1)
                common++;
            i++;
        }

        return pairs == 0 ? wrong == 0 : wrong * 50 <= pairs && common * 10 >= pairs * 7;
    }
}
