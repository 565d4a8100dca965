using Platform.Inventory.Profile;

namespace Platform.Inventory.Classify;

/// <summary>What a table is about in the business.</summary>
/// <param name="Domain"><c>user</c>, <c>product</c>, <c>behaviour</c>, <c>transaction</c>, <c>market</c>, <c>content</c> or <c>operations</c>.</param>
/// <param name="Confidence">Between 0 and 1.</param>
/// <param name="Reasons">What spoke for it.</param>
public sealed record DomainVerdict(string Domain, double Confidence, IReadOnlyList<string> Reasons);

/// <summary>Adds up what a table's columns, their names and its own name say about its domain.</summary>
internal static class DomainJudge
{
    private static readonly (string Domain, string[] Words)[] Words =
    [
        ("user", ["user", "users", "customer", "customers", "client", "member", "person", "people", "patient", "employee", "用户", "客户", "会员"]),
        ("product", ["product", "products", "item", "items", "sku", "catalog", "category", "categories", "brand", "stock", "department", "departments", "beer", "movie", "商品", "产品", "类目"]),
        ("behaviour", ["click", "clicks", "session", "sessions", "view", "views", "event", "events", "visit", "search", "query", "rating", "log", "点击", "浏览", "行为"]),
        ("transaction", ["order", "orders", "invoice", "payment", "transaction", "tx", "purchase", "sale", "sales", "refund", "retail", "lines", "订单", "交易", "支付"]),
        ("market", ["market", "exchange", "quote", "ticker", "forecast", "demand", "index", "行情", "市场"]),
        ("content", ["review", "reviews", "comment", "text", "sentence", "title", "article", "news", "intents", "label", "corpus", "评论", "内容", "文章"]),
        ("operations", ["cpu", "metric", "timestamp", "value", "sensor", "utilization", "latency", "traffic", "speed", "occupancy", "监控"]),
    ];

    public static DomainVerdict? Judge(string tableName, IReadOnlyList<ColumnProfile> profiles, IReadOnlyList<ColumnVerdict> verdicts)
    {
        var scores = Words.ToDictionary(domain => domain.Domain, _ => 0.0);
        var reasons = Words.ToDictionary(domain => domain.Domain, _ => new List<string>());
        void add(string domain, double score, string reason)
        {
            scores[domain] += score;
            reasons[domain].Add(reason);
        }

        foreach (var (domain, words) in Words)
        {
            foreach (var word in words)
            {
                if (Contains(tableName, word))
                    add(domain, 2, $"the name has '{word}'");
                var columns = profiles.Count(profile => Contains(profile.Name, word));
                if (columns > 0)
                    add(domain, Math.Min(2, columns), $"{columns} column names have '{word}'");
            }
        }

        bool has(params string[] types) => verdicts.Any(verdict => types.Contains(verdict.Type) && verdict.Confidence >= 0.55);
        if (has("given_name", "family_name", "person_name", "email", "national_id"))
            add("user", 4, "its rows tell of people");
        if (has("free_text", "review"))
            add("content", 3, "it has texts to read");
        if (has("price", "amount") && has("quantity"))
            add("transaction", 2, "it has prices and quantities");
        else if (has("price") && has("title", "product_name"))
            add("product", 2, "it has names with prices");
        if (has("timestamp", "unix_time", "date") && verdicts.Count(verdict => verdict.Role is ColumnRole.Reference or ColumnRole.Key) >= 2)
            add(has("price", "amount") ? "transaction" : "behaviour", 1.5, "it says who did what and when");
        if (profiles.Count == 2 && has("timestamp", "date") && verdicts.Any(verdict => verdict.Role == ColumnRole.Measure))
            add("operations", 2, "it is a series of a number over time");
        var best = scores.MaxBy(score => score.Value);
        return best.Value < 2 ? null : new DomainVerdict(best.Key, Math.Round(Math.Min(0.95, best.Value / (scores.Values.Sum() + 1)), 3), reasons[best.Key]);
    }

    private static bool Contains(string name, string word)
    {
        if (word[0] > 0x7F)
            return name.Contains(word, StringComparison.Ordinal);
        var at = -1;
        while ((at = name.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase)) >= 0)
        {
            var end = at + word.Length;
            var before = at == 0 || !char.IsLetter(name[at - 1]) || char.IsUpper(name[at]) && char.IsLower(name[at - 1]);
            var after = end == name.Length || !char.IsLetter(name[end]) || char.IsUpper(name[end]) && char.IsLower(name[end - 1]);
            if (before && after)
                return true;
        }

        return false;
    }
}
