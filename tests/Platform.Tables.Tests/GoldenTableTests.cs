using Platform.Tables.Native;
using Platform.Testing;

namespace Platform.Tables.Tests;

/// <summary>Delta tables that Spark wrote: each reads as it must, or is refused with its reason.</summary>
public sealed class GoldenTableTests : IDisposable
{
    private readonly TableFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [SharedDataFact]
    public void Tables_that_others_wrote_hold_the_rows_that_they_must()
    {
        var failures = new List<string>();
        var compared = 0;
        foreach (var folder in Directory.EnumerateDirectories(SharedData.Path("delta-golden")).Order(StringComparer.Ordinal))
        {
            if (!Directory.Exists(Path.Combine(folder, "expected")))
                continue;
            compared++;
            try
            {
                var (found, expected) = Rows(folder);
                if (!found.SequenceEqual(expected))
                    failures.Add($"{Path.GetFileName(folder)}: {found.Count} rows for {expected.Count}; {found.Except(expected).FirstOrDefault()} for {expected.Except(found).FirstOrDefault()}");
            }
            catch (Exception error)
            {
                failures.Add($"{Path.GetFileName(folder)}: {error.GetType().Name} {error.Message}");
            }
        }
        Assert.True(failures.Count == 0, $"{failures.Count} of {compared}:\n{string.Join('\n', failures)}");
        Assert.Equal(71, compared);
    }

    private (List<string> Found, List<string> Expected) Rows(string folder)
    {
        using var session = _fixture.Store.OpenSession();
        var snapshot = session.ExposeFolder("golden", Path.Combine(folder, "delta"));
        // Partition values of times carry no zone. Spark took its session's, which is nowhere in the log; we take UTC.
        var left = Path.GetFileName(folder) == "data-reader-partition-values" ? "as_timestamp" : null;
        var names = snapshot.Columns.Where(column => column.Name != left).ToList();
        var found = Texts(session.Query($"select {string.Join(", ", names.Select(column => SqlText.Identifier(column.Name)))} from golden"));
        if (Directory.GetFiles(Path.Combine(folder, "expected"), "*.parquet").Length == 0)
            return (found, []);
        var columns = names.Select(column => $"{SqlText.Identifier(column.Name)}::{column.Type}");
        var source = $"read_parquet({SqlText.Literal(folder.Replace("[", "[[]", StringComparison.Ordinal) + "/expected/*.parquet")}, hive_partitioning = false, union_by_name = true)";
        return (found, Texts(session.Query($"select {string.Join(", ", columns)} from {source}")));
    }

    private static List<string> Texts(QueryResult result)
        => [.. result.Rows.Select(row => string.Join(" | ", row.Select(value => value is null ? "null" : DuckDbJson.Text(value)))).Order(StringComparer.Ordinal)];

    [SharedDataFact]
    public void Every_table_gets_a_verdict()
    {
        var verdicts = Directory.EnumerateDirectories(SharedData.Path("delta-golden"))
            .ToDictionary(folder => Path.GetFileName(folder), folder => DeltaTable.Examine(_fixture.Store, Path.Combine(folder, "delta")));
        var others = verdicts.Where(pair => pair.Value.Kind != TableVerdictKind.Readable).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {pair.Value.Kind} {pair.Value.Subject}");

        Assert.Equal(89, verdicts.Count);
        Assert.Equal(
            """
            checkpoint: Broken 15
            data-reader-absolute-paths-escaped-chars: Broken _delta_log/00000000000000000001.json
            delete-re-add-same-file-different-transactions: Broken foo
            deltalog-commit-info: Broken abc
            deltalog-invalid-protocol-version: Unsupported reader version 99
            deltalog-state-reconstruction-from-checkpoint-missing-metadata: Broken _delta_log/00000000000000000010.checkpoint.parquet
            deltalog-state-reconstruction-from-checkpoint-missing-protocol: Broken _delta_log/00000000000000000010.checkpoint.parquet
            deltalog-state-reconstruction-without-metadata: Broken _delta_log/00000000000000000000.json
            deltalog-state-reconstruction-without-protocol: Broken _delta_log/00000000000000000000.json
            hive: Broken _delta_log
            log-replay-special-characters-b: Broken special%20p@%23h
            no-delta-log-folder: Broken _delta_log
            update-deleted-directory: Broken 1
            versions-not-contiguous: Broken _delta_log/00000000000000000001.json
            """,
            string.Join('\n', others));
    }
}
