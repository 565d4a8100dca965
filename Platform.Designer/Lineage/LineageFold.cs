using Platform.Designer.Canvas;

namespace Platform.Designer.Lineage;

/// <summary>
/// Folds layers of hundreds of boxes into several columns each, so that a lineage is about as wide as a screen instead of a thread that nobody can follow.
/// The order from top to bottom stays, row by row, so that links stay short.
/// </summary>
internal static class LineageFold
{
    /// <summary>A drawing that is not taller than this stays as it was laid out.</summary>
    private const double TallEnough = 3_000;

    /// <summary>Width to height of a screen.</summary>
    private const double Screen = 1.7;

    /// <summary>New corners, or null where the layout is good as it is.</summary>
    /// <param name="corners">Of each box, as laid out in layers: boxes of a layer have one x.</param>
    /// <param name="heights">Of each box.</param>
    /// <param name="width">Of every box.</param>
    /// <param name="gapX">Room between columns of a layer; between layers it is twice as wide.</param>
    /// <param name="gapY">Room between rows.</param>
    public static IReadOnlyList<LayeredLayout.Point>? Of(IReadOnlyList<LayeredLayout.Point> corners, IReadOnlyList<double> heights, double width, double gapX, double gapY)
    {
        if (corners.Count == 0 || corners.Select((c, i) => c.Y + heights[i]).Max() - corners.Min(c => c.Y) is var tall && (tall < TallEnough || tall < 2.5 * (corners.Max(c => c.X) + width - corners.Min(c => c.X))))
            return null;
        var layers = Enumerable.Range(0, corners.Count).GroupBy(i => Math.Round(corners[i].X)).OrderBy(g => g.Key).Select(g => g.OrderBy(i => corners[i].Y).ToArray()).ToList();
        var pitch = heights.Average() + gapY;
        var rows = Enumerable.Range(1, layers.Max(l => l.Length)).MinBy(r => Math.Abs(Math.Log((layers.Sum(l => Columns(l.Length, r)) * (width + gapX) + layers.Count * gapX) / (r * pitch * Screen))));
        var folded = new LayeredLayout.Point[corners.Count];
        var middle = rows * pitch / 2;
        var x = 0d;
        foreach (var layer in layers)
        {
            var columns = Columns(layer.Length, rows);
            var rowHeights = layer.Chunk(columns).Select(row => row.Max(i => heights[i]) + gapY).ToArray();
            var y = middle - (rowHeights.Sum() / 2);
            for (var j = 0; j < layer.Length; j++)
            {
                folded[layer[j]] = new LayeredLayout.Point(x + (j % columns * (width + gapX)), y);
                if (j % columns == columns - 1)
                    y += rowHeights[j / columns];
            }
            x += (columns * (width + gapX)) + gapX;
        }
        return folded;
    }

    private static int Columns(int boxes, int rows) => (boxes + rows - 1) / rows;
}
