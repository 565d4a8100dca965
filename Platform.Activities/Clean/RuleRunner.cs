using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Tables;
using Platform.Tables.Native;
using Platform.Tables.Sources;
using Platform.Workflows.Activities;

namespace Platform.Activities.Clean;

/// <summary>Carries out rules, one after another, on a temporary table of a session.</summary>
internal sealed class RuleRunner(TableSession session, string source, CancellationToken cancellationToken)
{
    public const string Work = "clean_work";
    public const string Rejected = "clean_rejected";
    private const string RowId = "__row";
    private List<DuckDbColumn> _columns = [];

    /// <summary>Columns that a rule changed in place.</summary>
    public HashSet<string> Changed { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Columns by which rows were dropped or rejected.</summary>
    public HashSet<string> Filtered { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Columns of the rows, in order.</summary>
    public IEnumerable<string> Columns => _columns.Select(column => column.Name);

    /// <summary>Takes the rows of a query.</summary>
    public void Load(string select, IReadOnlyDictionary<string, object?> parameters)
    {
        session.Execute($"create or replace temp table {Work} as select *, row_number() over () as {RowId} from ({select}) s", parameters, cancellationToken);
        session.Execute($"""create or replace temp table {Rejected} (file varchar, line bigint, "column" varchar, reason varchar, raw varchar)""", cancellation: cancellationToken);
        Refresh();
    }

    /// <summary>The query of the rows without the runner's own column, in the order in which they came.</summary>
    public static string Result => $"select * exclude ({RowId}) from temp.main.{Work} order by {RowId}";

    public long RejectedRows => session.Query($"select count(*) from {Rejected}", cancellation: cancellationToken).Scalar<long>();

    /// <summary>Carries out a rule and returns how many rows or values it touched.</summary>
    /// <exception cref="ActivityException">The rule lacks a field, or names a column that is not there.</exception>
    public long Run(CleanRule rule, int number, string? reference)
    {
        var columns = rule.Columns.Select(name => Find(rule, number, name)).ToList();
        if (columns.Count == 0 && rule.Rule is not (CleanRuleKind.DropDuplicates or CleanRuleKind.Where))
            throw Wrong(rule, number, "names no columns. Add 'columns'");
        return rule.Rule switch
        {
            CleanRuleKind.DropDuplicates => DropDuplicates(rule, number, columns),
            CleanRuleKind.Trim => InPlace(columns, column => $"nullif(trim({column}, {Blanks}), '')", rule, number),
            CleanRuleKind.Normalise => InPlace(columns, column => Normalised(column, rule.Case), rule, number),
            CleanRuleKind.Cast => columns.Sum(column => Cast(rule, number, column)),
            CleanRuleKind.Fill => columns.Sum(column => Fill(rule, number, column)),
            CleanRuleKind.NotNull => columns.Sum(column => Break(rule, number, [column], $"{Id(column)} is null", "is null")),
            CleanRuleKind.Range => columns.Sum(column => Range(rule, number, column)),
            CleanRuleKind.Set => columns.Sum(column => Break(rule, number, [column], $"{Id(column)}::varchar not in ({List(rule, number)})", "is none of the values allowed")),
            CleanRuleKind.Pattern => columns.Sum(column => Break(rule, number, [column], $"not regexp_matches({Id(column)}::varchar, {SqlText.Literal(rule.Pattern ?? throw Wrong(rule, number, "has no pattern. Add 'pattern'"))})", $"does not match {rule.Pattern}")),
            CleanRuleKind.Reference => Reference(rule, number, columns, reference),
            _ => Where(rule, number),
        };
    }

    private const string Blanks = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288)";

    private long DropDuplicates(CleanRule rule, int number, List<DuckDbColumn> key)
    {
        var order = rule.OrderBy.Select(text => text.StartsWith('-')
            ? $"{Id(Find(rule, number, text[1..].Trim()))} desc nulls last"
            : $"{Id(Find(rule, number, text.Trim()))} nulls last").Append(RowId);
        var named = key.Count > 0;
        var keys = named ? key : _columns;
        var whole = named ? string.Join(" and ", keys.Select(column => $"{Id(column)} is not null")) : "true";
        Filtered.UnionWith(keys.Select(column => column.Name));
        return Execute($"""
            delete from {Work} where {RowId} in (
                select {RowId} from (
                    select {RowId}, row_number() over (partition by {string.Join(", ", keys.Select(Id))} order by {string.Join(", ", order)}) as place
                    from {Work} where {whole})
                where place > 1)
            """);
    }

    private long InPlace(List<DuckDbColumn> columns, Func<string, string> value, CleanRule rule, int number)
    {
        long affected = 0;
        foreach (var column in columns)
        {
            if (column.Type.Kind != DuckDbKind.Varchar)
                throw Wrong(rule, number, $"is for text, and '{column.Name}' is {column.Type}. Leave it out");
            Changed.Add(column.Name);
            affected += Execute($"update {Work} set {Id(column)} = {value(Id(column))} where {Id(column)} is distinct from {value(Id(column))}");
        }
        return affected;
    }

    private static string Normalised(string column, LetterCase letters)
    {
        // The full-width forms of the ASCII characters stand in the same order, from U+FF01.
        var wide = string.Concat(Enumerable.Range(0xFF01, 94).Select(code => (char)code)) + '\u3000';
        var narrow = string.Concat(Enumerable.Range(0x21, 94).Select(code => (char)code)) + ' ';
        var text = $"translate(nfc_normalize({column}), {SqlText.Literal(wide)}, {SqlText.Literal(narrow)})";
        text = $"nullif(trim(regexp_replace({text}, '\\s+', ' ', 'g')), '')";
        return letters switch { LetterCase.Lower => $"lower({text})", LetterCase.Upper => $"upper({text})", _ => text };
    }

    private long Cast(CleanRule rule, int number, DuckDbColumn column)
    {
        var type = SourceTypes.Parse(rule.To ?? throw Wrong(rule, number, "has no type. Add 'to'"));
        var cast = column.Type.Kind == DuckDbKind.Varchar && type.Kind == DuckDbKind.BigInt
            ? $"coalesce(try_cast({Id(column)} as bigint), case when regexp_matches({Id(column)}, '^\\s*-?[0-9]+\\.0*\\s*$') then try_cast(split_part({Id(column)}, '.', 1) as bigint) end)"
            : $"try_cast({Id(column)} as {type})";
        // Whole numbers only: 2.5 must not silently become 2.
        var exact = column.Type.Kind == DuckDbKind.Varchar && type.Kind == DuckDbKind.BigInt ? $"regexp_matches({Id(column)}, '^\\s*[-+]?[0-9]+(\\.0*)?\\s*$')" : "true";
        var affected = Break(rule, number, [column], $"{Id(column)} is not null and ({cast} is null or not {exact})", $"is not {type}");
        Changed.Add(column.Name);
        Execute($"alter table {Work} alter {Id(column)} set data type {type} using {cast}");
        Refresh();
        return affected;
    }

    private long Fill(CleanRule rule, int number, DuckDbColumn column)
    {
        var value = Literal(rule.Value ?? throw Wrong(rule, number, "has no value. Add 'value'"), column.Type);
        Changed.Add(column.Name);
        return Execute($"update {Work} set {Id(column)} = {value} where {Id(column)} is null");
    }

    private long Range(CleanRule rule, int number, DuckDbColumn column)
    {
        if (rule.Min is null && rule.Max is null)
            throw Wrong(rule, number, "has no bound. Add 'min' or 'max'");
        var min = rule.Min is null ? null : Literal(rule.Min, column.Type);
        var max = rule.Max is null ? null : Literal(rule.Max, column.Type);
        var outside = string.Join(" or ", new[] { min is null ? null : $"{Id(column)} < {min}", max is null ? null : $"{Id(column)} > {max}" }.OfType<string>());
        if (rule.OnFail != OnFail.Clamp)
            return Break(rule, number, [column], outside, $"is not between {rule.Min?.ToString() ?? "-∞"} and {rule.Max?.ToString() ?? "∞"}");
        Changed.Add(column.Name);
        var nearest = min is null ? $"least({Id(column)}, {max})" : max is null ? $"greatest({Id(column)}, {min})" : $"least(greatest({Id(column)}, {min}), {max})";
        return Execute($"update {Work} set {Id(column)} = {nearest} where {outside}");
    }

    private long Reference(CleanRule rule, int number, List<DuckDbColumn> columns, string? reference)
    {
        if (reference is null)
            throw Wrong(rule, number, "has no table. Add 'table'");
        var others = rule.References.Count == 0 ? [.. rule.Columns] : rule.References;
        if (others.Count != columns.Count)
            throw Wrong(rule, number, $"has {columns.Count} columns and {others.Count} referenced ones. Name as many");
        var match = string.Join(" and ", columns.Zip(others).Select(pair => $"r.{SqlText.Identifier(pair.Second)} = {Work}.{Id(pair.First)}"));
        var given = string.Join(" and ", columns.Select(column => $"{Id(column)} is not null"));
        return Break(rule, number, columns, $"{given} and not exists (select 1 from {reference} r where {match})", $"is not in {rule.Table}");
    }

    private long Where(CleanRule rule, int number)
    {
        var condition = SqlText.TrimEnd(rule.Condition ?? throw Wrong(rule, number, "has no condition. Add 'condition'"));
        if (rule.OnFail is OnFail.SetNull or OnFail.Clamp)
            throw Wrong(rule, number, "is about whole rows. Set 'on_fail' to reject or drop");
        return Break(rule, number, [], $"not coalesce(({condition}\n), false)", $"does not meet {condition}");
    }

    /// <summary>Does with rows that meet <paramref name="broken"/> what the rule says.</summary>
    private long Break(CleanRule rule, int number, List<DuckDbColumn> columns, string broken, string reason)
    {
        var names = string.Join(", ", columns.Select(column => column.Name));
        switch (rule.OnFail)
        {
            case OnFail.Clamp:
                throw Wrong(rule, number, "cannot clamp. Set 'on_fail' to reject, drop or set-null");
            case OnFail.SetNull:
                Changed.UnionWith(columns.Select(column => column.Name));
                return Execute($"update {Work} set {string.Join(", ", columns.Select(column => $"{Id(column)} = null"))} where {broken}");
            case OnFail.Reject:
                var shown = columns.Count == 0 ? "''" : string.Join(" || ', ' || ", columns.Select(column => $"coalesce('''' || left({Id(column)}::varchar, 80) || ''' ', '')"));
                Execute($"""
                    insert into {Rejected}
                    select {SqlText.Literal(source)}, null, {(names.Length == 0 ? "null" : SqlText.Literal(names))}, {shown} || {SqlText.Literal($"{reason} (rule {number})")}, to_json(struct_pack({string.Join(", ", _columns.Select(column => $"{Id(column)} := {Id(column)}"))}))::varchar
                    from {Work} where {broken}
                    """);
                break;
        }
        Filtered.UnionWith(columns.Select(column => column.Name));
        return Execute($"delete from {Work} where {broken}");
    }

    private long Execute(string sql) => session.Execute(sql, cancellation: cancellationToken);

    private void Refresh() => _columns = [.. session.Query($"select * exclude ({RowId}) from {Work} limit 0", cancellation: cancellationToken).Columns];

    private DuckDbColumn Find(CleanRule rule, int number, string name) =>
        _columns.Find(column => string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw Wrong(rule, number, $"names the column '{name}', which {source} does not have; it has {string.Join(", ", Columns)}. Correct 'columns'");

    private static string Id(DuckDbColumn column) => SqlText.Identifier(column.Name);

    private static string List(CleanRule rule, int number) => rule.Values.Count > 0
        ? string.Join(", ", rule.Values.Select(SqlText.Literal))
        : throw Wrong(rule, number, "has no values. Add 'values'");

    private static string Literal(JsonNode value, DuckDbType type) => value.GetValueKind() switch
    {
        JsonValueKind.Number => value.ToJsonString(),
        JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>() ? "true" : "false",
        JsonValueKind.String => $"{SqlText.Literal(value.GetValue<string>())}::{type}",
        _ => throw new ActivityException("bad-input", $"'{value.ToJsonString()}' is no value for a column. Write a text, a number, true or false.", retryable: false),
    };

    private static ActivityException Wrong(CleanRule rule, int number, string what) =>
        new("bad-input", $"Rule {number} ({rule.Rule}) {what}.", retryable: false);
}
