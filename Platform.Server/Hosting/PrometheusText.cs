using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Text;
using Platform.Designer.SignIn;
using Platform.Engine;

namespace Platform.Server.Hosting;

/// <summary>The process's metrics in Prometheus' text form (exposition format 0.0.4).</summary>
internal sealed class PrometheusText : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly string[] Meters = [EngineTelemetry.Name, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Npgsql"];

    /// <summary>Upper bounds of the buckets, in the instrument's unit (seconds).</summary>
    private static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200];

    // A label that takes more values than this is not counted further: a metric must not eat the memory.
    private const int MostSeries = 2_000;

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, Series>> _instruments = new();

    public PrometheusText()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Meters.Contains(instrument.Meter.Name))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Record(i, value, tags));
        _listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Record(i, value, tags));
        _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Record(i, value, tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>All metrics as they are now.</summary>
    public string Write()
    {
        // What is observed and not told any more (a queue that is gone) disappears.
        foreach (var (instrument, series) in _instruments)
            if (instrument.IsObservable)
                series.Clear();
        _listener.RecordObservableInstruments();
        var text = new StringBuilder(16 * 1024);
        foreach (var group in _instruments.OrderBy(i => i.Key.Name, StringComparer.Ordinal).GroupBy(i => NameOf(i.Key)))
        {
            var instrument = group.First().Key;
            var histogram = IsHistogram(instrument);
            text.Append("# HELP ").Append(group.Key).Append(' ').Append((instrument.Description ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).ReplaceLineEndings(" ")).Append('\n');
            text.Append("# TYPE ").Append(group.Key).Append(' ').Append(histogram ? "histogram" : IsCounter(instrument) ? "counter" : "gauge").Append('\n');
            foreach (var (labels, series) in group.SelectMany(i => i.Value).OrderBy(s => s.Key, StringComparer.Ordinal))
                series.Write(text, group.Key, labels, histogram);
        }
        return text.ToString();
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var all = _instruments.GetOrAdd(instrument, _ => new());
        var labels = Labels(tags);
        if (!all.TryGetValue(labels, out var series))
        {
            if (all.Count >= MostSeries)
                return;
            series = all.GetOrAdd(labels, _ => new Series());
        }
        if (IsHistogram(instrument))
            series.Observe(value);
        else if (instrument.IsObservable || instrument.GetType().Name.StartsWith("Gauge", StringComparison.Ordinal))
            series.Set(value);
        else
            series.Add(value);
    }

    private static bool IsHistogram(Instrument instrument) => instrument is Histogram<double> or Histogram<long> or Histogram<int>;

    private static bool IsCounter(Instrument instrument) =>
        instrument is Counter<long> or Counter<int> or Counter<double> or ObservableCounter<long> or ObservableCounter<int> or ObservableCounter<double>;

    /// <summary><c>platform.attempt.duration</c> in <c>s</c> is <c>platform_attempt_duration_seconds</c>; counters end in <c>_total</c>.</summary>
    private static string NameOf(Instrument instrument)
    {
        var name = new StringBuilder(instrument.Name.Length + 16);
        foreach (var c in instrument.Name)
            name.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        name.Append(instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" });
        if (IsCounter(instrument))
            name.Append("_total");
        return name.ToString();
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            if (text.Length > 0)
                text.Append(',');
            foreach (var c in name)
                text.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
            text.Append("=\"").Append((Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
        }
        return text.ToString();
    }

    /// <summary>One set of labels.</summary>
    private sealed class Series
    {
        private readonly Lock _lock = new();
        private readonly long[] _buckets = new long[Bounds.Length];
        private double _value;
        private long _count;

        public void Set(double value)
        {
            lock (_lock)
                _value = value;
        }

        public void Add(double value)
        {
            lock (_lock)
                _value += value;
        }

        public void Observe(double value)
        {
            lock (_lock)
            {
                _value += value;
                _count++;
                for (var i = 0; i < Bounds.Length; i++)
                    if (value <= Bounds[i])
                        _buckets[i]++;
            }
        }

        public void Write(StringBuilder text, string name, string labels, bool histogram)
        {
            lock (_lock)
            {
                if (!histogram)
                {
                    Line(text, name, labels, _value);
                    return;
                }
                var more = labels.Length > 0 ? labels + "," : "";
                for (var i = 0; i < Bounds.Length; i++)
                    Line(text, name + "_bucket", string.Create(CultureInfo.InvariantCulture, $"{more}le=\"{Bounds[i]}\""), _buckets[i]);
                Line(text, name + "_bucket", more + "le=\"+Inf\"", _count);
                Line(text, name + "_sum", labels, _value);
                Line(text, name + "_count", labels, _count);
            }
        }

        private static void Line(StringBuilder text, string name, string labels, double value)
        {
            text.Append(name);
            if (labels.Length > 0)
                text.Append('{').Append(labels).Append('}');
            text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        }
    }
}

/// <summary><c>/metrics</c>: for this machine, or with a token.</summary>
internal static class PrometheusEndpoint
{
    public static void MapPrometheus(this WebApplication app)
    {
        // Made at once: counters count from the start of the process, not from the first question.
        var metrics = app.Services.GetRequiredService<PrometheusText>();
        app.MapGet("/metrics", (HttpContext context) =>
        {
            if (!Allowed(context))
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
                return Results.Problem(title: "Sign in first", detail: "Ask from this machine, or send a token: 'Authorization: Bearer plt_…'. Make one with './platform tokens create NAME'.", statusCode: 401);
            }
            return Results.Text(metrics.Write(), PrometheusText.ContentType);
        }).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>What a proxy on this machine hands on comes from elsewhere, though its address is ours.</summary>
    private static bool Allowed(HttpContext context) =>
        Permissions.Allow(context.User, Permissions.See)
        || context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded") && !context.Request.Headers.ContainsKey("Via");
}
