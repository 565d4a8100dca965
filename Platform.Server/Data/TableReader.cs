using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Tables;
using Platform.Tables.Log;
using Platform.Tables.Native;

namespace Platform.Server.Data;

/// <summary>Queries over tables by their names, for people: confined to the tables that the text names.</summary>
internal sealed class TableReader(TableStore store)
{
    /// <summary>Runs a user's query over the newest versions of the tables that it names.</summary>
    /// <exception cref="DuckDbException">The text is wrong, or asks for what a confined session does not allow.</exception>
    /// <exception cref="TableNotFoundException">It names a table that does not exist.</exception>
    public ReadRows Query(string sql, CancellationToken cancellationToken)
    {
        using var session = store.OpenSession();
        var tables = session.ReferencedTables(sql);
        session.ExposeReferencedTables(sql);
        session.Confine(onlyReads: true);
        return new ReadRows(session.Query(sql, cancellation: cancellationToken)) { Tables = [.. tables.Select(t => t.ToString())] };
    }

    /// <summary>The first rows of a table at a version.</summary>
    public ReadRows Sample(TableName table, long? version, int rows, CancellationToken cancellationToken)
    {
        using var session = store.OpenSession();
        session.Expose(table, version);
        session.Confine();
        return new ReadRows(session.Query(string.Create(CultureInfo.InvariantCulture, $"select * from {table} limit {Math.Max(0, rows)}"), cancellation: cancellationToken));
    }
}

/// <summary>Rows of a query, as objects and as text.</summary>
internal sealed class ReadRows(QueryResult result)
{
    /// <summary>The tables that the query names.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>Names of the columns, each once.</summary>
    public IReadOnlyList<string> Columns { get; } = result.UniqueNames;

    /// <summary>Values as .NET objects.</summary>
    public IReadOnlyList<object?[]> Rows => result.Rows;

    /// <summary>A list of objects, one a row, keys as the query names its columns.</summary>
    public JsonNode ToObjects()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            result.WriteJson(writer);
        return JsonNode.Parse(stream.ToArray())!;
    }

    /// <summary>Values as text: null is empty, times are ISO 8601, nested values are JSON.</summary>
    public IEnumerable<IReadOnlyList<string>> ToText() => ToNullableText().Select(r => (IReadOnlyList<string>)[.. r.Select(v => v ?? "")]);

    /// <summary>Values as text; null is null.</summary>
    public IEnumerable<IReadOnlyList<string?>> ToNullableText()
    {
        foreach (var row in (JsonArray)ToObjects())
            yield return [.. ((JsonObject)row!).Select(p => p.Value switch
            {
                null => null,
                JsonValue v when v.TryGetValue<string>(out var text) => text,
                var v => v.ToJsonString(),
            })];
    }
}
