using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Platform.Learning.Onnx;

/// <summary>Protocol Buffers' wire format, as much of it as ONNX needs: varints, 32-bit floats, length-delimited fields (protobuf.dev, Encoding).</summary>
internal sealed class ProtobufWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public ProtobufWriter Integer(int field, long value)
    {
        Varint((uint)field << 3);
        Varint(unchecked((ulong)value));
        return this;
    }

    public ProtobufWriter Float(int field, float value)
    {
        Varint(((uint)field << 3) | 5);
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
        return this;
    }

    public ProtobufWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint(((uint)field << 3) | 2);
        Varint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public ProtobufWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtobufWriter Message(int field, ProtobufWriter message) => Bytes(field, message.Written);

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            Single((byte)(value | 0x80));
            value >>= 7;
        }
        Single((byte)value);
    }

    private void Single(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }
}
