namespace Platform.Activities.Sample;

/// <summary>Writes the files of one day: orders and their lines with the planted dirt, cancellations, clicks and reviews.</summary>
internal sealed class ShopDay
{
    public const string OrderLineHeader = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
    private const int FirstInvoice = 500_000;
    private static readonly string[] WrongQuantities = ["six", "12 pcs", "n/a", "--"];
    private static readonly string[] WrongPrices = ["£2.55", "free", "N/A", "1.2.3"];
    private readonly ShopOptions _options;
    private readonly ShopCatalogue _catalogue;
    private readonly ShopCalendar _calendar;
    private readonly ShopOrders _orders;
    private readonly int _dirt;

    public ShopDay(ShopOptions options, ShopCatalogue catalogue, ShopCalendar calendar, ShopOrders orders)
    {
        (_options, _catalogue, _calendar, _orders) = (options, catalogue, calendar, orders);
        _dirt = (int)(options.Dirt * 1_000_000);
    }

    /// <summary>Writes the day's files under <paramref name="folder"/> and returns what is in them.</summary>
    public ShopTruth Write(string folder, int day, CancellationToken cancellationToken)
    {
        var truth = new ShopTruth();
        var date = _options.Start.AddDays(day);
        var name = date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) + ".csv";
        using var orders = new CsvText(Path.Combine(folder, "orders", name), "order_id,customer_id,ordered_at,status,payment,lines,total,ip");
        using var lines = new CsvText(Path.Combine(folder, "order_lines", name), OrderLineHeader);
        using var clicks = new ShopClicks(Path.Combine(folder, "clicks", name), _options, _catalogue, _orders);
        using var reviews = new ShopReviews(Path.Combine(folder, "reviews", name), _options, _catalogue);
        using var fraud = new CsvText(Path.Combine(folder, "fraud_labels", name), "order_id,scenario");
        Span<ShopLine> items = stackalloc ShopLine[ShopOrders.MostLines];
        var count = _calendar.OrdersOf(day);
        var first = _calendar.OrdersBefore(day);
        for (var rank = 0; rank < count; rank++)
        {
            if (rank % 1024 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var order = _orders.Make(first + rank, date, ShopCalendar.SecondOf(rank, count), items);
            WriteOrder(orders, order, items[..order.Lines], date);
            if (order.Fraud)
            {
                fraud.Number(FirstInvoice + order.Number);
                fraud.Raw("night_bulk_of_dear_goods"u8);
                fraud.EndLine();
                truth.Planted("orders", "fraud");
            }
            WriteLines(lines, order, items[..order.Lines], date, truth);
            clicks.WriteOrder(order, items[..order.Lines], date);
            if (day > 0)
                WriteCancellation(lines, day, date, order.Number, order.Second, truth);
            reviews.Write(order, items[..order.Lines], date, truth);
        }
        truth.Rows("orders", orders.Lines);
        truth.Rows("order_lines", lines.Lines);
        truth.Rows("clicks", clicks.Lines);
        truth.Rows("reviews", reviews.Lines);
        truth.Rows("fraud_labels", fraud.Lines);
        return truth;
    }

    private void WriteOrder(CsvText file, in ShopOrder order, ReadOnlySpan<ShopLine> lines, DateOnly date)
    {
        long total = 0;
        foreach (var line in lines)
            total += (long)line.Quantity * _catalogue.Products[line.Product].Price;
        file.Number(FirstInvoice + order.Number);
        file.Number(ShopCustomers.FirstId + order.Customer);
        file.Time(date, order.Second);
        file.Raw(order.Fraud && order.Host % 3 != 0 ? "SUSPECTED_FRAUD"u8 : order.Host % 20 == 0 ? "PENDING"u8 : "COMPLETE"u8);
        file.Raw(order.Payment switch { 0 => "card"u8, 1 => "wechat"u8, 2 => "alipay"u8, _ => "paypal"u8 });
        file.Number(lines.Length);
        file.Hundredths(total);
        file.Coded(order.Network switch { 192 => "192.0.2."u8, 198 => "198.51.100."u8, _ => "203.0.113."u8 }, order.Host);
        file.EndLine();
    }

    private void WriteLines(CsvText file, in ShopOrder order, ReadOnlySpan<ShopLine> lines, DateOnly date, ShopTruth truth)
    {
        var dirt = ShopRandom.For(_options.Seed, ShopStream.Dirt, order.Number);
        var guest = _dirt > 0 && dirt.Percent(6);
        foreach (var line in lines)
        {
            var kind = _dirt > 0 && dirt.Chance(_dirt) ? (LineDirt)dirt.Below((int)LineDirt.Count) : LineDirt.None;
            if (kind != LineDirt.None)
                truth.Planted("order_lines", NameOf(kind));
            if (guest || kind == LineDirt.MissingCustomer)
                truth.Planted("order_lines", "without_customer");
            WriteLine(file, order, line, date, kind, guest, ref dirt);
        }
    }

    private void WriteLine(CsvText file, in ShopOrder order, ShopLine line, DateOnly date, LineDirt kind, bool guest, ref ShopRandom dirt)
    {
        var product = _catalogue.Products[line.Product];
        file.Number(FirstInvoice + order.Number);
        if (kind == LineDirt.UnknownProduct)
            file.Coded("ZZ"u8, dirt.Below(10_000));
        else
            file.Raw(product.Code);
        if (kind == LineDirt.TornLine)
        {
            file.EndLine();         // the rest of the line is lost
            return;
        }
        file.Raw(kind == LineDirt.MissingDescription ? default : product.Description);
        if (kind == LineDirt.WrongQuantity)
            file.Text(dirt.Pick(WrongQuantities));
        else
            file.Number(kind == LineDirt.Outlier ? line.Quantity * 1000L : line.Quantity);
        if (kind == LineDirt.WrongDate)
            file.Raw("31/02/20xx"u8);
        else
            file.Time(date, order.Second);
        if (kind == LineDirt.WrongPrice)
            file.Text(dirt.Pick(WrongPrices));
        else
            file.Hundredths(product.Price);
        if (kind == LineDirt.UnknownCustomer)
            file.Number(9_000_000 + dirt.Below(1000));
        else if (guest || kind == LineDirt.MissingCustomer)
            file.Raw(default);
        else
            file.Number(ShopCustomers.FirstId + order.Customer);
        file.Raw(order.Taste.Country);
        if (kind != LineDirt.Repeated)
        {
            file.EndLine();
            return;
        }
        Span<byte> copy = stackalloc byte[file.CurrentLine.Length];
        file.CurrentLine.CopyTo(copy);
        file.EndLine();
        file.Repeat(copy);
    }

    /// <summary>In one order of 60, a line of an order of the week before is cancelled: an invoice that begins with C, quantity negative.</summary>
    private void WriteCancellation(CsvText file, int day, DateOnly date, long number, int second, ShopTruth truth)
    {
        var random = ShopRandom.For(_options.Seed, ShopStream.Cancellation, number);
        if (!random.Chance(16_667))
            return;
        var before = Math.Max(0, day - random.Between(1, 7));
        var candidates = _calendar.OrdersOf(before);
        if (candidates == 0)
            return;
        Span<ShopLine> items = stackalloc ShopLine[ShopOrders.MostLines];
        var rank = random.Below(candidates);
        var order = _orders.Make(_calendar.OrdersBefore(before) + rank, _options.Start.AddDays(before), 0, items);
        var product = _catalogue.Products[items[0].Product];
        file.Coded("C"u8, FirstInvoice + number);
        file.Raw(product.Code);
        file.Raw(product.Description);
        file.Number(-items[0].Quantity);
        file.Time(date, second);
        file.Hundredths(product.Price);
        file.Number(ShopCustomers.FirstId + order.Customer);
        file.Raw(order.Taste.Country);
        file.EndLine();
        truth.Planted("order_lines", "cancellation");
    }

    private static string NameOf(LineDirt kind) => kind switch
    {
        LineDirt.Repeated => "repeated_line",
        LineDirt.MissingCustomer => "missing_customer",
        LineDirt.MissingDescription => "missing_description",
        LineDirt.WrongQuantity => "wrong_type_quantity",
        LineDirt.WrongPrice => "wrong_type_price",
        LineDirt.WrongDate => "wrong_type_date",
        LineDirt.UnknownProduct => "broken_reference_product",
        LineDirt.UnknownCustomer => "broken_reference_customer",
        LineDirt.Outlier => "outlier_quantity",
        LineDirt.TornLine => "torn_line",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private enum LineDirt
    {
        Repeated,
        MissingCustomer,
        MissingDescription,
        WrongQuantity,
        WrongPrice,
        WrongDate,
        UnknownProduct,
        UnknownCustomer,
        Outlier,
        TornLine,
        Count,
        None = -1,
    }
}
