using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Platform.Inventory.Classify;

/// <summary>
/// The trained classifier: one hidden layer over <see cref="ColumnFeatures"/>, weights in 8 bits with a scale a row. It is trained offline by the
/// benchmark <c>types train</c>; the resource names its version, what it was trained on and the command that makes it again.
/// </summary>
internal sealed class TypeModel
{
    private const string Resource = "Platform.Inventory.Classify.types.model";

    private static readonly Lazy<TypeModel> Embedded = new(() => Load(typeof(TypeModel).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"The program lacks the resource '{Resource}'. Make it with: dotnet run -c Release --project tests/Platform.Benchmarks -- types train")));

    private readonly Layer _first;
    private readonly Layer _second;

    private TypeModel(TypeModelHead head, Layer first, Layer second)
    {
        Head = head;
        _first = first;
        _second = second;
    }

    private static TypeModel? tried;

    /// <summary>The model that is part of the program.</summary>
    public static TypeModel Default => tried ?? Embedded.Value;

    /// <summary>Judges with another model in this process: the trainer looks at one that is not part of the program yet.</summary>
    public static void Try(TypeModel model) => tried = model;

    public TypeModelHead Head { get; }

    /// <summary>Width of the hidden layer: what a column looks like to the model.</summary>
    public int Width => _first.Rows;

    /// <summary>A model of trained weights, a row an output.</summary>
    public static TypeModel Create(TypeModelHead head, int width, float[] first, float[] firstBias, float[] second, float[] secondBias)
        => new(head, Layer.Quantize(width, ColumnFeatures.Count, first, firstBias), Layer.Quantize(head.Types.Count, width, second, secondBias));

    public TypeModel With(TypeModelHead head) => new(head, _first, _second);

    /// <exception cref="InvalidDataException">It is damaged, or was made for other features or types.</exception>
    public static TypeModel Load(Stream stream)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        var head = JsonSerializer.Deserialize<TypeModelHead>(reader.ReadString()) ?? throw new InvalidDataException("The model of column types has no head.");
        if (head.Features != ColumnFeatures.Version || !head.Types.SequenceEqual(SemanticTypes.Judged))
            throw new InvalidDataException("The model of column types was made for other features or types. Train it again: dotnet run -c Release --project tests/Platform.Benchmarks -- types train");
        return new TypeModel(head, Layer.Read(reader), Layer.Read(reader));
    }

    public void Save(Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(JsonSerializer.Serialize(Head));
        _first.Write(writer);
        _second.Write(writer);
    }

    /// <summary>The probability of each judged type, before calibration, and the hidden layer.</summary>
    public (float[] Probabilities, float[] Hidden) Score(float[] features)
    {
        var hidden = _first.Times(features);
        for (var i = 0; i < hidden.Length; i++)
            hidden[i] = Math.Max(0, hidden[i]);
        var scores = _second.Times(hidden);
        var most = scores.Max();
        var sum = 0f;
        for (var i = 0; i < scores.Length; i++)
            sum += scores[i] = MathF.Exp(scores[i] - most);
        for (var i = 0; i < scores.Length; i++)
            scores[i] /= sum;
        return (scores, hidden);
    }

    private sealed record Layer(int Rows, int Columns, float[] Scales, float[] Biases, sbyte[] Weights)
    {
        public static Layer Quantize(int rows, int columns, float[] weights, float[] biases)
        {
            var scales = new float[rows];
            var small = new sbyte[rows * columns];
            for (var row = 0; row < rows; row++)
            {
                var most = 1e-9f;
                for (var i = 0; i < columns; i++)
                    most = Math.Max(most, Math.Abs(weights[(row * columns) + i]));
                scales[row] = most / 127;
                for (var i = 0; i < columns; i++)
                    small[(row * columns) + i] = (sbyte)MathF.Round(weights[(row * columns) + i] / scales[row]);
            }

            return new Layer(rows, columns, scales, [.. biases], small);
        }

        public float[] Times(float[] input)
        {
            var output = new float[Rows];
            var width = Vector<float>.Count;
            var aligned = Columns - (Columns % (width * 4));
            Span<float> parts = stackalloc float[width * 4];
            for (var row = 0; row < Rows; row++)
            {
                var weights = Weights.AsSpan(row * Columns, Columns);
                var sum = Vector<float>.Zero;
                for (var i = 0; i < aligned; i += width * 4)
                {
                    Vector.Widen(new Vector<sbyte>(weights.Slice(i, width * 4)), out var low, out var high);
                    Vector.Widen(low, out var a, out var b);
                    Vector.Widen(high, out var c, out var d);
                    sum += Vector.ConvertToSingle(a) * new Vector<float>(input, i);
                    sum += Vector.ConvertToSingle(b) * new Vector<float>(input, i + width);
                    sum += Vector.ConvertToSingle(c) * new Vector<float>(input, i + (2 * width));
                    sum += Vector.ConvertToSingle(d) * new Vector<float>(input, i + (3 * width));
                }

                var total = Vector.Sum(sum);
                for (var i = aligned; i < Columns; i++)
                    total += weights[i] * input[i];
                output[row] = (total * Scales[row]) + Biases[row];
            }

            return output;
        }

        public void Write(BinaryWriter writer)
        {
            writer.Write(Rows);
            writer.Write(Columns);
            writer.Write(MemoryMarshal.AsBytes(Scales.AsSpan()));
            writer.Write(MemoryMarshal.AsBytes(Biases.AsSpan()));
            writer.Write(MemoryMarshal.AsBytes(Weights.AsSpan()));
        }

        public static Layer Read(BinaryReader reader)
        {
            var rows = reader.ReadInt32();
            var columns = reader.ReadInt32();
            if (rows is < 1 or > 4096 || columns is < 1 or > 65_536)
                throw new InvalidDataException($"A layer of the model of column types claims {rows} x {columns} weights.");
            var layer = new Layer(rows, columns, new float[rows], new float[rows], new sbyte[rows * columns]);
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(layer.Scales.AsSpan()));
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(layer.Biases.AsSpan()));
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(layer.Weights.AsSpan()));
            return layer;
        }
    }
}

/// <summary>What is known of a model: where it comes from, and how far its probabilities can be trusted.</summary>
internal sealed record TypeModelHead
{
    /// <summary>Raised with every training; part of the version of the rules.</summary>
    public required int Version { get; init; }

    /// <summary>Version of the features it reads.</summary>
    public required int Features { get; init; }

    /// <summary>What it was trained on.</summary>
    public required string Provenance { get; init; }

    /// <summary>The command that makes it again.</summary>
    public required string Command { get; init; }

    /// <summary>Its outputs in order.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>From the model's probability to the share that is right.</summary>
    public Calibration Model { get; init; } = Calibration.None;

    /// <summary>From the confidence of format rules to the share that is right.</summary>
    public Calibration Rules { get; init; } = Calibration.None;
}
