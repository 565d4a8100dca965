namespace Platform.Learning.Onnx;

/// <summary>Walks the fields of one protobuf message; reads what <see cref="ProtobufWriter"/> and other ONNX writers make.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>The current value where it is a varint; 0 otherwise.</summary>
    public long Integer { get; private set; }

    /// <summary>The current value where it is length-delimited; empty otherwise.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Moves to the next field; false at the end.</summary>
    /// <exception cref="LearningException">The bytes are not a protobuf message.</exception>
    public bool Next()
    {
        if (_at >= _message.Length)
            return false;
        var key = Varint();
        Field = (int)(key >> 3);
        Integer = 0;
        Bytes = default;
        switch (key & 7)
        {
            case 0:
                Integer = unchecked((long)Varint());
                return true;
            case 1:
                Skip(8);
                return true;
            case 2:
                var length = Varint();
                if (length > (ulong)(_message.Length - _at))
                    throw Broken();
                Bytes = _message.Slice(_at, (int)length);
                _at += (int)length;
                return true;
            case 5:
                Skip(4);
                return true;
            default:
                throw Broken();
        }
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_at >= _message.Length)
                throw Broken();
            var next = _message[_at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw Broken();
    }

    private void Skip(int bytes)
    {
        if (_message.Length - _at < bytes)
            throw Broken();
        _at += bytes;
    }

    private static LearningException Broken() => new("The model file is not a whole ONNX model: it was cut off or is something else. Deploy the model again from its training run.");
}
