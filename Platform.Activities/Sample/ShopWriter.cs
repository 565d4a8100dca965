namespace Platform.Activities.Sample;

/// <summary>Writes a whole shop beside its place and moves it there in one step, days in parallel.</summary>
internal static class ShopWriter
{
    private static readonly string[] DayFolders = ["orders", "order_lines", "clicks", "reviews", "fraud_labels"];

    /// <summary>Writes the shop and returns what is in it. Whatever dies, <paramref name="folder"/> holds the old shop, the new one or nothing, never a part.</summary>
    /// <param name="folder">Absolute path; an older shop there is replaced, anything else is refused.</param>
    /// <param name="options">What to write.</param>
    /// <param name="progress">Called with the orders written so far, from several threads.</param>
    /// <param name="cancellationToken">Leaves nothing behind.</param>
    /// <exception cref="IOException">The folder holds something that is not a generated shop, or cannot be written.</exception>
    public static async Task<ShopTruth> WriteAsync(string folder, ShopOptions options, Action<long> progress, CancellationToken cancellationToken)
    {
        folder = Path.TrimEndingDirectorySeparator(folder);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && ShopTruth.Read(folder) is null)
            throw new IOException($"The folder {folder} holds files that are not a generated shop. Choose an empty folder or one that does not exist.");
        var parent = Path.GetDirectoryName(folder) ?? throw new IOException("A shop cannot be written into the root folder. Choose a folder below it.");
        Directory.CreateDirectory(parent);
        var draft = Path.Combine(parent, $".{Path.GetFileName(folder)}.{Guid.NewGuid():N}");
        try
        {
            foreach (var name in DayFolders)
                Directory.CreateDirectory(Path.Combine(draft, name));
            var truth = await WriteDraftAsync(draft, options, progress, cancellationToken);
            truth.Write(draft, options);
            MoveInto(draft, folder);
            return truth;
        }
        finally
        {
            if (Directory.Exists(draft))
                Directory.Delete(draft, recursive: true);
        }
    }

    private static async Task<ShopTruth> WriteDraftAsync(string draft, ShopOptions options, Action<long> progress, CancellationToken cancellationToken)
    {
        var truth = new ShopTruth();
        var catalogue = new ShopCatalogue(options);
        var customers = new ShopCustomers(options);
        var calendar = new ShopCalendar(options);
        var day = new ShopDay(options, catalogue, calendar, new ShopOrders(options, catalogue, customers));
        long done = 0;
        var people = Task.Run(() =>
        {
            catalogue.Write(draft, truth);
            customers.Write(draft, truth, cancellationToken);
        }, cancellationToken);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, options.Days, parallel, (number, token) =>
        {
            var ofDay = day.Write(draft, number, token);
            truth.Add(ofDay);
            progress(Interlocked.Add(ref done, ofDay.RowsOf("orders")));
            return ValueTask.CompletedTask;
        });
        await people;
        return truth;
    }

    private static void MoveInto(string draft, string folder)
    {
        if (Directory.Exists(folder))
        {
            // A crash between the two moves leaves nothing at the place; the next attempt writes the shop again.
            var old = draft + ".old";
            Directory.Move(folder, old);
            Directory.Move(draft, folder);
            Directory.Delete(old, recursive: true);
        }
        else
        {
            Directory.Move(draft, folder);
        }
    }
}
