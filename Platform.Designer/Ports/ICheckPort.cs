using System.Text.Json;

namespace Platform.Designer.Ports;

/// <summary>Declares checks. The host implements it over the catalog, after it has looked that the check can be made.</summary>
public interface ICheckPort
{
    /// <summary>Keeps a new check, or changes one.</summary>
    /// <returns>Null where it was kept; else why not.</returns>
    Task<string?> SaveAsync(CheckInput check, CancellationToken cancellationToken);
}

/// <summary>A check as a form gives it.</summary>
public sealed record CheckInput
{
    /// <summary>Null for a new one.</summary>
    public long? Id { get; init; }

    /// <summary>Key of the asset.</summary>
    public required string Asset { get; init; }

    /// <summary>An object with a <c>kind</c> and what that needs, as the API takes it.</summary>
    public required JsonElement Definition { get; init; }

    /// <summary>Whether it is made.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Why it is there; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Who asks.</summary>
    public required string By { get; init; }
}
