using Microsoft.Extensions.Localization;
using Platform.Designer.Inventory;
using Platform.Designer.Language;
using Platform.Designer.Review;
using Platform.Designer.Shell;

namespace Platform.Designer.Home;

/// <summary>Something that waits for a decision.</summary>
/// <param name="Id">Its kind, for the page's texts and tests.</param>
/// <param name="Icon">Its icon.</param>
/// <param name="Count">How many.</param>
/// <param name="Address">Where it is decided.</param>
/// <param name="Urgent">Whether somebody or something waits for it now.</param>
/// <param name="Named">The first of them, with where each is decided.</param>
public sealed record DecisionKind(string Id, string Icon, long Count, string Address, bool Urgent, IReadOnlyList<(string Text, string Address)> Named);

/// <summary>What waits for a decision, the most urgent first; what nothing waits of is left out.</summary>
internal static class Decisions
{
    private const int Most = 3;

    public static IReadOnlyList<DecisionKind> Of(HomeView view, ReviewWords words, IStringLocalizer<Texts> texts)
    {
        var (runs, data, open) = (view.Runs, view.Data, view.Data.Open);
        var asked = runs.Attention.Oldest.Select(q => (Text: $"{q.Title} #{q.RunId}: {q.Message ?? q.TaskId}", Address: $"runs/{q.RunId}?task={Uri.EscapeDataString(q.TaskId)}{(q.MapIndex < 0 ? "" : $"&map={q.MapIndex}")}")).ToList();
        var suggestions = data.Review.Kinds.Where(k => k.Source == "suggestion").Sum(k => k.Count);
        var queue = data.Review.Kinds.Sum(k => k.Count);
        IEnumerable<DecisionKind> all =
        [
            new("approvals", "hand-stop", runs.Attention.Questions, asked is [var only] ? only.Address : "runs?state=running", true, asked),
            new("incidents", "alert-triangle", open.Incidents, "quality", open.CriticalIncidents > 0, []),
            new("sources", "cloud-off", open.Unreadable, "inventory?facets=state:problem", true, [.. open.UnreadableSources.Select(s => (s, $"inventory?facets={Uri.EscapeDataString(FacetText.Write(new Dictionary<string, string> { ["state"] = "problem", ["source"] = s })!)}"))]),
            new("notices", "bell", runs.Attention.FailedNotices, "operations?tab=notices", true, []),
            new("review", "clipboard-check", queue - suggestions, "review", false, [.. data.Review.Items.Where(i => i.Source != "suggestion").Select(i => ($"{(i.Column is null ? i.AssetName : $"{i.AssetName}.{i.Column}")}: {words.Proposal(i)}", $"review?asset={Uri.EscapeDataString(i.Asset ?? "")}"))]),
            new("suggestions", "sparkles", suggestions, "review?source=suggestion", false, [.. data.Review.Kinds.Where(k => k.Source == "suggestion").Select(k => ($"{words.Kind(k.Source, k.Kind)} {k.Count}", $"review?source=suggestion&kind={k.Kind}"))]),
            new("drafts", "edit", runs.Drafts.Count, runs.Drafts is [var draft] ? $"workflows/{draft.Name}/edit" : "workflows", false, [.. runs.Drafts.Select(d => (texts["Decide.drafts.One", d.Name, d.UpdatedBy].Value, $"workflows/{d.Name}/edit"))]),
            new("unowned", "user-question", open.Unowned, $"inventory?facets=owner:{Catalog.Assets.AssetSearch.NoOwner}", false, []),
        ];
        return [.. all.Where(k => k.Count > 0).Select(k => k with { Named = [.. k.Named.Take(Most)] })];
    }
}
