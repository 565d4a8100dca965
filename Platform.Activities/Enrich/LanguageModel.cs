using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Activities.Control;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Enrich;

/// <summary>A language model behind a connection: asks for JSON objects over the chat completions of an OpenAI-compatible service.</summary>
internal sealed class LanguageModel
{
    private const int MostBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    private readonly Uri _address;
    private readonly string? _token;
    private readonly ChatRequest _request = new();

    private LanguageModel(string connection, Uri address, string model, string? token) => (Connection, _address, Model, _token) = (connection, address, model, token);

    /// <summary>Name of the connection.</summary>
    public string Connection { get; }

    /// <summary>Name of the model, as the service knows it.</summary>
    public string Model { get; }

    /// <summary>Key under which the lineage knows the service.</summary>
    public string Asset => $"endpoint:language-model.{Connection}";

    /// <summary>The service's address, without what may be secret.</summary>
    public string Shown => HttpTarget.Shown(_address);

    /// <summary>Most time for one answer.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>More tries where the service is unavailable.</summary>
    public required int Retries { get; init; }

    /// <summary>Delay before the first of them; it doubles.</summary>
    public required TimeSpan RetryDelay { get; init; }

    /// <summary>The model of a connection.</summary>
    /// <exception cref="ActivityException">There is no such connection, or it is of another kind.</exception>
    public static async Task<LanguageModel> FindAsync(string name, IConnections? connections, string activity, TimeSpan timeout, int retries, TimeSpan retryDelay, CancellationToken cancellationToken)
    {
        if (connections is null)
            throw new ActivityException("bad-activity", "This worker has no connections, and a language model is reached through one.", retryable: false);
        ConnectionInfo connection;
        try
        {
            connection = await connections.GetAsync(name, cancellationToken);
        }
        catch (ConnectionNotFoundException e)
        {
            throw new ActivityException("not-found", e.Message, retryable: false, e);
        }

        if (connection.Kind != "language-model")
            throw new ActivityException("bad-input", $"Connection '{name}' is of the kind {connection.Kind}; {activity} takes one of the kind language-model.", retryable: false);
        return new LanguageModel(name, new Uri(connection.Find("url")!.TrimEnd('/') + "/chat/completions"), connection.Find("model")!, connection.Find("token"))
        {
            Timeout = timeout,
            Retries = retries,
            RetryDelay = retryDelay,
        };
    }

    /// <summary>Asks for a JSON object.</summary>
    /// <param name="system">What the model is to do.</param>
    /// <param name="user">With what.</param>
    /// <param name="maxTokens">Longest answer.</param>
    /// <param name="meter">Counts it.</param>
    /// <param name="context">The attempt.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The object; null where the service answered something else, twice.</returns>
    /// <exception cref="ActivityException">The service is unavailable, or refuses.</exception>
    public async Task<JsonObject?> AskAsync(string system, string user, int maxTokens, ModelMeter meter, ActivityContext context, CancellationToken cancellationToken)
    {
        for (var asked = 1; asked <= 2; asked++)
        {
            if (await AnswerAsync(system, user, maxTokens, meter, context, cancellationToken) is { } answer && ModelJson.Read(answer) is { } read)
                return read;
            if (meter.Spent is not null)
                break;
        }

        return null;
    }

    private async Task<string?> AnswerAsync(string system, string user, int maxTokens, ModelMeter meter, ActivityContext context, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            meter.Add(1, 0, 0);
            var body = _request.Body(Model, system, user, maxTokens);
            var (answer, unavailable, wait) = await TryAsync(body, context, cancellationToken);
            if (answer is not null)
                return Content(answer, system, user, meter);
            if (unavailable is null)
            {
                // It refused a member of the request, which is left out now.
                tried--;
                continue;
            }

            if (tried > Retries)
                throw new ActivityException("unavailable", $"The language model of connection '{Connection}' at {Shown} failed {tried} time{(tried == 1 ? "" : "s")}: {unavailable} Check that the service runs and can be reached from this worker.");
            var delay = wait ?? TimeSpan.FromTicks(Math.Min(RetryDelay.Ticks << (tried - 1), LongestDelay.Ticks));
            context.Log.Warning($"The language model at {Shown}: {unavailable} Trying again in {Duration.Format(delay)}.");
            await Task.Delay(delay, context.Clock, cancellationToken);
        }
    }

    private async Task<(JsonObject? Answer, string? Unavailable, TimeSpan? Wait)> TryAsync(JsonObject body, ActivityContext context, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
            if (_token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
            using var response = await HttpTarget.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var (text, whole) = await ReadAsync(response, either.Token);
            var status = (int)response.StatusCode;
            if (response.IsSuccessStatusCode)
                return whole ? (Parse(text), null, null) : throw Refused($"answered more than {MostBytes / 1024 / 1024} MiB. Is {Shown} the address of a chat service?");
            var said = text.Length > 500 ? text[..500] : text;
            if (status is 408 or 425 or 429 or >= 500)
                return (null, $"it answered {status} {response.ReasonPhrase}.", RetryAfter(response, context.Clock));
            if (status is 400 or 422 && _request.Learn(said))
                return (null, null, null);
            throw Refused(status switch
            {
                401 or 403 => $"refuses the connection's token ({status}). Set another with './platform connections set {Connection} language-model url=… model={Model} token=-'.",
                404 => $"answered 404. Check the connection's address (with /v1 where the service has it) and that it has the model '{Model}'.",
                _ => $"answered {status} {response.ReasonPhrase}: {said.ReplaceLineEndings(" ")}",
            });
        }
        catch (HttpRequestException e)
        {
            return (null, $"it is not to be reached: {e.InnerException?.Message ?? e.Message}.", null);
        }
        catch (IOException e)
        {
            return (null, $"the answer broke off: {e.Message}", null);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (null, $"no complete answer within {Duration.Format(Timeout)}.", null);
        }
    }

    private ActivityException Refused(string what) => new("refused", $"The language model of connection '{Connection}' {what}", retryable: false);

    // Something that is no JSON, an HTML page for example, is an answer without content.
    private static JsonObject Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string? Content(JsonObject answer, string system, string user, ModelMeter meter)
    {
        var message = ((answer["choices"] as JsonArray)?.FirstOrDefault() as JsonObject)?["message"] as JsonObject;
        var content = message?["content"] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
        var usage = answer["usage"] as JsonObject;
        // A service that does not count is taken to need a token for every three characters, which is rather too many than too few.
        meter.Add(0, Tokens(usage?["prompt_tokens"]) ?? ((system.Length + user.Length) / 3) + 1, Tokens(usage?["completion_tokens"]) ?? ((content?.Length ?? 0) / 3) + 1);
        return content;
    }

    private static long? Tokens(JsonNode? node) => node is JsonValue value && value.TryGetValue(out long count) && count >= 0 ? count : null;

    private static async Task<(string Text, bool Whole)> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var memory = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while (memory.Length <= MostBytes && (read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            memory.Write(buffer, 0, read);
        return (Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length), memory.Length <= MostBytes);
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider clock)
    {
        var after = response.Headers.RetryAfter;
        var wait = after?.Delta ?? (after?.Date is { } date ? date - clock.GetUtcNow() : null);
        return wait is { } given && given >= TimeSpan.Zero ? (given < LongestDelay ? given : LongestDelay) : null;
    }
}
