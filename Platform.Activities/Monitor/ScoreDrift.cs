using System.Globalization;
using Platform.Learning.Evaluate;
using Platform.Tables;
using Platform.Tables.Log;

namespace Platform.Activities.Monitor;

/// <summary>How the newest version of a table of rankings differs from the one before.</summary>
/// <param name="Version">The newest version.</param>
/// <param name="PreviousVersion">The one before; null where there is none, and then nothing is compared.</param>
/// <param name="Items">Distinct items named.</param>
/// <param name="Overlap">Share of a user's items that were there before, on average over the users of both; null where nothing is compared.</param>
/// <param name="FirstChanged">Share of these users whose first item changed.</param>
/// <param name="ScorePsi">Stability of the scores at rank 1, by deciles of the version before.</param>
internal sealed record ScoreDrift(long Version, long? PreviousVersion, long Items, double? Overlap, double FirstChanged, double ScorePsi)
{
    /// <exception cref="TableNotFoundException">There is no such table.</exception>
    public static ScoreDrift Read(TableStore tables, TableName table, CancellationToken cancellationToken)
    {
        using var session = tables.OpenSession();
        var name = $"{SqlText.Identifier(table.Schema)}.{SqlText.Identifier(table.Table)}";
        var newest = tables.Snapshot(table).Version;
        var previous = Previous(tables, table, newest);
        if (previous is { } version)
        {
            session.Expose(table, version);
            session.Execute($"create temp table earlier as select \"user\", item, rank, score from {name}", parameters: null, cancellationToken);
        }
        // Named outright: a session that has exposed a table keeps to that version where none is asked for.
        var snapshot = session.Expose(table, newest);
        var items = session.Query($"select count(distinct item) from {name}", parameters: null, cancellationToken).Scalar<long>();
        if (previous is null)
            return new ScoreDrift(snapshot.Version, null, items, null, 0, 0);
        var compared = session.Query(
            $"""
            select avg(stayed), avg(moved) from (
                select count(e.item) / count(*) as stayed, max((n.rank = 1 and e.rank is distinct from 1)::int) as moved
                from {name} n left join earlier e on e."user" = n."user" and e.item = n.item
                where n."user" in (select "user" from earlier)
                group by n."user")
            """,
            parameters: null,
            cancellationToken).Rows[0];
        return new ScoreDrift(
            snapshot.Version,
            previous,
            items,
            compared[0] is { } overlap ? Convert.ToDouble(overlap, CultureInfo.InvariantCulture) : null,
            compared[1] is { } moved ? Convert.ToDouble(moved, CultureInfo.InvariantCulture) : 0,
            Psi(session, name, cancellationToken));
    }

    /// <summary>The version before the newest, where its log is still there.</summary>
    private static long? Previous(TableStore tables, TableName table, long newest)
    {
        if (newest == 0)
            return null;
        try
        {
            return tables.Snapshot(table, newest - 1).Version;
        }
        catch (TableNotFoundException)
        {
            // Its log was cleaned up; there is nothing to compare with, which is no fault of the model.
            return null;
        }
    }

    private static double Psi(TableSession session, string name, CancellationToken cancellationToken)
    {
        var edges = session.Query("select quantile_cont(score, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]) from earlier where rank = 1", parameters: null, cancellationToken).Rows[0][0] is object?[] found
            ? found.OfType<double>().Distinct().Where(double.IsFinite).ToArray()
            : [];
        if (edges.Length == 0)
            return 0;
        var bin = string.Join(" + ", edges.Select(edge => $"(score > {edge.ToString("R", CultureInfo.InvariantCulture)}::double)::int"));
        return Drift.PopulationStability(Counts("earlier"), Counts(name));

        long[] Counts(string from)
        {
            var counts = new long[edges.Length + 1];
            foreach (var row in session.Query($"select {bin}, count(*) from {from} where rank = 1 group by 1", parameters: null, cancellationToken).Rows)
                counts[Convert.ToInt32(row[0], CultureInfo.InvariantCulture)] = Convert.ToInt64(row[1], CultureInfo.InvariantCulture);
            return counts;
        }
    }
}
