using System.Security.Cryptography;
using System.Text;
using Platform.Testing;

namespace Platform.Benchmarks.Inventory.ColumnLineage;

/// <summary>
/// A query with the direct edges that a person wrote down for it. In the files (<c>Inventory/queries</c>): <c>-- @ name [ordered] [-> table that is changed]</c>, then
/// <c>-- = output: source source; output: …</c>, a source being <c>table.column</c> for the value itself, <c>~</c> before a computed and <c>+</c> before an aggregated one.
/// </summary>
internal sealed record LineageQuery
{
    public required string Name { get; init; }

    /// <summary>Whether the order of the result's rows counts.</summary>
    public required bool Ordered { get; init; }

    /// <summary>The table that the statement changes or makes; null for a query.</summary>
    public required string? Target { get; init; }

    /// <summary>By output and source, with <c>~</c>, <c>+</c> or nothing.</summary>
    public required IReadOnlyDictionary<(string Output, string Source), string> Direct { get; init; }

    /// <summary>Outputs that were named.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    public required string Sql { get; init; }

    /// <summary>Whether the query was held back while the analysis was mended, by a hash of its name.</summary>
    public bool HeldBack => (SHA256.HashData(Encoding.UTF8.GetBytes(Name))[0] & 1) == 1;

    /// <summary>Whether an output is the id of a table's row and nothing else.</summary>
    public bool IsId(string output) => Direct.Where(edge => edge.Key.Output == output).ToList() is [var only] && only.Value.Length == 0 && only.Key.Source.EndsWith(".id", StringComparison.Ordinal);

    public static IReadOnlyList<LineageQuery> ReadAll() =>
        [.. Directory.EnumerateFiles(Repository.PathOf("tests", "Platform.Benchmarks", "Inventory", "queries"), "*.sql").Order(StringComparer.Ordinal).SelectMany(file => Read(File.ReadAllText(file)))];

    private static IEnumerable<LineageQuery> Read(string text) =>
        text.Split("-- @ ", StringSplitOptions.RemoveEmptyEntries).Where(part => part.Trim().Length > 0).Select(part =>
        {
            var lines = part.Split('\n');
            var head = lines[0].Split("->", StringSplitOptions.TrimEntries);
            var words = head[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var sql = string.Join('\n', lines.Skip(1).Where(line => !line.StartsWith("-- =", StringComparison.Ordinal))).Trim();
            var direct = new Dictionary<(string, string), string>();
            var outputs = new List<string>();
            foreach (var said in lines.Where(line => line.StartsWith("-- =", StringComparison.Ordinal)).SelectMany(line => line[4..].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
            {
                var colon = said.IndexOf(':', StringComparison.Ordinal);
                var output = said[..colon].Trim();
                outputs.Add(output);
                foreach (var source in said[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    direct[(output, source.TrimStart('~', '+'))] = source[0] is '~' or '+' ? source[..1] : "";
            }
            return new LineageQuery
            {
                Name = words[0],
                Ordered = words.Contains("ordered"),
                Target = head.Length > 1 ? head[1] : sql.StartsWith("create", StringComparison.Ordinal) ? "result" : null,
                Direct = direct,
                Outputs = outputs,
                Sql = sql,
            };
        });
}
