namespace Platform.Activities.Sample;

/// <summary>Clicks of a day: what was viewed, put in the cart and bought, with sessions that end without an order.</summary>
internal sealed class ShopClicks(string path, ShopOptions options, ShopCatalogue catalogue, ShopOrders orders) : IDisposable
{
    private readonly CsvText _file = new(path, "session_id,customer_id,stock_code,event,clicked_at,device");

    public long Lines => _file.Lines;

    /// <summary>The session that led to the order, and in half of the cases one beside it that led to nothing.</summary>
    public void WriteOrder(in ShopOrder order, ReadOnlySpan<ShopLine> lines, DateOnly date)
    {
        var random = ShopRandom.For(options.Seed, ShopStream.Session, order.Number);
        var session = order.Number * 2 + 1;
        var second = Math.Max(0, order.Second - 600);
        var device = random.Below(10);
        Click(session, order.Customer, orders.Choose(order.Taste, order.Customer, date, ref random), "view"u8, date, second, device);
        foreach (var line in lines[..Math.Min(lines.Length, 4)])
        {
            second = Math.Min(86_399, second + random.Between(4, 90));
            Click(session, order.Customer, line.Product, "view"u8, date, second, device);
            Click(session, order.Customer, line.Product, "cart"u8, date, Math.Min(86_399, second + 3), device);
        }
        Click(session, order.Customer, lines[0].Product, "buy"u8, date, Math.Max(second, order.Second), device);
        if (!random.Percent(50))
            return;
        var anonymous = random.Percent(40);
        for (var i = random.Between(1, 3); i > 0; i--)
        {
            second = Math.Min(86_399, second + random.Between(4, 120));
            Click(session + 1, anonymous ? -1 : order.Customer, orders.Choose(order.Taste, order.Customer, date, ref random), "view"u8, date, second, device);
        }
    }

    public void Dispose() => _file.Dispose();

    private void Click(long session, int customer, int product, ReadOnlySpan<byte> kind, DateOnly date, int second, int device)
    {
        _file.Number(session);
        if (customer < 0)
            _file.Raw(default);
        else
            _file.Number(ShopCustomers.FirstId + customer);
        _file.Raw(catalogue.Products[product].Code);
        _file.Raw(kind);
        _file.Time(date, second);
        _file.Raw(device < 6 ? "mobile"u8 : device < 9 ? "desktop"u8 : "tablet"u8);
        _file.EndLine();
    }
}
