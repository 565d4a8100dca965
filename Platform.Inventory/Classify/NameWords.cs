using System.Collections.Frozen;

namespace Platform.Inventory.Classify;

/// <summary>
/// What the words of a column's name suggest, in English, Chinese, pinyin and common abbreviations. A weak hint beside the values: the model is
/// trained with it missing or wrong in a good part of the columns.
/// </summary>
internal static class NameWords
{
    // A phrase matches the name's words in a row, or written together. Chinese matches as part of the name.
    private const string Lexicon = """
        person_name: name|full name|person|contact|customer name|cust name|user name|recipient|consignee|buyer|seller name|passenger|patient name|employee name|author|cust nm|customer nm|user nm|full nm|owner|holder|sender|receiver|teacher|guest|driver|xingming|xm|姓名|联系人|收货人|客户名称|客户姓名|持卡人|收件人|寄件人|员工姓名|用户姓名|申请人|经办人|负责人|作者
        given_name: first name|given name|forename|fname|first|given|firstnm|vorname|prenom|mingzi|名字
        family_name: last name|surname|family name|lname|last|family|nachname|nom|xingshi|姓氏
        email: email|e mail|mail|email address|mailbox|youxiang|dianziyoujian|邮箱|邮件|电子邮件
        phone: phone|tel|telephone|mobile|cell|cellphone|fax|phone number|phone no|mobile no|msisdn|handy|shouji|shoujihao|dianhua|lianxidianhua|sjh|dh|电话|手机|联系方式|传真|座机
        username: user name|username|login|login name|nick|nickname|nick name|handle|screen name|account name|uname|yonghuming|nicheng|用户名|昵称|账号名|登录名
        secret: password|pw|pw hash|passwd|pwd|pass|secret|token|api key|apikey|password hash|pwd hash|salt|credential|access token|mima|密码|口令|密钥|令牌
        national_id: ssn|social security|identity card|nric|nino|ni number|cedula|dni|soc sec|soc sec id|national id|id card|idcard|id number|identity|passport|passport no|nin|sfz|sfzh|shenfenzheng|zhengjianhao|身份证|证件号|护照
        plate_number: plate|license plate|licence plate|plate no|plate number|vehicle no|registration|chepai|chepaihao|cph|车牌
        bank_card: card|card no|card number|bank card|credit card|cc number|pan|account no|yinhangka|kahao|银行卡|卡号
        iban: iban|bank account|account|konto|bank acct|acct|yinhangzhanghao|银行账号|银行账户
        date_of_birth: birth|dob|birthday|birth date|birthdate|date of birth|born|bday|geburtsdatum|chusheng|shengri|csrq|chushengriqi|生日|出生
        age: age|years old|alter|nianling|nl|年龄|岁数
        gender: gender|sex|geschlecht|xingbie|xb|性别
        job_title: job|job title|occupation|profession|position|role|title|beruf|zhiwei|zhiye|gangwei|职位|职业|职务|岗位|工种
        street_address: street|street address|addr1|address 1|address line|addr line|address line 1|strasse|rue|jiedao|街道
        address: address|addr|full address|shipping address|home address|delivery address|ship to|dizhi|dz|xiangxidizhi|地址|住址|住所
        city: city|town|hometown|place|birthplace|suburb|municipality|locality|ort|stadt|ville|chengshi|cs|城市|市|城镇
        region: state|province|region|county|prefecture|prov|bundesland|district|territory|shengfen|sf|sheng|省份|省|州|地区|区县
        country: country|nation|country name|land|pays|nationality|guojia|gj|国家|国籍|国别
        country_code: country code|iso code|country iso|ctry|cc|country cd|iso2|iso3|国家代码|国家码
        postcode: zip|zip code|zipcode|postcode|postal|postal code|post code|plz|cep|youbian|yb|邮编|邮政编码
        latitude: lat|latitude|weidu|wd|纬度
        longitude: lon|lng|long|longitude|jingdu|jd|经度
        coordinates: coordinates|coords|coord|geo|location|lat lon|latlng|position|gps|point|zuobiao|jingweidu|坐标|经纬度|位置
        ip_address: ip|ip address|ip addr|client ip|remote addr|host|ipv4|ipv6|ipdizhi|IP地址
        mac_address: mac|mac address|mac addr|hw addr|bssid|MAC地址
        user_agent: user agent|ua|agent|useragent|browser|liulanqi|浏览器|客户端
        url: url|link|website|web|uri|href|homepage|page url|referer|referrer|domain|site|landing page|wangzhi|lianjie|网址|链接|网站|域名
        image_url: image|img|picture|photo|avatar|image url|img url|pic|thumbnail|logo|cover|icon|tupian|touxiang|图片|头像|封面|照片
        file_path: file|path|filename|file path|file name|directory|dir|filepath|attachment|lujing|wenjian|文件|路径|附件
        identifier: id|key|no|nr|number|num|seq|index|idx|pk|row id|rec id|uid|oid|ref|rownum|xuhao|bianhao|编号|序号|主键
        user_id: user id|player id|subscriber id|passenger id|student id|huiyuan|huiyuanid|yonghu|kehu|customer id|cust id|member id|client id|uid|userid|buyer id|account id|cust no|customer no|user no|patient id|employee id|author id|yonghuid|yonghubianhao|huiyuanhao|kehubianhao|用户编号|用户id|会员号|会员编号|客户编号|客户号|用户ID
        order_id: order id|order no|order number|order|invoice|invoice no|invoice id|transaction id|trans id|txn id|tx id|payment id|trade no|receipt|bill no|po number|dingdanhao|dingdan|danhao|dingdanbianhao|ddh|liushuihao|订单号|订单编号|流水号|发票号|交易号|单号
        session_id: session|session id|sid|visit id|sess id|sessionid|visit|huihua|huihuaid|会话
        device_id: device id|device|imei|idfa|android id|device uuid|gaid|udid|terminal id|oaid|shebei|shebeihao|设备号|设备编号|设备ID|设备
        sku: sku|product id|item id|prod id|item no|product code|stock code|article no|asin|upc|ean|gtin|barcode|part no|goods id|style no|shangpinbianma|shangpinbianhao|huohao|tiaoma|商品编码|商品编号|货号|条码|款号|商品id
        uuid: uuid|guid
        hash: hash|md5|sha|sha1|sha256|checksum|digest|etag|signature|fingerprint|zhaiyao|哈希|摘要|校验
        code: code|cd|reference|flight|batch|lot|serial|serial no|sn|coupon code|tracking no|daima|bianma|代码|编码|批号
        vat_number: vat|vat no|vat number|tax id|tax no|tin|vat id|ust id|nashuihao|shuihao|税号|纳税人识别号
        credit_code: credit code|uscc|social credit code|usci|xinyongdaima|tongyishehuixinyongdaima|shxydm|信用代码
        product_name: product name|product|item name|item|goods name|goods|article|description|product title|prod name|prod desc|sku name|shangpin|shangpinmingcheng|spmc|商品名称|商品名|品名|产品名称|商品|产品
        brand: brand|manufacturer|make|maker|vendor|brand name|brand nm|mfr|mfg|producer|marke|marque|pinpai|changshang|品牌|厂商|制造商
        company: company|company name|organization|organisation|org|employer|firm|business|corp|hospital name|supplier|institution|school|enterprise|merchant|client|gongsi|qiye|danwei|gsmc|公司|企业|单位|机构|商户|供应商|医院|学校
        category: category|cat|type|class|group|kind|segment|genre|department|dept|section|style|division|line|tier|channel|leibie|fenlei|leixing|pinlei|类别|分类|类型|品类|渠道|部门|类目
        status: status|state|stage|stat|phase|order status|zhuangtai|zt|jinzhan|状态|进度|阶段
        color: color|colour|col|farbe|yanse|ys|颜色|色号
        size: size|dimension|dimensions|sz|measurements|spec|groesse|chima|guige|chicun|尺码|规格|尺寸
        weight: weight|wt|mass|kg|grams|volume|net weight|ounces|capacity|gewicht|zhongliang|jingzhong|tiji|rongliang|重量|净重|毛重|体积|容量
        price: price|unit prc|sell price|price per|unit price|cost|list price|retail price|msrp|prc|preis|prix|unit cost|selling price|danjia|jiage|shoujia|单价|价格|售价|原价|成本价
        amount: amount|amt|total|subtotal|sum|revenue|sales|payment|balance|fee|salary|income|turnover|gmv|total amount|spend|paid|budget|betrag|jine|zongjia|zonge|yue|gongzi|xiaoshoue|shoukuan|金额|总价|总额|余额|费用|收入|工资|销售额|应付|实付|付款
        currency: currency|curr|ccy|currency code|waehrung|bizhong|huobi|币种|货币
        quantity: quantity|qty|count|cnt|units|pieces|num items|stock|inventory|number of|items|views|clicks|orders count|volume|menge|times|shuliang|jianshu|cishu|kucun|sl|数量|件数|次数|库存|个数|人数|浏览量|点击数
        discount: discount|rebate|disc|off|markdown|coupon|promo|discount rate|reduction|rabatt|zhekou|youhui|折扣|优惠|减免|立减
        tax: tax|vat amount|vat rate|gst|tax amount|tax rate|duty|sales tax|steuer|shuie|shuilv|shuijin|税额|税率|税费|税
        percentage: percent|percentage|pct|ratio|share|rate|proportion|utilization|margin|growth|yield|abv|ctr|conversion rate|zhanbi|bili|bilv|lv|占比|比例|百分比|率
        rating: rating|stars|star|rate|review score|grade|marks|satisfaction|pingfen|xingji|dafen|评分|星级|打分|满意度
        score: score|probability|prob|confidence|likelihood|pred|prediction|similarity|risk score|propensity|proba|defen|gailv|fenshu|xiangsidu|得分|概率|置信度|分数|相似度
        embedding: embedding|vector|emb|vec|features|feature vector|xiangliang|向量|嵌入
        date: date|day|dt|order date|datum|ship date|start date|end date|due date|expiry|hire date|riqi|rq|日期
        timestamp: timestamp|time|datetime|created|updated|created at|updated at|ts|create time|update time|modified|date time|event time|shijian|sj|chuangjianshijian|时间|创建时间|更新时间
        time_of_day: time|hour|time of day|opening time|dep time|arr time|start time|end time|clock|shike|时刻|时段
        unix_time: timestamp|unix|epoch|ts|time|unixtime|created ts|time ms|shijianchuo|时间戳
        year: year|yr|fiscal year|yyyy|release year|jahr|nian|nianfen|niandu|年份|年度|年
        month: month|mon|mth|period|month name|monat|yue|yuefen|月份|月
        day: day|day of month|dom|mday|tag|ri|日|天
        weekday: weekday|day of week|dow|day name|wday|week day|wochentag|xingqi|zhouji|星期|周几
        duration: duration|elapsed|seconds|minutes|hours|days|time spent|length|runtime|latency|ms|secs|dauer|took|response time|delay|shichang|haoshi|时长|耗时|用时|持续时间|秒数|分钟数|天数
        review: review|review text|comment|comments|feedback|opinion|testimonial|review body|remark|pinglun|pingjia|pinglunneirong|评论|评价|反馈
        free_text: text|description|body|content|message|note|notes|remarks|details|sentence|summary|desc|abstract|question|answer|memo|beizhu|miaoshu|neirong|备注|描述|内容|说明|留言|句子|问题
        title: title|name|subject|headline|heading|label|caption|movie title|biaoti|mingcheng|mc|标题|名称|题目|主题
        language: language|lang|locale|idiom|sprache|yuyan|yuzhong|语言|语种
        event_name: event|event name|action|event type|activity|operation|behavior|evt|shijian|shijianming|caozuo|事件|动作|行为|操作
        flag: is|has|flag|enabled|active|ind|indicator|bool|yn|deleted|valid|verified|subscribed|shifou|biaoshi|是否|标志|有效|启用
        label: label|target|class|y|outcome|ground truth|lbl|biaoqian|标签|目标
        version: version|ver|release|build|app version|revision|banben|bbh|版本
        json: json|payload|data|attributes|properties|extra|meta|metadata|params|config|settings|raw|kuozhan|扩展|属性|参数
        html: html|markup|page|html body|rich text|web page|fuwenben|富文本|网页
        list: list|items|tags|array|keywords|ids|values|basket|sequence|biaoqianliebiao|liebiao|列表|标签
        measure: value|measure|metric|reading|level|x|y|val|temperature|speed|pressure|height|distance|width|depth|index|zhi|shuzhi|wendu|数值|指标|温度|速度|距离|高度|值
        text: text|value|word|str|string|wenben|文本
        """;

    private static readonly (FrozenDictionary<string, int[]> Latin, (string Word, int[] Types)[] Chinese) Entries = Read();

    /// <summary>Writes what the name suggests into <paramref name="into"/>, one place a judged type: 1 where its last words do, 0.6 where others do.</summary>
    public static void Suggest(ColumnName name, Span<float> into)
    {
        var words = name.Words;
        for (var from = 0; from < words.Count; from++)
        {
            var joined = "";
            for (var length = 1; length <= 3 && from + length <= words.Count; length++)
            {
                joined += words[from + length - 1];
                if (!Entries.Latin.TryGetValue(joined, out var types))
                    continue;
                var weight = from + length == words.Count ? 1f : 0.6f;
                foreach (var type in types)
                    into[type] = Math.Max(into[type], weight);
            }
        }

        if (!name.IsChinese)
            return;
        foreach (var (word, types) in Entries.Chinese)
        {
            var at = name.Text.LastIndexOf(word, StringComparison.Ordinal);
            if (at < 0)
                continue;
            var weight = (at + word.Length == name.Text.Length ? 0.7f : 0.4f) + (0.1f * Math.Min(3, word.Length - 1));
            foreach (var type in types)
                into[type] = Math.Max(into[type], weight);
        }
    }

    private static (FrozenDictionary<string, int[]>, (string, int[])[]) Read()
    {
        var latin = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var chinese = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        foreach (var line in Lexicon.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var type = SemanticTypes.Judged.ToList().IndexOf(line[..colon]);
            foreach (var phrase in line[(colon + 1)..].Split('|', StringSplitOptions.TrimEntries))
            {
                var words = phrase.Any(c => c > 0x7F) ? chinese : latin;
                var key = phrase.Replace(" ", "", StringComparison.Ordinal);
                if (!words.TryGetValue(key, out var types))
                    words[key] = types = [];
                types.Add(type);
            }
        }

        return (latin.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal), [.. chinese.Select(pair => (pair.Key, pair.Value.ToArray()))]);
    }
}
