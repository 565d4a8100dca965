using System.Globalization;

namespace Platform.Benchmarks.Inventory.Types.Training;

/// <summary>Columns about devices, the web, ids and files.</summary>
internal static class TrainingWeb
{
    private const string Base36 = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const string Hex = "0123456789abcdef";

    public static readonly Recipe[] All =
    [
        new("ip_address", "ip|ip_address|client_ip|remote_addr|IP|IP地址|src_ip", [random => () => $"{random.Next(1, 224)}.{random.Next(256)}.{random.Next(256)}.{random.Next(1, 255)}", random => () => $"192.168.{random.Next(256)}.{random.Next(1, 255)}", random => { var f = TrainingPeople.Fake(random, "en"); return () => f.Internet.Ipv6(); }]),
        new("mac_address", "mac|mac_address|hw_addr|bssid|MAC", [random => { var f = TrainingPeople.Fake(random, "en"); return () => f.Internet.Mac(); }, random => { var f = TrainingPeople.Fake(random, "en"); return () => f.Internet.Mac().ToUpperInvariant().Replace(':', '-'); }]),
        new("user_agent", "user_agent|ua|agent|browser|http_user_agent", [
            random => { var f = TrainingPeople.Fake(random, "en"); return () => f.Internet.UserAgent(); }, random => () => $"Mozilla/5.0 (iPhone; CPU iPhone OS {random.Next(12, 17)}_{random.Next(6)} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{random.Next(12, 17)}.0 Mobile/15E148 Safari/604.1", random => () => $"{random.Pick(new[] { "okhttp/4.", "curl/7.", "python-requests/2.", "MyApp/3." })}{random.Next(1, 40)}.{random.Next(9)}",
        ]),
        new("url", "url|link|website|page_url|网址|referrer|homepage|href|landing_page|domain|lianjie", [
            random => { var f = TrainingPeople.Fake(random, "en"); return () => f.Internet.Url(); }, random => { var f = TrainingPeople.Fake(random, "en"); return () => f.Internet.UrlWithPath(); }, random => { var f = TrainingPeople.Fake(random, "en"); return () => f.Internet.DomainName(); }, random => { var host = TrainingPeople.Fake(random, "en").Internet.DomainName(); return () => $"https://www.{host}/{random.Pick(new[] { "product", "item", "p", "category", "search" })}/{random.Next(1, 99_999)}{(random.Chance(0.4) ? "?ref=" + random.From(Hex, 6) : "")}"; },
        ]),
        new("image_url", "image|image_url|img|picture|avatar|photo_url|图片|thumbnail|cover_image|logo|tupian", [
            random => { var host = TrainingPeople.Fake(random, "en").Internet.DomainName(); return () => $"https://{host}/{random.Pick(new[] { "uploads", "media", "static", "p" })}/{random.From(Hex, 10)}.{random.Pick(new[] { "jpg", "png", "webp", "jpeg", "gif" })}"; }, random => { var host = TrainingPeople.Fake(random, "en").Internet.DomainName(); return () => $"http://images.{host}/{random.Pick(TrainingWords.Goods).Replace(' ', '+')}+{random.Pick(TrainingWords.Marks).Replace(' ', '+')}"; },
            random => { var f = TrainingPeople.Fake(random, "en"); return () => f.Internet.Avatar(); }, random => { var host = TrainingPeople.Fake(random, "en").Internet.DomainName(); return () => $"//img{random.Next(1, 9)}.{host}/{random.Digits(8)}_b.jpg"; },
        ]),
        new("file_path", "path|file|file_path|filename|文件路径|attachment|file_name|lujing", [
            random => { var f = TrainingPeople.Fake(random, "en"); return () => f.System.FilePath(); }, random => { var f = TrainingPeople.Fake(random, "en"); return () => f.System.FileName(); }, random => { var f = TrainingPeople.Fake(random, "en"); return () => $"C:\\Users\\{f.Internet.UserName()}\\{random.Pick(new[] { "Documents", "Desktop" })}\\{f.System.FileName()}"; }, random => () => $"s3://{random.Pick(new[] { "data", "logs", "raw" })}/{random.Next(2018, 2025)}/{random.Next(1, 13):00}/part-{random.Digits(5)}.parquet", random => () => $"/var/{random.Pick(new[] { "log", "lib", "data" })}/{random.From(Base36, 6)}/{random.From(Base36, 8)}.{random.Pick(new[] { "log", "txt", "gz" })}",
        ]),
        new("identifier", "id|ID|key|no|row_id|seq|record_id|编号|pk|ref_id|index|rec_id|parent_id|xuhao|序号|brewery_id|store_id|department_id|category_id|branch_no|bianhao|tuple_id|provider_number", [
            Counter(1), Counter(1), Counter(0), random => { var n = random.Next(10, 3000); return () => $"{random.Next(1, n)}"; }, random => { var from = random.Next(1000, 9_000_000); var at = from; return () => (at += random.Next(1, 4)).ToString(CultureInfo.InvariantCulture); }, random => { var p = random.Pick(new[] { "R", "ID", "rec-", "A", "N" }); var at = random.Next(1, 5000); return () => $"{p}{at++}"; }, random => { var at = 0; return () => $"{++at:000000}"; },
            random => { var from = random.NextInt64(1_000_000_000, 900_000_000_000_000); return () => $"{from += random.Next(1, 90_000)}"; }, random => { var n = random.Next(3, 60); return () => $"{random.Next(1, n)}"; }, random => { var at = 1; return () => $"rec-{at++}-{random.Pick(new[] { "org", "dup-0" })}"; },
        ]),
        new("user_id", "user_id|customer_id|CustomerID|uid|member_id|client_id|用户ID|huiyuanhao|cust_id|会员编号|buyer_id|account_id|yonghu_id|cust_no|userid|visitor_id", [
            Counter(1), random => { var n = random.Next(100, 50_000); return () => $"{random.Next(1, n)}"; }, random => () => "U" + random.Digits(6), random => () => $"{random.Next(10_000, 20_000)}.0", random => () => "C-" + random.Digits(5), random => () => "cust_" + random.From(Base36, 8), random => { var p = random.From("ABCDEFGHJKLMNPRSTUVW", random.Next(1, 4)); return () => p + random.Digits(7); }, random => () => random.From(Hex, 24), random => () => $"{random.Next(100_000_000, 999_999_999)}", random => { var n = random.Next(1000, 20_000); return () => $"{n + random.Next(0, 5000)}"; },
        ]),
        new("order_id", "order_id|OrderID|invoice_no|order_no|transaction_id|订单号|dingdanhao|InvoiceNo|txn_id|payment_id|trade_no|订单编号|receipt_no|bill_no", [
            Counter(1), random => { var n = random.Next(100_000, 900_000); return () => (random.Chance(0.05) ? "C" : "") + (n + random.Next(0, 20_000)); }, random => () => "ORD-" + random.Digits(6), random => () => random.Time(2018, 2025).Text("yyyyMMdd") + random.Digits(random.Next(6, 11)), random => () => $"INV-{random.Next(2018, 2025)}-{random.Digits(5)}", random => () => "SO" + random.Digits(8), random => { var p = random.From("ABCDEFGHJKLMNPRSTUVW", random.Next(1, 3)); return () => $"{p}-{random.Next(2010, 2025)}-{random.Digits(6)}"; }, random => { var n = random.Next(1000, 60_000); return () => $"{random.Next(1, n)}"; }, random => () => "#" + random.Next(1000, 99_999), random => () => $"{random.Digits(3)}-{random.Digits(7)}-{random.Digits(7)}",
        ]),
        new("session_id", "session_id|sid|SessionId|visit_id|会话ID|sess|sessionid|huihua_id", [
            random => () => random.From(Hex, 32), random => () => "sess_" + random.From(Base36, 16), random => { var n = random.Next(1000, 90_000); return () => $"{random.Next(1, n)}"; }, random => () => $"{random.Next(1_400_000_000, 1_700_000_000)}.{random.Digits(9)}", random => () => random.From("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 26), random => () => $"GA1.2.{random.Digits(10)}.{random.Digits(10)}",
        ]),
        new("device_id", "device_id|imei|idfa|android_id|设备号|deviceId|gaid|udid|shebei_id|oaid", [random => () => Make.Luhn(random.Pick(new[] { "35", "86", "01" }) + random.Digits(12)), random => () => new Guid(Bytes(random)).ToString().ToUpperInvariant(), random => () => random.From(Hex, 16), random => () => random.From("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", 12), random => () => "dev-" + random.From(Hex, 8)]),
        new("uuid", "uuid|guid|id|request_id|trace_id|correlation_id", [random => () => new Guid(Bytes(random)).ToString(), random => () => new Guid(Bytes(random)).ToString().ToUpperInvariant(), random => () => "{" + new Guid(Bytes(random)) + "}"]),
        new("hash", "hash|md5|sha1|sha256|checksum|digest|file_hash|哈希|etag", [random => () => random.From(Hex, 32), random => () => random.From(Hex, 40), random => () => random.From(Hex, 64), random => () => random.From("0123456789ABCDEF", 64), random => () => random.From("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 43) + "="]),
        new("code", "code|ref|flight|batch_no|coupon_code|tracking_number|代码|reference|lot|serial_number|gate|bianma|MeasureCode|room|route", [
            random => () => $"{random.From("ABCDEFGHKLMNU", 2)}-{random.Next(10, 9999)}-{random.From("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 3)}-{random.From("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 3)}", random => () => random.From("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 8), random => () => random.From("ABCDEFGH", 2) + random.Digits(4), random => { var p = random.From("abcdefghijkl", 3); return () => $"{p}-{random.From("abcdefg", 2)}-{random.Next(1, 20)}"; }, random => () => "1Z" + random.From("0123456789ABCDEFGHJ", 16), random => () => $"{random.From("ABCDEFGHIJ", 1)}{random.Digits(2)}.{random.Digits(1)}", random => () => $"{random.Next(0, 9999):0000}", random => () => "SAVE" + random.Next(5, 60), random => () => random.From("ABCDEFGHKLMNU", 2) + random.Next(100, 9999), random => () => $"{random.From("ABCDEF", 1)}-{random.Digits(3)}-{random.Digits(2)}", random => { var p = random.From("abcdefghijkl", 2); return () => $"{p}_{random.From("abcdefghim", 3)}-{random.Next(1, 12)}"; },
            random => () => $"{random.Pick(new[] { "E", "ERROR_", "HTTP-", "STATUS_", "X" })}{random.Next(10, 999)}", random => () => $"{random.Next(1, 60)}{random.From("ABCDEF", 1)}", random => () => $"{random.From("ABCDEFGHIJKL", 1)}{random.Next(1, 99)}-{random.Next(1, 99):00}",
        ]),
        new("version", "version|ver|app_version|release|版本|build|banben", [random => () => $"{random.Next(0, 9)}.{random.Next(0, 20)}.{random.Next(0, 30)}", random => () => $"v{random.Next(0, 5)}.{random.Next(0, 12)}.{random.Next(0, 9)}", random => () => $"{random.Next(1, 6)}.{random.Next(0, 9)}.{random.Next(0, 9)}-{random.Pick(new[] { "rc1", "beta", "SNAPSHOT", "alpha.2" })}", random => () => $"{random.Next(5, 15)}.{random.Next(0, 9)}.{random.Next(0, 9)}.{random.Next(100, 9999)}", random => () => $"v{random.Next(1, 12)}.{random.Next(0, 9)}"], 120),
        new("json", "json|payload|data|attributes|properties|extra|meta|扩展字段|params", [random => () => $"{{\"id\":{random.Next(999)},\"name\":\"{random.From(Base36, 6)}\",\"ok\":{(random.Chance(0.5) ? "true" : "false")}}}", random => () => $"[{{\"sku\": \"{random.From(Base36, 5)}\", \"qty\": {random.Next(1, 9)}}}]", random => () => $"{{\"color\": \"{random.Pick(new[] { "red", "blue" })}\", \"tags\": [\"{random.From(Base36, 4)}\"]}}"]),
        new("html", "html|body_html|content|markup|page_source|富文本|description_html", [random => () => $"<p>{random.Pick(TrainingWords.Sentences)}</p>", random => () => $"<div class=\"c{random.Next(9)}\"><h2>{random.Pick(TrainingWords.Titles)}</h2><br/>{random.Pick(TrainingWords.Sentences)}</div>", random => () => $"<ul><li>{random.Pick(TrainingWords.Marks)}</li><li>{random.Pick(TrainingWords.Goods)}</li></ul>", random => () => $"<p><strong>{random.Pick(TrainingWords.ChineseTitles)}</strong>{random.Pick(TrainingWords.ChineseSentences)}</p>"]),
        new("list", "items|tags|basket|keywords|ids|sequence|列表|values|history", [random => () => string.Join(' ', Enumerable.Range(0, random.Next(3, 12)).Select(_ => random.Next(1, 9999))), random => () => "[" + string.Join(", ", Enumerable.Range(0, random.Next(2, 7)).Select(_ => random.Next(1, 999))) + "]", random => () => "[" + string.Join(",", random.GetItems(TrainingWords.Categories, random.Next(2, 5)).Select(w => $"\"{w}\"")) + "]", random => () => string.Join(",", Enumerable.Range(0, random.Next(3, 9)).Select(_ => random.Next(1, 99_999))), random => () => string.Join('|', Enumerable.Range(0, random.Next(3, 9)).Select(_ => random.Next(1, 99_999)))]),
        new("embedding", "embedding|vector|emb|features|向量|text_embedding", [random => () => "[" + string.Join(", ", Enumerable.Range(0, 16).Select(_ => random.Normal(0, 0.4).Text("F4"))) + "]", random => () => string.Join(' ', Enumerable.Range(0, 24).Select(_ => random.Normal(0, 1).Text("F5"))), random => () => string.Join(",", Enumerable.Range(0, 12).Select(_ => random.Normal(0, 0.1).Text("F6"))), random => () => "[" + string.Join(",", Enumerable.Range(0, 8).Select(_ => random.NextDouble().Text("F3"))) + "]"]),
    ];

    private static Style Counter(int from) => _ =>
    {
        var at = from;
        return () => (at++).ToString(CultureInfo.InvariantCulture);
    };

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return bytes;
    }
}
