namespace Platform.Learning.Recommend;

/// <summary>
/// Factors for somebody whom training has not seen, from the items they took: ridge regression of "took it" on the item factors,
/// <c>p = (QᵀQ/n + λI)⁻¹ · mean of q over the items</c>, up to a scale; one matrix product, so that an ONNX graph can do it.
/// </summary>
internal static class FoldIn
{
    /// <summary>As large as the mean eigenvalue: with less, directions that hold only noise are blown up.</summary>
    private const double Ridge = 1;

    /// <summary>The inverse, row by row, scaled by the trace so that folded vectors are about as long as item vectors.</summary>
    public static float[] Of(FactorTables factors)
    {
        var width = factors.Width;
        var count = factors.ItemBias.Length;
        var gram = new double[width * width];
        for (var item = 0; item < count; item++)
        {
            var q = factors.Item.AsSpan(item * width, width);
            for (var a = 0; a < width; a++)
            {
                for (var b = 0; b < width; b++)
                    gram[(a * width) + b] += (double)q[a] * q[b] / count;
            }
        }
        var trace = 0d;
        for (var a = 0; a < width; a++)
            trace += gram[(a * width) + a];
        var scale = Math.Max(trace / width, 1e-12);
        for (var a = 0; a < width; a++)
            gram[(a * width) + a] += Ridge * scale;
        var inverse = Invert(gram, width);
        var result = new float[width * width];
        for (var i = 0; i < result.Length; i++)
            result[i] = (float)(inverse[i] * scale);
        return result;
    }

    /// <summary>Gauss-Jordan without pivoting: the matrix is symmetric and positive definite by the ridge.</summary>
    private static double[] Invert(double[] matrix, int width)
    {
        var a = (double[])matrix.Clone();
        var inverse = new double[a.Length];
        for (var i = 0; i < width; i++)
            inverse[(i * width) + i] = 1;
        for (var column = 0; column < width; column++)
        {
            var pivot = 1 / a[(column * width) + column];
            for (var k = 0; k < width; k++)
            {
                a[(column * width) + k] *= pivot;
                inverse[(column * width) + k] *= pivot;
            }
            for (var row = 0; row < width; row++)
            {
                var factor = a[(row * width) + column];
                if (row == column || factor == 0)
                    continue;
                for (var k = 0; k < width; k++)
                {
                    a[(row * width) + k] -= factor * a[(column * width) + k];
                    inverse[(row * width) + k] -= factor * inverse[(column * width) + k];
                }
            }
        }
        return inverse;
    }
}
