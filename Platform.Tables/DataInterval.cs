using System.Globalization;

namespace Platform.Tables;

/// <summary>A span of time that data belong to, from Start to before End, in UTC.</summary>
public readonly record struct DataInterval
{
    /// <exception cref="ArgumentException">The end is not after the start.</exception>
    public DataInterval(DateTimeOffset start, DateTimeOffset end)
    {
        if (end <= start)
            throw new ArgumentException($"The interval's end {end:O} is not after its start {start:O}.", nameof(end));
        Start = start.ToUniversalTime();
        End = end.ToUniversalTime();
    }

    public DateTimeOffset Start { get; }

    public DateTimeOffset End { get; }

    public bool Contains(DataInterval other) => Start <= other.Start && other.End <= End;

    public bool Overlaps(DataInterval other) => Start < other.End && other.Start < End;

    /// <summary>ISO 8601: start, slash, end.</summary>
    public override string ToString() => $"{Text(Start)}/{Text(End)}";

    /// <summary>Reads what <see cref="ToString"/> writes; null if it is something else.</summary>
    public static DataInterval? TryParse(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 2
            && DateTimeOffset.TryParse(parts[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start)
            && DateTimeOffset.TryParse(parts[1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end)
            && end > start
            ? new DataInterval(start, end) : null;
    }

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
