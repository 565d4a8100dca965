using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Platform.Postgres.Secrets;

/// <summary>Greets a mail server (RFC 5321), turns TLS on as set, signs in if there is a user, and leaves without sending.</summary>
internal static class SmtpProbe
{
    internal static async Task<ConnectionTestResult> TestAsync(IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        var host = fields["host"];
        using var client = new TcpClient();
        await client.ConnectAsync(host, int.Parse(fields["port"], CultureInfo.InvariantCulture), cancellationToken);
        Stream stream = client.GetStream();
        try
        {
            if (fields["tls"] == "tls")
                stream = await SecureAsync(stream, host, cancellationToken);
            var (code, greeting) = await ReadAsync(stream, cancellationToken);
            if (code != 220)
                return new ConnectionTestResult(false, $"{host} does not greet like a mail server: {greeting}. Check the port, and whether it wants TLS from the start (tls: tls).");
            (code, _) = await SayAsync(stream, "EHLO platform", cancellationToken);
            if (code == 250 && fields["tls"] == "starttls")
            {
                (code, var answer) = await SayAsync(stream, "STARTTLS", cancellationToken);
                if (code != 220)
                    return new ConnectionTestResult(false, $"{host} offers no STARTTLS ({answer}). Set tls to 'tls' or 'none'.");
                stream = await SecureAsync(stream, host, cancellationToken);
                (code, _) = await SayAsync(stream, "EHLO platform", cancellationToken);
            }

            if (fields.GetValueOrDefault("username") is { } user)
            {
                var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{fields.GetValueOrDefault("password")}"));
                (code, var answer) = await SayAsync(stream, "AUTH PLAIN " + credentials, cancellationToken);
                if (code != 235)
                    return new ConnectionTestResult(false, $"{host} refused the user '{user}' or the password: {answer}.");
            }

            await SayAsync(stream, "QUIT", cancellationToken);
            return code is 250 or 235
                ? new ConnectionTestResult(true, $"{host} greeted: {greeting}.")
                : new ConnectionTestResult(false, $"{host} answered {code} to EHLO.");
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    private static async Task<Stream> SecureAsync(Stream plain, string host, CancellationToken cancellationToken)
    {
        var secure = new SslStream(plain);
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, cancellationToken);
        return secure;
    }

    private static async Task<(int Code, string Text)> SayAsync(Stream stream, string line, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancellationToken);
        return await ReadAsync(stream, cancellationToken);
    }

    /// <summary>An answer may have several lines, "250-…"; the last has a blank after its code.</summary>
    private static async Task<(int Code, string Text)> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        const int LongestAnswer = 16 * 1024;
        var line = new StringBuilder();
        var one = new byte[1];
        for (var read = 0; read < LongestAnswer; read++)
        {
            if (await stream.ReadAsync(one, cancellationToken) == 0)
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
}
