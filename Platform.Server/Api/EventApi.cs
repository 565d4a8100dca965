using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Platform.Engine;
using Platform.Engine.History;
using Platform.Postgres;

namespace Platform.Server.Api;

/// <summary>
/// Changes of runs as a stream of server-sent events. Each event is a run as it is now, so that a lost one costs nothing: whoever comes back with <c>Last-Event-ID</c>
/// gets every run that changed meanwhile, at least once.
/// </summary>
internal static class EventApi
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    public static void MapEvents(this RouteGroupBuilder api) =>
        api.MapGet("/events", async (RunWatch watch, RunFeed feed, RunQueries runs, Notifications notifications, IHostApplicationLifetime lifetime, TimeProvider clock, HttpContext context, long? run, string? workflow, CancellationToken cancellationToken) =>
            {
                var since = Resume(context);
                if (run is { } id && await runs.ListAsync([id], cancellationToken) is [])
                    return RunApi.Missing(id);
                using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
                var stream = new EventStream(context, clock);
                try
                {
                    await StreamAsync(stream, watch, feed, runs, notifications, run, workflow, since, leaving.Token);
                }
                catch (OperationCanceledException) when (leaving.IsCancellationRequested)
                {
                    // The client left, or the node stops: the stream ends.
                }
                return Results.Empty;
            })
            .WithSummary("Changes of runs as they happen")
            .WithDescription("Server-sent events: `event: run` with a run as in the list, `run` and `workflow` narrow it. First comes what is open (and, with the header `Last-Event-ID`, what ended since). A comment each 15 s keeps the connection.")
            .Produces<string>(200, "text/event-stream").Fails(400, 404);

    private static async Task StreamAsync(
        EventStream stream, RunWatch watch, RunFeed feed, RunQueries runs, Notifications notifications, long? run, string? workflow, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        await stream.OpenAsync(Retry, cancellationToken);
        // The watch begins before the first read: what changes between the two is told twice rather than never.
        await using var changes = watch.WatchAsync(run, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var next = changes.MoveNextAsync().AsTask();
        await notifications.ListeningAsync(cancellationToken);
        var pause = stream.PauseAsync(Heartbeat, cancellationToken);
        IReadOnlyList<long>? ids = [];
        while (true)
        {
            if (ids is not null)
            {
                // No ids: something may have been missed, or nothing was told yet.
                var (rows, until) = run is { } one ? (await runs.ListAsync([one], cancellationToken), await feed.NowAsync(cancellationToken))
                    : ids.Count > 0 ? (await runs.ListAsync(ids, cancellationToken), await feed.NowAsync(cancellationToken))
                    : await feed.SinceAsync(since, cancellationToken);
                since = until;
                foreach (var row in rows.Where(r => workflow is null || r.Workflow == workflow))
                    await stream.SendAsync("run", Id(until), row, cancellationToken);
            }
            if (await Task.WhenAny(next, pause) == next)
            {
                if (!await next)
                    return;
                ids = changes.Current;
                next = changes.MoveNextAsync().AsTask();
            }
            else
            {
                cancellationToken.ThrowIfCancellationRequested();
                ids = null;
                pause = stream.PauseAsync(Heartbeat, cancellationToken);
                await stream.BeatAsync(cancellationToken);
            }
        }
    }

    private static string Id(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static DateTimeOffset? Resume(HttpContext context)
    {
        var text = context.Request.Headers["Last-Event-ID"].ToString();
        if (text.Length == 0)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds < 253_402_300_000_000 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : throw new EngineException("bad-input", $"'Last-Event-ID: {text}' is no id of this stream. Send the id of an event, or leave the header out.");
    }

    /// <summary>Writes events.</summary>
    private sealed class EventStream(HttpContext context, TimeProvider clock)
    {
        private readonly JsonSerializerOptions _json = new(context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions) { WriteIndented = false };

        public Task OpenAsync(TimeSpan retry, CancellationToken cancellationToken)
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-store";
            // A proxy in between must not gather events.
            context.Response.Headers["X-Accel-Buffering"] = "no";
            return WriteAsync(string.Create(CultureInfo.InvariantCulture, $"retry: {retry.TotalMilliseconds:0}\n\n"), cancellationToken);
        }

        public Task SendAsync<T>(string name, string id, T data, CancellationToken cancellationToken) =>
            WriteAsync($"event: {name}\nid: {id}\ndata: {JsonSerializer.Serialize(data, _json)}\n\n", cancellationToken);

        public Task BeatAsync(CancellationToken cancellationToken) => WriteAsync(": still here\n\n", cancellationToken);

        public Task PauseAsync(TimeSpan time, CancellationToken cancellationToken) => Task.Delay(time, clock, cancellationToken);

        private async Task WriteAsync(string text, CancellationToken cancellationToken)
        {
            await context.Response.WriteAsync(text, cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
        }
    }
}
