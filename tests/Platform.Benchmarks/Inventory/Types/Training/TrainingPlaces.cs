namespace Platform.Benchmarks.Inventory.Types.Training;

/// <summary>Columns about places.</summary>
internal static class TrainingPlaces
{
    private static readonly string[] Provinces = Make.Words("北京市|天津市|上海市|重庆市|河北省|山西省|辽宁省|吉林省|黑龙江省|江苏省|浙江省|安徽省|福建省|江西省|山东省|河南省|湖北省|湖南省|广东省|海南省|四川省|贵州省|云南省|陕西省|甘肃省|青海省|内蒙古|广西|西藏|宁夏|新疆");

    private static readonly string[] ChineseCities = Make.Words("杭州|南京|苏州|成都|武汉|西安|青岛|大连|厦门|宁波|长沙|郑州|济南|沈阳|哈尔滨|昆明|合肥|福州|无锡|佛山|东莞|温州|泉州|石家庄|太原|长春|南昌|南宁|贵阳|兰州|海口|珠海|常州|徐州|洛阳|襄阳|宜昌|株洲|湘潭|桂林|柳州|绵阳|德阳|遵义|曲靖|宝鸡|咸阳|天水|银川|西宁|包头|鞍山|抚顺|吉林|大庆|芜湖|蚌埠|赣州|九江|淄博|临沂|济宁|开封|新乡|保定|唐山|邯郸|沧州|廊坊|衡水|大同|运城|临汾|长治|赤峰|通辽|丹东|锦州|营口|盘锦|葫芦岛|四平|通化|延边|佳木斯|绥化|南通|扬州|镇江|泰州|盐城|淮安|连云港|宿迁|湖州|嘉兴|金华|台州|绍兴|安庆|阜阳|宿州|亳州|滁州|莆田|漳州|南平|宁德|上饶|宜春|抚州|吉安|东营|烟台|威海|日照|德州|聊城|滨州|菏泽|泰安|安阳|焦作|许昌|漯河|南阳|商丘|信阳|周口|荆州|荆门|孝感|黄冈|咸宁|随州|恩施|衡阳|邵阳|岳阳|常德|益阳|郴州|永州|怀化|汕头|湛江|茂名|肇庆|惠州|梅州|汕尾|河源|阳江|清远|潮州|揭阳|云浮|梧州|玉林|贵港|百色|钦州|泸州|遂宁|内江|乐山|南充|眉山|宜宾|广安|达州|雅安|巴中|安顺|毕节|铜仁|玉溪|保山|昭通|丽江|大理|延安|汉中|榆林|安康|商洛|渭南|酒泉|张掖|武威|白银|庆阳|定西|石嘴山|吴忠|固原|哈密|吐鲁番|喀什|伊犁");

    private static readonly string[] Districts = Make.Words("西湖区|江干区|鼓楼区|玄武区|天河区|越秀区|南山区|福田区|朝阳区|海淀区|浦东新区|徐汇区|武侯区|锦江区|雁塔区|市南区|中山区|思明区|高新区|开发区");

    private static readonly string[] Roads = Make.Words("人民路|解放路|中山路|文一路|建设大道|和平街|长江路|黄河路|学院路|新华街|北京路|南京路|青年路|朝阳路|胜利街|科技路|工业大道|花园路|滨江路|环城西路");

    private static readonly string[] Countries = Make.Words("United States|United Kingdom|Germany|France|Spain|Italy|Netherlands|Belgium|Portugal|Ireland|Poland|Austria|Switzerland|Sweden|Norway|Denmark|Finland|Greece|Turkey|Russia|Ukraine|China|Japan|South Korea|India|Australia|New Zealand|Canada|Mexico|Brazil|Argentina|Chile|South Africa|Egypt|Nigeria|Kenya|Singapore|Malaysia|Thailand|Vietnam|Indonesia|Philippines|Israel|Saudi Arabia|United Arab Emirates|USA|UK|Czech Republic|Hungary|Romania");

    private static readonly string[] ChineseCountries = Make.Words("中国|美国|英国|法国|德国|日本|韩国|俄罗斯|加拿大|澳大利亚|意大利|西班牙|巴西|印度|新加坡|泰国|越南|马来西亚|荷兰|瑞士|瑞典|新西兰");

    private static readonly string[] States = Make.Words("AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC");

    public static readonly Recipe[] All =
    [
        new("street_address", "street|address1|street_address|addr_line1|strasse|街道|address_line_1|AddressLine1|ship_street|jiedao", [
            random => { var f = TrainingPeople.Fake(random); return () => f.Address.StreetAddress(); }, random => { var f = TrainingPeople.Fake(random); return () => f.Address.StreetAddress(); }, random => { var f = TrainingPeople.Fake(random); return () => f.Address.StreetAddress(true); },
            random => { var f = TrainingPeople.Fake(random); return () => f.Address.StreetName(); }, random => { var f = TrainingPeople.Fake(random, "en"); return () => f.Address.StreetAddress().ToLowerInvariant(); }, random => { var f = TrainingPeople.Fake(random, "en_AU"); return () => f.Address.StreetName().ToLowerInvariant(); },
            random => { var f = TrainingPeople.Fake(random, "en"); return () => f.Address.StreetAddress().ToUpperInvariant(); }, random => () => $"{random.Pick(Roads)}{random.Next(1, 999)}号",
        ]),
        new("address", "address|full_address|shipping_address|addr|地址|dizhi|home_address|收货地址|详细地址|delivery_address|location", [
            random => { var f = TrainingPeople.Fake(random); return () => f.Address.FullAddress(); }, random => { var f = TrainingPeople.Fake(random); return () => f.Address.FullAddress(); }, random => { var f = TrainingPeople.Fake(random, "en_US"); return () => $"{f.Address.StreetAddress()}, {f.Address.City()}, {f.Address.StateAbbr()} {f.Address.ZipCode()}"; },
            random => { var f = TrainingPeople.Fake(random); return () => $"{f.Address.StreetAddress()}, {f.Address.ZipCode()} {f.Address.City()}"; },
            random => () => $"{random.Pick(Provinces)}{random.Pick(ChineseCities)}市{random.Pick(Districts)}{random.Pick(Roads)}{random.Next(1, 999)}号{random.Next(1, 30)}栋{random.Next(101, 3300)}室", random => () => $"{random.Pick(ChineseCities)}市{random.Pick(Districts)}{random.Pick(Roads)}{random.Next(1, 999)}号",
            random => () => $"{random.Pick(Provinces)} {random.Pick(ChineseCities)}市 {random.Pick(Districts)} {random.Pick(Roads)}{random.Next(1, 99)}弄{random.Next(1, 99)}号",
        ]),
        new("city", "city|town|City|城市|chengshi|ship_city|suburb|市|city_name|locality|ort|ville", [
            random => { var f = TrainingPeople.Fake(random); return () => f.Address.City(); }, random => { var f = TrainingPeople.Fake(random, random.Pick(new[] { "de", "fr", "es", "it", "nl", "pl", "pt_BR", "sv", "cz", "tr", "ru", "en_AU", "en_IND", "nb_NO" })); return () => f.Address.City(); }, random => () => random.Pick(ChineseCities), random => () => random.Pick(ChineseCities) + "市", random => { var few = random.GetItems(ChineseCities, random.Next(5, 40)); return () => random.Pick(few); },
            random => { var cities = Platform.Benchmarks.Inventory.Types.Training.TrainingWords.Cities; return () => random.Pick(cities); }, random => { var cities = TrainingWords.Cities; return () => random.Pick(cities); }, random => { var cities = TrainingWords.Cities; return () => random.Pick(cities).ToUpperInvariant(); }, random => { var cities = TrainingWords.Cities; return () => random.Pick(cities).ToLowerInvariant(); },
            random => { var f = TrainingPeople.Fake(random, "en_AU"); return () => f.Address.City().ToLowerInvariant(); },
        ], 400),
        new("region", "state|province|region|State|省份|shengfen|prov|county|省|ship_state|bundesland|Province", [
            random => () => random.Pick(States), random => () => random.Pick(States), random => { var f = TrainingPeople.Fake(random, "en_US"); return () => f.Address.State(); }, random => { var f = TrainingPeople.Fake(random, random.Pick(new[] { "de", "es", "it", "nl", "pt_BR", "en_AU", "en_IND", "cz", "id_ID", "es_MX" })); return () => f.Address.State(); },
            random => { var f = TrainingPeople.Fake(random, "en"); return () => f.Address.County(); }, random => () => random.Pick(Provinces), random => () => random.Pick(Provinces).TrimEnd('省', '市'), random => () => random.Pick(States).ToLowerInvariant(), random => () => random.Pick(new[] { "nsw", "vic", "qld", "wa", "sa", "tas", "act", "nt" }), random => () => random.Pick(new[] { "ON", "QC", "BC", "AB", "MB", "SK", "NS", "NB" }),
            random => { var f = TrainingPeople.Fake(random, "en_US"); return () => f.Address.State().ToLowerInvariant(); },
        ], 70),
        new("country", "country|nation|Country|国家|guojia|country_name|nationality|origin_country|land", [
            random => () => random.Pick(Countries), random => { var few = random.GetItems(Countries, random.Next(3, 20)); return () => random.Pick(few); }, random => () => random.Pick(ChineseCountries), random => { var f = TrainingPeople.Fake(random, "en"); return () => f.Address.Country(); }, random => () => random.Pick(Countries).ToUpperInvariant(),
        ], 120),
        new("country_code", "country_code|cc|iso_code|ctry|country|国家代码|CountryCode|iso2", [
            random => { var f = TrainingPeople.Fake(random, "en"); return () => f.Address.CountryCode(); }, random => { var few = random.GetItems(Make.Words("US|GB|DE|FR|ES|IT|NL|BE|PT|IE|PL|AT|CH|SE|NO|DK|FI|CN|JP|KR|IN|AU|CA|MX|BR"), random.Next(3, 15)); return () => random.Pick(few); },
            random => () => random.Pick(Make.Words("USA|GBR|DEU|FRA|ESP|ITA|NLD|CHN|JPN|KOR|IND|AUS|CAN|MEX|BRA|POL|SWE|NOR|CHE")), random => () => random.Pick(Make.Words("us|gb|de|fr|es|it|nl|cn|jp|kr|in|au|ca|br|mx|se")),
        ], 120),
        new("postcode", "zip|zipcode|postcode|postal_code|zip_code|邮编|youbian|plz|PostalCode|post_code|邮政编码", [
            random => () => $"{random.Next(501, 99_950):00000}", random => () => $"{random.Next(10_000, 99_950)}", random => () => $"{random.Next(10, 86)}{random.Digits(4)}", random => { var f = TrainingPeople.Fake(random, "en_GB"); return () => f.Address.ZipCode(); }, random => { var f = TrainingPeople.Fake(random, "en_CA"); return () => f.Address.ZipCode(); },
            random => () => $"{random.Next(501, 99_950):00000}-{random.Digits(4)}", random => () => $"{random.Next(800, 7999):0000}", random => () => $"{random.Next(10_000, 99_999)}-{random.Digits(3)}", random => () => $"{random.Next(1000, 9999)} {random.From("ABCDEGHJKLMNPRSTVWXZ", 2)}", random => () => $"{random.Next(100, 800)} {random.Next(10, 99)}",
        ], 800),
        new("latitude", "lat|latitude|纬度|weidu|Lat|geo_lat|y_coord", [
            random => () => ((random.NextDouble() * 180) - 90).Text("F6"), random => { var c = (random.NextDouble() * 120) - 60; return () => (c + random.Normal(0, 0.3)).Text("F" + random.Next(4, 7)); }, random => { var c = 25 + (random.NextDouble() * 25); return () => (c + random.Normal(0, 3)).Text("F5"); },
        ]),
        new("longitude", "lon|lng|longitude|经度|jingdu|Long|geo_lon|x_coord", [
            random => () => ((random.NextDouble() * 360) - 180).Text("F6"), random => { var c = (random.NextDouble() * 300) - 150; return () => (c + random.Normal(0, 0.3)).Text("F" + random.Next(4, 7)); }, random => { var c = random.Pick(new[] { -122.0, -74, -98, 116, 121, 104, 114, -118, -87 }); return () => (c + random.Normal(0, 3)).Text("F5"); },
        ]),
        new("coordinates", "coordinates|location|geo|latlng|坐标|position|gps|lat_lon", [
            random => () => $"{((random.NextDouble() * 180) - 90).Text("F5")},{((random.NextDouble() * 360) - 180).Text("F5")}", random => () => $"{((random.NextDouble() * 180) - 90).Text("F4")}, {((random.NextDouble() * 360) - 180).Text("F4")}", random => () => $"({((random.NextDouble() * 180) - 90).Text("F4")}, {((random.NextDouble() * 360) - 180).Text("F4")})", random => () => $"POINT({((random.NextDouble() * 360) - 180).Text("F4")} {((random.NextDouble() * 180) - 90).Text("F4")})",
        ]),
    ];
}
