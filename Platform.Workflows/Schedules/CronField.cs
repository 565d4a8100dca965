using System.Globalization;

namespace Platform.Workflows.Schedules;

/// <summary>One of the five fields: its range and the names of its values.</summary>
internal sealed record CronField(string Name, int Min, int Max, string[] Names)
{
    public static readonly CronField Minute = new("minute", 0, 59, []);
    public static readonly CronField Hour = new("hour", 0, 23, []);
    public static readonly CronField DayOfMonth = new("day of the month", 1, 31, []);
    public static readonly CronField Month = new("month", 1, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]);
    // 7 is Sunday too.
    public static readonly CronField DayOfWeek = new("day of the week", 0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]);

    /// <summary>The values of one element of the list (<c>*</c>, <c>5</c>, <c>1-5</c>, <c>*/2</c>, <c>10/5</c>) as bits.</summary>
    public ulong Bits(string element)
    {
        var slash = element.IndexOf('/', StringComparison.Ordinal);
        var range = slash < 0 ? element : element[..slash];
        var step = slash < 0 ? 1 : Step(element[(slash + 1)..]);
        int from, to;
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        if (range is "*" or "?")
        {
            (from, to) = (Min, Highest);
        }
        else if (dash > 0)
        {
            (from, to) = (Value(range[..dash]), Value(range[(dash + 1)..]));
        }
        else
        {
            from = Value(range);
            to = slash < 0 ? from : Highest;
        }
        if (to < from && this == DayOfWeek && to == 0)
            to = 7;
        // FRI-MON and 22-2 go round the end.
        var length = to >= from ? to - from : to - from + Highest - Min + 1;
        var bits = 0UL;
        for (var i = 0; i <= length; i += step)
        {
            var value = from + i;
            if (value > (to >= from ? Max : Highest))
                value -= Highest - Min + 1;
            bits |= 1UL << Fold(value);
        }
        return bits;
    }

    /// <summary>A single value, by number or name.</summary>
    public int Value(string text)
    {
        var named = Array.FindIndex(Names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (named >= 0)
            return named + Min;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= Min && value <= Max)
            return value;
        throw Wrong(text);
    }

    public FormatException Wrong(string text) => new(
        $"'{text}' is no {Name}. Write a number from {Min} to {Max}{(Names.Length > 0 ? $", a name such as {Names[1]}" : "")}, a range 1-5, a list 1,3 or a step */2.");

    private int Highest => this == DayOfWeek ? 6 : Max;

    private int Fold(int value) => this == DayOfWeek && value == 7 ? 0 : value;

    private int Step(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var step) && step >= 1 && step <= Max
            ? step
            : throw new FormatException($"'/{text}' is no step for the {Name}. Write a number from 1 to {Max} after the slash.");
}
