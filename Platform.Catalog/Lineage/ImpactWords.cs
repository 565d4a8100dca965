using System.Globalization;

namespace Platform.Catalog.Lineage;

/// <summary>Says what depends on something as somebody on call would read it.</summary>
internal static class ImpactWords
{
    private const int MostFirst = 5;
    private const int MostOwners = 4;

    internal static string Summary(string subject, IReadOnlyList<ImpactedAsset> assets)
    {
        if (assets.Count == 0)
            return $"Nothing is made from {subject}, as far as runs have told.";
        var kinds = string.Join(", ", assets.GroupBy(a => a.Kind).OrderBy(g => Order(g.Key)).Select(g => Many(g.Count(), Kind(g.Key))));
        var requests = assets.Sum(a => a.Requests);
        var failing = assets.Count(a => a.FailingChecks > 0 || a.OpenIncidents > 0);
        var owned = assets.Where(a => a.Owner is not null).GroupBy(a => a.Owner!).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).ToList();
        var unowned = assets.Count(a => a.Owner is null);
        var tell = owned.Count == 0 ? "none of them has an owner"
            : $"tell {string.Join(", ", owned.Take(MostOwners).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key} ({g.Count()})")))}{(owned.Count > MostOwners ? string.Create(CultureInfo.InvariantCulture, $" and {owned.Count - MostOwners} more") : "")}{(unowned > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {unowned} {(unowned == 1 ? "has" : "have")} no owner") : "")}";
        return $"{Many(assets.Count, "asset")} {(assets.Count == 1 ? "depends" : "depend")} on {subject}: {kinds}{(requests > 0 ? string.Create(CultureInfo.InvariantCulture, $", asked {requests:N0} times in 30 days") : "")}. {(failing == 0 ? "No check of theirs fails" : $"{Many(failing, "asset")} already {(failing == 1 ? "has" : "have")} failing checks")}; {tell}.";
    }

    /// <summary>Who asks an endpoint notices at once; what fails may be the same trouble; what is used much concerns many.</summary>
    internal static IReadOnlyList<ImpactedFirst> First(IReadOnlyList<ImpactedAsset> assets) =>
    [
        .. assets.Where(a => !a.Gone && (a.Requests > 0 || a.OpenIncidents > 0 || a.FailingChecks > 0 || a.Uses > 0 || a.Kind == "endpoint"))
            .OrderByDescending(a => a.Requests > 0).ThenByDescending(a => a.OpenIncidents > 0).ThenByDescending(a => a.Kind == "endpoint").ThenByDescending(a => a.Uses).ThenBy(a => a.Distance).ThenBy(a => a.Asset, StringComparer.Ordinal)
            .Take(MostFirst).Select(a => new ImpactedFirst(a.Asset, a.Owner, string.Join("; ", Reasons(a)))),
    ];

    private static IEnumerable<string> Reasons(ImpactedAsset a)
    {
        if (a.Requests > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"asked {a.Requests:N0} {(a.Requests == 1 ? "time" : "times")} in 30 days");
        else if (a.Kind == "endpoint")
            yield return "an endpoint, not asked in 30 days";
        if (a.OpenIncidents > 0)
            yield return Many(a.OpenIncidents, "open incident");
        else if (a.FailingChecks > 0)
            yield return Many(a.FailingChecks, "failing check");
        if (a.Uses > a.Requests)
            yield return string.Create(CultureInfo.InvariantCulture, $"used {a.Uses - a.Requests:N0} {(a.Uses - a.Requests == 1 ? "time" : "times")} in 30 days");
        if (a.LastRun is > 0 and { } run)
            yield return string.Create(CultureInfo.InvariantCulture, $"last written by {a.LastTask} of {a.LastWorkflow}, run {run}");
    }

    private static int Order(string kind) => kind switch { "endpoint" => 0, "report" or "dashboard" => 1, "model" => 2, _ => 3 };

    private static string Kind(string kind) => kind switch { "file_set" => "file", "database_table" => "database table", _ => kind };

    private static string Many(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");
}
