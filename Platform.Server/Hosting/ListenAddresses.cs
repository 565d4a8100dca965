using System.Net;
using System.Net.Sockets;
using Platform.Server.CommandLine;

namespace Platform.Server.Hosting;

/// <summary>The addresses that a server is to listen on, looked at before anything is made: a start that must fail leaves nothing behind.</summary>
internal static class ListenAddresses
{
    private const string Form = "Write --urls http://127.0.0.1:5080; several are separated by semicolons.";

    /// <summary>Refuses addresses that cannot be read, are not of this machine, or are in use.</summary>
    /// <exception cref="CliError">One cannot be listened on.</exception>
    public static void Check(string urls)
    {
        var all = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (all.Length == 0)
            throw new CliError("No address to listen on is given.", Form);
        foreach (var url in all)
            CheckOne(url);
    }

    /// <summary>The refusal of addresses that the server could not take, by its own reason.</summary>
    public static CliError Refused(string urls, Exception e) => e is { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException }
        ? InUse(urls)
        : new CliError($"The server cannot listen on {urls}: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}.", Form);

    private static void CheckOne(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            throw new CliError($"'{url}' is no address to listen on.", Form);
        }
        if (address.IsUnixPipe || address.IsNamedPipe)
            return;
        if (!string.Equals(address.Scheme, "http", StringComparison.OrdinalIgnoreCase) && !string.Equals(address.Scheme, "https", StringComparison.OrdinalIgnoreCase))
            throw new CliError($"'{url}' does not begin with http:// or https://.", Form);
        if (address.Port is < 0 or > 65535)
            throw new CliError($"'{url}' has the port {address.Port}, and ports go up to 65535.", Form);
        // Port 0 takes one that is free.
        if (address.Port == 0)
            return;
        var local = string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
            : IPAddress.TryParse(address.Host.Trim('[', ']'), out var one) ? one : IPAddress.Any;
        try
        {
            using var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(local, address.Port));
        }
        catch (SocketException e)
        {
            throw e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => InUse(url),
                SocketError.AddressNotAvailable => new CliError($"The address {url} is not of this machine.", "Use 127.0.0.1 for this machine alone, or 0.0.0.0 for all its addresses."),
                SocketError.AccessDenied => new CliError($"This account may not listen on {url}.", "Choose a port from 1024 on, such as --urls http://127.0.0.1:5080."),
                _ => new CliError($"The server cannot listen on {url}: {e.Message.TrimEnd('.')}.", Form),
            };
        }
    }

    private static CliError InUse(string urls) => new($"The address {urls} is in use.", "Stop what listens there, or choose another with --urls http://127.0.0.1:PORT.");
}
