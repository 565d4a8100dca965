namespace Platform.Activities.Sample;

/// <summary>Words that made-up persons and their addresses are built from.</summary>
internal static class PersonWords
{
    public static readonly string[] SurnamesZh = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹", "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕", "欧阳", "司马"];
    public static readonly string[] SurnamesPinyin = ["wang", "li", "zhang", "liu", "chen", "yang", "zhao", "huang", "zhou", "wu", "xu", "sun", "hu", "zhu", "gao", "lin", "he", "guo", "ma", "luo", "liang", "song", "zheng", "xie", "han", "tang", "feng", "yu", "dong", "xiao", "cheng", "cao", "yuan", "deng", "xu", "fu", "shen", "zeng", "peng", "lv", "ouyang", "sima"];
    public static readonly string[] GivenFemaleZh = ["芳", "娜", "敏", "静", "丽", "艳", "娟", "霞", "秀英", "婷", "雪", "琳", "欣怡", "梓涵", "诗涵", "雨桐", "佳怡", "晓燕", "思琪", "梦瑶", "若曦", "雅婷", "语嫣", "可馨"];
    public static readonly string[] GivenMaleZh = ["伟", "强", "磊", "军", "勇", "杰", "涛", "明", "超", "刚", "建国", "志强", "浩然", "子轩", "宇航", "俊杰", "天宇", "博文", "一鸣", "晨曦", "文博", "嘉豪", "思远", "鹏飞"];
    public static readonly string[] GivenFemaleEn = ["Amelia", "Olivia", "Grace", "Emily", "Sophie", "Charlotte", "Hannah", "Lucy", "Ella", "Freya", "Megan", "Alice", "Rosie", "Clara", "Nora", "Ivy", "Martha", "Zoe", "Ruth", "Helen", "Anna", "Julia", "Laura", "Diana"];
    public static readonly string[] GivenMaleEn = ["Oliver", "George", "Harry", "Jack", "Arthur", "Thomas", "Henry", "Oscar", "Leo", "William", "James", "Edward", "Samuel", "Daniel", "Adam", "Peter", "Simon", "Martin", "Robert", "Louis", "Frank", "Victor", "Hugo", "Ralph"];
    public static readonly string[] SurnamesEn = ["Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Johnson", "Davies", "Patel", "Wright", "Walker", "White", "Edwards", "Hughes", "Green", "Hall", "Lewis", "Harris", "Clarke", "Jackson", "Wood", "Turner", "Martin", "Cooper", "O'Brien", "Murphy", "Kelly", "Campbell", "Stewart", "Reid", "Bailey", "Carter"];
    public static readonly string[] MobilePrefixes = ["133", "135", "136", "137", "138", "139", "147", "150", "151", "152", "155", "158", "159", "166", "176", "177", "178", "180", "182", "185", "186", "187", "188", "189", "191", "198", "199"];
    public static readonly string[] StreetsEn = ["High Street", "Station Road", "Church Lane", "Mill Road", "Victoria Road", "Green Lane", "Park Avenue", "Queen Street", "The Crescent", "Orchard Close", "Riverside Walk", "Hill View"];
    public static readonly string[] StreetsZh = ["人民路", "解放路", "中山路", "建设大道", "和平街", "文化路", "新华路", "幸福路", "长江路", "学院路", "青年路", "光明巷"];
    public static readonly string[] CommunitiesZh = ["阳光花园", "翠湖小区", "金桂苑", "东方家园", "锦绣城", "书香里", "绿地公馆", "望江名邸"];
    public static readonly string[] MailHosts = ["example.com", "example.org", "example.net", "mail.example.com", "shop.example.org"];

    /// <summary>Province code of identity cards, province, city, district, postcode.</summary>
    public static readonly (string Code, string Province, string City, string District, string Postcode)[] PlacesZh =
    [
        ("11", "北京市", "北京市", "海淀区", "100080"), ("31", "上海市", "上海市", "浦东新区", "200120"), ("44", "广东省", "广州市", "天河区", "510620"),
        ("44", "广东省", "深圳市", "南山区", "518052"), ("33", "浙江省", "杭州市", "西湖区", "310012"), ("51", "四川省", "成都市", "武侯区", "610041"),
        ("42", "湖北省", "武汉市", "洪山区", "430070"), ("32", "江苏省", "南京市", "鼓楼区", "210008"), ("61", "陕西省", "西安市", "雁塔区", "710061"),
        ("37", "山东省", "青岛市", "市南区", "266071"), ("50", "重庆市", "重庆市", "渝中区", "400010"), ("21", "辽宁省", "大连市", "中山区", "116001"),
    ];

    /// <summary>Country, city, region, postcode without its last part, telephone without its last digits (blocks kept for fiction).</summary>
    public static readonly (string Country, string City, string Region, string Postcode, string Phone)[] PlacesEn =
    [
        ("United Kingdom", "London", "Greater London", "SW1A", "+44 7700 900"), ("United Kingdom", "Leeds", "West Yorkshire", "LS1", "+44 7700 900"),
        ("United Kingdom", "Bristol", "Avon", "BS1", "+44 117 496 0"), ("United Kingdom", "Manchester", "Greater Manchester", "M1", "+44 161 496 0"),
        ("United Kingdom", "Edinburgh", "Midlothian", "EH1", "+44 131 496 0"), ("EIRE", "Dublin", "Leinster", "D02", "+353 20 910 0"),
        ("USA", "Springfield", "Illinois", "627", "+1 217-555-0"), ("Australia", "Melbourne", "Victoria", "30", "+61 491 570 "),
    ];
}
