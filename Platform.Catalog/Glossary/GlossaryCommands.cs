using Dapper;
using Npgsql;
using Platform.Catalog.Govern;
using Platform.Catalog.History;
using Platform.Postgres;

namespace Platform.Catalog.Glossary;

/// <summary>Changes the glossary and its links. Each command is one transaction and stands in the history.</summary>
public sealed class GlossaryCommands
{
    private readonly NpgsqlDataSource _dataSource;

    public GlossaryCommands(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Makes a term or changes it.</summary>
    /// <exception cref="ArgumentException">The name is empty, the parent is not known, or it lies below the term itself.</exception>
    public Task SaveAsync(NewTerm term, string? by, CancellationToken cancellationToken) =>
        CatalogTransaction.RunAsync(_dataSource, (c, t) => new TermWriter(c, t, new Author(by), cancellationToken).SaveAsync(term), cancellationToken);

    /// <summary>Takes a term away with its links; terms below move up.</summary>
    /// <returns>False when there is none of that name.</returns>
    public Task<bool> DeleteAsync(string name, string? by, CancellationToken cancellationToken) =>
        CatalogTransaction.RunAsync(_dataSource, (c, t) => new TermWriter(c, t, new Author(by), cancellationToken).DeleteAsync(name), cancellationToken);

    /// <summary>Links a term to an asset or a column, or takes the link away.</summary>
    /// <param name="term">Name of the term, or a synonym.</param>
    /// <param name="asset">Key of the asset.</param>
    /// <param name="column">The column; null for the whole asset.</param>
    /// <param name="linked">Whether it is to be linked.</param>
    /// <param name="by">Who; null where nobody is named.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether that changed anything.</returns>
    /// <exception cref="ArgumentException">The term, the asset or the column is not known.</exception>
    public Task<bool> LinkAsync(string term, string asset, string? column, bool linked, string? by, CancellationToken cancellationToken) =>
        CatalogTransaction.RunAsync(_dataSource, async (connection, transaction) =>
        {
            var author = new Author(by);
            var found = await new TermWriter(connection, transaction, author, cancellationToken).FindAsync(term)
                ?? throw new ArgumentException($"The glossary has no term '{term}'. Add it first.");
            var id = await connection.QuerySingleOrDefaultAsync<long?>(new CommandDefinition("select id from catalog.assets where key = @asset", new { asset }, transaction, cancellationToken: cancellationToken))
                ?? throw new ArgumentException($"The inventory does not know '{asset}'. Give the key of an asset.");
            var editor = new AssetEditor(connection, transaction, author, cancellationToken);
            var changed = await editor.LinkAsync(found.Id, found.Name, id, column, linked);
            return changed;
        }, cancellationToken);
}
