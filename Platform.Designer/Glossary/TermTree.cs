using Platform.Catalog.Glossary;

namespace Platform.Designer.Glossary;

/// <summary>A term where it stands in the list.</summary>
/// <param name="Term">It.</param>
/// <param name="Depth">0 at the top.</param>
/// <param name="Open">Whether those below it are shown; false where there are none.</param>
public sealed record TermPlace(TermRow Term, int Depth, bool Open);

/// <summary>The terms as an indented list: each below the one that it belongs to, by name.</summary>
internal static class TermTree
{
    /// <summary>The rows that are shown.</summary>
    /// <param name="terms">All terms. One whose parent is not among them stands at the top.</param>
    /// <param name="closed">Names of terms whose children are hidden.</param>
    public static IReadOnlyList<TermPlace> Rows(IReadOnlyList<TermRow> terms, IReadOnlySet<string> closed)
    {
        var names = terms.Select(t => t.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var below = terms.ToLookup(t => t.Parent is { } parent && names.Contains(parent) ? parent : "", StringComparer.OrdinalIgnoreCase);
        var rows = new List<TermPlace>(terms.Count);
        Add("", 0);
        return rows;

        void Add(string parent, int depth)
        {
            foreach (var term in below[parent])
            {
                var open = below.Contains(term.Name) && !closed.Contains(term.Name);
                rows.Add(new TermPlace(term, depth, open));
                if (open)
                    Add(term.Name, depth + 1);
            }
        }
    }
}
