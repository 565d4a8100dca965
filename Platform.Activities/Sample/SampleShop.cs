using Platform.Workflows.Activities;

namespace Platform.Activities.Sample;

/// <summary>Makes a shop to try the platform with.</summary>
[Activity("sample.shop", Title = "Generate a sample shop", TitleZh = "生成示例商店", Stage = Stage.Sample, Icon = "building-store", Preview = PreviewSupport.Runs,
    Help = "Writes a made-up shop as CSV files: customers (with personal data in Chinese and English), products, categories, and for each day orders, order lines, clicks and reviews, with planted mistakes. The same fields give the same bytes; a folder that already holds this shop is left as it is. truth.json beside the files counts what was planted.",
    HelpZh = "以 CSV 文件生成一个虚构商店：顾客（含中英文个人信息）、商品、类目，以及每天的订单、订单行、点击和评论，并植入错误数据。相同的参数得到相同的字节；已存在的同一商店不会重写。truth.json 记录植入的数量。",
    Outputs = typeof(SampleShopOutputs),
    Example = "folder: samples/shop\norders: 50000")]
public sealed class SampleShop(Workspace workspace) : IActivity
{
    [Field(Title = "Folder", TitleZh = "文件夹", Kind = FieldKind.Path, Help = "Where the files go; a relative path begins in the platform's home folder.")]
    public string Folder { get; set; } = "samples/shop";

    [Field(Title = "Orders", TitleZh = "订单数", Min = 1_000, Max = 10_000_000, Help = "Orders over all days.")]
    public long Orders { get; set; } = 50_000;

    [Field(Title = "Days", TitleZh = "天数", Min = 1, Max = 3_660, Help = "Days of trade; each has its own files.")]
    public int Days { get; set; } = 365;

    [Field(Title = "First day", TitleZh = "第一天", Help = "Left out: the first of January of the year of the run's interval, or of today; a shop that is already there and trades on that day is kept.")]
    public DateOnly? StartDate { get; set; }

    [Field(Title = "Seed", TitleZh = "随机种子", Help = "Any number; another one makes another shop.")]
    public long Seed { get; set; } = 42;

    [Field(Title = "Share of dirty lines", TitleZh = "脏数据比例", Min = 0, Max = 0.5, Help = "Share of order lines with a planted mistake; 0 makes a clean shop.")]
    public double Dirt { get; set; } = 0.02;

    [Field(Title = "Share of fraud", TitleZh = "欺诈比例", Min = 0, Max = 0.5, Help = "Share of orders that are fraud.")]
    public double Fraud { get; set; } = 0.003;

    /// <inheritdoc/>
    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        var folder = workspace.Resolve(Folder);
        var today = Today(context);
        var options = new ShopOptions { Orders = Orders, Days = Days, Start = StartDate ?? new DateOnly(today.Year, 1, 1), Seed = Seed, Dirt = Dirt, Fraud = Fraud };
        Check(options);
        if (StartDate is null && ShopTruth.StartOfShopWith(folder, options, today) is { } start)
            options = options with { Start = start };
        var found = ShopTruth.Holds(folder, options);
        if (!found && context.Preview is { } preview)
        {
            // A shop of its own, which goes with the preview, and a small one.
            folder = workspace.ResolveToWrite(Folder);
            options = options with { Orders = Math.Min(Orders, Math.Max(1_000, preview.Rows)) };
            found = ShopTruth.Holds(folder, options);
        }
        if (found)
        {
            context.Log.Info($"{folder} already holds this shop.");
        }
        else
        {
            context.Log.Info($"Writing {options.Orders:N0} orders over {options.Days:N0} days to {folder}.");
            await WriteAsync(folder, options, context, cancellationToken);
        }
        var rows = ShopTruth.Read(folder)!["rows"]!;
        var outputs = new SampleShopOutputs
        {
            Folder = folder,
            OrderLines = Path.Combine(folder, "order_lines"),
            StartDate = options.Start,
            EndDate = options.Start.AddDays(options.Days - 1),
            Orders = rows["orders"]!.GetValue<long>(),
            Lines = rows["order_lines"]!.GetValue<long>(),
            Customers = rows["customers"]!.GetValue<long>(),
            Clicks = rows["clicks"]!.GetValue<long>(),
            Reviews = rows["reviews"]!.GetValue<long>(),
            AlreadyThere = found,
        };
        return ActivityResult.Success(outputs);
    }

    private static async Task WriteAsync(string folder, ShopOptions options, ActivityContext context, CancellationToken cancellationToken)
    {
        try
        {
            await ShopWriter.WriteAsync(folder, options, done => context.Progress.Report(new ActivityProgress(done, options.Orders, "orders")), cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ActivityException("bad-input", $"The sample shop cannot be written to {folder}: {error.Message}", retryable: false, error);
        }
    }

    private static DateOnly Today(ActivityContext context) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(context.Interval?.Start ?? context.Clock.GetUtcNow(), context.TimeZone).DateTime);

    private static void Check(ShopOptions options)
    {
        if (options.Orders is < 1_000 or > 10_000_000)
            throw new ActivityException("bad-input", $"A sample shop has 1,000 to 10,000,000 orders, not {options.Orders:N0}. Change 'orders'.", retryable: false);
        if (options.Days is < 1 or > 3_660)
            throw new ActivityException("bad-input", $"A sample shop has 1 to 3,660 days, not {options.Days:N0}. Change 'days'.", retryable: false);
        if (options.Dirt is not (>= 0 and <= 0.5) || options.Fraud is not (>= 0 and <= 0.5))
            throw new ActivityException("bad-input", "'dirt' and 'fraud' are shares from 0 to 0.5. Change them.", retryable: false);
    }
}

/// <summary>What <c>sample.shop</c> made.</summary>
public sealed record SampleShopOutputs
{
    /// <summary>Absolute path of the shop.</summary>
    public required string Folder { get; init; }

    /// <summary>Absolute path of the folder of the order lines' day files.</summary>
    public required string OrderLines { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly StartDate { get; init; }

    /// <summary>Last day.</summary>
    public required DateOnly EndDate { get; init; }

    public required long Orders { get; init; }

    /// <summary>Lines in the day files of order lines, with repeated, torn and cancelling ones.</summary>
    public required long Lines { get; init; }

    public required long Customers { get; init; }

    public required long Clicks { get; init; }

    public required long Reviews { get; init; }

    /// <summary>Whether the folder held the shop before.</summary>
    public required bool AlreadyThere { get; init; }
}
