using System.IO.Compression;
using System.Text;

namespace Platform.Tables.Sources;

/// <summary>A text file opened as UTF-8 without its mark, whatever its encoding, and unpacked where it is gzip.</summary>
internal sealed class TextFile
{
    private const int HeadSize = 64 << 10;

    private TextFile(string path, bool packed, Encoding encoding, int mark, byte[] head, bool complete) =>
        (Path, Packed, Encoding, _mark, Head, IsComplete) = (path, packed, encoding, mark, head, complete);

    private readonly int _mark;

    public string Path { get; }

    /// <summary>Whether it is gzip.</summary>
    public bool Packed { get; }

    public Encoding Encoding { get; }

    /// <summary>The first 64 KiB as UTF-8.</summary>
    public byte[] Head { get; }

    /// <summary>Whether <see cref="Head"/> is all of it.</summary>
    public bool IsComplete { get; }

    /// <summary>Looks at the file's first bytes.</summary>
    /// <exception cref="SourceException">It does not exist, cannot be read, or is gzip that cannot be unpacked.</exception>
    public static TextFile Open(string path, string? encodingName)
    {
        var bytes = ReadHead(path, packed: false, out var complete);
        var packed = bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);
        if (packed)
            bytes = ReadHead(path, packed: true, out complete);
        Encoding encoding;
        int mark;
        if (encodingName is null)
            (encoding, mark) = TextEncodings.Detect(bytes);
        else
            mark = TextEncodings.MarkOf(encoding = TextEncodings.Named(encodingName), bytes);
        var file = new TextFile(path, packed, encoding, mark, bytes, complete);
        BinaryCheck.RequireNoMark(path, bytes);
        if (mark == 0 && encoding == TextEncodings.Utf8)
        {
            BinaryCheck.RequireText(path, bytes);
            return file;
        }
        using var stream = file.OpenUtf8();
        var head = new byte[HeadSize];
        var read = stream.ReadAtLeast(head, HeadSize, throwOnEndOfStream: false);
        BinaryCheck.RequireText(path, head.AsSpan(0, read));
        return new TextFile(path, packed, encoding, mark, head[..read], complete && read < HeadSize);
    }

    /// <summary>The text from its beginning, as UTF-8 without a mark.</summary>
    public Stream OpenUtf8()
    {
        var stream = OpenBytes(Path, Packed);
        try
        {
            if (_mark > 0)
                stream.ReadExactly(new byte[_mark]);
            return Encoding == TextEncodings.Utf8 ? stream : Encoding.CreateTranscodingStream(stream, Encoding, TextEncodings.Utf8);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static byte[] ReadHead(string path, bool packed, out bool complete)
    {
        if (Directory.Exists(path))
            throw new SourceException(SourceErrorKind.BadInput, $"{path} is a folder, not a file. Write the path of a file in it.");
        using var stream = OpenBytes(path, packed);
        var head = new byte[HeadSize];
        try
        {
            var read = stream.ReadAtLeast(head, HeadSize, throwOnEndOfStream: false);
            complete = read < HeadSize;
            return head[..read];
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            throw Unreadable(path, error);
        }
    }

    private static Stream OpenBytes(string path, bool packed)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: packed ? 64 << 10 : 0, FileOptions.SequentialScan);
            return packed ? new GZipStream(file, CompressionMode.Decompress) : file;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SourceException(SourceErrorKind.NotFound, $"There is no file {path}.", error);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw Unreadable(path, error);
        }
    }

    private static SourceException Unreadable(string path, Exception error) =>
        new(SourceErrorKind.BadInput, $"The file {path} cannot be read: {error.Message}", error);
}
