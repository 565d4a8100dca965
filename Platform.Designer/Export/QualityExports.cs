using System.Runtime.CompilerServices;
using Platform.Catalog.Quality;
using Platform.Designer.Quality;
using Platform.Designer.Shell;

namespace Platform.Designer.Export;

/// <summary>The incidents that the page's filter shows.</summary>
internal sealed class IncidentExport(QualityLists lists) : IListExport
{
    private const int Piece = 1000;

    public string Name => "incidents";

    public IReadOnlyList<string> Columns { get; } = ["id", "state", "severity", "check", "asset", "column", "message", "assignee", "owner", "failures", "opened_at", "opened_run", "closed_at", "closed_by", "cause"];

    public async IAsyncEnumerable<object?[]> RowsAsync(ExportRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sort = Sorting.Parse(request["sort"], QualityPage.ByTime);
        for (var offset = 0; ; offset += Piece)
        {
            var page = await lists.IncidentsAsync(new IncidentFilter { State = request["state"] ?? QualityPage.Unresolved, Severity = request["severity"], Text = request["q"], Sort = sort.Column, Descending = sort.Descending, Offset = offset, Limit = Piece }, cancellationToken);
            foreach (var incident in page.Items)
                yield return [incident.Id, incident.State, incident.Severity, incident.Check, incident.Asset, incident.Column, incident.Message, incident.Assignee, incident.Owner, incident.Failures, incident.OpenedAt, incident.OpenedRun, incident.ClosedAt, incident.ClosedBy, incident.Cause];
            if (page.Items.Count < Piece)
                yield break;
        }
    }
}

/// <summary>The scores that the page's filter shows.</summary>
internal sealed class ScoreExport(QualityLists lists) : IListExport
{
    private const int Piece = 1000;

    public string Name => "scores";

    public IReadOnlyList<string> Columns { get; } = ["asset", "overall", .. QualityScores.Dimensions, "at"];

    public async IAsyncEnumerable<object?[]> RowsAsync(ExportRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sort = Sorting.Parse(request["score"], QualityPage.ByScore);
        for (var offset = 0; ; offset += Piece)
        {
            var page = await lists.ScoresAsync(new ScoreFilter { Text = request["q"], Sort = sort.Column, Descending = sort.Descending, Offset = offset, Limit = Piece }, cancellationToken);
            foreach (var score in page.Items)
                yield return [score.Asset, score.Overall, .. QualityScores.Dimensions.Select(d => (object?)QualityScores.Of(score, d)), score.At];
            if (page.Items.Count < Piece)
                yield break;
        }
    }
}
