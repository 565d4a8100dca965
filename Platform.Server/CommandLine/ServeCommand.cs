using System.CommandLine;
using Platform.Server.Hosting;

namespace Platform.Server.CommandLine;

/// <summary><c>serve</c>: web, scheduler and worker in one process.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var urls = new Option<string>("--urls") { Description = "Addresses to listen on, separated by semicolons. Default: PLATFORM_URLS, else http://127.0.0.1:5080", HelpName = "url" };
        var noWorker = new Option<bool>("--no-worker") { Description = "Runs no tasks: workers run elsewhere" };
        var noScheduler = new Option<bool>("--no-scheduler") { Description = "Plans no runs" };
        var queues = new Option<string>("--queues") { Description = "Queues that the worker takes, separated by commas", DefaultValueFactory = _ => "default" };
        var concurrency = new Option<int?>("--concurrency") { Description = "Tasks at once. Default: twice the cores, 4 to 16" };
        var noSample = new Option<bool>("--no-sample") { Description = "Does not generate the sample shop at the first start" };
        var retention = new RetentionOptions();
        return Cli.Command("serve", "Serves the pages and the API, plans and runs workflows", [urls, noWorker, noScheduler, queues, concurrency, noSample, GraceOption.Grace, .. retention.All], (result, cancellationToken) =>
        {
            Cli.RequireAtLeastOne(concurrency, result);
            return ServerHost.RunAsync(GlobalOptions.Read(result), new ServerOptions
            {
                Urls = result.GetValue(urls) ?? Environment.GetEnvironmentVariable("PLATFORM_URLS") ?? "http://127.0.0.1:5080",
                Worker = !result.GetValue(noWorker),
                Scheduler = !result.GetValue(noScheduler),
                Queues = [.. result.GetValue(queues)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
                Concurrency = result.GetValue(concurrency),
                Sample = !result.GetValue(noSample),
                Grace = GraceOption.Read(result),
                Retention = retention.Read(result),
            }, cancellationToken);
        });
    }
}
