namespace Platform.Designer.Ports;

/// <summary>The semantic types that a column can be of. The host implements it over the inventory's list.</summary>
public interface ISemanticTypePort
{
    /// <summary>All of them, in the order of the list.</summary>
    IReadOnlyList<SemanticTypeEntry> All { get; }
}

/// <summary>A semantic type.</summary>
/// <param name="Name">As it is stored.</param>
/// <param name="Title">For people.</param>
/// <param name="TitleZh">For people, in Chinese.</param>
/// <param name="PersonalClass">The class of personal data that a column of it usually has, in snake_case; null for none.</param>
public sealed record SemanticTypeEntry(string Name, string Title, string TitleZh, string? PersonalClass);
