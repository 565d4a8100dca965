using System.Globalization;
using System.Text.Json;

namespace Platform.Tables;

/// <summary>Tells from the log's statistics which data files can hold rows of a time span, so that the others need not be opened.</summary>
public static class FilePruning
{
    /// <summary>Whether a file may hold a row whose <paramref name="column"/> lies from <paramref name="start"/> to before <paramref name="end"/>. A file without statistics may.</summary>
    public static Func<TableFile, bool> Within(string column, DateTimeOffset start, DateTimeOffset end) => file =>
    {
        if (file.Statistics is null)
            return true;
        var reader = new Bounds(file.Statistics, column);
        return (reader.Min is not { } min || min < end) && (reader.Max is not { } max || max >= start);
    };

    /// <summary>The smallest and largest time of a column, as far as the statistics tell.</summary>
    private readonly struct Bounds
    {
        public Bounds(string statistics, string column)
        {
            try
            {
                using var json = JsonDocument.Parse(statistics);
                Min = Time(json.RootElement, "minValues", column);
                Max = Time(json.RootElement, "maxValues", column);
            }
            catch (JsonException)
            {
                // Statistics are optional: without them the file is read.
            }
        }

        public DateTimeOffset? Min { get; }

        public DateTimeOffset? Max { get; }

        private static DateTimeOffset? Time(JsonElement statistics, string kind, string column)
        {
            if (!statistics.TryGetProperty(kind, out var values) || values.ValueKind != JsonValueKind.Object)
                return null;
            foreach (var value in values.EnumerateObject())
            {
                if (!string.Equals(value.Name, column, StringComparison.OrdinalIgnoreCase))
                    continue;
                // A date stands for its whole day; the end of the day counts for the largest one.
                var known = value.Value.ValueKind == JsonValueKind.String
                    && DateTimeOffset.TryParse(value.Value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
                    ? time : (DateTimeOffset?)null;
                return kind == "maxValues" && value.Value.GetString() is { Length: 10 } ? known?.AddDays(1) : known;
            }
            return null;
        }
    }
}
