using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;
using Platform.Postgres.Secrets;
using Platform.Testing;
using Platform.Workflows;

namespace Platform.Postgres.Tests;

public sealed class ConnectionTests : IAsyncLifetime
{
    private readonly TempFolder _home = new();
    private PostgresFixture _postgres = null!;

    private ConnectionStore Connections => new(_postgres.DataSource, SecretKey.Open(_home.Path, null));

    public async Task InitializeAsync()
    {
        _postgres = await PostgresFixture.CreateAsync();
        await _postgres.MigrateAsync();
    }

    public async Task DisposeAsync()
    {
        await _postgres.DisposeAsync();
        _home.Dispose();
    }

    [Fact]
    public async Task A_connection_comes_back_whole_for_a_task_and_without_secrets_in_a_list()
    {
        await Connections.SetAsync("wh", "postgresql", Fields(("host", "db"), ("database", "shop"), ("username", "me"), ("password", "hunter2")), CancellationToken.None);

        var whole = await Connections.GetAsync("wh", CancellationToken.None);
        Assert.Equal(("5432", "hunter2", "prefer"), (whole.Fields["port"], whole.Fields["password"], whole.Fields["ssl_mode"]));

        var row = Assert.Single(await Connections.ListAsync(CancellationToken.None));
        Assert.Equal(["password"], row.SecretFields);
        Assert.DoesNotContain("password", row.Settings.Keys);
        Assert.DoesNotContain("hunter2", System.Text.Json.JsonSerializer.Serialize(row), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_left_out_stays_and_a_change_of_kind_forgets_it()
    {
        await Connections.SetAsync("api", "http", Fields(("url", "http://a"), ("token", "hunter2")), CancellationToken.None);
        await Connections.SetAsync("api", "http", Fields(("url", "http://b")), CancellationToken.None);
        var changed = await Connections.GetAsync("api", CancellationToken.None);
        Assert.Equal(("http://b", "hunter2"), (changed.Fields["url"], changed.Fields["token"]));

        await Connections.SetAsync("api", "language-model", Fields(("url", "http://c/v1"), ("model", "m")), CancellationToken.None);
        Assert.DoesNotContain("token", (await Connections.GetAsync("api", CancellationToken.None)).Fields.Keys);

        Assert.True(await Connections.DeleteAsync("api", CancellationToken.None));
        await Assert.ThrowsAsync<ConnectionNotFoundException>(async () => await Connections.GetAsync("api", CancellationToken.None));
    }

    [Theory]
    [InlineData("ftp", "url=http://a", "postgresql, s3, smtp, http, language-model, openlineage")]
    [InlineData("http", "url=http://a;colour=blue", "no field 'colour'")]
    [InlineData("http", "token=t", "needs the field 'url'")]
    [InlineData("http", "url=ftp://a", "http:// or https://")]
    [InlineData("smtp", "host=h;from=a@b;port=99999", "from 1 to 65535")]
    [InlineData("smtp", "host=h;from=a@b;tls=maybe", "one of none, starttls, tls")]
    [InlineData("s3", "endpoint=http://a;bucket=b;access_key=k", "needs the field 'secret_key'")]
    public async Task Wrong_fields_are_refused_by_name(string kind, string fields, string expected)
    {
        var values = fields.Split(';').Select(f => f.Split('=', 2)).ToDictionary(f => f[0], f => f[1]);
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => Connections.SetAsync("x", kind, values, CancellationToken.None));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_of_lineage_is_asked_what_it_takes_and_is_sent_nothing()
    {
        var asked = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var service = new TinyHttpService(r =>
        {
            asked.Enqueue($"{r.HttpMethod} {r.HasEntityBody}");
            return r.Url!.AbsolutePath switch
            {
                "/api/v1/lineage" => (405, "POST"),
                "/page" => (405, "GET, HEAD"),
                "/small" => r.HttpMethod == "OPTIONS" ? (501, "") : (404, ""),
                "/shut" => (403, ""),
                "/ill" => (503, ""),
                _ => (404, ""),
            };
        });

        var known = await TryAsync("openlineage", Fields(("url", service.Url)));
        Assert.True(known.Works, known.Message);
        Assert.Contains("takes events. No event was sent", known.Message, StringComparison.Ordinal);
        Assert.Contains("takes GET, HEAD and no events", (await TryAsync("openlineage", Fields(("url", service.Url + "page")))).Message, StringComparison.Ordinal);
        Assert.True((await TryAsync("openlineage", Fields(("url", service.Url + "small")))).Works);
        Assert.Contains("Check the API key", (await TryAsync("openlineage", Fields(("url", service.Url + "shut"), ("api_key", "k")))).Message, StringComparison.Ordinal);
        Assert.Contains("nothing at", (await TryAsync("openlineage", Fields(("url", service.Url + "nothing")))).Message, StringComparison.Ordinal);
        Assert.False((await TryAsync("openlineage", Fields(("url", service.Url + "ill")))).Works);
        Assert.All(asked, one => Assert.Contains(one, (string[])["OPTIONS False", "GET False"]));
    }

    [Fact]
    public async Task A_PostgreSQL_connection_is_tried_for_real()
    {
        var server = new NpgsqlConnectionStringBuilder(_postgres.ConnectionString);
        var fields = Fields(("host", server.Host!), ("port", $"{server.Port}"), ("database", server.Database!), ("username", server.Username!), ("password", server.Password!));
        var good = await TryAsync("postgresql", fields);
        Assert.True(good.Works, good.Message);
        Assert.Contains("PostgreSQL 18", good.Message, StringComparison.Ordinal);

        fields["password"] = "hunter2";
        var bad = await TryAsync("postgresql", fields);
        Assert.False(bad.Works);
        Assert.Contains("password authentication failed", bad.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_HTTP_service_hears_the_token_and_its_refusal_is_told()
    {
        using var service = new TinyHttpService(r => r.Headers["Authorization"] == "Bearer good" ? (200, "ok") : (401, "no"));

        Assert.True((await TryAsync("http", Fields(("url", service.Url), ("token", "good")))).Works);
        var refused = await TryAsync("http", Fields(("url", service.Url), ("token", "hunter2")));
        Assert.False(refused.Works);
        Assert.Contains("refused the credentials", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
        Assert.False((await TryAsync("http", Fields(("url", "http://127.0.0.1:1/")))).Works);
    }

    [Fact]
    public async Task A_language_model_must_be_offered_by_its_service()
    {
        using var service = new TinyHttpService(r => r.Url!.AbsolutePath == "/v1/models" ? (200, """{"data": [{"id": "small"}]}""") : (404, ""));

        Assert.True((await TryAsync("language-model", Fields(("url", service.Url + "v1"), ("model", "small")))).Works);
        Assert.Contains("does not offer 'large'", (await TryAsync("language-model", Fields(("url", service.Url + "v1/"), ("model", "large")))).Message, StringComparison.Ordinal);
        Assert.Contains("nothing at this path", (await TryAsync("language-model", Fields(("url", service.Url), ("model", "small")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_language_model_that_lists_no_models_is_asked_for_a_word()
    {
        using var service = new TinyHttpService(r => (r.HttpMethod, r.Url!.AbsolutePath) switch
        {
            ("POST", "/v1/chat/completions") => r.Headers["Authorization"] == "Bearer good" ? (200, """{"choices": [{"message": {"content": "yes"}}]}""") : (401, "no"),
            ("POST", "/page/chat/completions") => (200, "<html>"),
            _ => (501, ""),
        });

        var good = await TryAsync("language-model", Fields(("url", service.Url + "v1"), ("model", "small"), ("token", "good")));
        Assert.True(good.Works, good.Message);
        Assert.Contains("refused the credentials", (await TryAsync("language-model", Fields(("url", service.Url + "v1"), ("model", "small"), ("token", "bad")))).Message, StringComparison.Ordinal);
        Assert.Contains("not like an OpenAI-compatible", (await TryAsync("language-model", Fields(("url", service.Url + "page"), ("model", "small")))).Message, StringComparison.Ordinal);
        Assert.Contains("501", (await TryAsync("language-model", Fields(("url", service.Url + "other"), ("model", "small")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bucket_is_asked_for_with_a_signed_request()
    {
        string? authorization = null;
        using var service = new TinyHttpService(r =>
        {
            authorization = r.Headers["Authorization"];
            return r.HttpMethod == "HEAD" && r.Url!.AbsolutePath == "/shop" ? (200, "") : (404, "");
        });
        var fields = Fields(("endpoint", service.Url), ("bucket", "shop"), ("access_key", "AKID"), ("secret_key", "hunter2"));

        Assert.True((await TryAsync("s3", fields)).Works);
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=AKID/", authorization, StringComparison.Ordinal);
        fields["bucket"] = "nothing";
        Assert.Contains("no bucket 'nothing'", (await TryAsync("s3", fields)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_signature_is_that_of_the_published_scheme()
    {
        // Keys and time are those of AWS's own examples; the signature was computed from the scheme's text by an independent program.
        using var request = new HttpRequestMessage(HttpMethod.Head, "https://examplebucket.s3.amazonaws.com/");
        S3Signature.Sign(request, "us-east-1", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", new DateTimeOffset(2013, 5, 24, 0, 0, 0, TimeSpan.Zero));

        Assert.EndsWith("Signature=03fdfa77cf301b3a62c237740d7b29e71f91d105e421550f51d24ffef8b93718", request.Headers.GetValues("Authorization").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_server_is_greeted_and_signed_in_to()
    {
        using var server = new TinyMailServer("me", "good");

        var good = await TryAsync("smtp", Fields(("host", "127.0.0.1"), ("port", $"{server.Port}"), ("from", "me@shop"), ("tls", "none"), ("username", "me"), ("password", "good")));
        Assert.True(good.Works, good.Message);
        var bad = await TryAsync("smtp", Fields(("host", "127.0.0.1"), ("port", $"{server.Port}"), ("from", "me@shop"), ("tls", "none"), ("username", "me"), ("password", "hunter2")));
        Assert.False(bad.Works);
        Assert.Contains("refused the user 'me'", bad.Message, StringComparison.Ordinal);
        var noTls = await TryAsync("smtp", Fields(("host", "127.0.0.1"), ("port", $"{server.Port}"), ("from", "me@shop")));
        Assert.Contains("offers no STARTTLS", noTls.Message, StringComparison.Ordinal);
    }

    private async Task<ConnectionTestResult> TryAsync(string kind, Dictionary<string, string> fields)
    {
        await Connections.SetAsync("tried", kind, fields, CancellationToken.None);
        return await Connections.TestAsync("tried", CancellationToken.None);
    }

    private static Dictionary<string, string> Fields(params (string Name, string Value)[] fields) => fields.ToDictionary(f => f.Name, f => f.Value);

    /// <summary>Answers HTTP requests on a free port of this machine.</summary>
    private sealed class TinyHttpService : IDisposable
    {
        private readonly HttpListener _listener = new();

        internal TinyHttpService(Func<HttpListenerRequest, (int Status, string Body)> answer)
        {
            using (var free = new TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
            }

            _listener.Prefixes.Add(Url);
            _listener.Start();
            _ = Task.Run(async () =>
            {
                while (_listener.IsListening)
                {
                    var context = await _listener.GetContextAsync();
                    var (status, body) = answer(context.Request);
                    context.Response.StatusCode = status;
                    if (status == 405)
                        context.Response.AddHeader("Allow", body);
                    if (context.Request.HttpMethod != "HEAD")
                        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
                    context.Response.Close();
                }
            });
        }

        internal string Url { get; }

        public void Dispose() => _listener.Close();
    }

    /// <summary>Speaks enough SMTP to greet and to check a password.</summary>
    private sealed class TinyMailServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        internal TinyMailServer(string user, string password)
        {
            var expected = "AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"));
            _listener.Start();
            _ = Task.Run(async () =>
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    using var reader = new StreamReader(client.GetStream());
                    await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
                    await writer.WriteLineAsync("220 tiny ready");
                    while (await reader.ReadLineAsync() is { } line)
                    {
                        await writer.WriteLineAsync(line switch
                        {
                            "QUIT" => "221 bye",
                            _ when line.StartsWith("EHLO", StringComparison.Ordinal) => "250-tiny\r\n250 AUTH PLAIN",
                            _ when line == expected => "235 welcome",
                            _ when line.StartsWith("AUTH", StringComparison.Ordinal) => "535 no",
                            _ => "502 what?",
                        });
                    }
                }
            });
        }

        internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public void Dispose() => _listener.Dispose();
    }
}
