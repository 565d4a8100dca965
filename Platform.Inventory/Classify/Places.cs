using System.Collections.Frozen;

namespace Platform.Inventory.Classify;

/// <summary>Countries, states, provinces, large cities, and the words that end street names.</summary>
internal static class Places
{
    public static readonly FrozenSet<string> UsStates = Set("""
        AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR GU VI
        """);

    public static readonly FrozenSet<string> Regions = Lines("""
        Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming|
        New South Wales|Victoria|Queensland|South Australia|Western Australia|Tasmania|Northern Territory|NSW|VIC|QLD|TAS|ACT|Ontario|Quebec|British Columbia|Alberta|Manitoba|Saskatchewan|Nova Scotia|England|Scotland|Wales|Northern Ireland|Bavaria|Saxony|Hesse|
        北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|北京市|天津市|上海市|重庆市|河北省|山西省|辽宁省|吉林省|黑龙江省|江苏省|浙江省|安徽省|福建省|江西省|山东省|河南省|湖北省|湖南省|广东省|海南省|四川省|贵州省|云南省|陕西省|甘肃省|青海省|台湾省|内蒙古自治区|广西壮族自治区|西藏自治区|宁夏回族自治区|新疆维吾尔自治区
        """);

    public static readonly FrozenSet<string> Countries = Lines("""
        Afghanistan|Albania|Algeria|Andorra|Angola|Argentina|Armenia|Australia|Austria|Azerbaijan|Bahamas|Bahrain|Bangladesh|Barbados|Belarus|Belgium|Belize|Benin|Bhutan|Bolivia|Bosnia and Herzegovina|Botswana|Brazil|Brunei|Bulgaria|Burundi|Cambodia|Cameroon|Canada|Chad|Channel Islands|Chile|China|Colombia|Congo|Costa Rica|Croatia|Cuba|Cyprus|Czech Republic|Czechia|Denmark|Dominican Republic|Ecuador|Egypt|EIRE|El Salvador|Eritrea|Estonia|Ethiopia|European Community|Fiji|Finland|France|Gabon|Gambia|Georgia|Germany|Ghana|Great Britain|Greece|Guatemala|Guinea|Guyana|Haiti|Honduras|Hong Kong|Hungary|Iceland|India|Indonesia|Iran|Iraq|Ireland|Israel|Italy|Jamaica|Japan|Jordan|Kazakhstan|Kenya|Korea|Kuwait|Laos|Latvia|Lebanon|Liberia|Libya|Liechtenstein|Lithuania|Luxembourg|Macau|Macedonia|Madagascar|Malaysia|Maldives|Mali|Malta|Mauritius|Mexico|Moldova|Monaco|Mongolia|Montenegro|Morocco|Mozambique|Myanmar|Namibia|Nepal|Netherlands|New Zealand|Nicaragua|Niger|Nigeria|North Korea|Norway|Oman|Pakistan|Panama|Paraguay|Peru|Philippines|Poland|Portugal|Puerto Rico|Qatar|Romania|RSA|Russia|Rwanda|Saudi Arabia|Senegal|Serbia|Singapore|Slovakia|Slovenia|Somalia|South Africa|South Korea|Spain|Sri Lanka|Sudan|Sweden|Switzerland|Syria|Taiwan|Tanzania|Thailand|Togo|Tunisia|Turkey|UAE|Uganda|UK|Ukraine|United Arab Emirates|United Kingdom|United States|United States of America|Unspecified|Uruguay|USA|Uzbekistan|Venezuela|Vietnam|Yemen|Zambia|Zimbabwe|
        中国|美国|英国|法国|德国|日本|韩国|俄罗斯|加拿大|澳大利亚|意大利|西班牙|巴西|印度|新加坡|泰国|越南|马来西亚|荷兰|瑞士|瑞典|新西兰|墨西哥|阿根廷|南非|埃及|土耳其|印度尼西亚|菲律宾
        """);

    public static readonly FrozenSet<string> CountryCodes = Set("""
        AD AE AF AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU CY CZ DE DJ DK DO DZ EC EE EG ES ET FI FJ FR GA GB GE GH GM GN GR GT GY HK HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KR KW KZ LA LB LI LK LT LU LV LY MA MC MD ME MG MK ML MM MN MO MT MU MV MX MY MZ NA NE NG NI NL NO NP NZ OM PA PE PH PK PL PR PT PY QA RO RS RU RW SA SD SE SG SI SK SN SO SV SY TD TG TH TJ TM TN TR TW TZ UA UG UK US UY UZ VE VN YE ZA ZM ZW
        USA GBR CHN JPN DEU FRA ITA ESP CAN AUS IND BRA KOR RUS MEX NLD CHE SWE NOR DNK FIN POL PRT AUT BEL IRL NZL SGP HKG TWN THA VNM
        """);

    public static readonly FrozenSet<string> Currencies = Set("USD EUR GBP CNY JPY HKD TWD KRW INR AUD NZD CAD CHF SEK NOK DKK PLN CZK HUF RUB TRY BRL MXN ZAR SGD THB MYR IDR PHP VND AED SAR ILS RMB 元 人民币 美元 欧元 日元 英镑 港币 $ € £ ¥");

    public static readonly FrozenSet<string> Cities = Lines("""
        New York|Brooklyn|Bronx|Queens|Los Angeles|Chicago|Houston|Phoenix|Philadelphia|San Antonio|San Diego|Dallas|San Jose|Austin|Jacksonville|Fort Worth|Columbus|Charlotte|San Francisco|Indianapolis|Seattle|Denver|Washington|Boston|El Paso|Nashville|Detroit|Oklahoma City|Portland|Las Vegas|Memphis|Louisville|Baltimore|Milwaukee|Albuquerque|Tucson|Fresno|Sacramento|Kansas City|Mesa|Atlanta|Omaha|Colorado Springs|Raleigh|Miami|Long Beach|Virginia Beach|Oakland|Minneapolis|Tulsa|Arlington|Tampa|New Orleans|Wichita|Cleveland|Bakersfield|Aurora|Anaheim|Honolulu|Santa Ana|Riverside|Corpus Christi|Lexington|Stockton|Henderson|Saint Paul|St Paul|St. Louis|Saint Louis|Cincinnati|Pittsburgh|Greensboro|Anchorage|Plano|Lincoln|Orlando|Irvine|Newark|Toledo|Durham|Chula Vista|Fort Wayne|Jersey City|St Petersburg|Laredo|Madison|Chandler|Buffalo|Lubbock|Scottsdale|Reno|Glendale|Gilbert|Winston Salem|North Las Vegas|Norfolk|Chesapeake|Garland|Irving|Hialeah|Fremont|Boise|Richmond|Baton Rouge|Spokane|Des Moines|Tacoma|San Bernardino|Modesto|Fontana|Santa Clarita|Birmingham|Oxnard|Fayetteville|Moreno Valley|Rochester|Glendale|Huntington Beach|Salt Lake City|Grand Rapids|Amarillo|Yonkers|Montgomery|Akron|Little Rock|Huntsville|Augusta|Mobile|Shreveport|Ontario|Brownsville|Chattanooga|Fort Lauderdale|Tempe|Ontario|Peoria|Providence|Springfield|Hollywood|Salinas|Pasadena|Pomona|Escondido|Torrance|Littleton|Caguas|Bayamon|Ponce|Carolina|Guaynabo|Cayey|Humacao|Manati|Toa Baja|San Juan|Vega Baja|Hempstead|Staten Island|Flushing|Jamaica|Astoria|Mission|Edinburg|Mcallen|Harlingen|Katy|Spring|Sugar Land|Carrollton|Lewisville|Mesquite|Round Rock|Hanford|Visalia|Merced|Daly City|Hayward|Sunnyvale|Santa Clara|San Marcos|Oceanside|Carlsbad|Vista|El Cajon|La Mesa|Chino|Corona|Rialto|Upland|Compton|Gardena|Whittier|Downey|Norwalk|Lakewood|Bellflower|Hawthorne|Inglewood|Reseda|Canoga Park|Van Nuys|North Hollywood|Panorama City|Sylmar|Lancaster|Palmdale|Simi Valley|Evanston|Cicero|Elgin|Joliet|Aurora|Naperville|Wheaton|Bolingbrook|Des Plaines|Mount Prospect|Arlington Heights|Palatine|Woodbridge|Annandale|Alexandria|Silver Spring|Hyattsville|Rockville|Gaithersburg|Columbia|Ann Arbor|Lansing|Flint|Dearborn|Marietta|Lawrenceville|Decatur|Stone Mountain|Kissimmee|Ocala|Opa Locka|Homestead|Pompano Beach|
        London|Manchester|Leeds|Liverpool|Glasgow|Edinburgh|Bristol|Sheffield|Paris|Lyon|Marseille|Berlin|Hamburg|Munich|Cologne|Frankfurt|Stuttgart|Madrid|Barcelona|Valencia|Rome|Milan|Naples|Turin|Amsterdam|Rotterdam|Brussels|Antwerp|Vienna|Zurich|Geneva|Stockholm|Oslo|Copenhagen|Helsinki|Dublin|Lisbon|Porto|Warsaw|Krakow|Prague|Budapest|Athens|Istanbul|Moscow|Kyiv|Tokyo|Osaka|Kyoto|Seoul|Busan|Taipei|Bangkok|Singapore|Jakarta|Manila|Hanoi|Kuala Lumpur|Mumbai|Delhi|New Delhi|Bangalore|Chennai|Kolkata|Hyderabad|Karachi|Lahore|Dhaka|Dubai|Cairo|Lagos|Nairobi|Johannesburg|Cape Town|Sydney|Melbourne|Brisbane|Perth|Adelaide|Canberra|Auckland|Wellington|Toronto|Montreal|Vancouver|Calgary|Ottawa|Mexico City|Guadalajara|Bogota|Lima|Santiago|Buenos Aires|Sao Paulo|Rio de Janeiro|
        Beijing|Shanghai|Guangzhou|Shenzhen|Hangzhou|Nanjing|Suzhou|Chengdu|Chongqing|Wuhan|Xi'an|Tianjin|Qingdao|Dalian|Xiamen|Ningbo|Changsha|Zhengzhou|Jinan|Shenyang|Harbin|Kunming|Hefei|Fuzhou|
        北京|上海|广州|深圳|杭州|南京|苏州|成都|重庆|武汉|西安|天津|青岛|大连|厦门|宁波|长沙|郑州|济南|沈阳|哈尔滨|昆明|合肥|福州|无锡|佛山|东莞|温州|泉州|石家庄|太原|长春|南昌|南宁|贵阳|兰州|海口|三亚|珠海|中山|惠州|常州|徐州|烟台|潍坊|台州|嘉兴|金华|绍兴|杭州市|上海市|北京市|广州市|深圳市|南京市|成都市|武汉市|西安市|苏州市|天津市|重庆市|长沙市|郑州市|青岛市|宁波市|厦门市|济南市|沈阳市|大连市|合肥市|福州市|昆明市|无锡市
        """);

    /// <summary>Words that end the name of a street.</summary>
    public static readonly FrozenSet<string> StreetWords = Set("""
        street st avenue ave av road rd drive dr lane ln court ct place pl boulevard blvd way terrace ter circle cir close crescent cres parade pde highway hwy parkway pkwy square sq trail trl
        plaza ridge bend common commons mall grove heights hill hills hollow island isle jetty junction key knoll lake landing limits lodge loop manor meadow meadows mews mount mountain narrows nook oaks orchard pass path pathway
        pike pine pines point pond port ports prairie private promenade quay ramp ranch rapid rapids rest rise river route row run shoal shore shores spring springs spur stead summit swale thicket townline trace track
        turnpike vale valley via view villas village vista walk woods wynd acres arbor autoroute bank bay beach bluff bridge brook butte bypass byway canyon cape cliff club concession corner corners corridor cove creek crest cross crossing
        crossroad dale dam dell diversion downs edge end estate estates esplanade expressway extension falls farm farms fen field fields forest fork forks fort freeway front garden gardens gate gateway glade glen green grounds harbor harbour haven
        heath hideaway highlands impasse inlet subdivision tree terrace chase cluster driveway alley campus centre center abbey autumn cottage embers quail
        circuit circle boulevarde terrace street place court crescent loop
        """);

    private static FrozenSet<string> Set(string list) => list.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static FrozenSet<string> Lines(string list) => list.Split(['|', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
