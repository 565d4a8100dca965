using System.Diagnostics;

namespace Platform.Benchmarks.Engine;

/// <summary>How long the disk takes to make a page durable: no commit can be faster.</summary>
internal static class DiskSync
{
    public static double Median(string folder)
    {
        var path = Path.Combine(folder, "sync.bin");
        using var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.None);
        file.SetLength(4 << 20);
        file.Flush(flushToDisk: true);
        var page = new byte[8192];
        var took = new List<double>();
        for (var i = 0; i < 200; i++)
        {
            file.Position = i * page.Length;
            file.Write(page);
            var began = Stopwatch.GetTimestamp();
            file.Flush(flushToDisk: true);
            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        return took.Order().ElementAt(took.Count / 2);
    }
}
