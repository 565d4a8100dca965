using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Inventory.Report;

/// <summary>The report as JSON and as files.</summary>
public static class ReportFiles
{
    /// <summary>snake_case, enums as words, nulls left out.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes <c>report.html</c> and <c>report.json</c> into a folder, each whole or not at all, and returns their paths.</summary>
    public static (string Page, string Json) Write(InventoryReport report, string folder)
    {
        Directory.CreateDirectory(folder);
        var page = Path.Combine(folder, "report.html");
        var json = Path.Combine(folder, "report.json");
        Replace(page, Encoding.UTF8.GetBytes(ReportPage.Render(report)));
        Replace(json, JsonSerializer.SerializeToUtf8Bytes(report, Json));
        return (page, json);
    }

    private static void Replace(string path, byte[] bytes)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, path, overwrite: true);
    }
}
