namespace Platform.Inventory.Profile;

/// <summary>Two numeric columns of a table that go together.</summary>
/// <param name="Column">One of them.</param>
/// <param name="Other">The other one, later in the table.</param>
/// <param name="Correlation">Pearson's, between -1 and 1.</param>
/// <param name="Rows">Rows that have a number in both.</param>
public sealed record ColumnCorrelation(string Column, string Other, double Correlation, long Rows)
{
    /// <summary>Correlations this strong are reported.</summary>
    public const double Strong = 0.9;

    private const int FewestRows = 10;
    private const int MostPairs = 200;

    internal static bool IsCompared(Correlations correlations, ColumnProfile column)
        => column.Kind is ValueKind.Integer or ValueKind.Decimal && correlations.Columns.Contains(column.Name);

    internal static IReadOnlyList<ColumnCorrelation> Of(Correlations correlations, IReadOnlyList<ColumnProfile> columns)
    {
        var compared = columns.Where(column => IsCompared(correlations, column)).ToList();
        var strong = new List<ColumnCorrelation>();
        for (var i = 0; i < compared.Count; i++)
        {
            for (var j = i + 1; j < compared.Count; j++)
            {
                var (correlation, rows) = correlations.Of(compared[i].Name, compared[j].Name);
                if (rows >= FewestRows && Math.Abs(correlation) >= Strong)
                    strong.Add(new ColumnCorrelation(compared[i].Name, compared[j].Name, correlation, rows));
            }
        }

        return [.. strong.OrderByDescending(pair => Math.Abs(pair.Correlation)).Take(MostPairs)];
    }
}
