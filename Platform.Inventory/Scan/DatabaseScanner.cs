using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Platform.Tables.Sources;
using Platform.Workflows.Activities;

namespace Platform.Inventory.Scan;

/// <summary>Lists the tables and views of a PostgreSQL database from its catalogs.</summary>
internal sealed class DatabaseScanner(PostgresAddress address, TimeProvider clock)
{
    // Raised when the same table would be read otherwise.
    private const int Version = 1;

    // Below it rows are counted when they are read; the estimate would only flicker.
    private static readonly long Counted = new PostgresReadLimits().Counted;

    /// <summary>All that the database holds. A database that does not answer is a failure of this source only.</summary>
    /// <param name="source">The source.</param>
    /// <param name="include">Globs of <c>schema.table</c>; those of files are not meant for databases. Empty takes all.</param>
    /// <param name="exclude">Globs of <c>schema.table</c> to leave out.</param>
    /// <param name="cancellation">Ends the scan.</param>
    public ScanResult Scan(string source, IReadOnlyList<string> include, IReadOnlyList<string> exclude, CancellationToken cancellation)
    {
        try
        {
            var rules = new TableRules(include, exclude);
            var relations = new PostgresCatalog(address).Read(cancellation);
            var assets = relations.Where(relation => rules.Takes(relation.Schema, relation.Name)).Select(relation => ToAsset(source, relation)).ToList();
            return new ScanResult { Source = source, Assets = assets, Hidden = relations.Count - assets.Count };
        }
        catch (SourceException e)
        {
            return new ScanResult { Source = source, Failure = $"The source '{source}' could not be scanned: {e.Message}", MayPass = e.Kind == SourceErrorKind.Unavailable };
        }
    }

    private FoundAsset ToAsset(string source, PostgresRelation relation)
    {
        var key = address.AssetKey(relation.Schema, relation.Name);
        var (condition, reason) = !relation.Readable
            ? (AssetCondition.Broken, $"The user {address.Username} may not read {relation.Schema}.{relation.Name}: grant it SELECT, or leave the table out.")
            : relation.Columns.Any(column => column.Readable) ? (AssetCondition.Readable, (string?)null) : (AssetCondition.Unsupported, "It has no columns.");
        return new FoundAsset
        {
            Key = key,
            Kind = AssetKind.DatabaseTable,
            Name = $"{relation.Schema}.{relation.Name}",
            Source = source,
            Group = address.AssetKey(relation.Schema, ""),
            Format = "postgresql",
            Condition = condition,
            Reason = reason,
            Location = address.ToString(),
            Bytes = relation.Bytes,
            KnownRows = relation.EstimatedRows > Counted ? relation.EstimatedRows : null,
            Comment = relation.Comment,
            Columns = [.. relation.Columns.Select(column => new DeclaredColumn(column.Name, column.Type, column.Nullable, column.Readable, column.Comment))],
            Keys = [.. relation.Keys.Select(found => new DeclaredKey(found.Columns, found.IsPrimary))],
            References = [.. relation.ForeignKeys.Select(found => new DeclaredReference(found.Columns, address.AssetKey(found.ToSchema, found.ToTable), found.ToColumns, found.IsValidated))],
            Database = new DatabaseObject(relation.Schema, relation.Name, relation.Kind is PostgresRelationKind.Table or PostgresRelationKind.PartitionedTable or PostgresRelationKind.MaterializedView) { IsView = relation.Kind is PostgresRelationKind.View or PostgresRelationKind.MaterializedView },
            Fingerprint = Fingerprint(key, relation),
        };
    }

    // The server's counters tell whether rows changed. Where it has none (a foreign table, a standby) the time does: it is read each night.
    private string Fingerprint(string key, PostgresRelation relation)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Version}\n{key}\n{relation.Comment}\n{relation.State ?? clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture)}");
        foreach (var column in relation.Columns)
            text.Append(CultureInfo.InvariantCulture, $"\n{column.Name}\t{column.Type}\t{column.Nullable}\t{column.Readable}\t{column.Comment}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }
}
