using System.Buffers.Binary;

namespace Platform.Tables.Log;

/// <summary>
/// Reads deletion vectors (protocol sections "Deletion Vector Format" and "Deletion Vectors"): row positions in a 64-bit roaring bitmap,
/// inline in base85 or in a file.
/// </summary>
internal static class DeletionVector
{
    private const int Magic = 1681511377;
    private const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

    /// <summary>The deleted positions of a file, ascending.</summary>
    /// <exception cref="BrokenTableException">The vector's file is missing or damaged.</exception>
    public static List<long> Read(string tableFolder, DeletionVectorDescriptor descriptor)
    {
        var file = "(inline deletion vector)";
        try
        {
            if (descriptor.StorageType == "i")
                return Positions(Decode85(descriptor.PathOrInline));
            var path = descriptor.StorageType switch
            {
                "u" => Path.Combine(tableFolder, RelativePath(descriptor.PathOrInline)),
                "p" => FilePaths.Resolve(tableFolder, descriptor.PathOrInline),
                _ => throw new InvalidDataException($"storage type '{descriptor.StorageType}' is unknown"),
            };
            file = Path.GetRelativePath(tableFolder, path);
            using var stream = File.OpenRead(path);
            stream.Position = descriptor.Offset ?? 1;
            var size = new byte[4];
            stream.ReadExactly(size);
            var length = BinaryPrimitives.ReadInt32BigEndian(size);
            if (length != descriptor.SizeInBytes)
                throw new InvalidDataException($"the vector holds {length} bytes, the log says {descriptor.SizeInBytes}");
            var data = new byte[length];
            stream.ReadExactly(data);
            return Positions(data);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or ArgumentException or IndexOutOfRangeException or UnauthorizedAccessException)
        {
            throw new BrokenTableException(file, $"Table '{tableFolder}' cannot be read: the deletion vector '{file}' is missing or damaged ({error.Message}).", error);
        }
    }

    /// <summary>An optional folder prefix, then a UUID in base85 (20 characters).</summary>
    private static string RelativePath(string encoded)
    {
        var prefix = encoded[..^20];
        var id = new Guid(Decode85(encoded[^20..]), bigEndian: true);
        var name = $"deletion_vector_{id}.bin";
        return prefix.Length == 0 ? name : Path.Combine(prefix, name);
    }

    private static byte[] Decode85(string text)
    {
        var bytes = new byte[text.Length / 5 * 4];
        for (var group = 0; group < text.Length / 5; group++)
        {
            uint value = 0;
            for (var i = 0; i < 5; i++)
                value = unchecked(value * 85 + (uint)Alphabet.IndexOf(text[group * 5 + i], StringComparison.Ordinal));
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(group * 4), value);
        }
        return bytes;
    }

    private static List<long> Positions(ReadOnlySpan<byte> data)
    {
        var magic = BinaryPrimitives.ReadInt32LittleEndian(data);
        if (magic != Magic)
            throw new InvalidDataException($"the magic number is {magic}, not {Magic}");
        var bitmaps = BinaryPrimitives.ReadInt64LittleEndian(data[4..]);
        data = data[12..];
        var positions = new List<long>();
        for (long i = 0; i < bitmaps; i++)
        {
            var high = (long)BinaryPrimitives.ReadUInt32LittleEndian(data) << 32;
            data = ReadBitmap(data[4..], high, positions);
        }
        return positions;
    }

    /// <summary>One 32-bit roaring bitmap in its portable serialisation; returns what follows it.</summary>
    private static ReadOnlySpan<byte> ReadBitmap(ReadOnlySpan<byte> data, long high, List<long> positions)
    {
        const int CookieWithoutRuns = 12346, CookieWithRuns = 12347, SmallestWithOffsets = 4;
        var cookie = BinaryPrimitives.ReadUInt32LittleEndian(data);
        int containers;
        ReadOnlySpan<byte> runs = [];
        if ((cookie & 0xFFFF) == CookieWithRuns)
        {
            containers = (int)(cookie >> 16) + 1;
            var bytes = (containers + 7) / 8;
            runs = data.Slice(4, bytes);
            data = data[(4 + bytes)..];
        }
        else if (cookie == CookieWithoutRuns)
        {
            containers = (int)BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            data = data[8..];
        }
        else
        {
            throw new InvalidDataException(FormattableString.Invariant($"the bitmap's cookie {cookie} is unknown"));
        }
        var heads = data[..(containers * 4)];
        data = data[(containers * 4)..];
        if (runs.IsEmpty || containers >= SmallestWithOffsets)
            data = data[(containers * 4)..];
        for (var i = 0; i < containers; i++)
        {
            var start = high | ((long)BinaryPrimitives.ReadUInt16LittleEndian(heads[(i * 4)..]) << 16);
            var count = BinaryPrimitives.ReadUInt16LittleEndian(heads[(i * 4 + 2)..]) + 1;
            if (!runs.IsEmpty && (runs[i / 8] >> (i % 8) & 1) == 1)
                data = ReadRuns(data, start, positions);
            else if (count <= 4096)
                data = ReadArray(data, start, count, positions);
            else
                data = ReadBits(data, start, positions);
        }
        return data;
    }

    private static ReadOnlySpan<byte> ReadRuns(ReadOnlySpan<byte> data, long start, List<long> positions)
    {
        var count = BinaryPrimitives.ReadUInt16LittleEndian(data);
        for (var i = 0; i < count; i++)
        {
            var first = BinaryPrimitives.ReadUInt16LittleEndian(data[(2 + i * 4)..]);
            var more = BinaryPrimitives.ReadUInt16LittleEndian(data[(4 + i * 4)..]);
            for (var j = 0; j <= more; j++)
                positions.Add(start + first + j);
        }
        return data[(2 + count * 4)..];
    }

    private static ReadOnlySpan<byte> ReadArray(ReadOnlySpan<byte> data, long start, int count, List<long> positions)
    {
        for (var i = 0; i < count; i++)
            positions.Add(start + BinaryPrimitives.ReadUInt16LittleEndian(data[(i * 2)..]));
        return data[(count * 2)..];
    }

    private static ReadOnlySpan<byte> ReadBits(ReadOnlySpan<byte> data, long start, List<long> positions)
    {
        for (var i = 0; i < 65536; i++)
        {
            if ((data[i / 8] >> (i % 8) & 1) == 1)
                positions.Add(start + i);
        }
        return data[8192..];
    }
}
