using System.Buffers;
using System.Collections.Frozen;
using Platform.Inventory.Classify;

namespace Platform.Inventory.Personal;

/// <summary>
/// What speaks for a Chinese name beside the tagger, which was taught on newspapers: in what people write about goods, and in the names of goods, it takes parts of words for people
/// (马克 of 马克杯, a mug). There a title, a word that introduces somebody, or the form of a name between other words must speak for it too.
/// </summary>
internal static class ChineseNames
{
    private const int ShortText = 18;
    private const double Sure = 0.97;

    private static readonly string[] Introducing =
    [
        "叫", "姓", "姓名", "收件人", "收货人", "联系人", "名字是", "我是", "作者", "译者", "编剧", "导演", "主演", "演员", "歌手", "画家", "诗人", "作家", "记者", "专家", "主席", "总统", "总理", "书记", "部长", "省长", "市长", "局长", "厅长", "院长", "校长", "会长", "秘书长",
        "教练", "队长", "经理", "博士", "院士", "教授", "主任", "委员", "代表", "选手", "同志", "医生", "先生", "女士", "小姐", "老师", "师傅", "司机", "客服", "服务员", "店员", "快递员", "配送员", "员工", "工程师", "律师",
    ];

    private static readonly string[] Titles =
    [
        "先生", "女士", "小姐", "太太", "夫人", "老师", "教授", "经理", "医生", "师傅", "同志", "同学", "主任", "院长", "书记", "主席", "总统", "总理", "部长", "局长", "博士", "律师", "老板", "老人", "某", "氏", "说", "表示", "写", "认为", "指出", "告诉", "介绍", "回答", "强调", "宣布", "会见", "著", "译", "编", "绘", "饰", "等人",
    ];

    // One of them stands in most of what customers write about goods, and in hardly any other text.
    private static readonly SearchValues<string> Trade = SearchValues.Create(
        ["物流", "快递", "客服", "好评", "差评", "发货", "性价比", "退货", "换货", "退款", "包邮", "做工", "京东", "淘宝", "当当", "天猫", "拼多多", "尺码", "店家", "卖家", "掌柜", "正品", "下单", "到货", "好用", "划算", "赠品", "送货", "回购", "手感", "续航", "入住", "前台", "退房", "不错", "这款", "哈哈", "亲亲", "收货"],
        StringComparison.Ordinal);

    private static readonly SearchValues<string> Labels = SearchValues.Create(["收件人", "收货人", "寄件人", "联系人", "签收人", "姓名", "我叫", "名叫"], StringComparison.Ordinal);

    // What goods are called by their last character.
    private const string Goods = "杯包灯瓶锅碗盘刀笔鞋靴裤裙衫帽袜巾垫毯枕椅桌柜箱盒罐壶架框膜链饰糖饼糕霜膏皂款拼袋篮盆勺叉筷床棒扣绳";

    // "This", "one pair of": what follows is a thing.
    private const string Counted = "这那一几两每某第", Counters = "个款只把件条双种台支瓶盒本套家箱";

    // Words of one character that may follow or come before a name; most others make a longer word with it.
    private const string Little = "的是在和与及等了说对把被给向从也都就不还会要有又为到去来将已曾则却并而由以因自称任当出获得于同让使令跟讲看想站走坐拿做那这其他她我你您很太最更才真所名该";

    private static readonly SearchValues<char> Foreign = SearchValues.Create(
        "阿埃艾安奥巴拜班贝本比彼宾波伯勃布查达戴丹道德登迪蒂杜多厄恩尔法范菲费芬弗夫福戈哥格古瓜哈海汉赫亨胡霍基吉加贾杰捷卡凯坎康考科可克肯库夸拉莱赖兰朗劳勒雷里利丽莉廉列林卢鲁路伦罗洛马玛迈曼梅门蒙米密明莫姆穆娜纳奈内尼涅诺努欧帕潘佩皮普奇恰乔琼让热日荣萨塞桑瑟沙莎舍申圣施什史舒斯司丝松苏索塔泰坦汤特提廷通图托瓦万威韦维魏沃乌西希谢辛休修雅亚扬耶叶伊英尤约扎詹珍朱祖佐兹泽");

    private static readonly FrozenSet<char> GoodsSet = Goods.ToFrozenSet(), LittleSet = Little.ToFrozenSet();

    /// <summary>Whether enough speaks for a span being somebody's name.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the span begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="confidence">How sure the tagger is.</param>
    public static bool Holds(ReadOnlySpan<char> text, int start, int end, double confidence)
    {
        ReadOnlySpan<char> before = text[..start].TrimEnd("：: ，,、“\""), name = text[start..end], after = text[end..].TrimStart("”\"");
        foreach (var word in Introducing)
        {
            if (before.EndsWith(word, StringComparison.Ordinal))
                return true;
        }

        foreach (var word in Titles)
        {
            if (after.StartsWith(word, StringComparison.Ordinal))
                return true;
        }

        if (name.ContainsAny('·', '•'))
            return true;
        before = text[..start];
        after = text[end..];
        if (!after.IsEmpty && GoodsSet.Contains(after[0]) || IsCounted(before))
            return false;
        if (text.ContainsAny(Trade))
            return HasForm(before, name, after, confidence);
        // A name of goods, a heading, or a list of names.
        if (text.Length <= ShortText && !text.ContainsAny("，。！？；"))
            return HasForm(before, name, after, confidence) || Form(name) is var form && (text.Trim().Length == name.Trim().Length ? form > 0 : form > 1 && (IsEdge(before, last: true) || IsEdge(after, last: false)));
        return true;
    }

    /// <summary>Finds names that a word before them introduces (收件人黄涛), where a sign or another script ends them.</summary>
    public static void FindIntroduced(ReadOnlySpan<char> text, List<PersonalSpan> hits)
    {
        for (var from = 0; from < text.Length;)
        {
            var at = text[from..].IndexOfAny(Labels);
            if (at < 0)
                return;
            at += from;
            var word = text[at] is '我' or '名' ? 2 : text[at..].StartsWith("姓名", StringComparison.Ordinal) ? 2 : 3;
            var start = at + word;
            while (start < text.Length && text[start] is '：' or ':' or ' ')
                start++;
            var end = start;
            while (end < text.Length && end - start < 5 && ValueChecks.IsHan(text[end]))
                end++;
            var name = text[start..end];
            if (Form(name) > 0)
                hits.Add(new PersonalSpan(PersonalKind.PersonName, start, end - start, 0.93, "cn-name-words"));
            from = Math.Max(end, at + word);
        }
    }

    private static bool HasForm(ReadOnlySpan<char> before, ReadOnlySpan<char> name, ReadOnlySpan<char> after, double confidence)
    {
        bool left = IsEdge(before, last: true) || LittleSet.Contains(before[^1]), right = IsEdge(after, last: false) || LittleSet.Contains(after[0]);
        var form = Form(name);
        if (form == 0)
            return name.Length >= 3 && left && right && confidence >= Sure && !name.ContainsAnyExcept(Foreign);
        if (name.Length == 2)
            return form == 2 && left && right;
        return form == 3 ? left || right : form == 2 && right && (left || confidence >= 0.99);
    }

    // 0: does not begin with a family name, or is too long. 1: it does. 2: a character follows that given names favour. 3: two do, or the family name has two characters.
    private static int Form(ReadOnlySpan<char> name)
    {
        if (name.Length is 3 or 4 && PersonNames.ChineseDoubleFamily.Contains(name[..2].ToString()))
            return 3;
        if (name.Length is not (2 or 3) || !PersonNames.ChineseFamily.Contains(name[0]))
            return 0;
        var given = PersonNames.ChineseGiven.Contains(name[1]) ? 1 : 0;
        if (name.Length == 3 && PersonNames.ChineseGiven.Contains(name[2]))
            given++;
        return 1 + given;
    }

    private static bool IsCounted(ReadOnlySpan<char> before)
    {
        if (before.IsEmpty)
            return false;
        if (before[^1] is '这' or '那')
            return true;
        return before.Length >= 2 && Counters.Contains(before[^1], StringComparison.Ordinal) && Counted.Contains(before[^2], StringComparison.Ordinal);
    }

    private static bool IsEdge(ReadOnlySpan<char> beside, bool last) => beside.IsEmpty || !ValueChecks.IsHan(last ? beside[^1] : beside[0]);
}
