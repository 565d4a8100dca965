using System.Text.Encodings.Web;
using System.Text.Json;

namespace Platform.Designer.Shell;

/// <summary>How the pages write JSON for people: indented, Chinese as it is.</summary>
internal static class Json
{
    public static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
