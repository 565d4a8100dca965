using System.Text.Json;
using Platform.Learning.Devices;
using Platform.Learning.Onnx;
using Platform.Learning.Recommend;

namespace Platform.Learning.Serving;

/// <summary>A recommender as ONNX, proved to rank as the fitted one does, with its card; not yet on disk.</summary>
public sealed class ExportedModel
{
    /// <summary>Name of the ONNX file in a model's folder.</summary>
    public const string ModelFile = "model.onnx";

    /// <summary>Name of the card's file in a model's folder.</summary>
    public const string CardFile = "model.json";

    private readonly byte[] _onnx;

    private ExportedModel(byte[] onnx, ModelCard card)
    {
        _onnx = onnx;
        Card = card;
    }

    /// <summary>The card, with <see cref="ModelCard.Parity"/> measured.</summary>
    public ModelCard Card { get; }

    /// <summary>Exports and proves a recommender.</summary>
    /// <exception cref="LearningException">ONNX Runtime ranks samples differently.</exception>
    public static ExportedModel Of(RecommenderModel model, ModelCard card)
    {
        var onnx = RecommenderGraph.Write(model);
        using var session = new RecommenderSession(onnx, Device.Cpu);
        return new ExportedModel(onnx, card with { Parity = ParityCheck.Run(model, session) });
    }

    /// <summary>
    /// Writes both files into a folder: all of it or nothing. A folder that is already there stays as it is: it is the result of an earlier attempt
    /// of the same work.
    /// </summary>
    /// <param name="folder">Absolute path; parents are made.</param>
    /// <returns>The card as it lies in the folder.</returns>
    public ModelCard Write(string folder)
    {
        if (Directory.Exists(folder))
            return ModelFolder.ReadCard(folder);
        var parent = Path.GetDirectoryName(Path.GetFullPath(folder))!;
        Directory.CreateDirectory(parent);
        var draft = Path.Combine(parent, $".draft-{Guid.NewGuid():N}");
        Directory.CreateDirectory(draft);
        try
        {
            WriteDurably(Path.Combine(draft, ModelFile), _onnx);
            WriteDurably(Path.Combine(draft, CardFile), JsonSerializer.SerializeToUtf8Bytes(Card, ModelCard.Json));
            // The rename is the moment when the model exists; a process that dies before leaves a draft that nobody reads.
            Directory.Move(draft, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            Directory.Delete(draft, recursive: true);
            return ModelFolder.ReadCard(folder);
        }
        return Card;
    }

    private static void WriteDurably(string path, byte[] bytes)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }
}
