using System.Diagnostics;
using System.Globalization;
using Platform.Tables.Sql;
using Lineage = Platform.Tables.Sql.ColumnLineage;

namespace Platform.Benchmarks.Inventory.ColumnLineage;

/// <summary>
/// How right the column lineage of SQL is. Direct edges (which source values an output is made of) against what a person wrote down for each query; any influence (direct or indirect) against an
/// oracle that changes one source column at a time and looks which outputs change. Queries that cannot be bound are scored by the tables that they read and write.
/// </summary>
internal sealed class ColumnLineageSubject : ISubject
{
    public string Name => "column-lineage";

    public string Help => "[seeds] [tuned]: column lineage of hard queries against hand-written direct edges and an oracle of influences (3 data sets); 'tuned' leaves out the half that is held back, a query's name shows it";

    public Task RunAsync(string[] args)
    {
        var seeds = args.Length > 0 && int.TryParse(args[0], CultureInfo.InvariantCulture, out var given) ? given : 3;
        var queries = LineageQuery.ReadAll().Where(query => args.Length < 2 || (args[1] == "tuned" ? !query.HeldBack : query.Name == args[1])).ToList();
        if (queries.Select(query => query.Name).Distinct().Count() != queries.Count)
            throw new InvalidOperationException("Two queries have one name.");
        var clock = Stopwatch.StartNew();
        var oracle = new InfluenceOracle(queries, seeds);
        var influences = oracle.Find();
        Console.WriteLine($"{queries.Count} queries, oracle: {oracle.Tries:n0} runs in {clock.Elapsed.TotalSeconds:0} s");
        clock.Restart();
        var results = queries.Select(query => QueryScore.Of(query, Lineage.Of(query.Sql, LineageShop.Schema), oracle.Outputs[query.Name], influences[query.Name])).ToList();
        Console.WriteLine($"analysis: {clock.Elapsed.TotalMilliseconds / queries.Count:0.0} ms a query");
        Print("all", results);
        Print("tuned on", [.. results.Where(result => !result.Query.HeldBack)]);
        Print("held back", [.. results.Where(result => result.Query.HeldBack)]);
        foreach (var result in results.Where(result => result.Problems.Count > 0))
            Console.WriteLine($"{result.Query.Name}{(result.Query.HeldBack ? " (held back)" : "")}\n    {string.Join("\n    ", result.Problems)}");
        if (args.Length < 2)
            DialectScore.Run();
        return Task.CompletedTask;
    }

    private static void Print(string half, IReadOnlyList<QueryScore> results)
    {
        if (results.Count == 0)
            return;
        var kinds = results.Sum(result => result.KindsRight);
        var direct = Counts.Sum(results.Select(result => result.Direct));
        Console.WriteLine($"{half,-10} {results.Count,4} queries   direct {direct}   kind right {(double)kinds / Math.Max(1, direct.Right):0.000}   any influence {Counts.Sum(results.Select(result => result.Any))}   wholly right {results.Count(result => result.Problems.Count == 0)}");
    }
}

/// <summary>Edges found rightly, wrongly, and missed.</summary>
internal readonly record struct Counts(int Right, int Wrong, int Missed)
{
    public static Counts Of<T>(ISet<T> found, ISet<T> truth) => new(found.Count(truth.Contains), found.Count(edge => !truth.Contains(edge)), truth.Count(edge => !found.Contains(edge)));

    public static Counts Sum(IEnumerable<Counts> all) => all.Aggregate(default(Counts), (sum, one) => new Counts(sum.Right + one.Right, sum.Wrong + one.Wrong, sum.Missed + one.Missed));

    public override string ToString()
    {
        var precision = (double)Right / Math.Max(1, Right + Wrong);
        var recall = (double)Right / Math.Max(1, Right + Missed);
        return string.Create(CultureInfo.InvariantCulture, $"P {precision:0.0000} R {recall:0.0000} F1 {2 * precision * recall / Math.Max(1e-9, precision + recall):0.0000} ({Right} right, {Wrong} wrong, {Missed} missed)");
    }
}

/// <summary>One query's score and what is wrong with its answer.</summary>
internal sealed record QueryScore(LineageQuery Query, Counts Direct, Counts Any, int KindsRight, IReadOnlyList<string> Problems)
{
    public static QueryScore Of(LineageQuery query, Lineage lineage, IReadOnlyList<string> outputs, HashSet<(string Output, string Source)> influences)
    {
        // A statement that changes a table gives edges for the columns that it sets; one that deletes rows touches all.
        var touched = query.Target is null ? outputs : lineage.Columns.Count > 0 ? [.. lineage.Columns.Select(column => column.Name)] : outputs;
        var direct = new Dictionary<(string, string), LineageKinds>();
        var any = new HashSet<(string, string)>();
        foreach (var column in lineage.Columns)
        {
            foreach (var edge in column.Edges)
            {
                any.Add((column.Name, $"{edge.Table}.{edge.Column}"));
                if ((edge.Kinds & LineageKinds.Direct) != 0)
                    direct[(column.Name, $"{edge.Table}.{edge.Column}")] = edge.Kinds & LineageKinds.Direct;
            }
        }
        any.UnionWith(touched.SelectMany(output => lineage.Rows.Select(edge => (output, $"{edge.Table}.{edge.Column}"))));
        // What a changed table's column had before is no question of the statement.
        bool OfItself((string Output, string Source) edge) => query.Target is not null && edge.Source == $"{query.Target}.{edge.Output}";
        any.RemoveWhere(OfItself);
        var truth = influences.Where(edge => !OfItself(edge)).ToHashSet();
        var problems = new List<string>(lineage.Notes.Select(note => $"note: {note}"));
        Report(problems, "direct", direct.Keys.ToHashSet(), query.Direct.Keys.ToHashSet());
        Report(problems, "influence", any, truth);
        var kindsRight = 0;
        foreach (var (edge, kind) in query.Direct)
        {
            if (!direct.TryGetValue(edge, out var found))
                continue;
            if (Sign(found) == kind)
                kindsRight++;
            else
                problems.Add($"kind of {edge.Output} <- {edge.Source}: {found}, written '{kind}'");
        }
        return new QueryScore(query, Counts.Of(direct.Keys.ToHashSet(), query.Direct.Keys.ToHashSet()), Counts.Of(any, truth), kindsRight, problems);
    }

    private static string Sign(LineageKinds kinds) => kinds.HasFlag(LineageKinds.Aggregation) ? "+" : kinds.HasFlag(LineageKinds.Transformation) ? "~" : "";

    private static void Report(List<string> problems, string what, HashSet<(string Output, string Source)> found, HashSet<(string Output, string Source)> truth)
    {
        problems.AddRange(found.Except(truth).Order().Select(edge => $"{what} too many: {edge.Output} <- {edge.Source}"));
        problems.AddRange(truth.Except(found).Order().Select(edge => $"{what} missed: {edge.Output} <- {edge.Source}"));
    }
}
