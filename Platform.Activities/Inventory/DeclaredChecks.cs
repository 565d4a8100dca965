using Platform.Catalog.Quality;
using Platform.Inventory.Quality;

namespace Platform.Activities.Inventory;

/// <summary>Checks as the catalog keeps them.</summary>
internal static class DeclaredChecks
{
    /// <summary>The check of a row. Its own name, column and severity count: people change them without the definition.</summary>
    /// <returns>The check; and where its definition cannot be read, what becomes of it.</returns>
    public static (CheckDefinition Check, CheckOutcome? Unreadable) Read(DeclaredCheckRow row)
    {
        try
        {
            return (CheckDefinition.Read(row.Definition) with { Kind = row.Kind, Column = row.Column, Name = row.Name, Severity = row.Severity }, null);
        }
        catch (FormatException e)
        {
            return (new CheckDefinition { Kind = row.Kind, Column = row.Column, Name = row.Name, Severity = row.Severity }, CheckOutcome.Unreadable(e.Message));
        }
    }
}
