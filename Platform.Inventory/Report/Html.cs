using System.Globalization;
using System.Net;
using System.Text;

namespace Platform.Inventory.Report;

/// <summary>Writes HTML in two languages, of which the page shows one.</summary>
internal sealed class Html
{
    private readonly StringBuilder _text = new();

    /// <summary>Writes markup as it is.</summary>
    public Html Raw(string markup)
    {
        _text.Append(markup);
        return this;
    }

    /// <summary>Writes a text that data may have written.</summary>
    public Html Text(string? text) => Raw(Encode(text));

    /// <summary>Writes a text of our own in both languages.</summary>
    public Html Both(string en, string zh) => Raw(InBoth(en, zh));

    /// <summary>A number with thousands separated.</summary>
    public static string Number(long? number) => number is null ? "–" : number.Value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A size for people.</summary>
    public static string Size(long? bytes)
    {
        if (bytes is null)
            return "–";
        double size = bytes.Value;
        foreach (var unit in (ReadOnlySpan<string>)["B", "KB", "MB", "GB", "TB"])
        {
            if (size < 1000 || unit == "TB")
                return size.ToString(unit == "B" || size >= 100 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + unit;
            size /= 1000;
        }

        return "–";
    }

    public static string Percent(double share) => share.ToString("0 %", CultureInfo.InvariantCulture);

    public static string Encode(string? text) => WebUtility.HtmlEncode(text ?? "");

    public static string InBoth(string en, string zh) => $"<span class=\"en\">{Encode(en)}</span><span class=\"zh\" lang=\"zh\">{Encode(zh)}</span>";

    public override string ToString() => _text.ToString();
}
