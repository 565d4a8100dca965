using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Platform.Inventory.Cache;
using Platform.Inventory.Classify;
using Platform.Inventory.Profile;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Tables.Sources;

namespace Platform.Inventory.Relate;

/// <summary>
/// Finds how assets hang together. Profiles leave few pairs possible; only their columns are read again, once for each content, and inclusion is
/// counted on all values. A reference may be broken: up to a quarter of the values may be missing, and they are listed.
/// </summary>
/// <param name="store">Reads Delta tables.</param>
/// <param name="cache">What earlier nights found: what has not changed is not compared again.</param>
/// <param name="databases">Addresses of databases by their sources; null without any.</param>
/// <param name="weights">Weights of the evidence, in the order of <see cref="EvidenceNames"/>, for whoever fits them anew; null takes the fitted ones.</param>
public sealed class RelationFinder(TableStore store, InventoryCache cache, IReadOnlyDictionary<string, PostgresAddress>? databases = null, IReadOnlyList<double>? weights = null)
{
    /// <summary>Raised when the same data would give other proposals.</summary>
    public const int Version = 6;

    /// <summary>Confidence from which a reference is proposed: tables without names and with counted ids leave even true ones unsure.</summary>
    public const double LeastConfidence = 0.1;

    /// <summary>Names of the evidence of a <see cref="RankedReference"/>.</summary>
    public static IReadOnlyList<string> EvidenceNames => RelationModel.Names;

    /// <summary>What people and earlier nights say of references.</summary>
    public IReadOnlyList<KnownReference> Known
    {
        init => _known = new KnownReferences(value);
    }

    private readonly RelationModel _model = new(weights);
    private readonly KnownReferences _known = new([]);

    private const string Kind = "relations";
    private const string Confirmation = "a person has confirmed it";
    /// <summary>Columns of a table up to which it is looked at.</summary>
    internal const int MostColumns = 400;

    // Values that are missing in a database are looked up by reading it again: only for what is told to everybody.
    private const double LeastForTexts = 0.5;

    // Of a database's table as many rows are compared as are profiled; a larger one is sampled.
    private static readonly PostgresReadLimits Limits = new() { Counted = new PostgresReadLimits().Rows, StatementTimeout = TimeSpan.FromMinutes(1) };

    /// <summary>Relations between all assets, the surest first.</summary>
    /// <param name="assets">Assets with their profiles, in the same order.</param>
    /// <param name="profiles">The profiles.</param>
    /// <param name="problem">Called with a sentence for each asset whose data could not be read again.</param>
    /// <param name="cancellation">Ends the work.</param>
    public RelationFindings Find(IReadOnlyList<FoundAsset> assets, IReadOnlyList<AssetProfile> profiles, Action<string>? problem, CancellationToken cancellation)
    {
        var tables = Tables(assets, profiles);
        var shelf = Shelf();
        var times = new List<(string, TimeSpan)>();
        var started = TimeProvider.System.GetTimestamp();
        var references = new List<Relation>();
        foreach (var source in tables.GroupBy(pair => pair.Asset.Source, StringComparer.Ordinal))
        {
            var members = source.OrderBy(pair => pair.Asset.Key, StringComparer.Ordinal).ToList();
            references.AddRange(Cached($"references {source.Key}", members, () => References(members, shelf, cancellation), shelf));
        }

        // What a database declares is sure, whatever the values of a sample say; what it has not checked, and who is never named, is counted here.
        var declared = DeclaredRelations.Of(assets).ToList();
        if (declared.Count > 0)
            declared = Cached($"declared {string.Join('\n', declared.Select(relation => $"{relation.FromAsset} {relation.FromColumn} {relation.ToAsset} {relation.ToColumn} {relation.Unchecked}"))}", tables, () => Counted(declared, tables, shelf, cancellation), shelf);
        var said = declared.Select(relation => (relation.FromAsset, relation.FromColumn)).ToHashSet();
        references.RemoveAll(relation => said.Contains((relation.FromAsset, relation.FromColumn)));
        references.AddRange(declared);
        Took("references");
        var structure = new StructureFinder(cache, shelf).Find(tables, cancellation);
        Took("keys and dependencies");
        foreach (var source in tables.GroupBy(pair => pair.Asset.Source, StringComparer.Ordinal))
        {
            var members = source.OrderBy(pair => pair.Asset.Key, StringComparer.Ordinal).ToList();
            references.AddRange(Cached($"composites {source.Key}", members, () => new CompositeFinder(cache, shelf).Find(members, structure, cancellation), shelf));
        }

        // What people say stands, also of what is declared or of two columns.
        references.RemoveAll(_known.IsRejected);
        references = [.. references.Select(relation => _known.IsConfirmed(relation) ? relation with { Confidence = 1, Confirmed = true, Reasons = [.. relation.Reasons.Where(reason => reason != Confirmation), Confirmation] } : relation)];
        Took("references of two columns");
        var copies = Cached("copies", tables, () => new CopyFinder(cache, shelf).Find(tables, cancellation), shelf);
        Took("copies");
        var joins = Cached("joins", tables, () => new JoinFinder(shelf).Find(tables, references, copies, cancellation), shelf);
        Took("joins");
        shelf.Prune(TimeProvider.System.GetUtcNow());
        cache.Budget.Prune();
        foreach (var (asset, reason) in shelf.Failed.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            problem?.Invoke($"{asset} could not be read again to look for its relations: {reason}");
        return new RelationFindings
        {
            References = [.. references.OrderByDescending(relation => relation.Confidence).ThenBy(relation => relation.FromAsset, StringComparer.Ordinal).ThenBy(relation => relation.FromColumn, StringComparer.Ordinal)],
            Structures = structure,
            Copies = copies,
            Joins = joins,
            Times = times,
        };

        void Took(string step)
        {
            times.Add((step, TimeProvider.System.GetElapsedTime(started)));
            started = TimeProvider.System.GetTimestamp();
        }
    }

    /// <summary>Every pair of columns whose values are included, with its confidence, the surest first: what the proposals are chosen from.</summary>
    public IReadOnlyList<RankedReference> Rank(IReadOnlyList<FoundAsset> assets, IReadOnlyList<AssetProfile> profiles, CancellationToken cancellation)
    {
        var shelf = Shelf();
        return [.. Tables(assets, profiles).GroupBy(pair => pair.Asset.Source, StringComparer.Ordinal)
            .SelectMany(source => Ranked([.. source.OrderBy(pair => pair.Asset.Key, StringComparer.Ordinal)], shelf, cancellation))
            .Select(pair => new RankedReference(pair.Candidate.From.Asset.Key, pair.Candidate.From.Column.Name, pair.Candidate.To.Asset.Key, pair.Candidate.To.Column.Name, pair.Confidence, pair.Candidate.Features()))
            .OrderByDescending(pair => pair.Confidence)];
    }

    private ValueShelf Shelf() => new(cache.Folder, () => new AssetCells(store, databases ?? new Dictionary<string, PostgresAddress>(), Limits));

    private static List<RelatedTable> Tables(IReadOnlyList<FoundAsset> assets, IReadOnlyList<AssetProfile> profiles)
        => [.. assets.Zip(profiles).Where(pair => pair.First.Condition == AssetCondition.Readable && pair.Second.Failure is null && pair.Second.Rows > 0 && pair.Second.Columns.Count is > 0 and <= MostColumns)
            .Select(pair => new RelatedTable(pair.First, pair.Second)).DistinctBy(table => table.Asset.Key)];

    private List<Relation> References(List<RelatedTable> members, ValueShelf shelf, CancellationToken cancellation)
    {
        // A column refers to one table: the best, if any.
        var chosen = Ranked(members, shelf, cancellation).GroupBy(pair => (pair.Candidate.From.Asset.Key, pair.Candidate.From.Column.Name)).Select(column => column.First())
            .Where(pair => pair.Confidence >= LeastConfidence).ToList();
        var texts = MissingTexts(chosen.Where(pair => pair.Confidence >= LeastForTexts || pair.Candidate.From.Asset.Database is null).Select(pair => pair.Candidate), shelf, cancellation);
        return [.. chosen.Select(pair => ToRelation(pair.Candidate, pair.Confidence, texts))];
    }

    private List<(RelationCandidate Candidate, double Confidence)> Ranked(List<RelatedTable> members, ValueShelf shelf, CancellationToken cancellation)
    {
        var ends = members.SelectMany(member => member.Profile.Columns.Select((_, i) => new RelationEnd(member.Asset, member.Profile, i))).ToList();
        var candidates = CandidatePairs.Of(ends, _model, _known, cancellation);
        new PairCounts(cache, shelf).Count(candidates, cancellation);
        var ranked = new List<(RelationCandidate Candidate, double Confidence)>();
        foreach (var column in candidates.Where(candidate => candidate.IsIncluded).GroupBy(candidate => candidate.From))
        {
            ranked.AddRange(Compete([.. column.Where(candidate => !_known.IsRejected(candidate))]).Select(pair => (pair.Candidate, Math.Round(pair.Confidence, 4))));
        }

        return [.. ranked.OrderByDescending(pair => pair.Confidence).ThenBy(pair => pair.Candidate.From.Asset.Key, StringComparer.Ordinal).ThenBy(pair => pair.Candidate.From.Position).ThenBy(pair => pair.Candidate.To.Position).ThenBy(pair => pair.Candidate.To.Asset.Key, StringComparer.Ordinal)];
    }

    // A column refers to one table. Of copies of that table one stands for all, and views give way to tables.
    private IEnumerable<(RelationCandidate Candidate, double Confidence)> Compete(List<RelationCandidate> rivals)
    {
        if (rivals.Exists(candidate => !candidate.To.IsView))
            rivals.RemoveAll(candidate => candidate.To.IsView && !_known.IsConfirmed(candidate));
        var first = new List<(RelationCandidate Candidate, double Odds)>();
        foreach (var pair in rivals.Select(candidate => (Candidate: candidate, Odds: _model.LogOdds(candidate))).OrderByDescending(pair => _known.IsConfirmed(pair.Candidate)).ThenByDescending(pair => pair.Odds)
            .ThenBy(pair => pair.Candidate.To.Asset.Key.Count(c => c == '/')).ThenBy(pair => pair.Candidate.To.Asset.Key.Length).ThenBy(pair => pair.Candidate.To.Asset.Key, StringComparer.Ordinal))
        {
            if (!first.Exists(other => other.Candidate.HasSameTarget(pair.Candidate)))
                first.Add(pair);
        }

        var confidences = RelationModel.Share([.. first.Select(pair => pair.Odds)]);
        var known = first.FindIndex(pair => _known.IsConfirmed(pair.Candidate));
        known = known >= 0 ? known : first.FindIndex(pair => _known.BeforeBreak(pair.Candidate) is not null);
        if (known < 0)
            return first.Zip(confidences, (pair, confidence) => (pair.Candidate, confidence));
        // What is known leaves the others what it is unsure by.
        var sure = _known.IsConfirmed(first[known].Candidate) ? 1 : Math.Max(confidences[known], _known.BeforeBreak(first[known].Candidate)!.Value);
        var rest = confidences.Sum() - confidences[known];
        return first.Select((pair, i) => (pair.Candidate, i == known ? sure : rest > 0 ? Math.Min(confidences[i], confidences[i] / rest * (1 - sure)) : 0));
    }

    private static Dictionary<(string Asset, string Column), Dictionary<ulong, string?>> MissingTexts(IEnumerable<RelationCandidate> chosen, ValueShelf shelf, CancellationToken cancellation)
    {
        var texts = new Dictionary<(string, string), Dictionary<ulong, string?>>();
        foreach (var asset in chosen.Where(candidate => candidate.Counted!.Missing.Count > 0).GroupBy(candidate => candidate.From.Asset))
        {
            var wanted = asset.ToDictionary(candidate => candidate.From.Column.Name, candidate => candidate.Counted!.Missing.ToDictionary(value => value.Hash, _ => (string?)null), StringComparer.Ordinal);
            shelf.Texts(asset.Key, wanted, cancellation);
            foreach (var (column, found) in wanted)
                texts[(asset.Key.Key, column)] = found;
        }

        return texts;
    }

    private Relation ToRelation(RelationCandidate candidate, double confidence, Dictionary<(string Asset, string Column), Dictionary<ulong, string?>> texts)
    {
        var counts = candidate.Counted!;
        // A key that was only sampled is not known whole: what seems to be missing may be in the rest.
        if (candidate.To.Table.Sampled)
            counts = counts with { MissingRows = 0, MissingValues = 0, Missing = [], KeyValues = 0 };
        var found = texts.GetValueOrDefault((candidate.From.Asset.Key, candidate.From.Column.Name), []);
        return new Relation
        {
            FromAsset = candidate.From.Asset.Key,
            FromColumn = candidate.From.Column.Name,
            ToAsset = candidate.To.Asset.Key,
            ToColumn = candidate.To.Column.Name,
            Confidence = Math.Round(confidence, 3),
            MissingRows = counts.MissingRows,
            MissingValues = counts.MissingValues,
            Rows = counts.Rows,
            KeyValues = counts.IsEstimate || candidate.From.Table.Sampled || candidate.To.Table.Sampled ? 0 : counts.KeyValues,
            Unchecked = candidate.To.Table.Sampled,
            MissingExamples = [.. counts.Missing.Where(value => found.GetValueOrDefault(value.Hash) is not null)
                .Select(value => new ValueCount(candidate.From.Verdict.Personal == PersonalClass.None ? found[value.Hash]! : ColumnSample.Mask(found[value.Hash]!), value.Count))],
            Inclusion = Math.Round(counts.ValueShare, 6),
            Coverage = Math.Round(counts.Coverage, 6),
            Kept = !_known.IsConfirmed(candidate) && _known.BeforeBreak(candidate) is not null,
            Reasons = _known.BeforeBreak(candidate) is null ? candidate.Reasons() : [.. candidate.Reasons(), "it was found before these values went missing"],
        };
    }

    private List<Relation> Counted(IReadOnlyList<Relation> declared, List<RelatedTable> tables, ValueShelf shelf, CancellationToken cancellation)
    {
        var byKey = tables.ToDictionary(table => table.Asset.Key, StringComparer.Ordinal);
        return [.. declared.Select(relation => relation.FromColumns is null && End(relation.FromAsset, relation.FromColumn) is { CanName: true } from && End(relation.ToAsset, relation.ToColumn) is { CanName: true, Table.Sampled: false } to
            ? Counted(relation, from, to, shelf, cancellation) : relation)];

        RelationEnd? End(string asset, string column)
        {
            if (!byKey.TryGetValue(asset, out var table))
                return null;
            var place = table.Profile.Columns.Select(one => one.Name).ToList().IndexOf(column);
            return place < 0 ? null : new RelationEnd(table.Asset, table.Profile, place);
        }
    }

    // The values of both ends were kept when their tables were profiled. Where they were not, a table is read only for what nobody has checked.
    private Relation Counted(Relation declared, RelationEnd from, RelationEnd to, ValueShelf shelf, CancellationToken cancellation)
    {
        if (!declared.Unchecked && (!shelf.Keeps(from.Asset, from.Column.Name) || !shelf.Keeps(to.Asset, to.Column.Name))
            || shelf.Find(from.Asset, from.Column.Name, cancellation) is not { } values || shelf.Find(to.Asset, to.Column.Name, cancellation) is not { } keys)
            return declared;
        var counts = ColumnValues.Compare(values, keys);
        // The tables were read one after the other: of a reference that the database enforces nothing is missing.
        if (!declared.Unchecked)
            counts = counts with { MissingRows = 0, MissingValues = 0, Missing = [] };
        var candidate = new RelationCandidate(from, to, NameEvidence.None) { Counted = counts };
        var counted = ToRelation(candidate, declared.Confidence, MissingTexts([candidate], shelf, cancellation));
        return declared with
        {
            MissingRows = counted.MissingRows,
            MissingValues = counted.MissingValues,
            MissingExamples = counted.MissingExamples,
            Rows = counted.Rows,
            KeyValues = counted.KeyValues,
            Inclusion = declared.Unchecked ? counted.Inclusion : declared.Inclusion,
            Coverage = counted.Coverage,
            Unchecked = false,
        };
    }

    // The same contents give the same findings; where something could not be read, the next night tries again.
    private List<T> Cached<T>(string what, List<RelatedTable> members, Func<IReadOnlyList<T>> find, ValueShelf shelf)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Version} {TableJudge.Version} {ColumnState.FormatVersion} {what} {_known.Said(members)}");
        foreach (var member in members)
            text.Append('\n').Append(member.Asset.Key).Append(' ').Append(member.Asset.Fingerprint);
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
        if (cache.Find<Found<T>>(Kind, key) is { } known)
            return [.. known.Items];
        var failed = shelf.Failed.Count;
        var found = find().ToList();
        if (shelf.Failed.Count == failed)
            cache.Keep(Kind, key, new Found<T>(found));
        return found;
    }

    private sealed record Found<T>(IReadOnlyList<T> Items);
}

/// <summary>A pair of columns whose values are included, with what speaks for a reference.</summary>
/// <param name="FromAsset">Key of the asset that may refer.</param>
/// <param name="FromColumn">Its column.</param>
/// <param name="ToAsset">Key of the asset that may be referred to.</param>
/// <param name="ToColumn">Its column.</param>
/// <param name="Confidence">Between 0 and 1.</param>
/// <param name="Evidence">The features that the confidence comes from, in the order of <see cref="RelationFinder.EvidenceNames"/>.</param>
public sealed record RankedReference(string FromAsset, string FromColumn, string ToAsset, string ToColumn, double Confidence, IReadOnlyList<double> Evidence);

/// <summary>An asset with its profile.</summary>
internal sealed record RelatedTable(FoundAsset Asset, AssetProfile Profile);
