using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Platform.Designer;
using Platform.Engine;
using Platform.Postgres;
using Platform.Server.Api;
using Platform.Server.CommandLine;
using Platform.Server.Ports;
using Platform.Server.Security;

namespace Platform.Server.Hosting;

/// <summary>The serving process: opens the database, prints where to go, serves until it is told to stop.</summary>
internal static class ServerHost
{
    public static async Task<int> RunAsync(PlatformOptions options, ServerOptions server, CancellationToken cancellationToken)
    {
        ListenAddresses.Check(server.Urls);
        await using var database = await PlatformNode.OpenDatabaseAsync(options, cancellationToken);
        await using var app = Build(options, server, database);
        using var export = TelemetryExport.StartIfAsked("platform-server", app.Services.GetRequiredService<NodeOptions>().Name);
        var first = app.Services.GetRequiredService<FirstStart>();
        await first.ApplyShippedAsync(cancellationToken);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            throw ListenAddresses.Refused(server.Urls, e);
        }
        // Only a server that listens makes the administrator: a password that a failed start had made would never be shown.
        var password = await app.Services.GetRequiredService<UserStore>().CreateFirstAdministratorAsync("admin", cancellationToken);
        foreach (var address in app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses)
            Console.Out.WriteLine($"Now listening on: {address}");
        if (password is not null)
            Console.Out.WriteLine($"Administrator: admin / {password}   (shown once; './platform users password admin' sets another)");
        Console.Out.WriteLine($"Database: {database.Description}. Home: {options.Home}. Stop with Ctrl+C.");
        if (server.Sample)
            await first.GenerateSampleAsync(cancellationToken);
        await app.WaitForShutdownAsync(cancellationToken);
        // A node that had to stop by itself has ended the host; what it says is said as an error.
        if (app.Services.GetServices<IHostedService>().OfType<EngineService>().Single().ExecuteTask is { IsFaulted: true } failed)
            await failed;
        return 0;
    }

    internal static WebApplication Build(PlatformOptions options, ServerOptions server, Database database)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = typeof(ServerHost).Assembly.GetName().Name });
        builder.WebHost.UseUrls(server.Urls);
        builder.WebHost.ConfigureKestrel(k => k.AddServerHeader = false);
        builder.Logging.ClearProviders().AddPlatformConsole(options.JsonLog);
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning)
            // The keys lie in a folder that only this account reads.
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Services.Configure<HostOptions>(h => h.ShutdownTimeout = server.Grace + GraceOption.Beyond);
        builder.Services.AddPlatformRooms(options, database);
        builder.Services.AddPlatformAuthentication(options.SessionKeysFolder);
        builder.Services.AddSingleton(new NodeOptions
        {
            Plans = server.Scheduler,
            Works = server.Worker,
            Serves = true,
            StopGrace = server.Grace,
            Queues = server.Worker ? server.Queues : [],
            Concurrency = server.Concurrency ?? EngineService.DefaultConcurrency,
            Retention = server.Retention.Runs,
            LogRetention = server.Retention.Logs,
            EventRetention = server.Retention.Events,
        });
        builder.Services.AddSingleton<PrometheusText>();
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddHostedService<EngineService>();
        builder.Services.AddHostedService<ProjectorService>();
        builder.Services.AddHostedService<OpenLineageService>();
        builder.Services.AddHostedService<RunReports>();
        builder.Services.AddHostedService<IdleMemory>();
        builder.Services.AddSingleton(server.Retention);
        builder.Services.AddHostedService<CatalogPruningService>();
        builder.Services.AddHostedService<UsageService>();
        builder.Services.AddSingleton<FirstStart>();
        builder.Services.AddProblemDetails();
        builder.Services.AddApiJson();
        builder.Services.AddOpenApi(o => o.AddOperationTransformer(TellPermission.OfAsync));
        builder.Services.AddPlatformDesigner(new DesignerOptions { DefaultFolder = options.Home });
        builder.Services.AddSessionWatch();
        builder.Services.AddPorts();
        var app = builder.Build();
        app.UseExceptionHandler();
        // The pages' shell answers for what is not there or not allowed; its router then says which, for the address that was asked for.
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.Use((context, next) =>
        {
            if (!Forbidden.IsForPerson(context) && context.Features.Get<Microsoft.AspNetCore.Diagnostics.IStatusCodePagesFeature>() is { } pages)
                pages.Enabled = false;
            return next(context);
        });
        app.UseSameOrigin();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapPlatformDesigner();
        app.MapSignIn();
        app.MapHttpApi();
        app.MapProbes();
        app.MapPrometheus();
        return app;
    }
}
