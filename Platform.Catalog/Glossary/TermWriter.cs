using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Catalog.Govern;
using Platform.Catalog.History;

namespace Platform.Catalog.Glossary;

/// <summary>Writes terms, within a transaction that holds the <see cref="CatalogLock"/>.</summary>
internal sealed class TermWriter(NpgsqlConnection connection, NpgsqlTransaction transaction, Author author, CancellationToken cancellationToken)
{
    internal const string Field = "glossary";

    private const string FindSql = "select t.id, t.name, t.definition, t.synonyms, t.owner, p.name as parent from catalog.glossary_terms t left join catalog.glossary_terms p on p.id = t.parent_id";

    /// <summary>Id of a term by its name or a synonym; null when there is none.</summary>
    internal async Task<(long Id, string Name)?> FindAsync(string name)
    {
        const string Sql = """
            select id, name from catalog.glossary_terms
            where lower(name) = lower(@name) or lower(@name) in (select lower(s) from unnest(synonyms) s)
            order by lower(name) <> lower(@name), id limit 1
            """;
        var found = await connection.QueryFirstOrDefaultAsync<KnownTerm>(Command(Sql, new { name = name.Trim() }));
        return found is null ? null : (found.Id, found.Name);
    }

    /// <summary>Makes a term or changes it.</summary>
    /// <exception cref="ArgumentException">The name is empty, the parent is not known, or it lies below the term itself.</exception>
    internal async Task<long> SaveAsync(NewTerm term)
    {
        var name = term.Name.Trim();
        if (name.Length == 0)
            throw new ArgumentException("A term has no name. Give one.");
        SaidText.Check("The name of the term", name, SaidText.Short);
        SaidText.Check($"The definition of '{name}'", term.Definition, SaidText.Long);
        SaidText.Check($"The parent of '{name}'", term.Parent, SaidText.Short);
        SaidText.Check($"The owner of '{name}'", term.Owner, SaidText.Short);
        SaidText.Check("Synonyms", term.Synonyms);
        long? parent = null;
        if (!string.IsNullOrWhiteSpace(term.Parent))
            parent = (await FindAsync(term.Parent))?.Id ?? throw new ArgumentException($"The term '{name}' is to lie below '{term.Parent}', which is not in the glossary. Add that one first.");
        var before = await connection.QuerySingleOrDefaultAsync<KnownTerm>(Command($"{FindSql} where lower(t.name) = lower(@name)", new { name }));
        if (before is not null && parent is { } wanted && await IsBelowAsync(wanted, before.Id))
            throw new ArgumentException($"The term '{name}' cannot lie below '{term.Parent}', which lies below it. Choose another parent.");
        const string Sql = """
            insert into catalog.glossary_terms as t (name, definition, synonyms, parent_id, owner)
            values (@name, nullif(btrim(@Definition::text), ''), coalesce(@synonyms::text[], '{}'), @above::bigint, nullif(btrim(@Owner::text), ''))
            on conflict (lower(name)) do update
            set name = excluded.name,
                definition = case when @Definition::text is null then t.definition else excluded.definition end,
                synonyms = case when @synonyms::text[] is null then t.synonyms else excluded.synonyms end,
                parent_id = case when @Parent::text is null then t.parent_id else excluded.parent_id end,
                owner = case when @Owner::text is null then t.owner else excluded.owner end,
                changed_at = now()
            returning id
            """;
        var synonyms = term.Synonyms?.Select(s => s.Trim()).Where(s => s.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        var id = await connection.ExecuteScalarAsync<long>(Command(Sql, new { name, term.Definition, synonyms, above = parent, term.Parent, term.Owner }));
        var after = await connection.QuerySingleAsync<KnownTerm>(Command($"{FindSql} where t.id = @id", new { id }));
        await new ChangeWriter(connection, transaction, author, cancellationToken).WriteAsync(null, null, Field, before?.Said(), after.Said());
        return id;
    }

    /// <summary>Takes a term away; those below move up to its parent.</summary>
    /// <returns>False when there is none of that name.</returns>
    internal async Task<bool> DeleteAsync(string name)
    {
        var before = await connection.QuerySingleOrDefaultAsync<KnownTerm>(Command($"{FindSql} where lower(t.name) = lower(@name)", new { name = name.Trim() }));
        if (before is null)
            return false;
        await connection.ExecuteAsync(Command("update catalog.glossary_terms c set parent_id = t.parent_id from catalog.glossary_terms t where t.id = @Id and c.parent_id = t.id", new { before.Id }));
        await connection.ExecuteAsync(Command("delete from catalog.glossary_terms where id = @Id", new { before.Id }));
        await new ChangeWriter(connection, transaction, author, cancellationToken).WriteAsync(null, null, Field, before.Said(), null);
        return true;
    }

    private Task<bool> IsBelowAsync(long term, long other)
    {
        const string Sql = """
            with recursive up as (
                select @term::bigint as id
                union
                select t.parent_id from up u join catalog.glossary_terms t on t.id = u.id where t.parent_id is not null
            )
            select exists (select from up where id = @other)
            """;
        return connection.ExecuteScalarAsync<bool>(Command(Sql, new { term, other }));
    }

    private CommandDefinition Command(string sql, object parameters) => new(sql, parameters, transaction, cancellationToken: cancellationToken);

    private sealed record KnownTerm
    {
        public required long Id { get; init; }

        public required string Name { get; init; }

        public string? Definition { get; init; }

        public string[]? Synonyms { get; init; }

        public string? Parent { get; init; }

        public string? Owner { get; init; }

        internal JsonElement Said() => JsonSerializer.SerializeToElement(new { Name, Definition, Synonyms, Parent, Owner }, CatalogJson.Options);
    }
}
