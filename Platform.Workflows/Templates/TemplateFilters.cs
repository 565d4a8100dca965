using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Platform.Workflows.Templates;

/// <summary>A filter of the template language.</summary>
/// <param name="Name">Its name after <c>|</c>.</param>
/// <param name="MinArguments">Fewest arguments.</param>
/// <param name="MaxArguments">Most arguments.</param>
/// <param name="Help">What it does, with an example.</param>
public sealed record TemplateFilter(string Name, int MinArguments, int MaxArguments, string Help)
{
    /// <summary>All filters, by name.</summary>
    public static IReadOnlyList<TemplateFilter> All { get; } =
    [
        new("date", 1, 1, "Writes a time in the schedule's zone: interval.start | date 'yyyy-MM-dd'."),
        new("default", 1, 1, "Another value where there is none: params.limit | default 10."),
        new("upper", 0, 0, "In capital letters."),
        new("lower", 0, 0, "In small letters."),
        new("trim", 0, 0, "Without spaces at both ends."),
        new("replace", 2, 2, "With one text in place of another: params.name | replace ' ' '_'."),
        new("json", 0, 0, "As JSON text."),
        new("join", 0, 1, "A list as one text: params.tags | join ','."),
        new("first", 0, 0, "First element of a list."),
        new("last", 0, 0, "Last element of a list."),
        new("length", 0, 0, "Number of elements of a list or map, or of characters of a text."),
        new("add", 1, 1, "A number more, or a duration later or earlier: interval.start | add '-1d'. Days follow the calendar of the schedule's zone."),
    ];

    private static readonly FrozenDictionary<string, TemplateFilter> ByName = All.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    /// <summary>The filter; null where there is none of that name.</summary>
    public static TemplateFilter? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>What is wrong with a filter as written; null where nothing is.</summary>
    internal static string? Check(FilterExpression filter)
    {
        if (Find(filter.Name) is not { } known)
            return $"There is no filter '{filter.Name}'.{Naming.DidYouMean(filter.Name, All.Select(f => f.Name))}";
        if (filter.Arguments.Count < known.MinArguments || filter.Arguments.Count > known.MaxArguments)
            return $"Filter '{known.Name}' takes {(known.MinArguments == known.MaxArguments ? known.MaxArguments : "at most " + known.MaxArguments)} argument{(known.MaxArguments == 1 ? "" : "s")}, not {filter.Arguments.Count}. {known.Help}";
        if (known.Name == "date" && filter.Arguments[0] is LiteralExpression { Value: var format } && (format is not string text || !IsFormat(text)))
            return $"{TemplateValue.Describe(format)} is no date format. Write one such as 'yyyy-MM-dd' or 'yyyyMMdd-HHmm'.";
        if (known.Name == "add" && filter.Arguments[0] is LiteralExpression { Value: string amount } && !TryAmount(amount, out _))
            return $"'{amount}' is no amount to add. Write a number, or a text with {Duration.Form}, with '-' before it for earlier.";
        return null;
    }

    /// <summary>The filter's value for an input that is not absent.</summary>
    internal static object? Apply(FilterExpression filter, object? input, IReadOnlyList<object?> arguments, TimeZoneInfo zone) => filter.Name switch
    {
        "date" => Date(filter, input, arguments[0], zone),
        "upper" => Text(filter, input).ToUpperInvariant(),
        "lower" => Text(filter, input).ToLowerInvariant(),
        "trim" => Text(filter, input).Trim(),
        "replace" => Text(filter, input).Replace(Text(filter, arguments[0]), Text(filter, arguments[1]), StringComparison.Ordinal),
        "json" => TemplateValue.ToJsonText(input),
        "join" => string.Join(arguments.Count == 0 ? "," : Text(filter, arguments[0]), List(filter, input).Select(e => Text(filter, TemplateValue.From(e)))),
        "first" => List(filter, input) is [var first, ..] ? TemplateValue.From(first) : new Absent("The list is empty, so that it has no first element."),
        "last" => List(filter, input) is [.., var last] ? TemplateValue.From(last) : new Absent("The list is empty, so that it has no last element."),
        "length" => input switch
        {
            JsonArray list => (decimal)list.Count,
            JsonObject map => (decimal)map.Count,
            string text => (decimal)text.Length,
            _ => throw Wrong(filter, "a list, a map or a text", input),
        },
        "add" => Add(filter, input, arguments[0], zone),
        _ => throw new TemplateException(Check(filter) ?? $"Filter '{filter.Name}' cannot be used here.", filter.Start),
    };

    private static string Date(FilterExpression filter, object? input, object? format, TimeZoneInfo zone)
    {
        if (!TemplateValue.TryTime(input, zone, out var time))
            throw Wrong(filter, "a time", input);
        if (format is not string text || !IsFormat(text))
            throw new TemplateException($"{TemplateValue.Describe(format)} is no date format. Write one such as 'yyyy-MM-dd'.", filter.Start);
        return TimeZoneInfo.ConvertTime(time, zone).ToString(Custom(text), CultureInfo.InvariantCulture);
    }

    private static object Add(FilterExpression filter, object? input, object? amount, TimeZoneInfo zone)
    {
        if (TemplateValue.IsNumber(input) && TemplateValue.IsNumber(amount))
        {
            return TemplateValue.AsDecimal(input) is { } a && TemplateValue.AsDecimal(amount) is { } b
                ? a + b
                : TemplateValue.AsDouble(input!) + TemplateValue.AsDouble(amount!);
        }
        if (!TemplateValue.TryTime(input, zone, out var time))
            throw Wrong(filter, "a number or a time", input);
        if (amount is not string text || !TryAmount(text, out var span))
            throw new TemplateException($"{TemplateValue.Describe(amount)} is no duration to add to a time. Write a text with {Duration.Form}, with '-' before it for earlier.", filter.Start);
        var local = TimeZoneInfo.ConvertTime(time, zone).DateTime.AddDays(span.Days);
        return Schedules.ZonedTime.ToUtc(local, zone) + (span - TimeSpan.FromDays(span.Days));
    }

    private static bool TryAmount(string text, out TimeSpan span)
    {
        var earlier = text.StartsWith('-');
        if (!Duration.TryParse(earlier ? text[1..] : text, out span))
            return false;
        span = earlier ? -span : span;
        return true;
    }

    private static bool IsFormat(string format)
    {
        if (string.IsNullOrWhiteSpace(format))
            return false;
        try
        {
            _ = DateTimeOffset.UnixEpoch.ToString(Custom(format), CultureInfo.InvariantCulture);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    // A single letter would be one of .NET's standard formats; here it is what it looks like.
    private static string Custom(string format) => format.Length == 1 ? "%" + format : format;

    private static string Text(FilterExpression filter, object? value) => TemplateValue.ToText(value) ?? throw Wrong(filter, "a text", value);

    private static JsonArray List(FilterExpression filter, object? value) => value as JsonArray ?? throw Wrong(filter, "a list", value);

    private static TemplateException Wrong(FilterExpression filter, string expected, object? value) =>
        new($"Filter '{filter.Name}' works on {expected}, not on {TemplateValue.Describe(value)}.", filter.Start);
}
