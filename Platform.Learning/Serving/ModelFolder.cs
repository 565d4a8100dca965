using System.Text.Json;
using Platform.Learning.Onnx;
using Platform.Learning.Recommend;
using Platform.Tables.Sources;

namespace Platform.Learning.Serving;

/// <summary>Reads a folder that <see cref="ExportedModel.Write"/> wrote.</summary>
public static class ModelFolder
{
    /// <summary>Reads a folder's card.</summary>
    /// <exception cref="LearningException">There is none, or it is not a card.</exception>
    public static ModelCard ReadCard(string folder)
    {
        var path = Path.Combine(folder, ExportedModel.CardFile);
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize<ModelCard>(file, ModelCard.Json) ?? throw new JsonException("It is null.");
        }
        catch (JsonException broken)
        {
            throw new LearningException($"The model card '{path}' cannot be read: {JsonSyntax.Explain(broken)}. Deploy the model again from its training run.", broken);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LearningException($"There is no model in '{folder}': {ExportedModel.CardFile} is missing. Train it again, or deploy another version.", missing);
        }
    }

    /// <summary>Reads the recommender of a folder for scoring many users at once; its arithmetic was proved equal to ONNX Runtime's when it was written.</summary>
    /// <exception cref="LearningException">There is none, or the file is broken.</exception>
    public static RecommenderModel ReadRecommender(string folder) => RecommenderGraph.Read(ReadModel(folder));

    internal static byte[] ReadModel(string folder)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(folder, ExportedModel.ModelFile));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LearningException($"There is no model in '{folder}': {ExportedModel.ModelFile} is missing. Train it again, or deploy another version.", missing);
        }
    }
}
