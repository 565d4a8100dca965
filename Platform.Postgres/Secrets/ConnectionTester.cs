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

    /// <summary>Asks the receiver with no event: one that takes events refuses it and says so, and is left without a trace.</summary>
    private static async Task<ConnectionTestResult> TestOpenLineageAsync(IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        var address = new Uri(fields["url"]);
        if (address.AbsolutePath == "/")
            address = new Uri(address, "/api/v1/lineage");
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        if (fields.GetValueOrDefault("api_key") is { Length: > 0 } key)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await client.SendAsync(request, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Failed($"The service answered {(int)response.StatusCode}. Check the API key."),
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed => Failed($"There is nothing at '{address}' that takes events. Give the whole address."),
            >= HttpStatusCode.InternalServerError => Failed($"The service answered {(int)response.StatusCode}."),
            _ => Worked($"'{address}' takes events."),
        };
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
        if (!response.IsSuccessStatusCode)
            return Judge(response, "The service");
        var model = fields["model"];
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
