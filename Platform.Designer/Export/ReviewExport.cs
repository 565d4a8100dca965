using System.Runtime.CompilerServices;
using Platform.Catalog.Review;

namespace Platform.Designer.Export;

/// <summary>What waits in the review queue under the page's filter, what settles most first. Values of personal columns come hidden, as on the page.</summary>
internal sealed class ReviewExport(ReviewQueries queries) : IListExport
{
    private const int Piece = 500;

    public string Name => "review";

    public IReadOnlyList<string> Columns { get; } = ["id", "source", "kind", "asset", "column", "proposal", "confidence", "origin", "personal_class"];

    public async IAsyncEnumerable<object?[]> RowsAsync(ExportRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var offset = 0; ; offset += Piece)
        {
            var page = await queries.QueueAsync(new ReviewFilter { Source = request["source"], Kind = request["kind"], Origin = request["origin"], Asset = request["asset"], PersonalOnly = request["personal"] is "true" or "True", Sort = request["sort"], Offset = offset, Limit = Piece }, cancellationToken);
            foreach (var item in page.Items)
                yield return [item.Id, item.Source, item.Kind, item.Asset, item.Column, item.Value.GetRawText(), item.Confidence, item.Origin, item.PersonalClass];
            if (page.Items.Count < Piece)
                yield break;
        }
    }
}
