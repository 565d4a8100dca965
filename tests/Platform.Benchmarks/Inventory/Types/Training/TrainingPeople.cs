using Bogus;

namespace Platform.Benchmarks.Inventory.Types.Training;

/// <summary>Columns about people, from Bogus's dictionaries in twenty languages.</summary>
internal static class TrainingPeople
{
    public static readonly string[] Locales = ["en", "en_US", "en_GB", "en_AU", "en_IND", "de", "fr", "es", "it", "nl", "pl", "pt_BR", "sv", "cz", "tr", "ru", "vi", "id_ID", "nb_NO", "fi", "es_MX", "ro", "en_NG"];

    private static readonly string ChineseFamily = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤";

    private static readonly string ChineseGiven = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲红建国华梅鑫浩宇轩然子涵梓欣怡佳雨晨一诺思琪嘉豪俊博志鹏飞斌波龙凤玉珍琴云莲香洁慧颖莹雪琳婷悦雯倩媛萍鸿瑞宁健世广义兴良海山仁贵福生元全胜学祥才发武新利清彬富顺信";

    private static readonly string[] ChineseJobs = Make.Words("软件工程师|产品经理|销售经理|会计|教师|护士|医生|司机|行政专员|财务主管|市场总监|客服|店长|设计师|律师|人事经理|项目经理|采购员|仓库管理员|技术员|实习生|部门主管|总经理|助理|测试工程师|数据分析师|运营专员|保安|出纳|厨师");

    private static readonly string[] Jobs = Make.Words("Teacher|Nurse|Electrician|Plumber|Lawyer|Software Engineer|Data Scientist|Accountant|Chef|Waiter|Pilot|Police Officer|Firefighter|Dentist|Pharmacist|Carpenter|Farmer|Journalist|Photographer|Graphic Designer|Cashier|Sales Associate|HR Specialist|CEO|CFO|Student|Retired|Unemployed|Homemaker|Writer|Artist|Musician|Mechanic|Truck Driver|Receptionist|Scientist|Professor|Librarian|Security Guard|Cleaner|Barista|Paralegal|Surgeon|Therapist|Translator");

    public static readonly Recipe[] All =
    [
        new("person_name", "name|full_name|customer_name|contact_name|CustomerName|patient|recipient|employee_name|姓名|联系人|客户姓名|xingming|xm|cust_nm|author|buyer|收货人|contact|user_name_full|Name", [
            random => { var f = Fake(random); return () => f.Name.FirstName() + " " + f.Name.LastName(); },
            random => { var f = Fake(random); return () => f.Name.FirstName() + " " + f.Name.LastName(); },
            random => { var f = Fake(random); return () => f.Name.LastName() + ", " + f.Name.FirstName(); },
            random => { var f = Fake(random); return () => f.Name.FullName(); },
            random => { var f = Fake(random); return () => (f.Name.FirstName() + " " + f.Name.LastName()).ToUpperInvariant(); },
            random => { var f = Fake(random); return () => (f.Name.FirstName() + " " + f.Name.LastName()).ToLowerInvariant(); },
            random => { var f = Fake(random); return () => $"{f.Name.FirstName()[0]}. {f.Name.LastName()}"; },
            random => { var f = Fake(random); return () => $"{f.Name.FirstName()} {(char)random.Next('A', 'Z' + 1)}. {f.Name.LastName()}"; },
            random => () => Chinese(random), random => () => Chinese(random), random => () => Chinese(random),
            random => () => Chinese(random) is var name && name.Length > 2 ? name[0] + "*" + name[2..] : name[0] + "*",
        ]),
        new("given_name", "first_name|fname|FirstName|given_name|forename|vorname|prenom|名|first|mingzi|firstname|given", [
            random => { var f = Fake(random); return () => f.Name.FirstName(); }, random => { var f = Fake(random); return () => f.Name.FirstName(); }, random => { var f = Fake(random); return () => f.Name.FirstName(); },
            random => { var f = Fake(random); return () => f.Name.FirstName().ToUpperInvariant(); }, random => { var f = Fake(random); return () => f.Name.FirstName().ToLowerInvariant(); },
            random => () => random.From(ChineseGiven, random.Chance(0.8) ? 2 : 1),
        ]),
        new("family_name", "last_name|lname|LastName|surname|family_name|nachname|nom|姓|last|lastname|xing|姓氏", [
            random => { var f = Fake(random); return () => f.Name.LastName(); }, random => { var f = Fake(random); return () => f.Name.LastName(); }, random => { var f = Fake(random); return () => f.Name.LastName(); },
            random => { var f = Fake(random); return () => f.Name.LastName().ToUpperInvariant(); }, random => { var f = Fake(random); return () => f.Name.LastName().ToLowerInvariant(); },
            random => () => random.From(ChineseFamily, 1),
        ]),
        new("email", "email|mail|e_mail|EmailAddress|邮箱|youxiang|contact_email|user_email", [
            random => { var f = Fake(random, "en"); return () => f.Internet.Email(); }, random => { var f = Fake(random, "en"); return () => f.Internet.ExampleEmail(); },
            random => () => $"{random.Digits(random.Next(6, 11))}@qq.com", random => { var f = Fake(random, "en"); return () => f.Name.FirstName()[..1] + "***@" + f.Internet.DomainName(); },
        ]),
        new("phone", "phone|tel|mobile|phone_number|contact_phone|手机号|电话|shouji|联系电话|cell|telephone|fax|mobile_no|dianhua", [
            random => () => $"1{random.Next(3, 10)}{random.Digits(9)}", random => () => $"1{random.Next(3, 10)}{random.Digits(9)}", random => () => $"1{random.Next(3, 10)}{random.Digits(1)}****{random.Digits(4)}",
            random => () => $"+86 1{random.Next(3, 10)}{random.Digits(9)}", random => { var f = Fake(random); return () => f.Phone.PhoneNumber(); }, random => { var f = Fake(random); return () => f.Phone.PhoneNumber(); }, random => { var f = Fake(random); return () => f.Phone.PhoneNumber(); },
            random => () => $"{random.Next(201, 990)}{random.Next(2, 10)}{random.Digits(6)}", random => () => $"+{random.Pick(new[] { "1", "44", "49", "33", "91", "81" })}{random.Next(1, 10)}{random.Digits(9)}", random => () => $"0{random.Next(10, 30)}-{random.Next(2, 9)}{random.Digits(7)}",
            random => () => $"({random.Next(201, 990)}) {random.Next(200, 999)}-{random.Digits(4)}", random => () => $"0{random.Next(10, 99)} {random.Digits(4)} {random.Digits(4)}",
        ]),
        new("username", "username|user_name|login|nick|nickname|handle|account|用户名|昵称|screen_name|yonghuming|uname|login_name", [
            random => { var f = Fake(random, "en"); return () => f.Internet.UserName().ToLowerInvariant(); }, random => { var f = Fake(random, "en"); return () => f.Internet.UserName(); },
            random => { var f = Fake(random, "en"); return () => f.Name.FirstName().ToLowerInvariant()[..1] + f.Name.LastName().ToLowerInvariant() + (random.Chance(0.5) ? random.Digits(2) : ""); },
            random => { var f = Fake(random, "en"); return () => f.Hacker.Adjective().Replace(' ', '_') + random.Pick(new[] { "_", "", "." }) + f.Hacker.Noun().Replace(' ', '_') + (random.Chance(0.6) ? random.Digits(random.Next(1, 4)) : ""); },
            random => { var f = Fake(random, "en"); return () => "@" + f.Internet.UserName().ToLowerInvariant().Replace('.', '_'); },
            random => () => "jd_" + random.From("abcdefghijklmnopqrstuvwxyz0123456789", random.Next(6, 13)),
            random => () => random.Pick(new[] { "快乐", "阳光", "小", "大", "风中", "蓝色", "爱吃", "追梦", "夏天", "安静" }) + random.Pick(new[] { "的猫", "兔子", "少年", "鱼", "星空", "的云", "西瓜", "旅人", "女孩", "熊" }) + (random.Chance(0.4) ? random.Digits(random.Next(1, 4)) : ""),
        ]),
        new("secret", "password|passwd|pwd|password_hash|secret|token|api_key|密码|mima|access_token|pwd_hash|auth_token", [
            random => () => "$2" + random.Pick(new[] { "a", "b", "y" }) + "$1" + random.Digits(1) + "$" + random.From("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./", 53),
            random => { var f = Fake(random, "en"); return () => f.Internet.Password(random.Next(8, 16), false, "[A-Za-z0-9!@#$%^&*]"); }, random => { var f = Fake(random, "en"); return () => f.Name.FirstName() + random.Digits(random.Next(2, 5)) + random.Pick(new[] { "!", "@", "#", "$", "*" }); },
            random => () => "sk_live_" + random.From("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 24),
            random => () => "eyJhbGciOiJIUzI1NiJ9." + random.From("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", 40) + "." + random.From("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", 43),
            random => () => "pbkdf2_sha256$260000$" + random.From("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 22) + "$" + random.From("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/", 43) + "=",
            random => () => random.From("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 32),
        ]),
        new("national_id", "id_card|ssn|national_id|idcard|身份证号|证件号码|sfzh|shenfenzheng|identity_no|passport_no|cpf", [
            random => () => IdCard(random), random => () => IdCard(random), random => () => IdCard(random) is var id ? id[..6] + "********" + id[14..] : "",
            random => () => $"{random.Next(100, 665)}-{random.Next(10, 99)}-{random.Next(1000, 9999)}", random => () => $"{random.Next(100, 999)}.{random.Digits(3)}.{random.Digits(3)}-{random.Digits(2)}",
            random => () => $"{random.From("ABCEGHJKLMNPRSTWXYZ", 2)} {random.Digits(2)} {random.Digits(2)} {random.Digits(2)} {random.From("ABCD", 1)}", random => { var count = random.Next(7, 12); return () => random.Next(1, 10) + random.Digits(count - 1); },
            random => () => random.Pick(new[] { "E", "G", "EA", "EB" }) + random.Digits(8), random => () => random.From("ABCEGHJKLMNPRSTWXYZ", 2) + random.Digits(6) + random.From("ABCD", 1), random => () => random.Digits(8) + random.From("TRWAGMYFPDXBNJZSQVHLCKE", 1),
        ]),
        new("plate_number", "plate|plate_no|license_plate|车牌号|chepai|vehicle_no|registration", [
            random => () => random.From("京津沪渝冀豫云辽黑湘皖鲁苏浙赣鄂桂甘晋陕吉闽贵粤青川", 1) + random.From("ABCDEFGHJKLM", 1) + random.From("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", 5), random => () => random.From("京沪粤苏浙川", 1) + random.From("ABCDEF", 1) + "·" + random.From("0123456789", 5),
            random => () => random.From("ABCDEFGHJKLMNOPRSTUVWXY", 2) + $"{random.Next(2, 74):00} " + random.From("ABCDEFGHJKLMNOPRSTUVWXYZ", 3), random => () => random.From("ABCDEFGHKLMNPRSTUVW", random.Next(1, 4)) + "-" + random.From("ABCDEFGHJKLMNPRSTUVWXYZ", random.Next(1, 3)) + " " + random.Next(1, 9999),
            random => () => random.From("ABCDEFGHJKLMNPRSTUVWXYZ", 3) + random.Pick(new[] { "-", " ", "" }) + random.Digits(4), random => () => random.From("ABCDEFGHJKLMNPRSTVWXYZ", 2) + "-" + random.Digits(3) + "-" + random.From("ABCDEFGHJKLMNPRSTVWXYZ", 2),
        ]),
        new("bank_card", "card_no|card_number|bank_card|credit_card|银行卡号|kahao|cc_number|pan", [
            random => () => Make.Luhn("4" + random.Digits(14)), random => () => Make.Luhn($"{random.Next(51, 56)}{random.Digits(13)}"), random => () => Make.Luhn("62" + random.Digits(16)), random => () => Make.Luhn("62" + random.Digits(13)),
            random => () => Make.Luhn("4" + random.Digits(14)) is var n ? $"{n[..4]} {n[4..8]} {n[8..12]} {n[12..]}" : "", random => { var f = Fake(random, "en"); return () => f.Finance.CreditCardNumber(); },
        ]),
        new("iban", "iban|bank_account|account_iban|IBAN|konto", [
            random => () => Make.Iban("DE", random.Digits(18)), random => () => Make.Iban("FR", random.Digits(23)), random => { var f = Fake(random, "en"); return () => f.Finance.Iban(); }, random => () => Make.Iban("GB", random.From("ABCDEFGHIJKLMNOP", 4) + random.Digits(14)),
        ]),
        new("age", "age|customer_age|年龄|nianling|patient_age|Age|alter", [
            random => { var m = random.Normal(40, 8); return () => $"{(int)Math.Clamp(random.Normal(m, 14), 0, 99)}"; }, random => () => $"{random.Next(18, 80)}", random => () => $"{random.Next(16, 65)}", random => () => $"{(int)Math.Clamp(random.Normal(35, 12), 1, 95)}.0",
        ]),
        new("gender", "gender|sex|性别|xingbie|Gender|xb|geschlecht", [
            random => () => random.Pick(new[] { "M", "F" }), random => () => random.Pick(new[] { "male", "female" }), random => () => random.Pick(new[] { "男", "女" }), random => () => random.Pick(new[] { "Male", "Female", "Other" }), random => () => random.Pick(new[] { "男", "女", "未知" }), random => () => random.Pick(new[] { "f", "m", "u" }),
            random => () => random.Pick(new[] { "Female", "Male", "Non-binary", "Prefer not to say" }), random => () => random.Pick(new[] { "MALE", "FEMALE" }),
        ]),
        new("job_title", "job_title|occupation|position|job|profession|职位|职业|title|role|zhiwei|岗位", [
            random => { var f = Fake(random, "en"); return () => f.Name.JobTitle(); }, random => { var f = Fake(random, "en"); return () => f.Name.JobType(); }, random => { var f = Fake(random, "en"); return () => $"{f.Name.JobArea()} {f.Name.JobType()}"; }, random => { var f = Fake(random, "en"); return () => $"{f.Name.JobDescriptor()} {f.Name.JobArea()} {f.Name.JobType()}"; },
            random => () => random.Pick(ChineseJobs), random => () => random.Pick(Jobs), random => () => random.Pick(Jobs).ToLowerInvariant(),
        ]),
    ];

    public static string Chinese(Random random) => random.From(ChineseFamily, 1) + random.From(ChineseGiven, random.Chance(0.7) ? 2 : 1);

    public static string IdCard(Random random)
        => Make.IdCard($"{random.Pick(new[] { "1101", "3101", "4401", "3301", "5101", "4201", "3702", "6101", "2102", "3501" })}{random.Next(1, 30):00}{random.Next(1940, 2010)}{random.Next(1, 13):00}{random.Next(1, 29):00}{random.Digits(3)}");

    public static Faker Fake(Random random, string? locale = null) => new(locale ?? random.Pick(Locales)) { Random = new Randomizer(random.Next()) };
}
