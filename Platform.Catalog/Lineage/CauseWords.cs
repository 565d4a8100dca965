using System.Globalization;

namespace Platform.Catalog.Lineage;

/// <summary>Says what was found as somebody on call would read it.</summary>
internal static class CauseWords
{
    internal static string Summary(RootCauseRequest request, IReadOnlyList<WrongAsset> subjects, int lookedAt, IReadOnlyList<RootCause> causes)
    {
        var what = subjects.Count switch { 0 => "What was asked for", 1 => subjects[0].Asset, _ => string.Create(CultureInfo.InvariantCulture, $"{subjects[0].Asset} and {subjects.Count - 1} more") };
        if (subjects.Count == 0)
            return "Nothing is known of what was asked for: no run has read or written it.";
        var days = request.Window.TotalDays.ToString("0.#", CultureInfo.InvariantCulture);
        if (causes.Count == 0)
            return string.Create(CultureInfo.InvariantCulture, $"Nothing stood out in the {days} days before, in {lookedAt} {(lookedAt == 1 ? "asset" : "assets")} from {what} upstream: no failed task or check, no change of columns or workflows, nothing late and no jump of rows.");
        var first = causes[0];
        var where = first.Distance == 0 ? $"at {first.Asset} itself" : string.Create(CultureInfo.InvariantCulture, $"at {first.Asset}, {first.Distance} {(first.Distance == 1 ? "step" : "steps")} upstream of {first.Path[^1]}");
        var run = first.RunId is > 0 and { } id ? string.Create(CultureInfo.InvariantCulture, $", run {id}") : "";
        var others = causes.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" {causes.Count - 1} other {(causes.Count == 2 ? "finding" : "findings")}{(first.Explains > 0 ? $", of which {first.Explains} may follow from it" : "")}.");
        return $"Look first {where} ({Ago(request.At - first.At)} before{run}): {first.Why} {(first.Owner is { } owner ? $"{owner} answers for it." : "Nobody answers for it.")}{others}";
    }

    internal static string Ago(TimeSpan time) => time switch
    {
        { TotalDays: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.#} days"),
        { TotalHours: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} hours"),
        { TotalMinutes: >= 1.5 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} minutes"),
        _ => "a moment",
    };
}
