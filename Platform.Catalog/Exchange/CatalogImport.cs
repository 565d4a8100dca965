using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Catalog.Glossary;
using Platform.Catalog.Govern;
using Platform.Catalog.History;
using Platform.Catalog.Review;
using Platform.Postgres;
using Platform.Workflows;

namespace Platform.Catalog.Exchange;

/// <summary>Reads an export back: all lines in one transaction, or none where one of them is wrong.</summary>
public sealed class CatalogImport
{
    private const int MostProblems = 100;
    private readonly NpgsqlDataSource _dataSource;

    public CatalogImport(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Imports. What a line does not say stays as it is; what is there already is not changed, and repeating an import changes nothing.</summary>
    /// <param name="lines">The lines; empty ones are passed over.</param>
    /// <param name="by">Who imports, for the history.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>What was read; with problems, nothing was written.</returns>
    public async Task<ImportOutcome> RunAsync(IEnumerable<string> lines, string by, ImportOptions options, CancellationToken cancellationToken)
    {
        var read = new List<(int Number, CatalogLine Line)>();
        var problems = new List<ImportProblem>();
        var number = 0;
        foreach (var text in lines)
        {
            number++;
            if (string.IsNullOrWhiteSpace(text))
                continue;
            try
            {
                read.Add((number, CatalogLine.Read(text)));
            }
            catch (Exception e) when (e is JsonException or NotSupportedException)
            {
                problems.Add(new ImportProblem(number, $"The line cannot be read: {JsonMistake.Of(e, CatalogJson.Options)} Each line is an object with a \"type\" of term, asset, column, relation, suggestion or check."));
            }
        }

        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await CatalogLock.TakeAsync(connection, transaction, cancellationToken);
        var author = new Author(by, "import");
        var editor = new AssetEditor(connection, transaction, author, cancellationToken);
        var writer = new LineWriter(connection, transaction, author, editor, cancellationToken);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var skipped = 0;
        // Terms first, whatever the order of the lines: the others link to them. Those above come before those below.
        foreach (var (at, line) in read.OrderBy(r => r.Line is TermLine ? 0 : 1).ThenBy(r => r.Number))
        {
            if (problems.Count >= MostProblems)
                break;
            // A line that the database refuses must not end the look at those behind it.
            await transaction.SaveAsync("line", cancellationToken);
            try
            {
                if (await writer.WriteAsync(line))
                    counts[line.GetType().Name[..^4].ToLowerInvariant()] = counts.GetValueOrDefault(line.GetType().Name[..^4].ToLowerInvariant()) + 1;
                else if (options.SkipUnknown)
                    skipped++;
                else
                    problems.Add(new ImportProblem(at, $"{LineWriter.NameOf(line)} is not known here. Scan its source first, or leave such lines out with {options.SkipUnknownName}."));
                await transaction.ReleaseAsync("line", cancellationToken);
            }
            catch (Exception e) when (e is ArgumentException or PostgresException { SqlState: "23514" or "23503" or "22P02" or "22P05" or "22021" or "54000" })
            {
                await transaction.RollbackAsync("line", cancellationToken);
                problems.Add(new ImportProblem(at, e is PostgresException refused ? $"The catalog refuses a value of this line ({refused.ConstraintName ?? refused.MessageText}). Mend it." : e.Message));
            }
        }

        if (problems.Count == 0 && !options.DryRun)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return new ImportOutcome { Written = problems.Count == 0 && !options.DryRun, Lines = read.Count, Counts = counts, Skipped = skipped, Problems = [.. problems.OrderBy(p => p.Line)] };
    }
}

/// <summary>How to import.</summary>
public sealed record ImportOptions
{
    /// <summary>Look only: nothing is written, and problems are told. Default: write.</summary>
    public bool DryRun { get; init; }

    /// <summary>Pass over lines about assets, columns and relations' ends that this catalog does not know. Default: they are problems.</summary>
    public bool SkipUnknown { get; init; }

    /// <summary>What <see cref="SkipUnknown"/> is called where the import was asked for, for the hint.</summary>
    public string SkipUnknownName { get; init; } = "--skip-unknown";
}

/// <summary>What became of an import.</summary>
public sealed record ImportOutcome
{
    /// <summary>Whether anything was written: all lines, or none.</summary>
    public required bool Written { get; init; }

    /// <summary>Lines that could be read.</summary>
    public required int Lines { get; init; }

    /// <summary>Lines that were taken, by type.</summary>
    public required IReadOnlyDictionary<string, int> Counts { get; init; }

    /// <summary>Lines passed over because what they are about is not known here.</summary>
    public required int Skipped { get; init; }

    /// <summary>What is wrong, by line; the first hundred.</summary>
    public required IReadOnlyList<ImportProblem> Problems { get; init; }
}

/// <summary>Something wrong with a line.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Message">What, and what to do.</param>
public sealed record ImportProblem(int Line, string Message);
