namespace Platform.Activities.Sample;

/// <summary>
/// Orders. Each follows from its number alone. A customer buys the same few favourites again and again (3 lines in 10), else mostly from three liked
/// categories in one liked style, else what sells best in the shop, which before Christmas is festive.
/// </summary>
internal sealed class ShopOrders(ShopOptions options, ShopCatalogue catalogue, ShopCustomers customers)
{
    /// <summary>Most lines of an order.</summary>
    public const int MostLines = 12;

    private const int Festive = 22;
    private static readonly int[] LineCounts = [1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 7, 8, 10, 12];
    private static readonly int[] Quantities = [1, 1, 1, 1, 1, 2, 2, 2, 3, 4, 6, 6, 12, 12, 24];

    /// <summary>The order of that number, with its lines written into <paramref name="lines"/>.</summary>
    public ShopOrder Make(long number, DateOnly day, int second, Span<ShopLine> lines)
    {
        var random = ShopRandom.For(options.Seed, ShopStream.Order, number);
        var customer = random.Skewed(options.Customers) * 7919L % options.Customers;     // scattered, so that buyers are not simply the first numbers
        var taste = customers.TasteOf((int)customer);
        var fraud = options.Fraud > 0 && random.Chance((int)(options.Fraud * 1_000_000));
        var count = fraud ? random.Between(1, 3) : random.Pick(LineCounts);
        for (var i = 0; i < count; i++)
        {
            var product = fraud ? Dear(ref random) : Choose(taste, (int)customer, day, ref random);
            var quantity = fraud ? random.Between(5, 30) : random.Pick(Quantities);
            if (!fraud && catalogue.Products[product].Price > 2500)
                quantity = 1 + quantity / 12;
            lines[i] = new ShopLine(product, quantity);
        }
        return new ShopOrder
        {
            Number = number,
            Customer = (int)customer,
            Taste = taste,
            Lines = count,
            Second = fraud ? second % (5 * 3600) : second,       // fraud comes at night
            Fraud = fraud,
            Payment = random.Below(4),
            Network = fraud ? 203 : random.Percent(50) ? 192 : 198,
            Host = random.Between(1, 254),
        };
    }

    /// <summary>A product that the customer looks at without buying, or buys.</summary>
    public int Choose(ShopTaste taste, int customer, DateOnly day, ref ShopRandom random)
    {
        var draw = random.Below(100);
        if (draw < 30)
            return Favourite(taste, customer, random.Skewed(6));
        if (draw < 82)
            return Liked(taste, ref random);
        var category = day.Month >= 11 && random.Percent(50) ? Festive + random.Below(2) : random.Skewed(ShopCatalogue.CategoryCount);
        return catalogue.IndexOf(category, random.Below(ShopCatalogue.StyleCount), random.Skewed(catalogue.PerStyle));
    }

    private int Favourite(ShopTaste taste, int customer, int which)
    {
        var random = ShopRandom.For(options.Seed, ShopStream.Taste, ~((long)customer * 8 + which));
        return Liked(taste, ref random);
    }

    private int Liked(ShopTaste taste, ref ShopRandom random)
    {
        var draw = random.Below(10);
        var category = draw < 5 ? taste.First : draw < 8 ? taste.Second : taste.Third;
        var style = random.Percent(85) ? taste.Style : random.Below(ShopCatalogue.StyleCount);
        return catalogue.IndexOf(category, style, random.Skewed(catalogue.PerStyle));
    }

    private int Dear(ref ShopRandom random) => catalogue.IndexOf(20, random.Below(ShopCatalogue.StyleCount), random.Below(catalogue.PerStyle));
}

/// <summary>An order without its lines.</summary>
internal readonly struct ShopOrder
{
    /// <summary>From 0, in the order of time.</summary>
    public required long Number { get; init; }

    /// <summary>The customer from 0.</summary>
    public required int Customer { get; init; }

    public required ShopTaste Taste { get; init; }

    public required int Lines { get; init; }

    /// <summary>Second of the day.</summary>
    public required int Second { get; init; }

    public required bool Fraud { get; init; }

    public required int Payment { get; init; }

    /// <summary>First number of the address: one of the blocks kept for documentation.</summary>
    public required int Network { get; init; }

    public required int Host { get; init; }
}

/// <summary>A line of an order.</summary>
/// <param name="Product">Index of the product.</param>
/// <param name="Quantity">Pieces.</param>
internal readonly record struct ShopLine(int Product, int Quantity);
