using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Workflows;

namespace Platform.Catalog.Govern;

/// <summary>What the owner of an asset promises to those who use it. What is not named is not promised.</summary>
public sealed record Contract
{
    private static readonly JsonSerializerOptions Strict = new(CatalogJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Columns that are there, with their types. Others may be there too.</summary>
    public IReadOnlyList<ContractColumn> Columns { get; init; } = [];

    /// <summary>How old the newest data may be, in hours; null for no promise.</summary>
    public double? FreshnessHours { get; init; }

    /// <summary>Names of checks that hold.</summary>
    public IReadOnlyList<string> Checks { get; init; } = [];

    /// <summary>Who answers for it; null for the asset's owner.</summary>
    public string? Owner { get; init; }

    /// <summary>Reads a contract.</summary>
    /// <exception cref="ArgumentException">It has another form.</exception>
    public static Contract Parse(JsonElement json)
    {
        Contract? contract;
        try
        {
            contract = json.Deserialize<Contract>(Strict);
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"The contract cannot be read. {JsonMistake.Of(e, Strict, typeof(Contract))} Give {{\"columns\": [{{\"name\": …, \"type\": …, \"nullable\": …}}], \"freshness_hours\": …, \"checks\": […], \"owner\": …}}.", e);
        }

        if (contract?.Columns is null || contract.Checks is null || contract.FreshnessHours is <= 0 || contract.Columns.Any(c => string.IsNullOrWhiteSpace(c?.Name)))
            throw new ArgumentException("The contract has a column without a name, or a freshness that is not above 0. Give \"freshness_hours\" above 0 and names to all columns.");
        SaidText.Check("The contract's owner", contract.Owner, SaidText.Short);
        SaidText.Check("Columns of the contract", [.. contract.Columns.Select(c => c.Name)]);
        SaidText.Check("Types of the contract", [.. contract.Columns.Select(c => c.Type ?? "")]);
        SaidText.Check("Checks of the contract", [.. contract.Checks]);
        return contract;
    }
}

/// <summary>A column that a contract promises.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type as the source names it; null for any.</param>
/// <param name="Nullable">False promises that it is never null in the schema; null for no promise.</param>
public sealed record ContractColumn(string Name, string? Type = null, bool? Nullable = null);
