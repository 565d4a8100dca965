using System.Text.Json;
using Platform.Learning.Devices;
using Platform.Learning.Onnx;
using Platform.Learning.Recommend;

namespace Platform.Learning.Serving;

/// <summary>A folder with a model: <c>model.onnx</c> and <c>model.json</c>. Written whole or not at all.</summary>
public static class ModelFolder
{
    /// <summary>Name of the ONNX file.</summary>
    public const string ModelFile = "model.onnx";

    /// <summary>Name of the card's file.</summary>
    public const string CardFile = "model.json";

    /// <summary>
    /// Exports a recommender, proves that ONNX Runtime ranks as it does, and puts both files into <paramref name="folder"/>.
    /// A folder that is already there stays as it is: it is the result of an earlier attempt of the same work.
    /// </summary>
    /// <param name="folder">Absolute path; parents are made.</param>
    /// <param name="model">A fitted recommender.</param>
    /// <param name="card">Its card; <see cref="ModelCard.Parity"/> is filled in here.</param>
    /// <returns>The card as it lies in the folder.</returns>
    /// <exception cref="LearningException">The exported model ranks differently.</exception>
    public static ModelCard Write(string folder, RecommenderModel model, ModelCard card)
    {
        if (Directory.Exists(folder))
            return ReadCard(folder);
        var bytes = RecommenderGraph.Write(model);
        using (var session = new RecommenderSession(bytes, Device.Cpu))
            card = card with { Parity = ParityCheck.Run(model, session) };
        var parent = Path.GetDirectoryName(Path.GetFullPath(folder))!;
        Directory.CreateDirectory(parent);
        var draft = Path.Combine(parent, $".draft-{Guid.NewGuid():N}");
        Directory.CreateDirectory(draft);
        try
        {
            WriteDurably(Path.Combine(draft, ModelFile), bytes);
            WriteDurably(Path.Combine(draft, CardFile), JsonSerializer.SerializeToUtf8Bytes(card, ModelCard.Json));
            // The rename is the moment when the model exists; a process that dies before leaves a draft that nobody reads.
            Directory.Move(draft, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            Directory.Delete(draft, recursive: true);
            return ReadCard(folder);
        }
        return card;
    }

    /// <summary>Reads a folder's card.</summary>
    /// <exception cref="LearningException">There is none, or it is not a card.</exception>
    public static ModelCard ReadCard(string folder)
    {
        var path = Path.Combine(folder, CardFile);
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize<ModelCard>(file, ModelCard.Json) ?? throw new JsonException("It is null.");
        }
        catch (JsonException broken)
        {
            throw new LearningException($"The model card '{path}' cannot be read: {broken.Message} Deploy the model again from its training run.", broken);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LearningException($"There is no model in '{folder}': {CardFile} is missing. Train it again, or deploy another version.", missing);
        }
    }

    /// <summary>Reads the recommender of a folder for scoring many users at once; its arithmetic was proved equal to ONNX Runtime's when it was written.</summary>
    /// <exception cref="LearningException">There is none, or the file is broken.</exception>
    public static RecommenderModel ReadRecommender(string folder) => RecommenderGraph.Read(ReadModel(folder));

    internal static byte[] ReadModel(string folder)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(folder, ModelFile));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LearningException($"There is no model in '{folder}': {ModelFile} is missing. Train it again, or deploy another version.", missing);
        }
    }

    private static void WriteDurably(string path, byte[] bytes)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }
}
