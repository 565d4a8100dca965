using System.Globalization;

namespace Platform.Workflows;

/// <summary>Something said in both languages. Logs and the command line take the English.</summary>
/// <param name="En">In English.</param>
/// <param name="Zh">In Chinese.</param>
public sealed record Told(string En, string Zh)
{
    /// <summary>What is the same in both: a name, a figure, the words of another program.</summary>
    public static Told Same(string text) => new(text, text);

    /// <summary>Both with their figures written the same everywhere.</summary>
    public static Told Of(FormattableString en, FormattableString zh) => new(en.ToString(CultureInfo.InvariantCulture), zh.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public override string ToString() => En;
}
