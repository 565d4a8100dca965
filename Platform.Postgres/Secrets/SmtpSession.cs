using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Platform.Workflows;

namespace Platform.Postgres.Secrets;

/// <summary>A conversation with a mail server (RFC 5321): greeted, with TLS as the connection says, signed in where it has a user.</summary>
public sealed class SmtpSession : IAsyncDisposable
{
    private const int LongestAnswer = 16 * 1024;
    private readonly TcpClient _client;
    private Stream _stream;

    private SmtpSession(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
    }

    /// <summary>What the server said first.</summary>
    internal string Greeting { get; private set; } = "";

    /// <summary>Connects, greets and signs in.</summary>
    /// <param name="fields">Fields of a connection of the kind <c>smtp</c>.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SmtpRefusedException">The server does not do what it must; the message says what to change.</exception>
    /// <exception cref="IOException">The conversation broke off.</exception>
    /// <exception cref="SocketException">The server cannot be reached.</exception>
    internal static async Task<SmtpSession> OpenAsync(IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        var host = fields["host"];
        var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, int.Parse(fields["port"], CultureInfo.InvariantCulture), cancellationToken);
            var session = new SmtpSession(client);
            await session.GreetAsync(host, fields, cancellationToken);
            return session;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends a plain text to one or several people over a connection of the kind <c>smtp</c>.</summary>
    /// <param name="connection">The mail server.</param>
    /// <param name="to">Addresses.</param>
    /// <param name="subject">One line; others are cut.</param>
    /// <param name="text">The text.</param>
    /// <param name="id">Unique for the message: a repeated one has the same, so that mailboxes can tell.</param>
    /// <param name="date">Date of the message.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SmtpRefusedException">The server does not take it; the message says why.</exception>
    /// <exception cref="IOException">The conversation broke off.</exception>
    /// <exception cref="SocketException">The server cannot be reached.</exception>
    public static async Task SendAsync(ConnectionInfo connection, IReadOnlyList<string> to, string subject, string text, string id, DateTimeOffset date, CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(connection.Fields, cancellationToken);
        var from = connection.Get("from");
        await session.MustAsync($"MAIL FROM:<{Address(from)}>", 250, cancellationToken);
        foreach (var address in to)
            await session.MustAsync($"RCPT TO:<{Address(address)}>", 250, cancellationToken);
        await session.MustAsync("DATA", 354, cancellationToken);
        var message = new StringBuilder()
            .Append("From: ").Append(OneLine(from)).Append("\r\n")
            .Append("To: ").Append(string.Join(", ", to.Select(OneLine))).Append("\r\n")
            .Append("Subject: =?utf-8?B?").Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(OneLine(subject)))).Append("?=\r\n")
            .Append("Date: ").Append(date.ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture)).Append("\r\n")
            .Append("Message-ID: <").Append(id).Append("@platform>\r\n")
            .Append("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n")
            .Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")), Base64FormattingOptions.InsertLineBreaks))
            .Append("\r\n.");
        await session.MustAsync(message.ToString(), 250, cancellationToken);
        // The server has it: whether it hears the farewell does not matter.
        _ = await session.SayAsync("QUIT", cancellationToken);
    }

    /// <summary>Says a line and hears the answer.</summary>
    internal async Task<(int Code, string Text)> SayAsync(string line, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancellationToken);
        return await ReadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _client.Dispose();
    }

    private async Task GreetAsync(string host, IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        var tls = fields.GetValueOrDefault("tls");
        if (tls == "tls")
            _stream = await SecureAsync(host, cancellationToken);
        var (code, greeting) = await ReadAsync(cancellationToken);
        if (code != 220)
            throw new SmtpRefusedException($"{host} does not greet like a mail server: {greeting}. Check the port, and whether it wants TLS from the start (tls: tls).");
        (code, _) = await SayAsync("EHLO platform", cancellationToken);
        if (code == 250 && tls == "starttls")
        {
            (code, var answer) = await SayAsync("STARTTLS", cancellationToken);
            if (code != 220)
                throw new SmtpRefusedException($"{host} offers no STARTTLS ({answer}). Set tls to 'tls' or 'none'.");
            _stream = await SecureAsync(host, cancellationToken);
            (code, _) = await SayAsync("EHLO platform", cancellationToken);
        }
        if (code != 250)
            throw new SmtpRefusedException($"{host} answered {code} to EHLO.");
        if (fields.GetValueOrDefault("username") is { Length: > 0 } user)
        {
            var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{fields.GetValueOrDefault("password")}"));
            (code, var answer) = await SayAsync("AUTH PLAIN " + credentials, cancellationToken);
            if (code != 235)
                throw new SmtpRefusedException($"{host} refused the user '{user}' or the password: {answer}.");
        }
        Greeting = greeting;
    }

    private async Task MustAsync(string line, int expected, CancellationToken cancellationToken)
    {
        var (code, answer) = await SayAsync(line, cancellationToken);
        if (code != expected)
            throw new SmtpRefusedException($"The mail server did not take {(line.Length > 60 ? "the message" : $"'{line}'")}: {answer}.");
    }

    private async Task<Stream> SecureAsync(string host, CancellationToken cancellationToken)
    {
        var secure = new SslStream(_stream);
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, cancellationToken);
        return secure;
    }

    /// <summary>An answer may have several lines, "250-…"; the last has a blank after its code.</summary>
    private async Task<(int Code, string Text)> ReadAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        for (var read = 0; read < LongestAnswer; read++)
        {
            if (await _stream.ReadAsync(one, cancellationToken) == 0)
                throw new IOException("The mail server closed the connection");
            if (one[0] != '\n')
            {
                line.Append((char)one[0]);
                continue;
            }

            var text = line.ToString().TrimEnd('\r');
            line.Clear();
            if (text.Length < 4 || text[3] != '-')
                return (int.TryParse(text.AsSpan(0, Math.Min(3, text.Length)), CultureInfo.InvariantCulture, out var code) ? code : 0, text);
        }

        throw new IOException("The mail server's answer is too long");
    }

    private static string Address(string text) =>
        OneLine(text.LastIndexOf('<') is var open and >= 0 && text.EndsWith('>') ? text[(open + 1)..^1] : text);

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}

/// <summary>A mail server does not do what it is asked; the message says what to change.</summary>
public sealed class SmtpRefusedException(string message) : Exception(message);
