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
    private const string Kind = "structures";
    private const int Version = 1;
    private const int MostRows = 20_000;
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
            else if (table.Profile.Rows >= 20 && table.Profile.Columns.Count > 1)
                open.Add(table);
        }

        shelf.Read(open, (table, reader) =>
        {
            var structure = Look(table, reader, cancellation);
            found[table.Asset.Key] = structure;
            cache.Keep(Kind, KeyOf(table), structure);
        }, table => table.Asset.Key, cancellation);
        return [.. tables.Select(table => found.GetValueOrDefault(table.Asset.Key)).OfType<TableStructure>().Where(structure => structure.Keys.Count + structure.Dependencies.Count > 0)];
    }

    private static TableStructure Look(RelatedTable table, AssetCells reader, CancellationToken cancellation)
    {
        var (profile, verdicts) = (table.Profile, table.Profile.Verdicts);
        // Constants determine nothing, and texts of sentences are no rules.
        var looked = Enumerable.Range(0, profile.Columns.Count)
            .Where(i => profile.Columns[i].Distinct >= 2 && (profile.Columns[i].MeanLength ?? 0) <= 80 && verdicts[i].Type is not ("free_text" or "review" or "html" or "embedding" or "json" or "list" or "constant" or "empty"))
            .Take(MostColumns).ToList();
        if (looked.Count < 2)
            return new TableStructure(table.Asset.Key, 0, [], []);
        var sample = new Sample([.. looked.Select(i => profile.Columns[i].Name)]);
        reader.Read(table.Asset, sample.Names, sample, MostRows, cancellation);
        var dependencies = new DependencyFinder().Find(sample.Columns, cancellation)
            .Select(dependency => Masked(dependency, profile)).ToList();
        return new TableStructure(table.Asset.Key, sample.Rows, Keys(table, sample, reader, cancellation), dependencies);
    }

    private static List<PairKey> Keys(RelatedTable table, Sample sample, AssetCells reader, CancellationToken cancellation)
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
            var distinct = new DistinctPairs();
            reader.Read(table.Asset, [first, second], distinct, long.MaxValue, cancellation);
            if (distinct.Rows > 0 && distinct.Share >= LeastUnique)
                keys.Add(new PairKey([first, second], Math.Round(distinct.Share, 6)));
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

    private sealed class Sample(IReadOnlyList<string> names) : ICellSink
    {
        private readonly string?[] _row = new string?[names.Count];

        public IReadOnlyList<string> Names { get; } = names;

        public IReadOnlyList<DependencyColumn> Columns { get; } = [.. names.Select(name => new DependencyColumn(name))];

        public int Rows => Columns[0].Rows;

        public void Cell(int column, ReadOnlySpan<byte> value) => _row[column] = Encoding.UTF8.GetString(value.Length <= 256 ? value : value[..256]);

        public void EndRow()
        {
            for (var i = 0; i < _row.Length; i++)
                Columns[i].Add(_row[i]);
            Array.Clear(_row);
        }
    }

    private sealed class DistinctPairs : ICellSink
    {
        private readonly HashSet<ulong> _seen = [];
        private ulong _row;

        public long Rows { get; private set; }

        public double Share => _seen.Count / (double)Rows;

        public void Cell(int column, ReadOnlySpan<byte> value) => _row ^= (ColumnValues.HashOf(value) + (ulong)column) * 0x9E3779B97F4A7C15UL;

        public void EndRow()
        {
            Rows++;
            _seen.Add(_row);
            _row = 0;
        }
    }
}
