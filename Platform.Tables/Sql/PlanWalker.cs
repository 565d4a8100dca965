using System.Text.Json;

namespace Platform.Tables.Sql;

/// <summary>A result's columns and what decided on its rows.</summary>
internal sealed record PlanOutput(IReadOnlyList<(string Name, LineageSet Sources)> Columns, LineageSet Rows);

/// <summary>
/// Walks DuckDB's bound, unoptimised plan (json_serialize_plan of 1.5) from its leaves: each operator turns the columns below it into its own.
/// Operators that are not known are named in <see cref="Unknown"/>.
/// </summary>
internal sealed partial class PlanWalker(IReadOnlySet<string> tables)
{
    private const int MostRecursions = 20;

    private readonly Dictionary<long, PlanRows> _tableExpressions = [];
    private readonly Dictionary<long, IReadOnlyList<LineageSet>> _byTableIndex = [];
    private readonly Stack<IReadOnlyList<LineageSet>> _duplicateEliminated = new();

    /// <summary>Kinds of operators that were met and not understood.</summary>
    public SortedSet<string> Unknown { get; } = new(StringComparer.Ordinal);

    /// <summary>Tables that the plan reads.</summary>
    public SortedSet<string> Tables { get; } = new(StringComparer.Ordinal);

    /// <summary>A whole statement. The names are those of a query's result.</summary>
    public PlanOutput Statement(JsonElement plan, IReadOnlyList<string> names) => names.Count == 0 && Returning(plan) is { } change ? Statement(change, names) : plan.Text("type") switch
    {
        "LOGICAL_CREATE_TABLE" => Named(Operator(plan.List("children")[0]), [.. plan.Child("info")?.Child("columns")?.List("columns").Select(column => column.Text("name")) ?? []]),
        "LOGICAL_INSERT" => Insert(plan),
        "LOGICAL_UPDATE" => Update(plan),
        "LOGICAL_MERGE_INTO" => Merge(plan),
        "LOGICAL_DELETE" => new PlanOutput([], Operator(plan.List("children")[0]).Decided),
        _ => Named(Operator(plan), names),
    };

    /// <summary>The change below what a RETURNING gives; null where there is none.</summary>
    private static JsonElement? Returning(JsonElement plan)
    {
        for (var at = plan; at.List("children") is [var below]; at = below)
        {
            if (at.Text("type") is not "LOGICAL_PROJECTION")
                return null;
            if (below.Text("type") is "LOGICAL_INSERT" or "LOGICAL_UPDATE" or "LOGICAL_DELETE" or "LOGICAL_MERGE_INTO")
                return below;
        }
        return null;
    }

    private static PlanOutput Named(PlanRows rows, IReadOnlyList<string> names)
        => new([.. rows.Columns.Select((sources, i) => (i < names.Count ? names[i] : $"column{i}", sources)).Take(names.Count == 0 ? int.MaxValue : names.Count)], rows.Decided);

    private PlanRows Operator(JsonElement plan)
    {
        var rows = Rows(plan);
        if (plan.Number("table_index") is { } index)
            _byTableIndex[index] = rows.Columns;
        return rows;
    }

    private PlanRows Rows(JsonElement plan)
    {
        var children = plan.List("children");
        var type = plan.Text("type");
        switch (type)
        {
            case "LOGICAL_GET":
                return Scan(plan, children.Count > 0 ? Operator(children[0]) : null);
            case "LOGICAL_DUMMY_SCAN":
                return OneRow([new LineageSet()]);
            case "LOGICAL_CHUNK_GET" or "LOGICAL_COLUMN_DATA_GET":
                return Nothing(plan);
            case "LOGICAL_EXPRESSION_GET":
                return Values(plan, Operator(children[0]));
            case "LOGICAL_DELIM_GET":
                var known = _duplicateEliminated.FirstOrDefault(columns => columns.Count == plan.List("chunk_types").Count);
                // Each of the outer rows' values once.
                return known is null ? Nothing(plan)
                    : new PlanRows([.. known.Select(column => column.Copy())], new LineageSet(), [Enumerable.Range(0, known.Count).ToHashSet()]) { CoversOuter = true };
            case "LOGICAL_CTE_REF":
                return _tableExpressions.TryGetValue(plan.Number("cte_index") ?? -1, out var expression) ? expression.Again() : Nothing(plan);
            case "LOGICAL_MATERIALIZED_CTE":
                _tableExpressions[plan.Number("table_index") ?? -1] = Operator(children[0]);
                return Operator(children[1]);
            case "LOGICAL_RECURSIVE_CTE":
                return Recursive(plan, children);
            case "LOGICAL_PROJECTION":
                var below = Operator(children[0]);
                return below.Project(Expressions(plan.List("expressions"), below.Columns));
            case "LOGICAL_FILTER":
                return Filter(plan, Operator(children[0]));
            case "LOGICAL_ORDER_BY" or "LOGICAL_TOP_N":
                var unordered = Operator(children[0]);
                var ordered = unordered.With(plan.List("orders").Select(order => order.Child("expression") is { } by ? Expression(by, unordered.Columns).As(LineageKinds.Sort) : null));
                return ordered.Project(Mapped(plan, "projection_map", ordered.Columns));
            case "LOGICAL_LIMIT":
                var unlimited = Operator(children[0]);
                var limited = unlimited.With([unlimited.Repeats]) with { CoversOuter = false };
                return plan.Child("limit_val")?.Number("constant_integer") == 1 ? limited with { Keys = [new HashSet<int>()] } : limited;
            case "LOGICAL_SAMPLE":
                return Operator(children[0]) with { CoversOuter = false };
            case "LOGICAL_DISTINCT":
                return Distinct(plan, Operator(children[0]));
            case "LOGICAL_AGGREGATE_AND_GROUP_BY":
                return Aggregate(plan, Operator(children[0]));
            case "LOGICAL_WINDOW":
                var source = Operator(children[0]);
                var numbers = _byTableIndex[plan.Number("window_index") ?? -1] = [.. Expressions(plan.List("expressions"), source.Columns)
                    .Select(window => new LineageSet { NumbersWithin = window.NumbersWithin }.Add(window).Add(source.Repeats))];
                return source with { Columns = [.. source.Columns, .. numbers] };
            case "LOGICAL_UNNEST":
                var lists = Operator(children[0]);
                var items = _byTableIndex[plan.Number("unnest_index") ?? -1] = Expressions(plan.List("expressions"), lists.Columns);
                // As many rows as a list has items.
                return new PlanRows([.. lists.Columns, .. items], LineageSet.Union([lists.Indirect, .. items.Select(item => item.As(LineageKinds.Filter))])) { Repeats = lists.Repeats };
            case "LOGICAL_COMPARISON_JOIN" or "LOGICAL_DELIM_JOIN" or "LOGICAL_ASOF_JOIN" or "LOGICAL_ANY_JOIN" or "LOGICAL_CROSS_PRODUCT" or "LOGICAL_POSITIONAL_JOIN" or "LOGICAL_DEPENDENT_JOIN":
                return Join(plan, children);
            case "LOGICAL_UNION" or "LOGICAL_EXCEPT" or "LOGICAL_INTERSECT":
                return SetOperation(type, [.. children.Select(Operator)]);
            case "LOGICAL_INSERT" or "LOGICAL_UPDATE" or "LOGICAL_DELETE":
                var changed = Statement(plan, []);
                return new PlanRows([.. changed.Columns.Select(column => column.Sources)], changed.Rows);
            default:
                _ = Unknown.Add(type);
                var all = children.Select(Operator).ToList();
                return new PlanRows([.. all.SelectMany(child => child.Columns)], LineageSet.Union(all.Select(child => child.Indirect)));
        }
    }

    private static PlanRows Nothing(JsonElement plan) => new([.. plan.List("chunk_types").Select(_ => new LineageSet())], new LineageSet());

    private PlanRows Scan(JsonElement plan, PlanRows? input)
    {
        var data = plan.Child("function_data");
        var names = plan.List("names");
        var table = data is { } function && function.Text("table") is { Length: > 0 } name ? (function.Text("schema") is { Length: > 0 } schema and not "main" ? $"{schema}.{name}" : name) : null;
        if (table is not null && tables.Contains(table))
            _ = Tables.Add(table);
        var passed = plan.List("projected_input");
        var columns = plan.List("column_indexes").Select(column =>
        {
            // A function over rows, such as unnest in a lateral join: every argument may be in its result.
            if (input is not null)
                return LineageSet.Union(input.Columns.Take(Math.Max(1, input.Columns.Count - passed.Count))).Through(LineageKinds.Transformation);
            return table is not null && column.Number("index") is { } index && index < names.Count ? LineageSet.Column(table, names[(int)index].GetString()!) : new LineageSet();
        }).ToList();
        if (plan.List("projection_ids") is { Count: > 0 } projected)
            columns = [.. projected.Select(id => columns[(int)id.GetInt64()])];
        columns.AddRange(passed.Select(id => input!.Columns[(int)id.GetInt64()]));
        // A function over rows gives none, one or many for each of them.
        var rows = input is null ? new LineageSet() : LineageSet.Union([input.Decided, .. input.Columns.Take(Math.Max(1, input.Columns.Count - passed.Count)).Select(argument => argument.As(LineageKinds.Filter))]);
        return new PlanRows(columns, rows);
    }

    private PlanRows Values(JsonElement plan, PlanRows input)
    {
        var rows = plan.List("expressions").Select(row => Expressions([.. row.EnumerateArray()], input.Columns)).ToList();
        return new PlanRows([.. Enumerable.Range(0, rows[0].Count).Select(i => LineageSet.Union(rows.Select(row => row[i])))], input.Indirect);
    }

    private PlanRows Recursive(JsonElement plan, IReadOnlyList<JsonElement> children)
    {
        var index = plan.Number("table_index") ?? -1;
        var first = Operator(children[0]);
        var rows = _tableExpressions[index] = new PlanRows(first.Columns, first.Decided);
        for (var i = 0; i < MostRecursions; i++)
        {
            var step = Operator(children[1]);
            var next = new PlanRows([.. rows.Columns.Select((column, c) => LineageSet.Union([column, c < step.Columns.Count ? step.Columns[c] : null]))], LineageSet.Union([rows.Indirect, step.Decided]));
            var settled = next.Indirect.SameAs(rows.Indirect) && next.Columns.Zip(rows.Columns).All(pair => pair.First.SameAs(pair.Second));
            rows = _tableExpressions[index] = next;
            if (settled)
                break;
        }
        // Without ALL, a row that was there before is no new one.
        return plan.Flag("union_all") ? rows : rows.With(rows.Columns.Select(column => column.As(LineageKinds.GroupBy)));
    }

    private PlanRows Filter(JsonElement plan, PlanRows input)
    {
        var conditions = plan.List("expressions");
        var rows = input.With(conditions.Select(condition => Expression(condition, input.Columns).As(LineageKinds.Filter)));
        var keys = conditions.Select(condition => FirstOf(condition, input.Columns)).OfType<IReadOnlySet<int>>();
        rows = rows with { Keys = [.. rows.Keys, .. keys], CoversOuter = false };
        return rows.Project(Mapped(plan, "projection_map", rows.Columns));
    }

    /// <summary>The partition of which a condition (row_number() = 1, &lt;= 1) leaves one row; null for another condition.</summary>
    private HashSet<int>? FirstOf(JsonElement condition, IReadOnlyList<LineageSet> columns)
    {
        if (condition.Text("expression_class") != "BOUND_COMPARISON" || condition.Text("type") is not ("COMPARE_EQUAL" or "COMPARE_LESSTHANOREQUALTO")
            || condition.Child("left") is not { } left || condition.Child("right") is not { } right || !IsOne(right))
        {
            return null;
        }
        if (Expression(left, columns).NumbersWithin is not { } partition)
            return null;
        var positions = partition.Select(column => PlanRows.Position(columns, column)).ToHashSet();
        return positions.Contains(-1) ? null : positions;
    }

    private static bool IsOne(JsonElement expression) => expression.Text("expression_class") switch
    {
        "BOUND_CONSTANT" => expression.Child("value")?.Number("value") == 1,
        "BOUND_CAST" => expression.Child("child") is { } child && IsOne(child),
        _ => false,
    };

    private PlanRows Distinct(JsonElement plan, PlanRows input)
    {
        // A row that is equal to another is left out: every column decides.
        if (plan.Text("distinct_type") != "DISTINCT_ON")
            return input.With(input.Columns.Select(column => column.As(LineageKinds.GroupBy))) with { Keys = [.. input.Keys, Enumerable.Range(0, input.Columns.Count).ToHashSet()], Repeats = new LineageSet() };
        var orders = plan.Child("order_by")?.List("orders") ?? [];
        var targets = Expressions(plan.List("distinct_targets"), input.Columns);
        var rows = input
            .With(targets.Select(target => target.As(LineageKinds.GroupBy)))
            .With(orders.Select(order => order.Child("expression") is { } by ? Expression(by, input.Columns).As(LineageKinds.Sort) : null)) with
        { Repeats = new LineageSet() };
        var key = targets.Select(target => PlanRows.Position(input.Columns, target)).ToHashSet();
        return key.Contains(-1) ? rows : rows with { Keys = [.. rows.Keys, key] };
    }

    private PlanRows Aggregate(JsonElement plan, PlanRows input)
    {
        var groups = Expressions(plan.List("groups"), input.Columns).Select(group => group.Copy()).ToList();
        var calls = plan.List("expressions");
        var aggregates = Expressions(calls, input.Columns).Select((aggregate, i) => SeesRepeats(calls[i]) ? LineageSet.Union([aggregate, input.Repeats]) : aggregate.Copy()).ToList();
        var sets = plan.List("grouping_sets");
        if (groups.Count == 0)
        {
            // One row, whatever is below: what decided on the rows below decides on the figures, and on nothing beside them.
            aggregates = [.. aggregates.Select(aggregate => LineageSet.Union([aggregate, input.Indirect]))];
            _byTableIndex[plan.Number("aggregate_index") ?? -1] = aggregates;
            return sets.Count > 1 ? new PlanRows(aggregates, new LineageSet()) : OneRow(aggregates);
        }
        _byTableIndex[plan.Number("group_index") ?? -1] = groups;
        _byTableIndex[plan.Number("aggregate_index") ?? -1] = aggregates;
        // GROUPING() tells which set a row is of: it hangs on no value.
        var groupings = plan.List("grouping_functions").Select(_ => new LineageSet());
        var rows = input.With(groups.Select(group => group.As(LineageKinds.GroupBy))) with { Columns = [.. groups, .. aggregates, .. groupings], Keys = [], CoversOuter = false, Repeats = new LineageSet() };
        return sets.Count <= 1 ? rows with { Keys = [Enumerable.Range(0, groups.Count).ToHashSet()] } : rows;
    }

    /// <summary>Whether a figure changes when a row is there twice.</summary>
    private static bool SeesRepeats(JsonElement call)
        => call.Text("aggregate_type") != "DISTINCT" && call.Text("name") is not ("min" or "max" or "bool_and" or "bool_or" or "bit_and" or "bit_or" or "arg_max" or "arg_min" or "max_by" or "min_by" or "any_value" or "first" or "last" or "approx_count_distinct");

    private static PlanRows OneRow(IReadOnlyList<LineageSet> columns) => new(columns, new LineageSet(), [new HashSet<int>()]) { CoversOuter = true };

    private static IReadOnlyList<LineageSet> Mapped(JsonElement plan, string map, IReadOnlyList<LineageSet> columns)
        => plan.List(map) is { Count: > 0 } positions ? [.. positions.Select(position => columns[(int)position.GetInt64()])] : columns;
}
