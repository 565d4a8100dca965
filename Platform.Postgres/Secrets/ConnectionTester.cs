using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Npgsql;
using Platform.Workflows;

namespace Platform.Postgres.Secrets;

/// <summary>Tries a connection as a task would use it.</summary>
internal static class ConnectionTester
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    internal static async Task<ConnectionTestResult> TestAsync(ConnectionInfo connection, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var fields = connection.Fields;
        try
        {
            return connection.Kind switch
            {
                "postgresql" => await TestPostgresAsync(fields, limit.Token),
                "s3" => await TestS3Async(fields, limit.Token),
                "smtp" => await SmtpProbe.TestAsync(fields, limit.Token),
                "http" => await TestHttpAsync(fields, limit.Token),
                "language-model" => await TestLanguageModelAsync(fields, limit.Token),
                "openlineage" => await TestOpenLineageAsync(fields, limit.Token),
                _ => new ConnectionTestResult(false, $"Connections of kind '{connection.Kind}' cannot be tested."),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed($"No answer within {Limit.TotalSeconds:F0} s. Check the address and the firewall.");
        }
        catch (HttpRequestException e)
        {
            return Failed($"{e.Message} Check the address.");
        }
        catch (Exception e) when (e is SocketException or IOException or System.Security.Authentication.AuthenticationException)
        {
            return Failed($"{e.Message}. Check the address and the port.");
        }
    }

    private static async Task<ConnectionTestResult> TestPostgresAsync(IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = fields["host"],
            Port = int.Parse(fields["port"], System.Globalization.CultureInfo.InvariantCulture),
            Database = fields["database"],
            Username = fields["username"],
            Password = fields.GetValueOrDefault("password"),
            SslMode = Enum.Parse<SslMode>(fields["ssl_mode"].Replace("-", "", StringComparison.Ordinal), ignoreCase: true),
            Pooling = false,
            Timeout = (int)Limit.TotalSeconds,
        };
        try
        {
            await using var opened = new NpgsqlConnection(settings.ConnectionString);
            await opened.OpenAsync(cancellationToken);
            return Worked($"PostgreSQL {opened.PostgreSqlVersion} answered as user '{settings.Username}' in database '{settings.Database}'.");
        }
        catch (PostgresException e)
        {
            return Failed($"The server refused: {e.MessageText}. Check user, password and database.");
        }
        catch (NpgsqlException e)
        {
            return Failed($"{e.InnerException?.Message ?? e.Message}. Check host, port and TLS.");
        }
    }

    /// <summary>Asks what the address takes (OPTIONS, then GET) and sends no event: a receiver would keep it, or log that it is wrong.</summary>
    private static async Task<ConnectionTestResult> TestOpenLineageAsync(IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        var address = new Uri(fields["url"]);
        if (address.AbsolutePath == "/")
            address = new Uri(address, "/api/v1/lineage");
        using var client = Client();
        var (status, takes) = await LookAsync(HttpMethod.Options);
        // Small receivers do not know the question. Who refuses to be read at the address often says what it takes instead.
        if (takes.Count == 0 && status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound))
        {
            var (read, said) = await LookAsync(HttpMethod.Get);
            // What is only sent to is not there to be read.
            if (read != HttpStatusCode.NotFound)
                (status, takes) = (read, said);
        }

        var first = $"No event was sent; the first one shows the rest{(fields.ContainsKey("api_key") ? ", the key too" : "")} (GET /api/v1/lineage/sending).";
        return status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Failed($"The service answered {(int)status}. Check the API key."),
            _ when takes.Contains("POST") => Worked($"'{address}' takes events. {first}"),
            _ when takes.Count > 0 && status == HttpStatusCode.MethodNotAllowed => Failed($"'{address}' takes {string.Join(", ", takes)} and no events (POST). Give the whole address."),
            HttpStatusCode.NotFound => Failed($"The service answers, and has nothing at '{address}'. Give the whole address to which events are sent."),
            HttpStatusCode.NotImplemented or < HttpStatusCode.InternalServerError => Worked($"'{address}' answers, and does not say whether it takes events. {first}"),
            _ => Failed($"The service answered {(int)status}."),
        };

        async Task<(HttpStatusCode Status, ICollection<string> Takes)> LookAsync(HttpMethod method)
        {
            using var request = new HttpRequestMessage(method, address);
            if (fields.GetValueOrDefault("api_key") is { Length: > 0 } key)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return (response.StatusCode, [.. response.Content.Headers.Allow]);
        }
    }

    private static async Task<ConnectionTestResult> TestS3Async(IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        var bucket = fields["bucket"];
        var address = new Uri(fields["endpoint"].TrimEnd('/') + "/" + Uri.EscapeDataString(bucket));
        using var request = new HttpRequestMessage(HttpMethod.Head, address);
        S3Signature.Sign(request, fields["region"], fields["access_key"], fields["secret_key"], TimeProvider.System.GetUtcNow());
        using var client = Client();
        using var response = await client.SendAsync(request, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => Worked($"The bucket '{bucket}' answered."),
            HttpStatusCode.NotFound => Failed($"There is no bucket '{bucket}'. Check its name."),
            HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => Failed($"The service refused the keys, or they may not use the bucket '{bucket}'. Check access key and secret key."),
            HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect or HttpStatusCode.BadRequest => Failed($"The bucket '{bucket}' is in another region. Check region and endpoint."),
            var other => Failed($"The service answered {(int)other}. Check the endpoint."),
        };
    }

    private static async Task<ConnectionTestResult> TestHttpAsync(IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        using var response = await GetAsync(new Uri(fields["url"]), fields, cancellationToken);
        return Judge(response, "The address");
    }

    private static async Task<ConnectionTestResult> TestLanguageModelAsync(IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        using var response = await GetAsync(new Uri(fields["url"].TrimEnd('/') + "/models"), fields, cancellationToken);
        var model = fields["model"];
        // Not every service lists its models. What it must do is answer.
        if ((int)response.StatusCode is 404 or 405 or 501)
            return await TestAnswerAsync(fields, model, cancellationToken);
        if (!response.IsSuccessStatusCode)
            return Judge(response, "The service");
        try
        {
            using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
            var models = answer.RootElement.GetProperty("data").EnumerateArray().Select(m => m.GetProperty("id").GetString()).ToList();
            return models.Contains(model)
                ? Worked($"The service offers the model '{model}'.")
                : Failed($"The service answers, and does not offer '{model}'. It has {string.Join(", ", models.Take(5))}{(models.Count > 5 ? " and others" : "")}.");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Failed("The address answers, but not like an OpenAI-compatible service (GET /models). Check the address; it usually ends with /v1.");
        }
    }

    /// <summary>Asks the model for one word, as a task would ask it; costs a few tokens.</summary>
    private static async Task<ConnectionTestResult> TestAnswerAsync(IReadOnlyDictionary<string, string> fields, string model, CancellationToken cancellationToken)
    {
        var address = new Uri(fields["url"].TrimEnd('/') + "/chat/completions");
        // Newer services know the limit by its second name only.
        foreach (var limit in (string[])["max_tokens", "max_completion_tokens"])
        {
            var (status, text) = await AskAsync(address, fields, new Dictionary<string, object> { ["model"] = model, ["messages"] = new[] { new { role = "user", content = "Say yes." } }, [limit] = 16 }, cancellationToken);
            if (status is 400 or 422 && text.Contains("max_completion_tokens", StringComparison.OrdinalIgnoreCase) && limit == "max_tokens")
                continue;
            return status switch
            {
                >= 200 and < 300 when text.Contains("\"choices\"", StringComparison.Ordinal) => Worked($"The service answers as the model '{model}'. It lists no models."),
                >= 200 and < 300 => Failed("The address answers, but not like an OpenAI-compatible service (POST /chat/completions). Check the address; it usually ends with /v1."),
                401 or 403 => Failed($"The service answered {status}: it refused the credentials. Check the token."),
                404 => Failed($"The service answered 404: there is nothing at this path, or no model '{model}'. The address usually ends with /v1."),
                _ => Failed($"The service answered {status}."),
            };
        }

        return Failed("The service takes no limit of tokens.");
    }

    private static async Task<(int Status, string Text)> AskAsync(Uri address, IReadOnlyDictionary<string, string> fields, Dictionary<string, object> body, CancellationToken cancellationToken)
    {
        using var client = Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json") };
        if (fields.GetValueOrDefault("token") is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.SendAsync(request, cancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
    }

    private static async Task<HttpResponseMessage> GetAsync(Uri address, IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (fields.GetValueOrDefault("token") is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        else if (fields.GetValueOrDefault("username") is { } user)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{fields.GetValueOrDefault("password")}")));
        using var client = Client();
        return await client.SendAsync(request, cancellationToken);
    }

    private static ConnectionTestResult Judge(HttpResponseMessage response, string who) => (int)response.StatusCode switch
    {
        >= 200 and < 400 => Worked($"{who} answered {(int)response.StatusCode}."),
        401 or 403 => Failed($"{who} answered {(int)response.StatusCode}: it refused the credentials. Check user, password or token."),
        404 => Failed($"{who} answered 404: there is nothing at this path."),
        var code => Failed($"{who} answered {code}."),
    };

    private static HttpClient Client() => new() { Timeout = Limit };

    private static ConnectionTestResult Worked(string message) => new(true, message);

    private static ConnectionTestResult Failed(string message) => new(false, message);
}
