using System.IO.Compression;

namespace Platform.Inventory.Personal;

/// <summary>A trained tagger as it is kept: compressed, features in the order of their hashes.</summary>
internal sealed class TaggerFile
{
    private const int Magic = 0x31_47_41_54;

    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Where the weights come from and the command that makes them.</summary>
    public required string Provenance { get; init; }

    public required double Sharpness { get; init; }

    /// <summary>Sorted.</summary>
    public required uint[] Features { get; init; }

    /// <summary>A feature after the other, a weight a label.</summary>
    public required sbyte[] Weights { get; init; }

    /// <summary>From each label, and at the end from the beginning, a weight to each label.</summary>
    public required short[] Transitions { get; init; }

    /// <summary>Words that are known, by hash, with what they are; empty where the tagger has none.</summary>
    public required uint[] Words { get; init; }

    /// <summary>What each known word is: bits.</summary>
    public required byte[] WordKinds { get; init; }

    public static TaggerFile Read(Stream stream)
    {
        using var brotli = new BrotliStream(stream, CompressionMode.Decompress);
        using var reader = new BinaryReader(brotli);
        if (reader.ReadInt32() != Magic)
            throw new InvalidDataException("The weights of a tagger have another form than this build reads. Build it again.");
        var provenance = reader.ReadString();
        var labels = new string[reader.ReadByte()];
        for (var i = 0; i < labels.Length; i++)
            labels[i] = reader.ReadString();
        var sharpness = reader.ReadDouble();
        var transitions = new short[(labels.Length + 1) * labels.Length];
        for (var i = 0; i < transitions.Length; i++)
            transitions[i] = reader.ReadInt16();
        var features = ReadSorted(reader);
        var weights = new sbyte[features.Length * labels.Length];
        // How many labels have a weight, which, and then the weights: one kind beside its like compresses best.
        var counts = reader.ReadBytes(features.Length);
        var which = reader.ReadBytes(counts.Sum(count => count));
        var values = reader.ReadBytes(which.Length);
        for (int i = 0, at = 0; i < features.Length; i++)
        {
            for (var end = at + counts[i]; at < end; at++)
                weights[(i * labels.Length) + which[at]] = (sbyte)values[at];
        }

        var words = ReadSorted(reader);
        return new TaggerFile { Labels = labels, Provenance = provenance, Sharpness = sharpness, Features = features, Weights = weights, Transitions = transitions, Words = words, WordKinds = reader.ReadBytes(words.Length) };
    }

    public void Write(Stream stream)
    {
        using var brotli = new BrotliStream(stream, CompressionLevel.SmallestSize);
        using var writer = new BinaryWriter(brotli);
        writer.Write(Magic);
        writer.Write(Provenance);
        writer.Write((byte)Labels.Count);
        foreach (var label in Labels)
            writer.Write(label);
        writer.Write(Sharpness);
        foreach (var weight in Transitions)
            writer.Write(weight);
        WriteSorted(writer, Features);
        List<byte> counts = [], which = [], values = [];
        for (var i = 0; i < Features.Length; i++)
        {
            var before = which.Count;
            for (var label = 0; label < Labels.Count; label++)
            {
                if (Weights[(i * Labels.Count) + label] is var weight && weight != 0)
                {
                    which.Add((byte)label);
                    values.Add((byte)weight);
                }
            }

            counts.Add((byte)(which.Count - before));
        }

        writer.Write([.. counts]);
        writer.Write([.. which]);
        writer.Write([.. values]);
        WriteSorted(writer, Words);
        writer.Write(WordKinds);
    }

    private static uint[] ReadSorted(BinaryReader reader)
    {
        var values = new uint[reader.ReadInt32()];
        uint last = 0;
        for (var i = 0; i < values.Length; i++)
            values[i] = last += (uint)reader.Read7BitEncodedInt();
        return values;
    }

    private static void WriteSorted(BinaryWriter writer, uint[] values)
    {
        writer.Write(values.Length);
        uint last = 0;
        foreach (var value in values)
        {
            writer.Write7BitEncodedInt((int)(value - last));
            last = value;
        }
    }
}
