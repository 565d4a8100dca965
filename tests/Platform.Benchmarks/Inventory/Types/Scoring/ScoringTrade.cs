namespace Platform.Benchmarks.Inventory.Types.Scoring;

/// <summary>Columns about products, firms and money that score the model.</summary>
internal static class ScoringTrade
{
    private static readonly Style Money = r => () => r.Log(3, 800).Text("F2");

    public static readonly ScoringRecipe[] All =
    [
        new("sku", "article_code|ProdCode|item_sku|物料编码|upc_code|huo_hao", [r => () => $"{r.From("KLMNPQRSTVWX", 2)}{r.Digits(3)}-{r.Pick(new[] { "GRN", "NVY", "WHT", "CRM" })}-{r.Pick(new[] { "S", "M", "L" })}"], [r => () => $"{r.From("DFGHKLMNP", 3)}{r.Digits(5)}", r => () => $"{r.Next(200_000, 480_000)}", r => () => $"50{r.Digits(11)}"]),
        new("product_name", "prod_title|ItemDesc|物品名称|goods_title|shangpin_mc|article_desc", [r => () => $"{r.Pick(ScoringWords.Adjectives)} {r.Pick(ScoringWords.Goods)}", r => () => $"{r.Pick(ScoringWords.Brands)} {r.Pick(ScoringWords.Goods)} {r.Digits(3)}", r => () => $"{r.Pick(ScoringWords.Adjectives)} {r.Pick(ScoringWords.Goods)} - {r.Pick(new[] { "Charcoal", "Sage", "Twin Pack", "10 pcs" })}", r => () => $"{r.Pick(ScoringWords.ChineseBrands)}{r.Pick(ScoringWords.ChineseAdjectives)}{r.Pick(ScoringWords.ChineseGoods)}", r => () => $"{r.Pick(ScoringWords.ChineseAdjectives)}{r.Pick(ScoringWords.ChineseGoods)}{r.Next(2, 6)}件装", r => () => $"{r.Pick(ScoringWords.Goods)} {r.Pick(ScoringWords.Adjectives)}".ToUpperInvariant()]),
        new("brand", "mfr|brand_nm|Marke|所属品牌|pin_pai|producer", [r => () => r.Pick(ScoringWords.Brands), r => () => r.Pick(ScoringWords.ChineseBrands), r => () => r.Pick(ScoringWords.Brands).ToUpperInvariant()], Most: 50, Also: "company|category"),
        new("company", "legal_entity|CustomerOrg|厂家名称|employer_nm|gong_si|account_name_org|agency", [r => () => $"{r.Pick(ScoringWords.Firms)} {r.Pick(ScoringWords.FirmEnds)}", r => () => $"{r.Pick(ScoringWords.Firms)} {r.Pick(ScoringWords.Firms)} {r.Pick(ScoringWords.FirmEnds)}", r => () => r.Pick(ScoringWords.ChineseTowns) + r.Pick(ScoringWords.ChineseFirms) + r.Pick(ScoringWords.ChineseFirmEnds), r => () => $"{r.Pick(ScoringWords.Family)} & {r.Pick(ScoringWords.Family)} {r.Pick(ScoringWords.FirmEnds)}"]),
        new("category", "grp_nm|ProductLine|所属类别|pin_lei|sub_category|payment_type|dept_nm", [r => Few(r, ScoringWords.Groups, 18), r => Few(r, ScoringWords.ChineseGroups, 14), r => Few(r, [.. ScoringWords.Groups.Select(g => g.ToLowerInvariant().Replace(' ', '-'))], 12), r => Few(r, [.. ScoringWords.Groups.Select(g => $"{ScoringWords.Groups[g.Length % 20]} > {g}")], 16)], Most: 18, Also: "title"),
        new("status", "ord_stat|审批状态|CurrentStatus|ticket_state|zhuang_tai", [r => Few(r, Make.Words("in transit|awaiting pickup|backordered|partially shipped|lost|out for delivery|customs clearance"), 7), r => Few(r, Make.Words("TRIAGE|ASSIGNED|ESCALATED|RESOLVED|REOPENED|WONT_FIX"), 6), r => Few(r, Make.Words("待派单|配送中|已拒收|已核销|待评价|已作废|待出库"), 7), r => Few(r, Make.Words("Active|Dormant|Lapsed|Terminated"), 4)], Most: 8, Also: "category"),
        new("color", "colour_nm|商品颜色|yan_se|FarbCode|paint", [r => Few(r, Make.Words("Teal|Maroon|Ivory|Turquoise|Charcoal|Lavender|Olive|Coral|Mustard|Burgundy|Khaki|Cream"), 12), r => Few(r, Make.Words("酒红|墨绿|天蓝|香槟金|藏蓝|驼色|奶白|烟灰"), 8), r => () => $"#{r.From("0123456789ABCDEF", 6)}"], Most: 40, Also: "category"),
        new("size", "garment_size|尺码规格|SizeCd|pack_dim|chi_ma", [r => Few(r, Make.Words("XXS|XS|S|M|L|XL|2XL|3XL"), 8), r => () => $"{r.Next(12, 90)} × {r.Next(12, 90)} cm", r => Few(r, Make.Words("US 6|US 7|US 8|US 8.5|US 9|US 10|US 11"), 7), r => Few(r, Make.Words("160/84A|165/88A|170/92A|175/96A|180/100A"), 5)], Most: 40),
        new("weight", "gross_wt|净含量|PkgWeight|load_kg|zhong_liang", [r => () => $"{r.Next(1, 80) * 25} g", r => () => $"{r.Log(0.3, 40).Text("F1")}kg", r => () => $"{r.Next(1, 20) * 100}毫升"], [r => () => r.Log(0.2, 45).Text("F2")]),
        new("price", "unit_prc|零售单价|SellPrice|pricePerItem|dan_jia|tariff_price", [r => () => $"£{(Math.Floor(r.Log(2, 300)) + 0.99).Text("F2")}"], [Money, r => () => (Math.Floor(r.Log(2, 300)) + r.Pick(new[] { 0.99, 0.49, 0.95 })).Text("F2"), r => () => $"{r.Next(5, 900)}"], Also: "amount"),
        new("amount", "net_total|应收金额|InvoiceAmt|claim_amount|zong_jin_e|monthly_income|refund_amt", [r => () => $"€{r.Log(50, 40_000).Text("N2")}", r => () => $"{r.Log(50, 40_000).Text("F2")} CNY"], [r => () => r.Log(50, 40_000).Text("F2"), r => () => r.Normal(0, 900).Text("F2")], Also: "price"),
        new("currency", "ccy_cd|结算币种|TxnCurrency|huo_bi", [r => Few(r, Make.Words("THB|MYR|IDR|PHP|VND|AED|SAR|ILS|CZK|HUF|NZD|TWD"), 9), r => Few(r, Make.Words("EUR|USD|GBP|CHF"), 4)], Most: 9),
        new("quantity", "ordered_units|入库数量|NumPieces|headcount|shu_liang|page_hits|qty_on_hand", [r => () => $"{r.Next(1, 60)}箱"], [r => () => $"{r.Next(1, 25)}", r => () => $"{(int)r.Log(1, 4000)}", r => () => $"{r.Next(0, 900)}"]),
        new("discount", "promo_discount|折扣率|DiscPct|coupon_value_off|zhe_kou", [], [r => Few(r, Make.Words("0|7.5|12.5|15|22|40"), 6), r => () => r.Chance(0.5) ? "0" : r.Log(1, 90).Text("F2"), r => Few(r, Make.Words("0%|3%|8%|12%|35%"), 5)]),
        new("tax", "vat_amt|增值税额|TaxValue|excise_duty|shui_e", [], [r => () => (r.Log(9, 700) * 0.21).Text("F2"), r => Few(r, Make.Words("21|9|0|6|25"), 5)]),
        new("vat_number", "vat_reg_no|UStIdNr|customer_vat", [r => () => "SE" + r.Digits(10) + "01", r => () => "PT" + r.Digits(9), r => () => "DK" + r.Digits(8)], Also: "code"),
        new("credit_code", "uscc_no|机构信用代码|tyshxydm", [r => () => Make.CreditCode("91" + r.Pick(new[] { "320583", "371002", "420106" }) + "MA" + r.From("0123456789ABCDEFGHJKLMNPQRTUWXY", 7)), r => () => Make.CreditCode("12" + r.Pick(new[] { "230100", "610000" }) + r.From("0123456789", 9))]),
        new("percentage", "pct_complete|完成率|OccupancyRate|share_pct|bai_fen_bi|churn_rate", [r => () => $"{(r.NextDouble() * 100).Text("F2")}%", r => () => $"{r.Next(0, 101)} %"], [r => () => (r.NextDouble() * 100).Text("F1")]),
        new("rating", "stars_given|服务评分|UserRating|nps|da_fen|film_rating", [r => Few(r, Make.Words("4/5|5/5|3/5|2/5|1/5"), 5)], [r => () => $"{r.Next(1, 6)}", r => () => (r.Next(2, 11) * 0.5).Text("F1"), r => () => $"{r.Next(1, 11)}"]),
        new("score", "risk_prob|匹配得分|ModelScore|fraud_likelihood|zhi_xin_du", [], [r => () => r.NextDouble().Text("F5"), r => () => Math.Pow(r.NextDouble(), 3).Text("F4")]),
        new("embedding", "doc_vec|图像向量|feat_emb", [r => () => "[" + string.Join(",", Enumerable.Range(0, 10).Select(_ => r.Normal(0, 0.3).Text("F5"))) + "]", r => () => string.Join("|", Enumerable.Range(0, 10).Select(_ => r.Normal(0, 0.3).Text("F4"))).Replace('|', ' ')]),
    ];

    /// <summary>A few of the words, each time one of them.</summary>
    public static Func<string> Few(Random random, string[] words, int most)
    {
        var few = words.OrderBy(_ => random.Next()).Take(random.Next(Math.Min(3, most), most + 1)).ToArray();
        return () => random.Pick(few);
    }
}
