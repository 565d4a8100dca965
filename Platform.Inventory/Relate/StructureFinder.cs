using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Platform.Inventory.Cache;
using Platform.Inventory.Classify;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Relate;

/// <summary>Finds keys of two columns and dependencies in each table by itself, once for each content.</summary>
internal sealed class StructureFinder(InventoryCache cache, ValueShelf shelf)
{
    /// <summary>Rows that dependencies are looked for in.</summary>
    public const int MostRows = 20_000;

    private const string Kind = "structures";
    private const int Version = 2;
    private const int MostColumns = 60;
    private const int MostPairsVerified = 3;

    // Rows whose pairs of values are remembered to verify a key; a larger table is not verified.
    private const long MostVerified = 4_000_000;
    private const double LeastUnique = 0.995;

    /// <summary>Structures of the tables that have any, in their order.</summary>
    public IReadOnlyList<TableStructure> Find(IReadOnlyList<RelatedTable> tables, CancellationToken cancellation)
    {
        var found = new ConcurrentDictionary<string, TableStructure>(StringComparer.Ordinal);
        var open = new List<RelatedTable>();
        foreach (var table in tables)
        {
            if (cache.Find<TableStructure>(Kind, KeyOf(table)) is { } known)
                found[table.Asset.Key] = known with { Asset = table.Asset.Key };
            else if (IsLookedAt(table))
                open.Add(table);
        }

        shelf.Read(open, (table, reader) =>
        {
            var looked = Looked(table);
            var structure = new TableStructure(table.Asset.Key, 0, [], []);
            if (looked.Count > 1)
            {
                var sample = new RowSample(looked);
                reader.Read(table.Asset, sample.Names, sample, MostRows, cancellation);
                structure = Structure(table, sample, pair =>
                {
                    var distinct = new DistinctPairs();
                    reader.Read(table.Asset, pair, distinct, long.MaxValue, cancellation);
                    return distinct.Share;
                }, (columns, sink, most) => reader.Read(table.Asset, columns, sink, most, cancellation), cancellation)!;
            }

            found[table.Asset.Key] = structure;
            cache.Keep(Kind, KeyOf(table), structure);
        }, table => table.Asset.Key, cancellation);
        return [.. tables.Select(table => found.GetValueOrDefault(table.Asset.Key)).OfType<TableStructure>().Where(structure => structure.Keys.Count + structure.Dependencies.Count + structure.Formulas.Count > 0 || structure.Twins is not null)];
    }

    /// <summary>Looks at rows that somebody has read anyway, and keeps what they say; nothing where a key would have to be verified on rows beyond them.</summary>
    public static void Keep(InventoryCache cache, RelatedTable table, RowSample rows, CancellationToken cancellation)
    {
        if (!IsLookedAt(table))
            return;
        var looked = Looked(table).ToHashSet(StringComparer.Ordinal);
        var sample = rows.Only(looked.Contains);
        var isWhole = rows.Rows >= table.Profile.Rows;
        var structure = looked.Count < 2
            ? new TableStructure(table.Asset.Key, 0, [], [])
            : Structure(table, sample, pair => isWhole ? UniqueShare(sample.Columns.First(column => column.Name == pair[0]), sample.Columns.First(column => column.Name == pair[1])) : null, (columns, sink, most) => rows.Replay(columns, sink, most), cancellation, onlyThese: true);
        if (structure is not null)
            cache.Keep(Kind, KeyOf(table), structure);
    }

    private static bool IsLookedAt(RelatedTable table) => table.Profile.Rows >= 20 && table.Profile.Columns.Count > 1;

    // Constants determine nothing, and texts of sentences are no rules.
    private static List<string> Looked(RelatedTable table) =>
    [
        .. table.Profile.Columns.Zip(table.Profile.Verdicts)
            .Where(pair => pair.First.Distinct >= 2 && (pair.First.MeanLength ?? 0) <= 80 && pair.Second.Type is not ("free_text" or "review" or "html" or "embedding" or "json" or "list" or "constant" or "empty"))
            .Select(pair => pair.First.Name).Take(MostColumns),
    ];

    // Null where it takes more rows to verify a key than can be had.
    private static TableStructure? Structure(RelatedTable table, RowSample sample, Func<IReadOnlyList<string>, double?> verify, Action<IReadOnlyList<string>, ICellSink, long> read, CancellationToken cancellation, bool onlyThese = false)
    {
        if (Keys(table, sample, verify) is not { } keys)
            return null;
        var dependencies = new DependencyFinder().Find(sample.Columns, cancellation).Select(dependency => Masked(dependency, table.Profile)).ToList();
        // A table of a database was read once: what it does not show is not asked for again.
        var isBeyond = !onlyThese && sample.Rows < table.Profile.Rows && table.Profile.Rows <= MostVerified;
        return new TableStructure(table.Asset.Key, sample.Rows, keys, dependencies)
        {
            Formulas = FormulaFinder.Find(table, sample, isBeyond ? (columns, sink) => read(columns, sink, long.MaxValue) : null, cancellation),
            Twins = TwinCounter.Find(table, read),
        };
    }

    private static List<PairKey>? Keys(RelatedTable table, RowSample sample, Func<IReadOnlyList<string>, double?> verify)
    {
        var profile = table.Profile;
        if (profile.CandidateKeys.Count > 0 || profile.Sampled || profile.Rows > MostVerified || table.Asset.Keys.Count > 0)
            return [];
        var columns = sample.Columns.Where(column => profile.Columns.First(it => it.Name == column.Name) is { Nulls: 0, Blank: 0 } it && (it.Kind is not ValueKind.Decimal || it.Whole) && (it.MaxLength ?? 0) <= 128).ToList();
        var pairs = from a in Enumerable.Range(0, columns.Count)
                    from b in Enumerable.Range(a + 1, columns.Count - a - 1)
                    let distinct = (double)Distinct(profile, columns[a].Name) * Distinct(profile, columns[b].Name)
                    where distinct >= profile.Rows * LeastUnique && UniqueShare(columns[a], columns[b]) >= LeastUnique
                    // Of several the one whose columns come first and measure least.
                    orderby Measures(profile, columns[a].Name) + Measures(profile, columns[b].Name), a + b, a
                    select (First: columns[a].Name, Second: columns[b].Name);
        var keys = new List<PairKey>();
        foreach (var (first, second) in pairs.Take(MostPairsVerified).ToList())
        {
            if (verify([first, second]) is not { } share)
                return null;
            if (share >= LeastUnique)
                keys.Add(new PairKey([first, second], Math.Round(share, 6)));
        }

        return keys;
    }

    private static int Measures(AssetProfile profile, string column)
        => profile.Verdicts.First(verdict => verdict.Column == column) is var verdict && (verdict.Type == "measure" && profile.Columns.First(c => c.Name == column).Kind != ValueKind.Integer || verdict.Type is "quantity" or "price" or "amount" or "discount" or "tax" or "weight" or "score" or "rating" or "percentage" or "duration" or "age" or "title" or "product_name" or "text") ? 1 : 0;

    private static long Distinct(AssetProfile profile, string column) => profile.Columns.First(it => it.Name == column).Distinct;

    private static double UniqueShare(DependencyColumn a, DependencyColumn b)
    {
        var seen = new HashSet<long>();
        for (var row = 0; row < a.Rows; row++)
            seen.Add(((long)a.Codes[row] << 32) | (uint)b.Codes[row]);
        return a.Rows == 0 ? 0 : seen.Count / (double)a.Rows;
    }

    // Pages show examples to everybody: values of people stay out of them.
    private static Dependency Masked(Dependency dependency, AssetProfile profile)
    {
        bool personal(string column) => profile.Verdicts.First(verdict => verdict.Column == column).Personal is not (PersonalClass.None or PersonalClass.Masked);
        string shown(string column, string value) => personal(column) ? ColumnSample.Mask(value) : value.Length <= 80 ? value : value[..79] + "…";
        return dependency with
        {
            Examples = [.. dependency.Examples.Select(example => example with
            {
                Given = [.. example.Given.Zip(dependency.Determinants, (value, column) => shown(column, value))],
                Expected = shown(dependency.Dependent, example.Expected),
                Found = shown(dependency.Dependent, example.Found),
            })],
        };
    }

    private static string KeyOf(RelatedTable table)
        => string.Create(CultureInfo.InvariantCulture, $"{table.Asset.Fingerprint}-{Version}-{TableJudge.Version}-{ColumnState.FormatVersion}-{ValueHash.Of(Encoding.UTF8.GetBytes(table.Asset.Name)):x16}");

    private sealed class DistinctPairs : ICellSink
    {
        private readonly HashSet<ulong> _seen = [];
        private ulong _row;

        private long Rows { get; set; }

        public double Share => Rows == 0 ? 0 : _seen.Count / (double)Rows;

        public void Cell(int column, ReadOnlySpan<byte> value) => _row ^= (ColumnValues.HashOf(value) + (ulong)column) * 0x9E3779B97F4A7C15UL;

        public void EndRow()
        {
            Rows++;
            _seen.Add(_row);
            _row = 0;
        }
    }
}
