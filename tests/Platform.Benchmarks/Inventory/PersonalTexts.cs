using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Inventory.Personal;

namespace Platform.Benchmarks.Inventory;

/// <summary>A text whose personal data are known.</summary>
/// <param name="Text">The text.</param>
/// <param name="Frame">The text with its personal data taken out: texts made from one pattern share it.</param>
/// <param name="Spans">What is in it.</param>
internal sealed record KnownText(string Text, string Frame, IReadOnlyList<KnownSpan> Spans)
{
    /// <summary>Whether it may be looked at while tuning: half of the frames, by their hash, so that no pattern is on both sides.</summary>
    public bool MayTune => SHA256.HashData(Encoding.UTF8.GetBytes(Frame))[0] % 2 == 0;
}

/// <summary>A personal part of a known text.</summary>
internal sealed record KnownSpan(PersonalKind Kind, int Start, int Length);

/// <summary>Reads the labelled texts of the shared data.</summary>
internal static class PersonalTexts
{
    private static readonly Dictionary<string, PersonalKind> Kinds = new(StringComparer.Ordinal)
    {
        ["PERSON"] = PersonalKind.PersonName,
        ["STREET_ADDRESS"] = PersonalKind.Address,
        ["GPE"] = PersonalKind.Place,
        ["ORGANIZATION"] = PersonalKind.Organization,
        ["CREDIT_CARD"] = PersonalKind.BankCard,
        ["DATE_TIME"] = PersonalKind.Date,
        ["TITLE"] = PersonalKind.Title,
        ["AGE"] = PersonalKind.Age,
        ["NRP"] = PersonalKind.Group,
        ["PHONE_NUMBER"] = PersonalKind.Phone,
        ["DOMAIN_NAME"] = PersonalKind.Url,
        ["EMAIL_ADDRESS"] = PersonalKind.Email,
        ["IBAN_CODE"] = PersonalKind.Iban,
        ["US_SSN"] = PersonalKind.NationalId,
        ["ZIP_CODE"] = PersonalKind.Postcode,
        ["IP_ADDRESS"] = PersonalKind.IpAddress,
        ["US_DRIVER_LICENSE"] = PersonalKind.DrivingLicence,
    };

    /// <summary>The English texts of <c>pii-text</c>.</summary>
    public static List<KnownText> English(string data)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(data, "pii-text", "split_dev.json")));
        var texts = new List<KnownText>();
        foreach (var entry in document.RootElement.EnumerateArray())
        {
            var text = entry.GetProperty("full_text").GetString()!;
            // The file counts characters, .NET counts UTF-16 units.
            var units = new List<int>();
            for (var i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
                units.Add(i);
            units.Add(text.Length);
            var spans = entry.GetProperty("spans").EnumerateArray()
                .Select(span => (Kind: Kinds[span.GetProperty("entity_type").GetString()!], From: units[span.GetProperty("start_position").GetInt32()], To: units[span.GetProperty("end_position").GetInt32()]))
                .Select(span => new KnownSpan(span.Kind, span.From, span.To - span.From))
                .OrderBy(span => span.Start)
                .ToList();
            texts.Add(new KnownText(text, entry.GetProperty("masked").GetString()!, spans));
        }

        return texts;
    }

    /// <summary>The Chinese sentences of <c>entities-zh</c> with a label a character: O, B-person_name, I-person_name …</summary>
    public static List<(string Text, string[] Labels)> Chinese(string data)
    {
        var sentences = new List<(string, string[])>();
        var text = new StringBuilder();
        var labels = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(data, "entities-zh", "dh_msra.txt")).Append(""))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            if (tab >= 1)
            {
                // A character beyond the basic plane is one place of the file and would be two of ours.
                text.Append(tab == 1 ? line[0] : '□');
                labels.Add(line[(tab + 1)..].Trim().Replace("PER", "person_name", StringComparison.Ordinal).Replace("LOC", "place", StringComparison.Ordinal).Replace("ORG", "organization", StringComparison.Ordinal));
            }
            else if (text.Length > 0)
            {
                sentences.Add((text.ToString(), [.. labels]));
                text.Clear();
                labels.Clear();
            }
        }

        return sentences;
    }

    /// <summary>Whether a Chinese sentence may be looked at while tuning: half of them by their hash.</summary>
    public static bool MayTune(string sentence) => SHA256.HashData(Encoding.UTF8.GetBytes(sentence))[0] % 2 == 0;
}
