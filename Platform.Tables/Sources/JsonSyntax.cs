using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Platform.Tables.Sources;

/// <summary>Says what is wrong with text that is no JSON, and where, without .NET's names for places.</summary>
public static partial class JsonSyntax
{
    /// <summary>What is wrong, without a full stop, and the place where it is known: <c>… should be closed (line 1, byte 15)</c>.</summary>
    public static string Explain(JsonException e) =>
        e.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $"{Said(e)} (line {line + 1:N0}, byte {(e.BytePositionInLine ?? 0) + 1:N0})") : Said(e);

    /// <summary>The same without the place, for who knows a better one.</summary>
    public static string Said(JsonException e) => Place().Replace(e.Message, "").TrimEnd('.', ' ');

    [GeneratedRegex("""( Path: \S+ \|)? LineNumber: \d+ \| BytePositionInLine: \d+\.?""")]
    private static partial Regex Place();
}
