using Platform.Inventory.Profile;

namespace Platform.Inventory.Classify;

/// <summary>What columns of a type are for.</summary>
internal static class Roles
{
    public static ColumnRole Of(string type, ColumnProfile profile) => type switch
    {
        "identifier" or "user_id" or "order_id" or "session_id" or "device_id" or "sku" or "uuid" => profile.LooksUnique ? ColumnRole.Key : ColumnRole.Reference,
        "code" or "vat_number" or "credit_code" => profile.LooksUnique ? ColumnRole.Key : ColumnRole.Attribute,
        "price" or "amount" or "quantity" or "discount" or "tax" or "percentage" or "rating" or "score" or "measure" or "weight" or "age" or "duration" => ColumnRole.Measure,
        "date" or "timestamp" or "time_of_day" or "unix_time" or "year" or "month" or "day" or "weekday" => ColumnRole.Time,
        "category" or "status" or "color" or "size" or "currency" or "gender" or "language" or "event_name" or "flag" or "label" or "city" or "region" or "country" or "country_code" or "brand" => ColumnRole.Category,
        "review" or "free_text" or "html" => ColumnRole.Text,
        SemanticTypes.Unknown => profile switch
        {
            { Kind: ValueKind.Integer, LooksUnique: true, Rows: >= 3 } => ColumnRole.Key,
            { Kind: ValueKind.Decimal } => ColumnRole.Measure,
            { Distinct: <= 30, UniqueShare: < 0.5 } => ColumnRole.Category,
            _ => ColumnRole.Attribute,
        },
        _ => ColumnRole.Attribute,
    };
}
