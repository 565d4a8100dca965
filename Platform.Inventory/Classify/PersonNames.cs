using System.Collections.Frozen;

namespace Platform.Inventory.Classify;

/// <summary>Common given and family names, English-speaking and Chinese. Not complete: a column of names is known by the share of them that are common.</summary>
internal static class PersonNames
{
    public static readonly FrozenSet<string> Given = Words("""
        aaron abby abigail adam adrian aidan aiden aimee alan albert alec alex alexander alexandra alexis alfred alice alicia alison allan allen allison alyssa amanda amber amelia amy
        ana andrea andrew angel angela angelina anita ann anna anne annette annie anthony antonio april archie ariana arthur ashley ashton audrey austin ava barbara barry beatrice becky ben
        benjamin bernard bessie beth bethany betty beverly bill billy blake bobby bonnie brad bradley brandon brandy brenda brendan brent brett brian briana brianna bridget brittany brock brooke bruce bryan bryce
        caitlin caleb callum calvin cameron candice carl carla carlos carly carmen carol carole caroline carolyn carrie carter casey cassandra catherine cathy cecilia chad charlene charles charlie charlotte chase chelsea cheryl chloe
        chris christian christina christine christopher cindy claire clara clarence claudia clayton cody colin colleen connie connor cooper corey courtney craig cristian crystal curtis cynthia daisy dakota dale damian dan dana
        daniel danielle danny darlene darrell darren dave david dawn dean deanna debbie deborah debra declan denise dennis derek derrick desiree diana diane dolores dominic don donald donna dora doris dorothy douglas
        drew duane dustin dwayne dylan earl eddie edgar edith edna edward edwin eileen elaine eleanor elena eli elijah elizabeth ella ellen ellie elsie emily emma eric erica erik erin ernest esther ethan ethel
        eugene eva evan evelyn faith felicia felix fernando finley finn florence frances francis francisco frank franklin fred frederick gabriel gabriella gabrielle gail garrett gary gavin gene geoffrey george georgia gerald gina gladys
        glen glenn gloria gordon grace graham grant greg gregory hailey haley hannah harley harold harriet harrison harry harvey hayden hayley hazel heather hector heidi helen henry herbert holly howard hudson hugh hugo hunter
        ian ida imogen irene iris isaac isabel isabella isabelle isaiah isla ivan ivy jack jackie jackson jacob jacqueline jade jaime jake james jamie jan jane janet janice jared jasmine jason javier jay jayden jean jeanette
        jeff jeffery jeffrey jenna jennifer jenny jeremiah jeremy jerome jerry jesse jessica jesus jill jim jimmy jo joan joann joanna joanne joe joel john johnny jon jonathan jordan jorge jose joseph josephine joshua joy joyce juan
        juanita judith judy julia julian juliana julie june justin kaitlin kaitlyn kara karen kari karl kate katelyn katherine kathleen kathryn kathy katie katrina kayla keith kelley kelly kelsey ken kendra kenneth kerry kevin kiara kim
        kimberly kirk kirsten kris krista kristen kristin kristina kristy kurt kyle kylie lachlan lance larry latoya laura lauren laurie lawrence leah lee leo leon leonard leslie lewis liam lillian lily linda lindsay lindsey lisa lloyd
        logan lois loretta lori lorraine louis louise lucas lucille lucinda lucy luis luke lydia lynn mackenzie madeleine madeline madison maggie makayla malcolm marc marcia marcus margaret maria mariah marie marilyn mario marion marissa
        marjorie mark marlene martha martin marvin mary mason mathew matt matthew maureen maurice max maxwell mckenzie megan meghan melanie melinda melissa melvin mercedes mia michael micheal michele michelle miguel mike mildred miranda
        misty mitchell molly monica monique morgan muriel nancy naomi natalie natasha nathan nathaniel neil nelson nicholas nichole nick nicole nina noah noel nora norma norman oliver olivia oscar owen paige pamela patricia patrick paul
        paula pauline pedro peggy penelope perry peter phillip philip phoebe phyllis priscilla rachael rachel ralph ramon randall randy raul ray raymond rebecca regina renee rhonda ricardo richard rick ricky riley rita rob robert roberta roberto
        robin robyn rochelle rodney roger roland ron ronald ronnie rosa rose rosemary ross roxanne roy ruben ruby russell ruth ryan sabrina sally sam samantha samuel sandra sara sarah sasha savannah scott sean sebastian selena sergio seth shane
        shannon sharon shaun shawn sheila shelby shelly sheri sherri sherry shirley sidney sierra simon skye sofia sonia sophia sophie spencer stacey stacy stanley stella stephanie stephen steve steven stuart sue summer susan suzanne sydney sylvia
        talia tamara tammy tania tanya tara taylor ted teresa terrance terri terry thelma theodore theresa thomas tiffany tim timothy tina toby todd tom tommy toni tony tonya tracey traci tracy travis trevor tristan troy tyler tyson
        valerie vanessa vera vernon veronica vicki vickie victor victoria vincent viola violet virginia vivian wade walter wanda warren wayne wendy wesley whitney willa william willie wilma xavier yolanda yvette yvonne zac zachary zara zoe
        ahmed ali amir anil anjali arjun carlo chen deepak diego enrique fatima giovanni hans hassan ingrid jin juergen klaus lars lei li mei ming mohamed mohammed nadia olga omar pablo pierre priya rahul raj sanjay sergei stefan sven wei yuki yusuf
        """);

    public static readonly FrozenSet<string> Family = Words("""
        smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson thomas taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker young
        allen king wright scott torres nguyen hill flores green adams nelson baker hall rivera campbell mitchell carter roberts gomez phillips evans turner diaz parker cruz edwards collins reyes stewart morris morales murphy cook rogers
        gutierrez ortiz morgan cooper peterson bailey reed kelly howard ramos kim cox ward richardson watson brooks chavez wood james bennett gray mendoza ruiz hughes price alvarez castillo sanders patel myers long ross foster jimenez powell
        jenkins perry russell sullivan bell coleman butler henderson barnes gonzales fisher vasquez simmons romero jordan patterson alexander hamilton graham reynolds griffin wallace moreno west cole hayes bryant herrera gibson ellis tran medina
        aguilar stevens murray ford castro marshall owens harrison fernandez mcdonald woods washington kennedy wells vargas henry chen freeman webb tucker guzman burns crawford olson simpson porter hunter gordon mendez silva shaw snyder mason
        dixon munoz hunt hicks holmes palmer wagner black robertson boyd rose stone salazar fox warren mills meyer rice schmidt garza daniels ferguson nichols stephens soto weaver ryan gardner payne grant dunn kelley spencer hawkins arnold pierce
        vazquez hansen peters santos hart bradley knight elliott cunningham duncan armstrong hudson carroll lane riley andrews alvarado ray delgado berry perkins hoffman johnston matthews pena richards contreras willis carpenter lawrence sandoval
        guerrero george chapman rios estrada ortega watkins greene nunez wheeler valdez harper burke larson santiago maldonado morrison franklin carlson austin dominguez carr lawson jacobs obrien lynch singh vega bishop montgomery oliver jensen
        harvey williamson gilbert dean sims espinoza howell li wong reid hanson le mccoy garrett burton fuller wang weber welch rojas lucas marquez fields park yang little banks padilla day walsh bowman schultz luna fowler mejia davidson acosta
        brewer may holland juarez newman pearson curtis cortez douglas schneider joseph barrett navarro figueroa keller avila wade molina stanley hopkins campos barnett bates chambers caldwell beck lambert miranda byrd craig ayala lowe frazier powers
        neal leonard gregory carrillo sutton fleming rhodes shelton schwartz norris jennings rhodes watts duran walters cohen mcdaniel moran parks steele vaughn becker holt deleon barker terry hale leon hail benson haynes horton miles lyons pham graves
        bush thornton wolfe warner cabrera mckinney mann zimmerman dawson lara fletcher page mccarthy love robles cervantes solis erickson reeves chang klein salinas fuentes baldwin daniel simon velasquez hardy higgins aguirre lin cummings chandler
        sharp barber bowen ochoa dennis robbins liu ramsey francis griffith paul blair oconnor cardenas pacheco cross calderon quinn moss swanson chan rivas khan rodgers serrano fitzgerald rosales stevenson christensen manning gill curry mclaughlin
        harmon mcgee gross doyle garner newton burgess reese walton blake trujillo adkins brady goodman roman webster goodwin fischer huang potter delacruz montoya todd wu hines mullins castaneda malone cannon tate mack sherman hubbard hodges zhang
        guerra wolf valencia saunders franco rowe gallagher farmer hammond hampton townsend ingram wise gallegos clarke barton schroeder maxwell waters logan camacho strickland norman person colon parsons frank harrington glover osborne buchanan casey
        floyd patton ibarra ball tyler suarez bowers orozco salas cobb gibbs andrade bauer conner moody escobar mcguire lloyd mueller hartman french kramer mcbride pope lindsey velazquez norton mccormick sparks flynn yates hogan marsh macias villanueva
        ryan white nguyen campbell hoang bruhn clarke cameron mackay kowalski novak ivanov petrov rossi ferrari bianchi muller dubois laurent bernard petit tanaka suzuki sato yamamoto kumar sharma gupta ahmed hassan hussain ali shah
        """);

    /// <summary>Chinese family names, one character.</summary>
    public static readonly FrozenSet<char> ChineseFamily =
        "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
        .ToFrozenSet();

    /// <summary>Chinese family names of two characters.</summary>
    public static readonly FrozenSet<string> ChineseDoubleFamily = new[] { "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "司徒", "端木", "南宫" }.ToFrozenSet();

    /// <summary>Characters that given names favour; a name ends in one of them more often than a word does.</summary>
    public static readonly FrozenSet<char> ChineseGiven =
        "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲红建国华梅鑫浩宇轩然子涵梓欣怡佳雨晨一诺思琪嘉豪俊博志鹏飞斌波龙凤玉珍琴云莲香洁慧颖莹雪琳婷悦雯倩媛萍鸿瑞宁健世广义兴良海山仁贵福生元全胜学祥才发武新利清彬富顺信友坚和彪维启克伦翔旭泽晨辰亮政谦亨奇固之轮翰朗伯宏言若鸣朋梁栋冠策腾楠榕风航弘宝美惠巧雅芝萃萱莎锦黛青璐娅琦晶妍茜秋珊娇心佩淑"
        .ToFrozenSet();

    private static FrozenSet<string> Words(string list) => list.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
