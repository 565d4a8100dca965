using System.Text.Json.Nodes;
using Platform.Learning.Devices;
using Platform.Learning.Onnx;

namespace Platform.Learning.Serving;

/// <summary>A recommender in memory, ready to be asked from several threads.</summary>
internal sealed class ServedRecommender : IDisposable
{
    private readonly RecommenderSession _session;
    private readonly Dictionary<string, int> _users;
    private readonly Dictionary<string, int> _items;
    private readonly string[] _itemIds;

    public ServedRecommender(string folder, Device device)
    {
        Card = ModelFolder.ReadCard(folder);
        if (Card.Kind != ModelCard.Recommender)
            throw new LearningException($"The model in '{folder}' is of kind '{Card.Kind}', which this version cannot serve. Update the platform.");
        var bytes = ModelFolder.ReadModel(folder);
        var (users, items) = RecommenderGraph.ReadIds(bytes);
        _itemIds = items;
        _users = Positions(users);
        _items = Positions(items);
        _session = new RecommenderSession(bytes, device);
    }

    public ModelCard Card { get; }

    /// <summary>Answers one question: <c>{"items": [{"item": …, "score": …}], "reason"?: …}</c>.</summary>
    public JsonObject Answer(ScoreInput input)
    {
        var reasons = new List<string>();
        var user = _users.Count;
        if (input.User is not null && !_users.TryGetValue(input.User, out user))
        {
            user = _users.Count;
            reasons.Add("unknown user");
        }
        var known = new List<long>(input.Items.Count);
        foreach (var item in input.Items.Distinct(StringComparer.Ordinal))
        {
            if (_items.TryGetValue(item, out var position))
                known.Add(position);
        }
        if (input.Items.Count > 0 && known.Count == 0)
            reasons.Add("unknown items");
        var weights = new float[known.Count];
        Array.Fill(weights, 1);
        var (items, scores) = _session.Rank(user, [.. known], weights, Math.Min(input.Count, _itemIds.Length));
        var ranking = new JsonArray();
        for (var rank = 0; rank < items.Length; rank++)
        {
            // Items that must not be named (seen, where the model leaves those out) carry the lowest score and end the ranking.
            if (scores[rank] < -1e29f)
                break;
            ranking.Add((JsonNode)new JsonObject { ["item"] = _itemIds[items[rank]], ["score"] = MathF.Round(scores[rank], 5) });
        }
        var answer = new JsonObject { ["items"] = ranking };
        if (reasons.Count > 0)
            answer["reason"] = string.Join(", ", reasons);
        return answer;
    }

    public void Dispose() => _session.Dispose();

    private static Dictionary<string, int> Positions(string[] ids)
    {
        var positions = new Dictionary<string, int>(ids.Length, StringComparer.Ordinal);
        for (var i = 0; i < ids.Length; i++)
            positions[ids[i]] = i;
        return positions;
    }
}
