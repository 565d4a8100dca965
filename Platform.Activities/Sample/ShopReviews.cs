using System.Text;

namespace Platform.Activities.Sample;

/// <summary>Reviews of a day, in the customer's language. The rating follows the product's quality, the customer's taste and mildness; the words follow the rating.</summary>
internal sealed class ShopReviews(string path, ShopOptions options, ShopCatalogue catalogue) : IDisposable
{
    private static readonly string[][] OpeningsEn =
    [
        ["Very disappointed with this {0}.", "Broke after two days.", "Not at all like the picture.", "Would not buy this {0} again."],
        ["The {0} is smaller than I expected.", "Poor finish for the price.", "It does the job, barely.", "Arrived late and scratched."],
        ["The {0} is fine, nothing special.", "Okay for the money.", "Looks nice but feels a bit light.", "Average quality."],
        ["Really nice {0}, good value.", "Pretty and well made.", "My sister liked it a lot.", "Good quality, quick delivery."],
        ["Absolutely love this {0}!", "Perfect gift, beautifully packed.", "Even better than in the photos.", "Third one I have bought, always excellent."],
    ];

    private static readonly string[][] OpeningsZh =
    [
        ["这个{0}太让人失望了。", "用了两天就坏了。", "和图片完全不一样。", "再也不会买这家的{0}了。"],
        ["{0}比想象的小很多。", "做工粗糙，不值这个价。", "勉强能用。", "物流慢，包装还破了。"],
        ["{0}还行，没什么特别的。", "一分价钱一分货。", "样子好看，就是有点轻。", "质量一般般。"],
        ["{0}很不错，性价比高。", "做工精致，颜色漂亮。", "朋友很喜欢。", "质量好，发货也快。"],
        ["太喜欢这个{0}了！", "送礼很合适，包装精美。", "实物比照片还好看。", "第三次回购了，一如既往地好。"],
    ];

    private static readonly string[] ClosingsEn = ["Customer service did answer my mail.", "Delivery took three days.", "I use it every day.", "Bought it in the sale.", "The colour matches the description.", ""];
    private static readonly string[] ClosingsZh = ["客服态度不错。", "三天就到货了。", "每天都在用。", "活动时买的。", "颜色和描述一致。", ""];

    private readonly CsvText _file = new(path, "review_id,customer_id,stock_code,rating,text,language,reviewed_at");

    public long Lines => _file.Lines;

    /// <summary>One order in eight is reviewed, by its first line.</summary>
    public void Write(in ShopOrder order, ReadOnlySpan<ShopLine> lines, DateOnly date, ShopTruth truth)
    {
        var random = ShopRandom.For(options.Seed, ShopStream.Review, order.Number);
        if (order.Fraud || !random.Chance(125_000))
            return;
        var product = catalogue.Products[lines[0].Product];
        var liked = (product.Style == order.Taste.Style ? 1 : 0) + (product.Category == order.Taste.First ? 1 : 0);
        var rating = Math.Clamp(1 + liked + order.Taste.Mildness / 2 + product.Quality + random.Below(3), 1, 5);
        var written = (long)rating;
        var text = Words(order.Taste.Chinese, rating, product, ref random);
        var copies = 1;
        if (options.Dirt > 0)
        {
            switch (random.Below(1000))
            {
                case < 6:
                    written = random.Between(6, 99);
                    truth.Planted("reviews", "rating_out_of_range");
                    break;
                case < 14:
                    text = "";
                    truth.Planted("reviews", "missing_text");
                    break;
                case < 19:
                    copies = 2;
                    truth.Planted("reviews", "repeated_review");
                    break;
            }
        }
        for (; copies > 0; copies--)
        {
            _file.Number(700_000 + order.Number);
            _file.Number(ShopCustomers.FirstId + order.Customer);
            _file.Raw(product.Code);
            _file.Number(written);
            _file.Text(text);
            _file.Raw(order.Taste.Chinese ? "zh"u8 : "en"u8);
            _file.Time(date, Math.Min(86_399, order.Second + random.Between(60, 20_000)));
            _file.EndLine();
        }
    }

    public void Dispose() => _file.Dispose();

    private static string Words(bool chinese, int rating, ShopProduct product, ref ShopRandom random)
    {
        var text = new StringBuilder();
        var openings = (chinese ? OpeningsZh : OpeningsEn)[rating - 1];
        var first = random.Below(openings.Length);
        text.Append(openings[first]);
        if (random.Percent(60))
            text.Append(chinese ? "" : " ").Append(openings[(first + 1 + random.Below(openings.Length - 1)) % openings.Length]);
        var closing = random.Pick(chinese ? ClosingsZh : ClosingsEn);
        if (closing.Length > 0)
            text.Append(chinese ? "" : " ").Append(closing);
        return text.Replace("{0}", chinese ? product.NounZh : product.Noun.ToLowerInvariant()).ToString();
    }
}
