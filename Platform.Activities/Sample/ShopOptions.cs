namespace Platform.Activities.Sample;

/// <summary>What a generated shop depends on. The same options give the same bytes on any machine.</summary>
internal sealed record ShopOptions
{
    /// <summary>Raised whenever the generator's output changes, so that a folder of an older one is written anew.</summary>
    public const int GeneratorVersion = 1;

    /// <summary>Orders in all of <see cref="Days"/>, cancellations apart; 1,000 to 10 million.</summary>
    public required long Orders { get; init; }

    /// <summary>Days of trade; each has its files.</summary>
    public required int Days { get; init; }

    /// <summary>The first day.</summary>
    public required DateOnly Start { get; init; }

    /// <summary>Any number.</summary>
    public required long Seed { get; init; }

    /// <summary>Share of order lines with planted dirt, 0 to 0.5.</summary>
    public required double Dirt { get; init; }

    /// <summary>Share of orders that are fraud, 0 to 0.5.</summary>
    public required double Fraud { get; init; }

    /// <summary>Customers, without duplicates of the same person.</summary>
    public int Customers => (int)Math.Max(200, Orders / 8);

    /// <summary>Products, between 240 and 12,000.</summary>
    public int Products => (int)Math.Clamp(Orders / 40, 240, 12_000) / ShopCatalogue.CategoryCount * ShopCatalogue.CategoryCount;
}
