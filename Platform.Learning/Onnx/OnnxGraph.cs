using System.Runtime.InteropServices;

namespace Platform.Learning.Onnx;

/// <summary>Element types of tensors (onnx.proto, TensorProto.DataType).</summary>
internal enum OnnxType
{
    Float = 1,
    UInt16 = 4,
    Int32 = 6,
    Int64 = 7,
    Float16 = 10,
}

/// <summary>Builds an ONNX model of ordinary operators: initialisers, inputs, nodes and outputs in the order they are added (field numbers: onnx.proto).</summary>
/// <param name="name">Name of the graph.</param>
internal sealed class OnnxGraph(string name)
{
    private const int IrVersion = 9;
    private const int Opset = 18;

    private readonly ProtobufWriter _nodes = new();
    private readonly ProtobufWriter _initialisers = new();
    private readonly ProtobufWriter _inputs = new();
    private readonly ProtobufWriter _outputs = new();
    private readonly Dictionary<string, string> _metadata = [];

    /// <summary>Declares an input; a null dimension is free.</summary>
    public string Input(string input, OnnxType type, params long?[] shape)
    {
        _inputs.Message(11, Value(input, type, shape));
        return input;
    }

    /// <summary>Declares an output; a null dimension is free.</summary>
    public void Output(string output, OnnxType type, params long?[] shape) => _outputs.Message(12, Value(output, type, shape));

    /// <summary>Adds a constant tensor in row-major order.</summary>
    public string Constant<T>(string constant, OnnxType type, ReadOnlySpan<T> values, params long[] shape)
        where T : unmanaged
    {
        var tensor = new ProtobufWriter();
        foreach (var dimension in shape)
            tensor.Integer(1, dimension);
        _initialisers.Message(5, tensor.Integer(2, (int)type).Text(8, constant).Bytes(9, MemoryMarshal.AsBytes(values)));
        return constant;
    }

    /// <summary>Adds a node with one output and returns the output's name.</summary>
    /// <param name="operation">ONNX operator.</param>
    /// <param name="output">Name of the output, unique in the graph.</param>
    /// <param name="inputs">Names of the inputs; an empty one is left out.</param>
    /// <param name="attributes">Integers (long) or texts (string) by name.</param>
    public string Node(string operation, string output, string[] inputs, params (string Name, object Value)[] attributes)
    {
        Node(operation, [output], inputs, attributes);
        return output;
    }

    /// <summary>Adds a node with several outputs.</summary>
    public void Node(string operation, string[] outputs, string[] inputs, params (string Name, object Value)[] attributes)
    {
        var node = new ProtobufWriter();
        foreach (var input in inputs)
            node.Text(1, input);
        foreach (var output in outputs)
            node.Text(2, output);
        node.Text(3, outputs[0]).Text(4, operation);
        foreach (var (attribute, value) in attributes)
            node.Message(5, Attribute(attribute, value));
        _nodes.Message(1, node);
    }

    /// <summary>Adds a line to the model's metadata.</summary>
    public void Metadata(string key, string value) => _metadata[key] = value;

    /// <summary>The model's bytes.</summary>
    public byte[] ToModel()
    {
        // Fields of one message may come in any order and repeated ones in pieces, so the parts are simply laid end to end.
        byte[] graph = [.. _nodes.Written, .. new ProtobufWriter().Text(2, name).Written, .. _initialisers.Written, .. _inputs.Written, .. _outputs.Written];
        var model = new ProtobufWriter()
            .Integer(1, IrVersion)
            .Text(2, "Platform.Learning")
            .Bytes(7, graph)
            .Message(8, new ProtobufWriter().Text(1, "").Integer(2, Opset));
        foreach (var (key, value) in _metadata)
            model.Message(14, new ProtobufWriter().Text(1, key).Text(2, value));
        return model.ToArray();
    }

    private static ProtobufWriter Value(string value, OnnxType type, long?[] shape)
    {
        var dimensions = new ProtobufWriter();
        for (var axis = 0; axis < shape.Length; axis++)
            dimensions.Message(1, shape[axis] is { } size ? new ProtobufWriter().Integer(1, size) : new ProtobufWriter().Text(2, $"{value}_{axis}"));
        var tensor = new ProtobufWriter().Integer(1, (int)type).Message(2, dimensions);
        return new ProtobufWriter().Text(1, value).Message(2, new ProtobufWriter().Message(1, tensor));
    }

    private static ProtobufWriter Attribute(string attribute, object value) => value switch
    {
        long integer => new ProtobufWriter().Text(1, attribute).Integer(3, integer).Integer(20, 2),
        string text => new ProtobufWriter().Text(1, attribute).Text(4, text).Integer(20, 3),
        _ => throw new ArgumentException($"Attribute {attribute} is a {value.GetType().Name}; give a long or a string.", nameof(value)),
    };
}
