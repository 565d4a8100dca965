using System.Text.Json.Nodes;

namespace Platform.Activities.Enrich;

/// <summary>The body of a chat completion in the shape of OpenAI's API. Services differ in what they take: what one refuses by name is left out from then on.</summary>
internal sealed class ChatRequest
{
    private volatile bool _json = true;
    private volatile bool _temperature = true;
    private volatile bool _newLimit;

    public JsonObject Body(string model, string system, string user, int maxTokens)
    {
        var body = new JsonObject
        {
            ["model"] = model,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "system", ["content"] = system }, new JsonObject { ["role"] = "user", ["content"] = user }),
            [_newLimit ? "max_completion_tokens" : "max_tokens"] = maxTokens,
        };
        if (_temperature)
            body["temperature"] = 0;
        if (_json)
            body["response_format"] = new JsonObject { ["type"] = "json_object" };
        return body;
    }

    /// <summary>Learns from a refusal (400 or 422).</summary>
    /// <param name="said">What the service said.</param>
    /// <returns>Whether another try would differ.</returns>
    public bool Learn(string said)
    {
        if (_json && said.Contains("response_format", StringComparison.OrdinalIgnoreCase))
            _json = false;
        else if (!_newLimit && said.Contains("max_completion_tokens", StringComparison.OrdinalIgnoreCase))
            _newLimit = true;
        else if (_temperature && said.Contains("temperature", StringComparison.OrdinalIgnoreCase))
            _temperature = false;
        else
            return false;
        return true;
    }
}
