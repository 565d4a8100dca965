namespace Platform.Benchmarks.Inventory.Types.Scoring;

/// <summary>Columns about the web, ids, time and content that score the model.</summary>
internal static class ScoringWeb
{
    private const string Hex = "0123456789abcdef";

    private static readonly Style Counting = r => { var at = r.Next(1, 900); return () => $"{at++}"; };

    public static readonly ScoringRecipe[] All =
    [
        new("ip_address", "source_address|访问IP|RemoteHost|peer_ip", [r => () => $"{r.Next(11, 220)}.{r.Next(255)}.{r.Next(255)}.{r.Next(254)}", r => () => $"2001:db8:{r.From(Hex, 4)}:{r.From(Hex, 4)}::{r.From(Hex, 3)}"]),
        new("mac_address", "nic_address|网卡地址|wifi_bssid", [r => () => string.Join(':', Enumerable.Range(0, 6).Select(_ => r.From(Hex, 2)))]),
        new("user_agent", "client_ua|HTTP_USER_AGENT|请求UA", [r => () => $"Mozilla/5.0 (X11; Linux x86_64; rv:{r.Next(80, 130)}.0) Gecko/20100101 Firefox/{r.Next(80, 130)}.0", r => () => $"Dalvik/2.1.0 (Linux; U; Android {r.Next(8, 15)}; SM-G{r.Digits(3)}F)"]),
        new("url", "canonical_link|来源网址|TargetUri|homepage_addr", [r => () => $"https://{r.Pick(ScoringWords.Firms).ToLowerInvariant()}.io/docs/{r.From(Hex, 5)}#top", r => () => $"http://shop.{r.Pick(ScoringWords.Brands).ToLowerInvariant().Replace(' ', '-').Replace("'", "", StringComparison.Ordinal)}.de/artikel?nr={r.Digits(5)}"]),
        new("image_url", "pic_link|商品主图|PhotoHref|banner_src", [r => () => $"https://cdn.{r.Pick(ScoringWords.Firms).ToLowerInvariant()}.net/{r.From(Hex, 12)}_800x800.{r.Pick(new[] { "jpg", "png" })}", r => () => $"https://{r.Pick(ScoringWords.Firms).ToLowerInvariant()}.cn/images/{r.Digits(9)}.webp"], Also: "url"),
        new("file_path", "storage_path|附件路径|LogFile|src_file", [r => () => $"/mnt/share/{r.Pick(ScoringWords.Firms).ToLowerInvariant()}/{r.Next(2010, 2025)}/{r.From(Hex, 6)}.csv", r => () => $"D:\\exports\\{r.Pick(ScoringWords.Firms)}\\batch_{r.Digits(3)}.xlsx", r => () => $"scan_{r.Digits(4)}_{r.Pick(ScoringWords.Firms).ToLowerInvariant()}.pdf"]),
        new("identifier", "row_no|序列号|RecordKey|warehouse_id|xu_hao|ticket_id|machine_id", [Counting], [r => () => $"{r.Next(1, 4000)}", r => { var p = r.From("GHJKLMN", 1); var at = r.Next(100, 900); return () => $"{p}{at++:00000}"; }], Also: "user_id|order_id|sku|code"),
        new("user_id", "subscriber_id|会员ID|CustKey|player_id|hui_yuan_id|uid_hash", [], [Counting, r => () => $"{r.Next(30_000, 90_000)}", r => () => $"MEM{r.Digits(7)}", r => () => r.From(Hex, 20)]),
        new("order_id", "purchase_order_no|交易流水号|SalesOrderNum|checkout_id|dan_hao|remittance_ref", [], [Counting, r => () => $"PO-{r.Next(2015, 2025)}-{r.Digits(6)}", r => () => $"{r.Time(2019, 2024).Text("yyMMdd")}{r.Digits(8)}", r => () => $"{r.Next(5_000_000, 9_000_000)}"]),
        new("session_id", "visit_key|会话标识|SESSID|browse_session", [], [r => () => r.From(Hex, 32), r => () => $"s{r.Digits(12)}", r => () => r.From("abcdefghijklmnopqrstuvwxyz234567", 24)]),
        new("device_id", "handset_id|终端设备号|AdvertisingId|imei_no", [r => () => Make.Luhn("86" + r.Digits(12))], [r => () => r.From(Hex, 16), r => () => $"{r.From("0123456789ABCDEF", 8)}-{r.From("0123456789ABCDEF", 4)}-4{r.From("0123456789ABCDEF", 3)}-A{r.From("0123456789ABCDEF", 3)}-{r.From("0123456789ABCDEF", 12)}"]),
        new("uuid", "row_guid|唯一标识UUID|msg_uuid", [r => () => $"{r.From(Hex, 8)}-{r.From(Hex, 4)}-4{r.From(Hex, 3)}-9{r.From(Hex, 3)}-{r.From(Hex, 12)}"]),
        new("hash", "content_sha|文件MD5|row_digest|blob_hash", [r => () => r.From(Hex, 64), r => () => r.From(Hex, 40), r => () => r.From("0123456789ABCDEF", 32)]),
        new("code", "lot_no|批次代码|ErrCode|shelf_ref|voucher_code|seat", [r => () => $"{r.From("EFGHKL", 1)}{r.Digits(2)}-{r.From("RSTUV", 2)}{r.Digits(2)}", r => () => $"ERR_{r.Next(100, 600)}", r => () => $"{r.From("ABCDEFGHJK", 1)}{r.Next(1, 40)}{r.From("ABCD", 1)}", r => () => $"{r.From("JKLMNP", 2)}.{r.Digits(3)}.{r.From("XYZ", 1)}"], Also: "identifier|sku"),
        new("version", "fw_version|软件版本号|ReleaseTag|schema_ver", [r => () => $"{r.Next(1, 30)}.{r.Next(0, 12)}.{r.Next(0, 8)}", r => () => $"release-{r.Next(1, 9)}.{r.Next(0, 20)}.{r.Next(0, 9)}"], Most: 60),
        new("json", "raw_event|扩展信息|Attributes_json", [r => () => $"{{\"channel\": \"{r.Pick(new[] { "web", "app" })}\", \"ms\": {r.Next(9, 900)}, \"ids\": [{r.Next(9)}, {r.Next(9)}]}}"]),
        new("html", "email_markup|正文HTML|desc_rich", [r => () => $"<h3>{r.Pick(ScoringWords.Titles)}</h3><p>{r.Pick(ScoringWords.Notes)}</p>", r => () => $"<span style='color:red'>{r.Pick(ScoringWords.ChineseNotes)}</span><br>"]),
        new("list", "related_ids|标签列表|BasketItems|path_nodes", [r => () => string.Join(';', Enumerable.Range(0, r.Next(3, 8)).Select(_ => r.Next(100, 999))), r => () => "[" + string.Join(", ", Enumerable.Range(0, r.Next(2, 6)).Select(_ => "'" + r.Pick(ScoringWords.Groups) + "'")) + "]"]),
        new("date", "posting_date|签约日期|ValidFrom|jie_shu_ri_qi|shipped_on|dt_close", [Days("yyyy-MM-dd"), Days("dd-MM-yyyy"), Days("d MMMM yyyy"), Days("yyyyMMdd"), Days("MM-dd-yyyy"), Days("yyyy年MM月dd日")]),
        new("timestamp", "last_seen_at|入库时刻|LoggedOn|geng_xin_shi_jian|ingest_dttm", [Days("yyyy-MM-dd HH:mm:ss"), Days("yyyy-MM-ddTHH:mm:ss.fffZ"), Days("dd.MM.yyyy HH:mm"), Days("MMM d yyyy h:mmtt")]),
        new("time_of_day", "departs|营业开始时间|ShiftStart|alarm_at", [r => () => r.Time(2020, 2021).Text("HH:mm"), r => () => r.Time(2020, 2021).Text("hh:mm tt"), r => () => r.Time(2020, 2021).Text("HH:mm:ss")]),
        new("unix_time", "epoch_secs|写入时间戳|EventEpochMs|shi_jian_chuo", [r => { var at = r.Next(1_450_000_000, 1_690_000_000); return () => $"{at + r.Next(0, 9_000_000)}"; }, r => { var at = r.Next(1_450_000_000, 1_690_000_000); return () => $"{at + r.Next(0, 9_000_000)}{r.Digits(3)}"; }]),
        new("year", "fiscal_yr|建成年份|YearBuilt|vintage|nian_du", [r => () => $"{r.Next(1962, 2024)}", r => () => $"{r.Next(2005, 2024)}"], Most: 60),
        new("month", "bill_month|会计期间|MonthName|yue_fen_shu", [r => () => r.Time(2017, 2024).Text("yyyy-MM"), r => () => r.Time(2017, 2024).Text("MMMM"), r => () => $"{r.Next(1, 13)}月", r => () => r.Time(2017, 2024).Text("MMM-yy")], [r => () => $"{r.Next(1, 13)}"], Most: 90),
        new("day", "dayOfMonth|几号|pay_day|billing_day", [r => () => $"{r.Next(1, 32)}日"], [r => () => $"{r.Next(1, 32)}"], Most: 31),
        new("weekday", "day_name_short|星期名|DOW_TXT|zhou_ji", [r => () => r.Time(2015, 2024).Text("dddd").ToLowerInvariant(), r => () => r.Time(2015, 2024).Text("ddd"), r => () => r.Pick(Make.Words("周一|周二|周三|周四|周五|周六|周日"))], [r => () => $"{r.Next(1, 8)}"], Most: 7),
        new("duration", "call_secs|停留时长|ElapsedMs|lead_time_days|yong_shi|wait_minutes", [r => () => $"{r.Next(1, 9)} hrs {r.Next(1, 59)} mins", r => () => $"{r.Next(2, 40)} days", r => () => $"{r.Next(3, 50)}小时", r => () => $"PT{r.Next(1, 5)}H{r.Next(1, 59)}M"], [r => () => $"{(int)r.Log(2, 9000)}", r => () => r.Log(0.2, 300).Text("F1")]),
        new("review", "customer_says|用户评价|ReviewBody|ping_jia|testimonial_txt", [r => () => r.Pick(ScoringWords.Praise), r => () => $"{r.Pick(ScoringWords.Praise)} {r.Pick(ScoringWords.Praise)} {r.Pick(ScoringWords.Praise)}", r => () => r.Pick(ScoringWords.ChinesePraise), r => () => r.Pick(ScoringWords.ChinesePraise) + r.Pick(ScoringWords.ChinesePraise)], Also: "free_text"),
        new("free_text", "agent_notes|处理意见|CaseDescription|bei_zhu|ticket_body|abstract_txt", [r => () => r.Pick(ScoringWords.Notes), r => () => $"{r.Pick(ScoringWords.Notes)} {r.Pick(ScoringWords.Notes)}", r => () => r.Pick(ScoringWords.ChineseNotes), r => () => r.Pick(ScoringWords.ChineseNotes) + r.Pick(ScoringWords.ChineseNotes)], Also: "review"),
        new("title", "book_title|文档标题|CourseName|article_headline|biao_ti|indicator_name", [r => () => r.Pick(ScoringWords.Titles), r => () => r.Pick(ScoringWords.ChineseTitles), r => () => $"{r.Pick(ScoringWords.Titles)} ({r.Next(1950, 2020)})"], Also: "product_name|free_text"),
        new("language", "ui_lang|语种代码|SpokenLanguage|doc_locale", [r => ScoringTrade.Few(r, Make.Words("pl|cs|hu|ro|el|tr|he|th|vi|uk|fi|da"), 9), r => ScoringTrade.Few(r, Make.Words("Polish|Czech|Hungarian|Greek|Turkish|Thai|Swahili|Finnish|Danish"), 8), r => ScoringTrade.Few(r, Make.Words("it-IT|nl-NL|sv-SE|pl-PL|tr-TR|ko-KR"), 6), r => ScoringTrade.Few(r, Make.Words("泰语|越南语|葡萄牙语|阿拉伯语|意大利语"), 5)], Most: 9),
        new("event_name", "evt_type|埋点事件|ActionName|trigger_event|xing_wei", [r => ScoringTrade.Few(r, Make.Words("cart_abandoned|coupon_applied|profile_viewed|map_opened|invite_sent|level_completed|ad_skipped|filter_changed"), 8), r => ScoringTrade.Few(r, Make.Words("OrderPlaced|InvoiceSent|TrialStarted|SeatReserved|PlanUpgraded|MessageRead"), 6), r => ScoringTrade.Few(r, Make.Words("打开小程序|切换标签|绑定手机|查看详情|关闭弹窗|滑动轮播"), 6)], Most: 8, Also: "category"),
        new("flag", "is_vip|是否退货|HasConsent|opted_out|shi_fou_you_xiao", [r => () => r.Chance(0.3) ? "true" : "false", r => () => r.Chance(0.7) ? "1" : "0", r => () => r.Chance(0.5) ? "是" : "否", r => () => r.Chance(0.5) ? "Y" : "N"], Most: 2, Also: "label"),
        new("label", "class_label|目标变量|TargetClass|annot_label", [], [r => () => $"{r.Next(0, 6)}", r => ScoringTrade.Few(r, Make.Words("churned|retained|benign|malignant|toxic|clean"), 3), r => () => $"cls{r.Next(0, 12)}"]),
        new("measure", "rpm|湿度值|WindSpeed|voltage_v|sensor_reading|ya_li|blood_pressure", [r => () => r.Normal(0, 2).Text("F5"), r => { var m = r.Log(2, 700); return () => r.Normal(m, m / 6).Text("F3"); }], [r => () => r.Normal(60, 20).Text("F0"), r => () => r.Normal(14, 6).Text("F1")], Also: "score|percentage|weight|duration|amount"),
    ];

    private static Style Days(string format) => r =>
    {
        var from = r.Next(1999, 2022);
        return () => r.Time(from, from + r.Next(1, 4)).Text(format);
    };
}
