using System.Runtime.InteropServices;
using System.Threading.Channels;
using Platform.Engine.History;

namespace Platform.Server.Hosting;

/// <summary>
/// Gives memory back to the machine once work has been quiet for a while: tables and training take hundreds of megabytes for seconds, and neither the collector
/// nor the C library's allocator returns them while nothing happens. On a shared machine a server that waits for the night should be small.
/// </summary>
internal sealed partial class IdleMemory(RunWatch watch, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var worked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        var watching = WatchAsync(worked.Writer, stoppingToken);
        // The start itself leaves much behind: assemblies read, plans made, the sample's files.
        worked.Writer.TryWrite(true);
        while (await worked.Reader.WaitToReadAsync(stoppingToken))
        {
            while (worked.Reader.TryRead(out _))
                await Task.Delay(Quiet, clock, stoppingToken);
            GiveBack();
        }
        await watching;
    }

    private async Task WatchAsync(ChannelWriter<bool> worked, CancellationToken cancellationToken)
    {
        await foreach (var _ in watch.WatchAsync(null, cancellationToken))
            worked.TryWrite(true);
    }

    private static void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = malloc_trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no such call, and returns memory by itself.
        }
    }

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);
}
