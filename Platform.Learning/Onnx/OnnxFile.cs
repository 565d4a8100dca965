using System.Runtime.InteropServices;
using System.Text;

namespace Platform.Learning.Onnx;

/// <summary>Reads constants and metadata back from an ONNX model that <see cref="OnnxGraph"/> wrote.</summary>
internal sealed class OnnxFile
{
    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly byte[] _bytes;

    /// <exception cref="LearningException">The bytes are not an ONNX model.</exception>
    public OnnxFile(byte[] bytes)
    {
        _bytes = bytes;
        var model = new ProtobufReader(bytes);
        while (model.Next())
        {
            if (model.Field == 7)
                ReadGraph(model.Bytes);
            else if (model.Field == 14)
                ReadMetadata(model.Bytes);
        }
    }

    /// <summary>A line of the metadata.</summary>
    /// <exception cref="LearningException">There is none of that key.</exception>
    public string Metadata(string key) => _metadata.TryGetValue(key, out var value) ? value : throw new LearningException($"The model file has no '{key}' in its metadata, so it was not written by this platform. Deploy a model that train.recommender made.");

    /// <summary>Whether the model has a constant of that name.</summary>
    public bool Has(string constant) => _tensors.ContainsKey(constant);

    /// <summary>Shape of a constant.</summary>
    public long[] Shape(string constant) => Find(constant).Shape;

    /// <summary>A constant as integers, whatever integer type it is stored in.</summary>
    public int[] Integers(string constant)
    {
        var tensor = Find(constant);
        var raw = _bytes.AsSpan(tensor.Raw);
        return tensor.Type switch
        {
            OnnxType.UInt16 => Convert<ushort>(raw, value => value),
            OnnxType.Int32 => MemoryMarshal.Cast<byte, int>(raw).ToArray(),
            OnnxType.Int64 => Convert<long>(raw, value => checked((int)value)),
            _ => throw new LearningException($"The constant {constant} of the model file holds no integers."),
        };
    }

    /// <summary>A constant as floats, whatever float type it is stored in.</summary>
    public float[] Floats(string constant)
    {
        var tensor = Find(constant);
        var raw = _bytes.AsSpan(tensor.Raw);
        switch (tensor.Type)
        {
            case OnnxType.Float:
                return MemoryMarshal.Cast<byte, float>(raw).ToArray();
            case OnnxType.Float16:
                var halves = MemoryMarshal.Cast<byte, Half>(raw);
                var result = new float[halves.Length];
                for (var i = 0; i < result.Length; i++)
                    result[i] = (float)halves[i];
                return result;
            default:
                throw new LearningException($"The constant {constant} of the model file holds no floats.");
        }
    }

    private static int[] Convert<T>(ReadOnlySpan<byte> raw, Func<T, int> convert)
        where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(raw);
        var result = new int[values.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = convert(values[i]);
        return result;
    }

    private Tensor Find(string constant) => _tensors.TryGetValue(constant, out var tensor) ? tensor : throw new LearningException($"The model file has no constant '{constant}', so it was not written by this platform. Deploy a model that train.recommender made.");

    private void ReadGraph(ReadOnlySpan<byte> message)
    {
        var graph = new ProtobufReader(message);
        while (graph.Next())
        {
            if (graph.Field == 5)
                ReadTensor(graph.Bytes);
        }
    }

    private void ReadTensor(ReadOnlySpan<byte> message)
    {
        var shape = new List<long>();
        var type = 0;
        var constant = "";
        var raw = default(Range);
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    shape.Add(reader.Integer);
                    break;
                case 2:
                    type = (int)reader.Integer;
                    break;
                case 8:
                    constant = Encoding.UTF8.GetString(reader.Bytes);
                    break;
                case 9:
                    var start = OffsetOf(reader.Bytes);
                    raw = start..(start + reader.Bytes.Length);
                    break;
                default:
                    break;
            }
        }
        _tensors[constant] = new Tensor((OnnxType)type, [.. shape], raw);
    }

    private int OffsetOf(ReadOnlySpan<byte> part) =>
        part.IsEmpty ? 0 : (int)System.Runtime.CompilerServices.Unsafe.ByteOffset(ref MemoryMarshal.GetArrayDataReference(_bytes), ref MemoryMarshal.GetReference(part));

    private void ReadMetadata(ReadOnlySpan<byte> message)
    {
        string key = "", value = "";
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
                key = Encoding.UTF8.GetString(reader.Bytes);
            else if (reader.Field == 2)
                value = Encoding.UTF8.GetString(reader.Bytes);
        }
        _metadata[key] = value;
    }

    private readonly record struct Tensor(OnnxType Type, long[] Shape, Range Raw);
}
