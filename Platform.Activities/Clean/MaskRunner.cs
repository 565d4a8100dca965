using System.Globalization;
using Platform.Inventory.Masking;
using Platform.Inventory.Personal;
using Platform.Tables;
using Platform.Tables.Native;

namespace Platform.Activities.Clean;

/// <summary>
/// Carries out masks on the rows of a query: each distinct value is masked once into a temporary table beside the rows, and the rows are joined to it.
/// What a mask does not need the value for (dates, dropped and redacted columns) stays in SQL.
/// </summary>
internal sealed class MaskRunner(TableSession session, MaskKey? key, CancellationToken cancellationToken)
{
    private const string Source = "mask_source";

    /// <summary>The rows that are masked, kept for as long as the session lives.</summary>
    public void Load(string select, IReadOnlyDictionary<string, object?> parameters) =>
        session.Execute($"create or replace temp table {Source} as {select}", parameters, cancellationToken);

    public IReadOnlyList<DuckDbColumn> Columns() => session.Query($"select * from {Source} limit 0", cancellation: cancellationToken).Columns;

    /// <summary>The SELECT of the masked rows, columns in their order, and how many distinct values each mask changed.</summary>
    public (string Select, IReadOnlyList<long?> Values) Run(IReadOnlyList<DuckDbColumn> columns, IReadOnlyList<PlannedMask> masks)
    {
        var values = new List<long?>();
        var expressions = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var joins = new List<string>();
        for (var i = 0; i < masks.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var mask = masks[i];
            var column = $"s.{SqlText.Identifier(mask.Column.Name)}";
            if (InSql(mask, column) is var (known, expression) && known)
            {
                expressions[mask.Column.Name] = expression;
                values.Add(null);
                continue;
            }

            var table = $"mask_values_{i}";
            values.Add(Values(mask, table));
            expressions[mask.Column.Name] = $"m{i}.masked";
            joins.Add($"left join temp.main.{table} m{i} on {column}::varchar = m{i}.value");
        }

        var selected = columns.Where(column => !expressions.TryGetValue(column.Name, out var expression) || expression is not null)
            .Select(column => expressions.TryGetValue(column.Name, out var expression) ? $"{expression} as {SqlText.Identifier(column.Name)}" : $"s.{SqlText.Identifier(column.Name)}");
        return ($"select {string.Join(", ", selected)} from temp.main.{Source} s {string.Join(' ', joins)}", values);
    }

    /// <summary>What SQL does by itself; a null expression leaves the column out.</summary>
    private static (bool Known, string? Expression) InSql(PlannedMask mask, string column)
    {
        var type = mask.Column.Type;
        return mask.Rule.Method switch
        {
            MaskMethod.Drop => (true, null),
            MaskMethod.Redact => (true, type.Kind == DuckDbKind.Varchar ? $"case when {column} is not null then {SqlText.Literal(mask.Rule.With)} end" : $"null::{type}"),
            // A decade begins with its year zero, as people count them. The zone of the session is UTC.
            MaskMethod.Generalise when type.IsTemporal => (true, $"date_trunc('{mask.Rule.Period.ToString().ToLowerInvariant()}', {column})::{type}"),
            _ => (false, null),
        };
    }

    private long Values(PlannedMask mask, string table)
    {
        var number = mask.Rule.Method == MaskMethod.FormatPreserving && mask.Column.Type.IsInteger;
        session.Execute($"create or replace temp table {table} (value varchar, masked {(number ? mask.Column.Type.ToString() : "varchar")})", cancellation: cancellationToken);
        var hide = Method(mask);
        long count = 0, changed = 0;
        var found = new List<string>(Batch);
        var distinct = $"select distinct {SqlText.Identifier(mask.Column.Name)}::varchar as value from temp.main.{Source} where {SqlText.Identifier(mask.Column.Name)} is not null";
        // One connection does one thing at a time: the distinct values first, into a table of their own, then a part after the other.
        session.Execute($"create or replace temp table {table}_all as select value, row_number() over () as place from ({distinct})", cancellation: cancellationToken);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            found.Clear();
            using (var reader = session.Stream($"select value from temp.main.{table}_all where place > {count} and place <= {count + Batch} order by place", cancellation: cancellationToken))
            {
                while (reader.Read(out var batch))
                {
                    var values = batch[0];
                    for (var row = 0; row < batch.RowCount; row++)
                        found.Add((string)values.Value(row)!);
                }
            }

            if (found.Count == 0)
                break;
            using var appender = session.Connection.Append(table, "main", "temp");
            foreach (var value in found)
            {
                var masked = hide(value);
                appender.AddRow(value, masked);
                // A text without personal data stays as it is.
                if (masked is not string text || text != value)
                    changed++;
            }

            appender.Complete();
            count += found.Count;
        }

        session.Execute($"drop table temp.main.{table}_all", cancellation: cancellationToken);
        return changed;
    }

    private const int Batch = 100_000;

    private Func<string, object?> Method(PlannedMask mask)
    {
        var rule = mask.Rule;
        var type = mask.Column.Type;
        switch (rule.Method)
        {
            case MaskMethod.Hash:
                return key!.Hash;
            case MaskMethod.Token:
                return key!.Token;
            case MaskMethod.FormatPreserving:
                var format = new FormatPreserving(key!);
                if (!type.IsInteger)
                    return value => format.Mask(value) ?? key!.Token(value);
                var most = type.Kind switch { DuckDbKind.TinyInt => sbyte.MaxValue, DuckDbKind.UTinyInt => byte.MaxValue, DuckDbKind.SmallInt => short.MaxValue, DuckDbKind.USmallInt => ushort.MaxValue, DuckDbKind.Integer => int.MaxValue, DuckDbKind.UInteger => uint.MaxValue, _ => long.MaxValue };
                return value => format.Mask(long.Parse(value, CultureInfo.InvariantCulture), most);
            case MaskMethod.Partial:
                return value => PlainMasks.Partial(value, rule.Keep ?? 4);
            case MaskMethod.Text:
                return value => PersonalFinder.Mask(value, everything: false);
            default:
                if (type.IsNumeric)
                    return value => double.TryParse(value, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? PlainMasks.Band(number, rule.Width) : null;
                return value => PlainMasks.Network(value) is { } network && value.AsSpan().ContainsAny('.', ':') ? network : PlainMasks.Prefix(value, rule.Keep ?? 3);
        }
    }
}
