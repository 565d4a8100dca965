using System.Text.Json;
using Platform.Designer.Ports;
using Platform.Inventory.Classify;

namespace Platform.Server.Ports;

/// <summary>The inventory's semantic types for the pages.</summary>
internal sealed class SemanticTypePort : ISemanticTypePort
{
    public IReadOnlyList<SemanticTypeEntry> All { get; } =
        [.. SemanticTypes.All.Values.Select(type => new SemanticTypeEntry(type.Name, type.Title, type.TitleZh, type.Personal == PersonalClass.None ? null : JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Personal.ToString())))];
}
