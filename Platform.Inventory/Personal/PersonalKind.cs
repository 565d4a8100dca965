using Platform.Inventory.Classify;

namespace Platform.Inventory.Personal;

/// <summary>Kinds of spans that <see cref="PersonalFinder"/> finds inside a text. Not all are personal by themselves: <see cref="PersonalKinds.ClassOf"/> tells.</summary>
public enum PersonalKind
{
    /// <summary>A person's name, with or without its title.</summary>
    PersonName,

    Email,

    /// <summary>A telephone number of any country that its form, its country code or the words before it show.</summary>
    Phone,

    /// <summary>A street address, or a part of one: house, street, flat, box.</summary>
    Address,

    Postcode,

    /// <summary>A number that a state gives a person: resident identity card, social security number and their like.</summary>
    NationalId,

    Passport,

    DrivingLicence,

    /// <summary>A vehicle's number plate.</summary>
    LicencePlate,

    BankCard,

    Iban,

    /// <summary>A bank account without a checksum, known by the words before it.</summary>
    BankAccount,

    /// <summary>A date that the words before it call a birth.</summary>
    DateOfBirth,

    Age,

    /// <summary>A nationality, a religion or a political group.</summary>
    Group,

    IpAddress,

    MacAddress,

    Url,

    /// <summary>A day, a time, a year; personal only beside a person.</summary>
    Date,

    /// <summary>A city, a region, a country.</summary>
    Place,

    Organization,

    /// <summary>A form of address or an occupation.</summary>
    Title,
}

/// <summary>Names and classes of the kinds.</summary>
public static class PersonalKinds
{
    private static readonly string[] Names = [.. Enum.GetValues<PersonalKind>().Select(kind => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()))];

    /// <summary>The kind as it is stored and shown: <c>person_name</c>, <c>bank_card</c>. The same words as semantic types where there is one.</summary>
    public static string NameOf(PersonalKind kind) => Names[(int)kind];

    /// <summary>The class of personal data; <see cref="PersonalClass.None"/> for what says nothing about a person by itself: a place, an organisation, a date, a title, a web address.</summary>
    public static PersonalClass ClassOf(PersonalKind kind) => kind switch
    {
        PersonalKind.PersonName => PersonalClass.Name,
        PersonalKind.Email or PersonalKind.Phone => PersonalClass.Contact,
        PersonalKind.Address or PersonalKind.Postcode => PersonalClass.Address,
        PersonalKind.NationalId or PersonalKind.Passport or PersonalKind.DrivingLicence or PersonalKind.LicencePlate => PersonalClass.Identity,
        PersonalKind.BankCard or PersonalKind.Iban or PersonalKind.BankAccount => PersonalClass.Financial,
        PersonalKind.DateOfBirth or PersonalKind.Age or PersonalKind.Group => PersonalClass.Demographic,
        PersonalKind.IpAddress or PersonalKind.MacAddress => PersonalClass.Online,
        _ => PersonalClass.None,
    };
}
