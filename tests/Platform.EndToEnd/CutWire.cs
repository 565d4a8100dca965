using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>The wire between a page and its server, which can be cut and mended.</summary>
internal sealed partial class CutWire
{
    private readonly List<IWebSocketRoute> _open = [];
    private bool _cut;

    /// <summary>Before the page is opened.</summary>
    public static async Task<CutWire> LayAsync(IPage page)
    {
        var wire = new CutWire();
        await page.RouteWebSocketAsync(Circuit(), socket =>
        {
            if (wire._cut)
            {
                _ = socket.CloseAsync();
                return;
            }
            var server = socket.ConnectToServer();
            lock (wire._open)
                wire._open.AddRange([socket, server]);
        });
        await page.RouteAsync(Circuit(), route => wire._cut ? route.AbortAsync() : route.ContinueAsync());
        return wire;
    }

    public async Task CutAsync()
    {
        _cut = true;
        List<IWebSocketRoute> open;
        lock (_open)
        {
            open = [.. _open];
            _open.Clear();
        }
        foreach (var socket in open)
            await socket.CloseAsync(new WebSocketRouteCloseOptions { Code = 1001, Reason = "cut" });
    }

    public void Mend() => _cut = false;

    [GeneratedRegex("/_blazor")]
    private static partial Regex Circuit();
}
