using System.Globalization;
using Platform.Learning.Evaluate;
using Platform.Tables;
using Platform.Tables.Log;

namespace Platform.Activities.Monitor;

/// <summary>How the newest version of a table of rankings differs from the one before.</summary>
/// <param name="Version">The newest version.</param>
/// <param name="PreviousVersion">The one before; null where there is none.</param>
/// <param name="Items">Distinct items named.</param>
/// <param name="ScorePsi">Stability of the scores at rank 1; null without a version before.</param>
/// <param name="FirstChanged">Share of the users of both versions whose first item changed; null without a version before.</param>
internal sealed record ScoreDrift(long Version, long? PreviousVersion, long Items, double? ScorePsi, double? FirstChanged)
{
    /// <exception cref="TableNotFoundException">There is no such table.</exception>
    public static ScoreDrift Read(TableStore tables, TableName table, CancellationToken cancellationToken)
    {
        using var session = tables.OpenSession();
        var snapshot = session.Expose(table);
        var name = $"{SqlText.Identifier(table.Schema)}.{SqlText.Identifier(table.Table)}";
        session.Execute($"create temp table firsts as select \"user\", item, score from {name} where rank = 1", parameters: null, cancellationToken);
        var items = session.Query($"select count(distinct item) from {name}", parameters: null, cancellationToken).Scalar<long>();
        if (snapshot.Version == 0 || Previous(tables, table, snapshot.Version) is not { } previous)
            return new ScoreDrift(snapshot.Version, null, items, null, null);
        using var earlier = tables.OpenSession();
        earlier.Expose(table, previous);
        var then = Firsts(earlier, name, cancellationToken);
        var now = Firsts(session, "firsts", cancellationToken);
        var both = now.Keys.Where(then.ContainsKey).ToList();
        return new ScoreDrift(
            snapshot.Version,
            previous,
            items,
            Psi([.. then.Values.Select(first => first.Score)], [.. now.Values.Select(first => first.Score)]),
            both.Count == 0 ? null : (double)both.Count(user => then[user].Item != now[user].Item) / both.Count);
    }

    /// <summary>The version before, where its files are still there to be read.</summary>
    private static long? Previous(TableStore tables, TableName table, long version)
    {
        try
        {
            return tables.Snapshot(table, version - 1).Version;
        }
        catch (TableNotFoundException)
        {
            // Its log was cleaned up; there is nothing to compare with, which is no fault of the model.
            return null;
        }
    }

    private static Dictionary<string, (string Item, double Score)> Firsts(TableSession session, string from, CancellationToken cancellationToken)
    {
        var firsts = new Dictionary<string, (string, double)>(StringComparer.Ordinal);
        foreach (var row in session.Query($"select \"user\", item, score from {from}{(from == "firsts" ? "" : " where rank = 1")}", parameters: null, cancellationToken).Rows)
            firsts[(string)row[0]!] = ((string)row[1]!, Convert.ToDouble(row[2], CultureInfo.InvariantCulture));
        return firsts;
    }

    private static double? Psi(double[] reference, double[] current)
    {
        if (reference.Length == 0 || current.Length == 0)
            return null;
        Array.Sort(reference);
        var edges = Enumerable.Range(1, 9).Select(decile => reference[decile * (reference.Length - 1) / 10]).Distinct().ToArray();
        return Drift.PopulationStability(Bins(reference, edges), Bins(current, edges));
    }

    private static long[] Bins(double[] values, double[] edges)
    {
        var bins = new long[edges.Length + 1];
        foreach (var value in values)
            bins[edges.Count(edge => value > edge)]++;
        return bins;
    }
}
