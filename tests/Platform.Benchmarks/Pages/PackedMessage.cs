using System.Buffers.Binary;
using System.Text;

namespace Platform.Benchmarks.Pages;

/// <summary>A message of a Blazor circuit: an array in MessagePack with its length before it, as SignalR's hub protocol has it. Only what circuits use.</summary>
internal static class PackedMessage
{
    /// <summary>A call of the server's hub.</summary>
    /// <param name="id">Asks for an answer; null does not.</param>
    /// <param name="target">Name of the method.</param>
    /// <param name="arguments">Texts, whole numbers, truth values and nulls.</param>
    public static byte[] Call(string? id, string target, params object?[] arguments)
    {
        using var body = new MemoryStream();
        WriteArray(body, 6);
        body.WriteByte(1);
        body.WriteByte(0x80);
        Write(body, id);
        Write(body, target);
        WriteArray(body, arguments.Length);
        foreach (var argument in arguments)
            Write(body, argument);
        WriteArray(body, 0);
        using var whole = new MemoryStream();
        for (var length = (uint)body.Length; ;)
        {
            var more = length >> 7;
            whole.WriteByte((byte)((length & 0x7f) | (more > 0 ? 0x80u : 0)));
            if ((length = more) == 0)
                break;
        }
        body.WriteTo(whole);
        return whole.ToArray();
    }

    /// <summary>Takes the first whole message away from what has arrived; null where there is none yet.</summary>
    public static object?[]? Take(ref ReadOnlySpan<byte> arrived)
    {
        var (length, at, shift) = (0, 0, 0);
        do
        {
            if (at == arrived.Length)
                return null;
            length |= (arrived[at] & 0x7f) << shift;
            shift += 7;
        }
        while ((arrived[at++] & 0x80) != 0);
        if (arrived.Length - at < length)
            return null;
        var body = arrived.Slice(at, length);
        arrived = arrived[(at + length)..];
        return (object?[])Read(ref body)!;
    }

    private static void WriteArray(MemoryStream to, int length) => to.WriteByte((byte)(0x90 | length));

    private static void Write(MemoryStream to, object? value)
    {
        Span<byte> number = stackalloc byte[9];
        switch (value)
        {
            case null:
                to.WriteByte(0xc0);
                break;
            case bool truth:
                to.WriteByte(truth ? (byte)0xc3 : (byte)0xc2);
                break;
            case long whole:
                number[0] = 0xd3;
                BinaryPrimitives.WriteInt64BigEndian(number[1..], whole);
                to.Write(number);
                break;
            case string text:
                var bytes = Encoding.UTF8.GetBytes(text);
                number[0] = 0xdb;
                BinaryPrimitives.WriteInt32BigEndian(number[1..], bytes.Length);
                to.Write(number[..5]);
                to.Write(bytes);
                break;
            default:
                throw new ArgumentException($"A circuit does not send a {value.GetType()}.", nameof(value));
        }
    }

    private static object? Read(ref ReadOnlySpan<byte> from)
    {
        var kind = from[0];
        from = from[1..];
        return kind switch
        {
            <= 0x7f => (long)kind,
            <= 0x8f => ReadMap(ref from, kind & 0x0f),
            <= 0x9f => ReadArray(ref from, kind & 0x0f),
            <= 0xbf => Encoding.UTF8.GetString(Cut(ref from, kind & 0x1f)),
            0xc0 => null,
            0xc2 => false,
            0xc3 => true,
            0xc4 => Cut(ref from, Cut(ref from, 1)[0]).ToArray(),
            0xc5 => Cut(ref from, BinaryPrimitives.ReadUInt16BigEndian(Cut(ref from, 2))).ToArray(),
            0xc6 => Cut(ref from, BinaryPrimitives.ReadInt32BigEndian(Cut(ref from, 4))).ToArray(),
            0xcc => (long)Cut(ref from, 1)[0],
            0xcd => (long)BinaryPrimitives.ReadUInt16BigEndian(Cut(ref from, 2)),
            0xce => (long)BinaryPrimitives.ReadUInt32BigEndian(Cut(ref from, 4)),
            0xcf or 0xd3 => BinaryPrimitives.ReadInt64BigEndian(Cut(ref from, 8)),
            0xd0 => (long)(sbyte)Cut(ref from, 1)[0],
            0xd1 => (long)BinaryPrimitives.ReadInt16BigEndian(Cut(ref from, 2)),
            0xd2 => (long)BinaryPrimitives.ReadInt32BigEndian(Cut(ref from, 4)),
            0xd9 => Encoding.UTF8.GetString(Cut(ref from, Cut(ref from, 1)[0])),
            0xda => Encoding.UTF8.GetString(Cut(ref from, BinaryPrimitives.ReadUInt16BigEndian(Cut(ref from, 2)))),
            0xdb => Encoding.UTF8.GetString(Cut(ref from, BinaryPrimitives.ReadInt32BigEndian(Cut(ref from, 4)))),
            0xdc => ReadArray(ref from, BinaryPrimitives.ReadUInt16BigEndian(Cut(ref from, 2))),
            >= 0xe0 => (long)(sbyte)kind,
            _ => throw new InvalidDataException($"A circuit does not send values of the kind {kind:x2}."),
        };
    }

    private static object?[] ReadArray(ref ReadOnlySpan<byte> from, int length)
    {
        var values = new object?[length];
        for (var i = 0; i < length; i++)
            values[i] = Read(ref from);
        return values;
    }

    private static object? ReadMap(ref ReadOnlySpan<byte> from, int length)
    {
        _ = ReadArray(ref from, length * 2);
        return null;
    }

    private static ReadOnlySpan<byte> Cut(ref ReadOnlySpan<byte> from, int length)
    {
        var cut = from[..length];
        from = from[length..];
        return cut;
    }
}
