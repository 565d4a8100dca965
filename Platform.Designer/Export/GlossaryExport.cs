using System.Runtime.CompilerServices;
using Platform.Catalog.Glossary;

namespace Platform.Designer.Export;

/// <summary>The terms that a search of the glossary finds.</summary>
internal sealed class GlossaryExport(GlossaryQueries glossary) : IListExport
{
    public string Name => "glossary";

    public IReadOnlyList<string> Columns { get; } = ["name", "parent", "definition", "synonyms", "owner", "children", "links", "changed_at"];

    public async IAsyncEnumerable<object?[]> RowsAsync(ExportRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var term in await glossary.ListAsync(request["q"], cancellationToken))
            yield return [term.Name, term.Parent, term.Definition, term.Synonyms, term.Owner, term.ChildCount, term.LinkCount, term.ChangedAt];
    }
}
