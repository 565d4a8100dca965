using Platform.Inventory.Classify;

namespace Platform.Benchmarks.Inventory.Types.Scoring;

/// <summary>
/// Words of the columns that score the model, written by hand for this purpose: people of other countries than the training's, small towns, made-up firms
/// and brands, other goods. Neither the training nor the dictionaries of the classifier are made from them.
/// </summary>
internal static class ScoringWords
{
    public static readonly string[] Given = [.. Make.Words("Anneliese|Bartholomew|Cosima|Dariusz|Eilidh|Fionnuala|Gunnhild|Halvard|Ignatius|Jolanda|Kazimierz|Leocadia|Mairead|Niamh|Oisin|Piotrek|Quirin|Rosalind|Siobhan|Thaddeus|Ulrike|Vendela|Wiebke|Xanthe|Yannick|Zdenka|Aoife|Benedikt|Ciaran|Dagmar|Elspeth|Florian|Gwendolyn|Hedwig|Isolde|Jaromir|Kirsty|Lorcan|Morwenna|Nikolai|Ottilie|Padraig|Rhiannon|Saoirse|Tobias|Ursula|Veit|Wolfgang|Yorick|Zora|Adaeze|Babatunde|Chidi|Folake|Ikenna|Kwame|Nneka|Oluwaseun|Temitope|Amina|Fatoumata|Kofi|Bhavna|Chandrika|Devendra|Gitanjali|Harpreet|Jaspreet|Kavitha|Lakshmi|Manoj|Nirmala|Prakash|Rukmini|Sandeep|Usha|Vikram|Yamini|Akihiro|Chiyo|Daisuke|Emiko|Fumio|Haruka|Kenzo|Masako|Natsuki|Shigeru|Takeshi|Yukari").Where(name => !PersonNames.Given.Contains(name))];

    public static readonly string[] Family = [.. Make.Words("Abernathy|Balogun|Cholmondeley|Drummond|Eriksdotter|Fairweather|Grzybowski|Haverkamp|Inverarity|Jaskolski|Kirchgassner|Lindqvist|MacGillivray|Niedermayer|Okonkwo|Pfeiffenberger|Quartermaine|Radziwill|Sandoz|Tregenza|Uchtdorf|Vandersloot|Wainwright|Xanthopoulos|Yilmazer|Zachariadis|Achterberg|Brzezinski|Carmichael|Dabrowska|Elphinstone|Featherstone|Galbraith|Hollingsworth|Iwanowski|Jorgensen|Kjeldsen|Lampard|Mondragon|Nakagawa|Oberholzer|Papadimitriou|Ravenscroft|Szczepanski|Thorvaldsen|Underhill|Venkataraman|Wojciechowski|Yamashita|Zielinski|Adeyemi|Bhattacharya|Chukwu|Deshpande|Ekwueme|Gopalakrishnan|Hayashi|Jayaraman|Kobayashi|Mukherjee|Nwosu|Ogunleye|Ramachandran|Subramaniam|Takahashi|Watanabe|Krishnamurthy|Ishikawa|Diallo|Mensah").Where(name => !PersonNames.Family.Contains(name))];

    /// <summary>Family names are a closed class of characters: most are common ones, some rare.</summary>
    public const string ChineseFamily = "陈林黄吴刘蔡许谢洪叶鲜鹿芮糜鄂牧茹逄蔺訾滑邸缑湛郜阚亓晁鄢";

    /// <summary>None of these stands in the classifier's list of characters that given names favour.</summary>
    public static readonly string ChineseGiven = new([.. "逸昊熙瑶岚淼煜皓彤钰菡翎霏珂澜祺蕾羽汐沛暄予霖骁凛槿晗璟".Where(c => !PersonNames.ChineseGiven.Contains(c))]);

    public static readonly string[] Towns = [.. Make.Words("Ashby-de-la-Zouch|Biggleswade|Chipping Norton|Dolgellau|Ecclefechan|Fraserburgh|Grindelwald|Hindhead|Inverurie|Jedburgh|Kirkcudbright|Llandudno|Mousehole|Nether Wallop|Oswestry|Penzance|Quedlinburg|Rothenburg ob der Tauber|Saffron Walden|Tewkesbury|Uttoxeter|Ventnor|Wivenhoe|Yeovil|Zermatt|Abbottstown|Bird-in-Hand|Chagrin Falls|Dawsonville|Eau Claire|Fernandina Beach|Gatlinburg|Hot Springs|Intercourse|Jackson Hole|Kalispell|Lake Havasu|Moab|Natchitoches|Okmulgee|Paw Paw|Quartzsite|Rexburg|Sleepy Hollow|Truth or Consequences|Ukiah|Valdosta|Walla Walla|Ypsilanti|Zanesville|Bad Tolz|Clermont-Ferrand|Dunkerque|Eskilstuna|Figueres|Groningen|Hameln|Innsbruck|Jyvaskyla|Klagenfurt|Lappeenranta|Maastricht|Novi Sad|Olomouc|Perugia|Rovaniemi|Szeged|Trondheim|Uppsala|Viterbo").Where(name => !Places.Cities.Contains(name))];

    public static readonly string[] ChineseTowns = Make.Words("丽水|衢州|铜陵|景德镇|攀枝花|六盘水|嘉峪关|克拉玛依|呼伦贝尔|张家口|秦皇岛|鹤岗|双鸭山|牡丹江|舟山|黄山|三明|龙岩|萍乡|鹰潭|枣庄|莱芜|平顶山|驻马店|十堰|张家界|娄底|韶关|北海|自贡");

    public static readonly string[] Streets = Make.Words("Larkspur|Old Mill|Juniper|Foxglove|Quarry|Brickyard|Harvest Moon|Cooper's|Saddleback|Windmill|Tannery|Chapel|Copperfield|Bramble|Lighthouse|Nightingale|Orchard Hill|Blacksmith|Kestrel|Heron|Thistledown|Ferry|Granary|Paddock|Wisteria");

    public static readonly string[] StreetEnds = Make.Words("Street|Road|Lane|Avenue|Drive|Way|Close|Court|Rd|St.|Ave|Blvd|Terrace|Place");

    public static readonly string[] ChineseRoads = Make.Words("梧桐巷|春晖路|星湖大街|金鸡湖路|翠竹路|东方红大街|白云大道|海棠路|凤凰西街|月牙湖路|锦绣路|桃源街");

    public static readonly string[] Firms = Make.Words("Brightwater|Ironclad|Thornfield|Quillon|Vexley|Marrowstone|Halcyon|Northgate|Pemberley|Zephyrine|Oakhollow|Crestline|Bluefin|Emberly|Stonebridge|Larkmoor|Tidewater|Foxbury|Greyfriars|Wexcombe");

    public static readonly string[] FirmEnds = Make.Words("Inc|Ltd|GmbH|LLC|& Co|Holdings|S.A.|Corporation|plc|Pty Ltd|AG|Group|Partners|Technologies|Hospital|University|Brewing Co|Bank");

    public static readonly string[] ChineseFirms = Make.Words("云帆|启明|鼎盛|锐捷|普惠|凌霄|方圆|绿野|海川|智远|百川|鹏程|安泰|盈科");

    public static readonly string[] ChineseFirmEnds = Make.Words("信息技术有限公司|医药股份有限公司|餐饮管理有限公司|文化传媒有限公司|人民医院|农业合作社|投资集团|职业技术学院|机械制造厂|会计师事务所");

    public static readonly string[] Brands = Make.Words("Timberland|Salomon|Fjallraven|Arc'teryx|Birkenstock|Clarks|Asics|Mizuno|Yonex|Shimano|Makita|DeWalt|Karcher|Miele|Smeg|Le Creuset|Tefal|Zwilling|Victorinox|Swatch|Tissot|Fossil|Ray-Ban|Oakley|Moleskine|Lamy|Faber-Castell|Playmobil|Ravensburger|Schleich|Haribo|Lindt|Barilla|Danone|Lavazza|Twinings|Heineken|Carlsberg|Red Bull|Evian|Hisense|TCL|Anker|Baseus|Roborock|Ecovacs|Volvo|Skoda|Renault|Fiat");

    public static readonly string[] ChineseBrands = Make.Words("特步|匹克|鸿星尔克|波司登|海澜之家|老干妈|王老吉|康师傅|统一|旺旺|立白|蓝月亮|云南白药|同仁堂|回力|飞科|奥克斯|方太|老板电器|长虹|创维|荣耀|魅族|科大讯飞");

    public static readonly string[] Goods = Make.Words("Rain Poncho|Trekking Poles|Espresso Maker|Cast Iron Skillet|Memory Foam Mattress|Ceiling Fan|Smoke Detector|Baby Stroller|Hair Dryer|Electric Shaver|Graphing Calculator|Sewing Machine|Fishing Reel|Hammock|Kayak Paddle|Snow Shovel|Wine Glasses|Salad Spinner|Measuring Cups|Cutting Board|Bath Towel|Shower Curtain|Night Light|Wall Calendar|Jigsaw|Ukulele|Drumsticks|Chess Set|Kite|Yo-Yo|Dumbbells|Resistance Band|Protein Powder|Multivitamin|Sunscreen|Hand Soap|Dish Rack|Laundry Basket|Ironing Board|Extension Cord|Surge Protector|Webcam|Microphone|Graphics Tablet|Memory Card|Dash Cam|Car Charger|Floor Mats|Wiper Blades|Bird Feeder");

    public static readonly string[] Adjectives = Make.Words("Compact|Rechargeable|Cordless|Nonstick|Ergonomic|Insulated|Hypoallergenic|Collapsible|Magnetic|Dimmable|Quilted|Bamboo|Ceramic|Lightweight|Extra Long|Double Sided|Glow in the Dark|Leakproof|Travel Size|Tempered Glass");

    public static readonly string[] ChineseGoods = Make.Words("加湿器|破壁机|空气炸锅|瑜伽垫|登山杖|帐篷|遮阳伞|雨靴|毛衣|衬衫|半身裙|帆布鞋|凉席|蚊帐|蜂蜜|红枣|银耳|绿豆糕|酱油|辣椒酱|洗面奶|护手霜|牙膏|卫生纸|垃圾袋|收纳箱|晾衣架|书包|文具盒|积木|遥控车|滑板车|摄像头|打印机|投影仪|鼠标垫");

    public static readonly string[] ChineseAdjectives = Make.Words("纯棉|免安装|可折叠|不锈钢|充电式|恒温|无糖|有机|手工|儿童款|女士|男士|加绒|透气|防滑|双层|多功能|网红");

    public static readonly string[] Groups = Make.Words("Bedding|Stationery|Haberdashery|Confectionery|Poultry|Seafood|Lighting|Plumbing|Upholstery|Cookware|Tableware|Lingerie|Knitwear|Outerwear|Swimwear|Cosmetics|Fragrance|Gardening|Hunting|Sailing|Equestrian|Gymnastics|Archery|Science Fiction|Biography|Poetry|Cookbooks|Travel|Folk|Jazz|Classical|Reggae|Wheat Beer|Cider|Sour Ale|Brown Ale|Acute Care|Long-Term Care|Outpatient|Hatchback|Convertible|Minivan|Pickup|Diesel|Hybrid|Electric|Freight|Courier|Cash on Delivery|Gift Voucher|Newsletter|Billboard|Referral|Podcast");

    public static readonly string[] ChineseGroups = Make.Words("床上用品|文具|糖果|海鲜|灯具|五金|内衣|针织|泳装|香水|园艺|渔具|科幻|传记|诗歌|旅游|民谣|爵士|古典|新能源|柴油|货运|快递|货到付款|积分兑换|老用户召回|短信|地推|普通门诊|急诊|住院");

    public static readonly string[] Jobs = Make.Words("Actuary|Beekeeper|Bookbinder|Bricklayer|Cartographer|Choreographer|Dispatcher|Epidemiologist|Glazier|Goldsmith|Hydrologist|Interpreter|Machinist|Midwife|Notary|Optometrist|Physiotherapist|Quantity Surveyor|Roofer|Stonemason|Tailor|Underwriter|Veterinarian|Warehouse Manager|Quality Engineer|Regional Sales Director|Payroll Clerk|Account Executive|Lab Technician|Tour Guide|Customs Officer|Social Worker|Product Owner|Site Reliability Engineer|Brand Manager|Tax Consultant");

    public static readonly string[] ChineseJobs = Make.Words("焊工|电工|钳工|瓦工|翻译|法务|审计师|质检员|调度员|品牌经理|区域总监|薪酬专员|兽医|导游|营养师|心理咨询师|数控工程师|算法工程师|资料员|跟单员|理货员|大堂经理");

    public static readonly string[] Praise = Make.Words("Bought these as a birthday present and she adores them.|The seams came apart after the second wash.|Sturdy, simple to assemble, and it looks better than in the photos.|Too noisy for a bedroom, otherwise fine.|My order was missing two parts and nobody answered my e-mail.|Best purchase I have made this year!|Runs a full size small so order up.|It does what it promises, nothing more.|I returned it the same day; flimsy and overpriced.|Soft, warm and true to size. Would order again.|Delivery took three weeks, but the item itself is lovely.|The lid leaks and the handle gets hot.|Perfect for small kitchens.|Battery dies after an hour, avoid.|Colours are brighter than expected, kids were thrilled.|Sadly the sound is tinny.|Five out of five, my whole family uses it.|Cheap plastic smell that will not go away.");

    public static readonly string[] ChinesePraise = Make.Words("包装很严实，没有磕碰，孩子拿到特别开心。|洗了两次就起球了，不推荐。|客服回复很及时，问题解决了，点赞！|分量足，口感好，会回购的。|收到货和图片差距太大，失望。|安装师傅很专业，机器噪音也小。|送给朋友的，她说很喜欢。|价格实惠，就是发货慢了点。|衣服偏大，建议拍小一码。|续航不行，半天就没电了。|味道有点刺鼻，放了几天才散。|第三次回购了，品质一直稳定。");

    public static readonly string[] Notes = Make.Words("Gate code is on the side door, ring twice.|Follow up with accounting about the overdue balance.|Which branch is open on Sundays?|The firmware was rolled back after the outage.|Parcel refused by the recipient, sent back to the depot.|I have lost my PIN and need a replacement.|Minutes of the last session were approved without changes.|The valve must be closed before the pump is started.|Applicant has five years of experience in logistics.|Can I use the app while travelling abroad?|Samples were stored at four degrees for two days.|Caller wants to upgrade the plan from next quarter.|This chapter compares three models of urban growth.|The sensor reported implausible values during the storm.|Why is there a hold on my account?|Please ship together with the previous order.");

    public static readonly string[] ChineseNotes = Make.Words("门卫代收，送到后请发短信。|用户想升级套餐，下月起生效。|泵启动前必须先关闭阀门。|请问周末营业吗？|样品在四度条件下保存了两天。|请和上一单一起发货，谢谢。|会员卡丢了怎么补办|传感器在暴雨期间上报了异常数据。|银行卡为什么被冻结了？|本章比较了三种城市发展模型。|包裹被拒收，已退回仓库。|应聘者有五年物流行业经验。");

    public static readonly string[] Titles = Make.Words("Letters from the Lighthouse|Budget Proposal for the New Wing|The Clockmaker's Daughter|How Rivers Shape Cities|Onboarding Checklist|A Short History of Salt|Minutes of the Annual Meeting|The Cartographer's Secret|Basics of Watercolour|Emergency Procedures|Three Men and a Ferry|Principles of Macroeconomics|Under the Banyan Tree|Release Notes for Spring|The Winter Orchard|Essays on Taste|Field Guide to Mushrooms|Tales of the Northern Coast|Patients given oxygen assessment|Median time to first treatment|Travel Expense Policy|The Quiet Passenger");

    public static readonly string[] ChineseTitles = Make.Words("秋季运动会安排|数据仓库建设方案|海边的灯塔|零基础学水彩|二季度销售复盘|城市与河流|安全生产管理制度|买家询问是否包邮|蘑菇图鉴|经济学原理|最后一班渡轮|新版本更新说明|北方的冬天|差旅报销规定|老巷子里的故事");
}
