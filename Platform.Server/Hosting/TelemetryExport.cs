using System.Runtime.CompilerServices;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Platform.Engine;

namespace Platform.Server.Hosting;

/// <summary>
/// Sends traces (run, attempt, SQL) and metrics to a collector by OTLP. Only where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set: otherwise not even the exporter's libraries are loaded.
/// Protocol, headers, interval and resource come from OpenTelemetry's own environment variables.
/// </summary>
internal sealed class TelemetryExport : IDisposable
{
    /// <summary>The variable that switches it on.</summary>
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private readonly IDisposable[] _providers;

    private TelemetryExport(params IDisposable[] providers) => _providers = providers;

    /// <summary>Starts the export if the environment names a collector; null otherwise.</summary>
    /// <param name="service">Name of the service, unless <c>OTEL_SERVICE_NAME</c> gives one.</param>
    /// <param name="node">Name of the node.</param>
    public static TelemetryExport? StartIfAsked(string service, string node) =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Endpoint)) ? null : Start(service, node);

    public void Dispose()
    {
        // Each sends what it still holds.
        foreach (var provider in _providers)
            provider.Dispose();
    }

    // Apart, so that the libraries are loaded when it is called and not when the method above is compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TelemetryExport Start(string service, string node)
    {
        var resource = ResourceBuilder.CreateDefault().AddService(service, serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(), serviceInstanceId: node).AddEnvironmentVariableDetector();
        var traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(EngineTelemetry.Name, "Platform.Tables", "Npgsql")
            // Runs and their attempts have a recorded parent by construction. The engine's own polling has none, and would be most of what is sent.
            .SetSampler(new ParentBasedSampler(new AlwaysOffSampler()))
            .AddOtlpExporter()
            .Build();
        var metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(EngineTelemetry.Name, "Npgsql", "System.Runtime", "Microsoft.AspNetCore.Hosting")
            .AddOtlpExporter()
            .Build();
        return new TelemetryExport(traces, metrics);
    }
}
