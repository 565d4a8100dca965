using Microsoft.ML.OnnxRuntime;
using Platform.Learning.Devices;

namespace Platform.Learning.Onnx;

/// <summary>A recommender's ONNX model in ONNX Runtime. Safe for several threads at once.</summary>
internal sealed class RecommenderSession : IDisposable
{
    private static readonly string[] InputNames = ["user", "items", "weights", "k"];
    private static readonly string[] OutputNames = ["top_items", "top_scores"];

    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();

    /// <param name="model">Bytes of the model.</param>
    /// <param name="device">Where it runs.</param>
    /// <exception cref="LearningException">ONNX Runtime cannot load it, or the device is not there.</exception>
    public RecommenderSession(byte[] model, Device device)
    {
        using var options = DeviceSession.Options(device);
        try
        {
            _session = new InferenceSession(model, options);
        }
        catch (OnnxRuntimeException broken)
        {
            throw new LearningException($"ONNX Runtime cannot load the model: {broken.Message.TrimEnd()}. Deploy the model again from its training run.", broken);
        }
        if (!InputNames.All(_session.InputMetadata.ContainsKey))
        {
            _session.Dispose();
            throw new LearningException($"The model has the inputs {string.Join(", ", _session.InputMetadata.Keys)} where a recommender has {string.Join(", ", InputNames)}. Deploy a model that train.recommender made.");
        }
    }

    /// <summary>Ranks all items.</summary>
    /// <param name="user">Index of the user; the number of users is nobody.</param>
    /// <param name="items">Indexes of more history.</param>
    /// <param name="weights">Its weights, equally many.</param>
    /// <param name="count">Length of the ranking, at most the number of items.</param>
    public (long[] Items, float[] Scores) Rank(long user, long[] items, float[] weights, long count)
    {
        using var userValue = OrtValue.CreateTensorValueFromMemory([user], [1]);
        using var itemsValue = OrtValue.CreateTensorValueFromMemory(items, [items.Length]);
        using var weightsValue = OrtValue.CreateTensorValueFromMemory(weights, [weights.Length]);
        using var countValue = OrtValue.CreateTensorValueFromMemory([count], [1]);
        using var results = _session.Run(_run, InputNames, [userValue, itemsValue, weightsValue, countValue], OutputNames);
        return (results[0].GetTensorDataAsSpan<long>().ToArray(), results[1].GetTensorDataAsSpan<float>().ToArray());
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }
}
