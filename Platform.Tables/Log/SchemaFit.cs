namespace Platform.Tables.Log;

/// <summary>Decides whether data with some columns may go into a table, and what the table's columns are afterwards.</summary>
internal static class SchemaFit
{
    /// <summary>
    /// The table's columns after the write. Data may lack a column that takes null; a type may be narrower than the table's. New columns and,
    /// when all rows are replaced, other types need allowNew.
    /// </summary>
    /// <exception cref="SchemaMismatchException">Names the column and both types.</exception>
    public static StructType Fit(string table, StructType current, StructType data, bool allowNew, bool replacesAll)
    {
        if (replacesAll && allowNew)
            return data;
        foreach (var column in current.Fields)
        {
            var given = data.Find(column.Name);
            if (given is null && !column.Nullable)
                throw new SchemaMismatchException($"Column '{column.Name}' of table '{table}' takes no nulls, and the data have no such column. Add it to the data.");
            if (given is not null && !Widens(given.Type, column.Type))
            {
                throw new SchemaMismatchException(
                    $"Column '{column.Name}' of table '{table}' has the type {column.Type.Sql}, and the data bring {given.Type.Sql}. Cast it in the query, or write to another table.");
            }
        }
        var added = data.Fields.Where(column => current.Find(column.Name) is null).ToList();
        if (added.Count == 0)
            return current;
        if (!allowNew)
        {
            throw new SchemaMismatchException(
                $"The data have the column '{added[0].Name}' ({added[0].Type.Sql}), which table '{table}' does not have. Leave it out, or allow new columns.");
        }
        return new StructType([.. current.Fields, .. added]);
    }

    /// <summary>Whether every value of one type is a value of the other.</summary>
    private static bool Widens(DeltaType from, DeltaType to)
    {
        if (from.Sql == to.Sql)
            return true;
        if (from is not PrimitiveType source || to is not PrimitiveType target)
            return false;
        var digits = IntegerDigits(source.Name);
        return (source.Name, target.Name) switch
        {
            _ when digits > 0 && IntegerDigits(target.Name) >= digits => true,
            ("byte" or "short" or "integer", "double") or ("byte" or "short", "float") or ("float", "double") => true,
            ("timestamp_ntz", "timestamp") or ("timestamp", "timestamp_ntz") => true,
            _ when digits > 0 && target.IsDecimal => target.Digits.Precision - target.Digits.Scale >= digits,
            _ when source.IsDecimal && target.IsDecimal => target.Digits.Scale >= source.Digits.Scale && target.Digits.Precision - target.Digits.Scale >= source.Digits.Precision - source.Digits.Scale,
            _ => false,
        };
    }

    private static int IntegerDigits(string type) => type switch { "byte" => 3, "short" => 5, "integer" => 10, "long" => 19, _ => 0 };
}
