namespace Platform.Inventory.Profile;

/// <summary>What a cell of text looks like by itself.</summary>
public enum CellKind
{
    Text,
    Integer,
    Decimal,
    Boolean,
    Date,
    Timestamp,
    Time,
}
