namespace Platform.Tables.Sources;

/// <summary>Tells files that are no text from those that are, so that nobody gets their bytes for names of columns.</summary>
internal static class BinaryCheck
{
    /// <summary>Text has next to no control characters; bytes by chance have one in twelve.</summary>
    private const int OneIn = 33;

    /// <summary>So few may stand in a text all the same; the reader rejects their lines.</summary>
    private const int Harmless = 3;

    private static readonly (byte[] Mark, string What)[] Marks =
    [
        ([0x50, 0x4B, 0x03, 0x04], "a ZIP archive or an Excel workbook"),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1], "an old Excel or Word document"),
        ([0x25, 0x50, 0x44, 0x46, 0x2D], "a PDF document"),
        ([0x89, 0x50, 0x4E, 0x47], "a PNG image"),
        ([0xFF, 0xD8, 0xFF], "a JPEG image"),
        ([0x28, 0xB5, 0x2F, 0xFD], "zstd-compressed"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz-compressed"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive"),
        ([0x53, 0x51, 0x4C, 0x69, 0x74, 0x65, 0x20, 0x66, 0x6F, 0x72, 0x6D, 0x61, 0x74], "an SQLite database"),
        ([0x7F, 0x45, 0x4C, 0x46], "a program"),
    ];

    /// <summary>Looks at how the file begins.</summary>
    /// <exception cref="SourceException">It is of a known form that is no text.</exception>
    public static void RequireNoMark(string path, ReadOnlySpan<byte> bytes)
    {
        foreach (var (mark, what) in Marks)
        {
            if (bytes.StartsWith(mark))
                throw Binary(path, $"{what}, which is binary, not text");
        }
    }

    /// <summary>Looks at the control characters of a text.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <param name="utf8">Its beginning, in UTF-8 as far as it is text.</param>
    /// <exception cref="SourceException">There are more than a text has.</exception>
    public static void RequireText(string path, ReadOnlySpan<byte> utf8)
    {
        var controls = 0;
        foreach (var b in utf8)
            controls += b is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f' or (byte)'\v' or 0x1A or 0x1B or 0x1C or 0x1D or 0x1E or 0x1F or 0x01) or 0x7F ? 1 : 0;
        if (controls > Harmless && controls > utf8.Length / OneIn)
            throw Binary(path, "binary, not text");
    }

    private static SourceException Binary(string path, string what) => new(SourceErrorKind.BadInput, $"The file {path} is {what}. Put a CSV, TSV, JSON lines or Parquet file there, or correct the path.");
}
