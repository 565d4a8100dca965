using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Learning.Serving;

/// <summary>
/// A question to a recommender: <c>{"inputs": [{"user": "17850", "k": 10}, {"items": ["85123A"], "k": 10}]}</c>. An input names a user, a
/// history of items, or both; <c>k</c> is 1 to 1,000, 10 where it is left out.
/// </summary>
public sealed record ScoreRequest(IReadOnlyList<ScoreInput> Inputs)
{
    /// <summary>Inputs in one request, at most.</summary>
    public const int MaximumInputs = 1000;

    /// <summary>Reads a request.</summary>
    /// <exception cref="LearningException">It has another shape; the message names the place.</exception>
    public static ScoreRequest Parse(JsonNode? request)
    {
        if (request is not JsonObject body || body["inputs"] is not JsonArray inputs)
            throw new LearningException("""The request has no list 'inputs'. Send {"inputs": [{"user": "17850", "k": 10}]} or {"inputs": [{"items": ["85123A"], "k": 10}]}.""");
        if (inputs.Count is 0 or > MaximumInputs)
            throw new LearningException($"The request has {inputs.Count} inputs; send 1 to {MaximumInputs}.");
        var unknown = body.Select(property => property.Key).FirstOrDefault(key => key != "inputs");
        if (unknown is not null)
            throw new LearningException($"The request has a field '{unknown}' that is not known. It has only 'inputs'.");
        return new ScoreRequest([.. inputs.Select((input, index) => ScoreInput.Parse(input, index))]);
    }
}

/// <summary>One question.</summary>
/// <param name="User">Id of a user, or null.</param>
/// <param name="Items">Ids of items that were taken, beyond what the model knows of the user; may be empty.</param>
/// <param name="Count">Length of the ranking.</param>
public sealed record ScoreInput(string? User, IReadOnlyList<string> Items, int Count)
{
    private const int DefaultCount = 10;
    private const int MaximumCount = 1000;
    private const int MaximumItems = 1000;

    internal static ScoreInput Parse(JsonNode? node, int index)
    {
        if (node is not JsonObject input)
            throw Wrong(index, "is no object");
        var unknown = input.Select(property => property.Key).FirstOrDefault(key => key is not ("user" or "items" or "k"));
        if (unknown is not null)
            throw Wrong(index, $"has a field '{unknown}' that is not known");
        var user = input["user"] is { } userNode ? Id(userNode, index, "user") : null;
        var items = new List<string>();
        if (input["items"] is { } itemsNode)
        {
            if (itemsNode is not JsonArray { Count: <= MaximumItems } list)
                throw Wrong(index, $"has 'items' that are no list of at most {MaximumItems} ids");
            items.AddRange(list.Select(item => Id(item, index, "items")));
        }
        if (user is null && items.Count == 0)
            throw Wrong(index, "names neither a user nor items");
        var count = DefaultCount;
        if (input["k"] is { } k && (k.GetValueKind() != JsonValueKind.Number || !k.AsValue().TryGetValue(out count) || count is < 1 or > MaximumCount))
            throw Wrong(index, $"has a 'k' that is no whole number from 1 to {MaximumCount}");
        return new ScoreInput(user, items, count);
    }

    private static string Id(JsonNode? node, int index, string field) => node?.GetValueKind() switch
    {
        JsonValueKind.String when node.GetValue<string>() is { Length: > 0 } text => text,
        JsonValueKind.Number => node.ToJsonString(),
        _ => throw Wrong(index, $"has a value in '{field}' that is no id (a text that is not empty, or a number)"),
    };

    private static LearningException Wrong(int index, string what) =>
        new($$"""Input {{index + 1}} {{what}}. An input is {"user": "17850", "k": 10} or {"items": ["85123A"], "k": 10}.""");
}
