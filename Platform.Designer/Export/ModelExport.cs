using System.Runtime.CompilerServices;
using Platform.Designer.Models;

namespace Platform.Designer.Export;

/// <summary>The models that the page's filter shows.</summary>
internal sealed class ModelExport(IModelSource models) : IListExport
{
    public string Name => "models";

    public IReadOnlyList<string> Columns { get; } = ["name", "algorithm", "versions", "newest", "deployed", "metric", "value", "trained_at"];

    public async IAsyncEnumerable<object?[]> RowsAsync(ExportRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var model in ModelsPage.Narrow(await models.ListAsync(cancellationToken), request["q"], request["deployed"] is "true" or "True", request["sort"]))
        {
            var shown = model.Deployed ?? model.Newest;
            var metric = ModelMetrics.Headline(shown);
            yield return [model.Name, shown.Algorithm, model.Versions, model.Newest.Version, model.Deployed?.Version, metric, metric is null ? null : shown.Metrics[metric], shown.CreatedAt];
        }
    }
}
