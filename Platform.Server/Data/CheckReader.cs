using System.Text.Json;
using Platform.Catalog.Assets;
using Platform.Catalog.Quality;
using Platform.Inventory.Quality;
using Platform.Tables;

namespace Platform.Server.Data;

/// <summary>Reads what somebody declares as a check, and says what is wrong with it before it is kept: for the API and the pages alike.</summary>
internal sealed class CheckReader(AssetQueries assets, TableStore tables)
{
    private const string Kinds = "See docs/inventory.md for what each kind of check needs.";

    /// <summary>The check, or why it cannot be made.</summary>
    /// <param name="asset">Key of its asset.</param>
    /// <param name="definition">An object with a <c>kind</c> and what that needs.</param>
    /// <param name="enabled">Whether it is made.</param>
    /// <param name="note">Why it is there; null for nothing.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<ReadCheck> ReadAsync(string asset, JsonElement definition, bool enabled, string? note, CancellationToken cancellationToken)
    {
        if (await assets.GetAsync(asset, cancellationToken) is not { } found)
            return new ReadCheck { NoAsset = true };
        CheckDefinition check;
        try
        {
            check = CheckDefinition.Read(definition);
        }
        catch (FormatException e)
        {
            return ReadCheck.Wrong(e.Message, Kinds);
        }
        // A schema says itself which columns there must be; of others the asset must have them already.
        if (check.Problems(found.Columns.Count == 0 ? null : [.. found.Columns.Select(column => column.Name)]).FirstOrDefault() is { } problem)
            return ReadCheck.Wrong(problem, Kinds);
        if (check.Kind == "reference" && await ReferenceAsync(check, cancellationToken) is { } wrong)
            return wrong;
        if (check.Kind == "sql" && new RowChecks(tables, _ => null).SqlProblem(check.Sql!, asset) is { } broken)
            return ReadCheck.Wrong($"The query cannot be made: {broken}", "Write one SELECT whose rows break the check; {table} stands for the asset.");
        return new ReadCheck
        {
            Check = new NewCheck
            {
                Asset = asset,
                Column = check.Column,
                Name = check.Title,
                Kind = check.Kind,
                Definition = check.ToJson(),
                Severity = check.Severity,
                Gate = check.Gate ?? false,
                Enabled = enabled,
                Note = note,
            },
        };
    }

    private async Task<ReadCheck?> ReferenceAsync(CheckDefinition check, CancellationToken cancellationToken)
    {
        if (await assets.GetAsync(check.ReferenceAsset!, cancellationToken) is not { } other)
            return ReadCheck.Wrong($"There is no asset '{Short(check.ReferenceAsset!)}' to refer to.", "Search with GET /api/v1/assets?text=….");
        var column = check.ReferenceColumn ?? check.Column!;
        return other.Columns.Count > 0 && other.Columns.All(known => known.Name != column)
            ? ReadCheck.Wrong($"'{check.ReferenceAsset}' has no column '{column}'.", $"It has {string.Join(", ", other.Columns.Take(20).Select(known => known.Name))}.") : null;
    }

    private static string Short(string text) => text.Length <= 100 ? text : text[..99] + "…";
}

/// <summary>A check that was read.</summary>
internal sealed record ReadCheck
{
    /// <summary>Null where it cannot be made.</summary>
    public NewCheck? Check { get; init; }

    /// <summary>Whether nobody knows the asset.</summary>
    public bool NoAsset { get; init; }

    /// <summary>What is wrong; empty where nothing is.</summary>
    public string Problem { get; init; } = "";

    /// <summary>What to do.</summary>
    public string Advice { get; init; } = "";

    public static ReadCheck Wrong(string problem, string advice) => new() { Problem = problem, Advice = advice };
}
