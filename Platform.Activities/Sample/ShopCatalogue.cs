using System.Globalization;
using System.Text;

namespace Platform.Activities.Sample;

/// <summary>The shop's departments, categories and products. Products of a category fall into four styles, which is what customers have a taste for.</summary>
internal sealed class ShopCatalogue
{
    public const int CategoryCount = 24;
    public const int StyleCount = 4;

    private static readonly (string Department, string Name, string NameZh, string Noun, string NounZh, int Low, int High)[] CategoryTable =
    [
        ("Kitchen", "Mugs", "马克杯", "Mug", "马克杯", 295, 1295), ("Kitchen", "Tea Towels", "茶巾", "Tea Towel", "茶巾", 195, 895),
        ("Kitchen", "Baking", "烘焙用品", "Cake Tin", "蛋糕模具", 395, 1995), ("Kitchen", "Lunch Boxes", "午餐盒", "Lunch Box", "午餐盒", 165, 1495),
        ("Living", "Cushions", "靠垫", "Cushion", "靠垫", 795, 3495), ("Living", "Candles", "香薰蜡烛", "Candle", "香薰蜡烛", 145, 1995),
        ("Living", "Lanterns", "灯笼", "Lantern", "灯笼", 295, 2495), ("Living", "Picture Frames", "相框", "Frame", "相框", 195, 1895),
        ("Garden", "Planters", "花盆", "Planter", "花盆", 345, 2995), ("Garden", "Bird Houses", "鸟屋", "Bird House", "鸟屋", 595, 3995),
        ("Garden", "Picnic", "野餐用品", "Picnic Basket", "野餐篮", 895, 5995), ("Garden", "Watering", "浇水器", "Watering Can", "浇水壶", 495, 2495),
        ("Bags", "Totes", "帆布袋", "Tote Bag", "帆布袋", 165, 1695), ("Bags", "Backpacks", "双肩包", "Backpack", "双肩包", 1995, 7995),
        ("Bags", "Purses", "零钱包", "Purse", "零钱包", 195, 1295), ("Stationery", "Notebooks", "笔记本", "Notebook", "笔记本", 125, 995),
        ("Stationery", "Cards", "贺卡", "Card Set", "贺卡套装", 42, 495), ("Stationery", "Pens", "钢笔", "Pen", "钢笔", 95, 2995),
        ("Toys", "Puzzles", "拼图", "Puzzle", "拼图", 295, 2495), ("Toys", "Soft Toys", "毛绒玩具", "Soft Toy", "毛绒玩具", 495, 2995),
        ("Electronics", "Headphones", "耳机", "Headphones", "耳机", 1995, 24995), ("Electronics", "Lamps", "台灯", "Desk Lamp", "台灯", 1495, 8995),
        ("Festive", "Ornaments", "节日挂饰", "Ornament", "挂饰", 85, 895), ("Festive", "Gift Wrap", "礼品包装", "Gift Wrap", "包装纸", 42, 595),
    ];

    private static readonly string[][] StyleWords =
    [
        ["Vintage", "Retro", "Antique", "Heritage", "Rustic"], ["Red Spotty", "Pink Polka", "Rainbow", "Candy", "Sunny"],
        ["Nordic", "Minimal", "Slate", "Ivory", "Linen"], ["Botanical", "Woodland", "Floral", "Bamboo", "Meadow"],
    ];

    private static readonly string[][] StyleWordsZh =
    [
        ["复古", "怀旧", "仿古", "传承", "乡村"], ["红点", "粉色波点", "彩虹", "糖果", "阳光"],
        ["北欧", "极简", "石板", "象牙", "亚麻"], ["植物", "森林", "碎花", "竹制", "草地"],
    ];

    private static readonly string[] Details = ["Small", "Large", "Set of 2", "Set of 6", "Classic", "Deluxe", "Mini", "Round", "Square", "Handmade", "Folding", "Striped"];
    private static readonly string[] DetailsZh = ["小号", "大号", "两件装", "六件装", "经典款", "豪华款", "迷你款", "圆形", "方形", "手工", "折叠", "条纹"];
    private static readonly string[] Brands = ["Harbour & Finch", "Lantern Lane", "云雀", "Oak & Ember", "青禾", "Pebble Works", "Miller Row", "山海集"];

    public ShopCatalogue(ShopOptions options)
    {
        PerCategory = options.Products / CategoryCount;
        PerStyle = PerCategory / StyleCount;
        Products = new ShopProduct[options.Products];
        for (var i = 0; i < Products.Length; i++)
            Products[i] = Make(options, i);
    }

    public ShopProduct[] Products { get; }

    public int PerCategory { get; }

    public int PerStyle { get; }

    /// <summary>A product of one category and style; low ranks sell most.</summary>
    public int IndexOf(int category, int style, int rank) => category * PerCategory + rank * StyleCount + style;

    /// <summary>Writes <c>categories.csv</c> and <c>products.csv</c>; one product in 200 names a category that does not exist.</summary>
    public void Write(string folder, ShopTruth truth)
    {
        using (var categories = new CsvText(Path.Combine(folder, "categories.csv"), "category_id,department,name,name_zh"))
        {
            for (var i = 0; i < CategoryCount; i++)
            {
                categories.Number(i + 1);
                categories.Text(CategoryTable[i].Department);
                categories.Text(CategoryTable[i].Name);
                categories.Text(CategoryTable[i].NameZh);
                categories.EndLine();
            }
            truth.Rows("categories", categories.Lines);
        }
        using var products = new CsvText(Path.Combine(folder, "products.csv"), "stock_code,name,name_zh,category_id,brand,price,weight_g");
        foreach (var product in Products)
        {
            products.Raw(product.Code);
            products.Raw(product.Description);
            products.Text(product.NameZh);
            if (product.BrokenCategory)
                truth.Planted("products", "broken_category");
            products.Number(product.BrokenCategory ? 90 + product.Category : product.Category + 1);
            products.Text(product.Brand);
            products.Hundredths(product.Price);
            products.Number(product.Weight);
            products.EndLine();
        }
        truth.Rows("products", products.Lines);
    }

    private ShopProduct Make(ShopOptions options, int index)
    {
        var random = ShopRandom.For(options.Seed, ShopStream.Product, index);
        var category = index / PerCategory;
        var style = index % PerCategory % StyleCount;
        var (_, _, _, noun, nounZh, low, high) = CategoryTable[category];
        var word = random.Below(StyleWords[style].Length);
        var detail = random.Below(Details.Length);
        var serial = random.Percent(35) ? ((char)('A' + random.Below(6))).ToString() : "";
        var code = string.Create(CultureInfo.InvariantCulture, $"{10000 + index * 7 % 89_999}{serial}");
        var name = $"{Details[detail]}{(random.Percent(6) ? ", " : " ")}{StyleWords[style][word]} {noun}".ToUpperInvariant();
        return new ShopProduct
        {
            Code = Encoding.UTF8.GetBytes(code),
            Description = Encoding.UTF8.GetBytes(name.Contains(',', StringComparison.Ordinal) ? $"\"{name}\"" : name),
            Name = name,
            NameZh = $"{DetailsZh[detail]}{StyleWordsZh[style][word]}{nounZh}",
            Noun = noun,
            NounZh = nounZh,
            Category = category,
            Style = style,
            Brand = random.Pick(Brands),
            Price = Math.Max(low, low + (high - low) * random.Skewed(1000) / 1000 / 10 * 10 + 5),
            Weight = random.Between(4, 300) * 10,
            Quality = random.Between(-1, 1),
            BrokenCategory = options.Dirt > 0 && index % 200 == 137,
        };
    }
}

/// <summary>A product, with the texts that are written often already encoded.</summary>
internal sealed class ShopProduct
{
    public required byte[] Code { get; init; }

    /// <summary>The name, quoted for CSV where it needs to be.</summary>
    public required byte[] Description { get; init; }

    public required string Name { get; init; }

    public required string NameZh { get; init; }

    public required string Noun { get; init; }

    public required string NounZh { get; init; }

    public required int Category { get; init; }

    public required int Style { get; init; }

    public required string Brand { get; init; }

    /// <summary>In hundredths.</summary>
    public required int Price { get; init; }

    /// <summary>In grams.</summary>
    public required int Weight { get; init; }

    /// <summary>-1, 0 or 1: moves every rating.</summary>
    public required int Quality { get; init; }

    public required bool BrokenCategory { get; init; }
}
