using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Npgsql;
using Platform.Catalog.History;
using Platform.Postgres;

namespace Platform.Catalog.Govern;

/// <summary>What people say about assets and columns: owner, description, domain, tier, tags, retention, contract. Each edit is one transaction and stands in the history.</summary>
public sealed class GovernCommands
{
    private readonly NpgsqlDataSource _dataSource;

    public GovernCommands(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Edits an asset.</summary>
    /// <param name="asset">Its key.</param>
    /// <param name="edit">What to set.</param>
    /// <param name="by">Who; null where nobody is named.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when there is no such asset.</returns>
    /// <exception cref="ArgumentException">A value has the wrong form, or a column or term is not known; nothing is changed then.</exception>
    public Task<bool> EditAsync(string asset, AssetEdit edit, string? by, CancellationToken cancellationToken) =>
        CatalogTransaction.RunAsync(_dataSource, async (connection, transaction) =>
        {
            var id = await connection.QuerySingleOrDefaultAsync<long?>(new CommandDefinition("select id from catalog.assets where key = @asset", new { asset }, transaction, cancellationToken: cancellationToken));
            if (id is not { } known)
                return false;
            SaidText.Check("The note", edit.Note, SaidText.Note);
            var editor = new AssetEditor(connection, transaction, new Author(by, edit.Note), cancellationToken);
            foreach (var (field, value) in edit.Fields())
                await editor.SetAsync(known, null, field, value);
            foreach (var (column, of) in edit.Columns ?? new Dictionary<string, ColumnEdit>())
                foreach (var (field, value) in of?.Fields() ?? throw new ArgumentException($"The column '{column}' is null. Give an object with 'description' or 'tags', or leave it out."))
                    await editor.SetAsync(known, column, field, value);
            return true;
        }, cancellationToken);
}

/// <summary>What to set of an asset; what is null stays as it is, an empty text or list clears it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AssetEdit
{
    public string? Owner { get; init; }

    public string? Description { get; init; }

    /// <summary>Business domain.</summary>
    public string? Domain { get; init; }

    public string? Tier { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>How long its data are kept, in days; 0 clears it.</summary>
    public int? RetentionDays { get; init; }

    /// <summary>What its owner promises, see <see cref="Contract"/>; an empty object clears it.</summary>
    public JsonElement? Contract { get; init; }

    /// <summary>By name of the column.</summary>
    public IReadOnlyDictionary<string, ColumnEdit>? Columns { get; init; }

    /// <summary>Why, for the history.</summary>
    public string? Note { get; init; }

    internal IEnumerable<(string Field, JsonElement? Value)> Fields()
    {
        if (Owner is not null)
            yield return ("owner", Json(Owner));
        if (Description is not null)
            yield return ("description", Json(Description));
        if (Domain is not null)
            yield return ("domain", Json(Domain));
        if (Tier is not null)
            yield return ("tier", Json(Tier));
        if (Tags is not null)
            yield return ("tags", Json(Tags));
        if (RetentionDays is { } days)
            yield return ("retention_days", days == 0 ? null : Json(days));
        if (Contract is { } contract)
            yield return ("contract", contract.ValueKind == JsonValueKind.Object && !contract.EnumerateObject().Any() ? null : contract);
    }

    internal static JsonElement Json<T>(T value) => JsonSerializer.SerializeToElement(value);
}

/// <summary>What to set of a column; what is null stays as it is, an empty text or list clears it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ColumnEdit
{
    public string? Description { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    internal IEnumerable<(string Field, JsonElement? Value)> Fields()
    {
        if (Description is not null)
            yield return ("description", AssetEdit.Json(Description));
        if (Tags is not null)
            yield return ("tags", AssetEdit.Json(Tags));
    }
}
