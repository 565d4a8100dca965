using System.Text.Json;

namespace Platform.Tables.Sql;

/// <summary>A result's columns and what decided on its rows.</summary>
internal sealed record PlanOutput(IReadOnlyList<(string Name, LineageSet Sources)> Columns, LineageSet Rows);

/// <summary>
/// Walks DuckDB's bound, unoptimised plan (json_serialize_plan of 1.5) from its leaves: each operator turns the columns below it into its own.
/// Operators that are not known are named in <see cref="Unknown"/>.
/// </summary>
internal sealed class PlanWalker(IReadOnlySet<string> tables)
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
    public PlanOutput Statement(JsonElement plan, IReadOnlyList<string> names) => plan.Text("type") switch
    {
        "LOGICAL_CREATE_TABLE" => Named(Operator(plan.List("children")[0]), [.. plan.Child("info")?.Child("columns")?.List("columns").Select(column => column.Text("name")) ?? []]),
        "LOGICAL_INSERT" => Insert(plan),
        "LOGICAL_UPDATE" => Update(plan),
        "LOGICAL_MERGE_INTO" => Merge(plan),
        _ => Named(Operator(plan), names),
    };

    private static PlanOutput Named(PlanRows rows, IReadOnlyList<string> names)
        => new([.. rows.Columns.Select((sources, i) => (i < names.Count ? names[i] : $"column{i}", sources)).Take(names.Count == 0 ? int.MaxValue : names.Count)], rows.Indirect);

    private PlanOutput Insert(JsonElement plan)
    {
        var rows = Operator(plan.List("children")[0]);
        var columns = TargetColumns(plan);
        var output = new List<(string, LineageSet)>();
        for (var i = 0; i < columns.Count; i++)
        {
            if (Position(IndexMap(plan), i) is { } source && source < rows.Columns.Count)
                output.Add((columns[i], rows.Columns[(int)source]));
        }
        return new PlanOutput(output, rows.Indirect);
    }

    private PlanOutput Update(JsonElement plan)
    {
        var rows = Operator(plan.List("children")[0]);
        var columns = TargetColumns(plan);
        var expressions = plan.List("expressions");
        return new PlanOutput([.. plan.List("columns").Select((column, i) => (columns[(int)column.GetInt64()], Expression(expressions[i], rows.Columns)))], rows.Indirect);
    }

    private PlanOutput Merge(JsonElement plan)
    {
        var rows = Operator(plan.List("children")[0]);
        var columns = TargetColumns(plan);
        var output = new SortedDictionary<string, LineageSet>(StringComparer.Ordinal);
        void Put(string column, JsonElement expression, LineageSet? condition)
        {
            if (!output.TryGetValue(column, out var set))
                output[column] = set = new LineageSet();
            set.Add(Expression(expression, rows.Columns)).Add(condition);
        }
        foreach (var action in plan.List("actions").SelectMany(group => group.List("value")).Where(action => action.ValueKind == JsonValueKind.Object))
        {
            var condition = action.Child("condition") is { } text ? Expression(text, rows.Columns).As(LineageKinds.Condition) : null;
            var expressions = action.List("expressions");
            if (action.Text("action_type").Contains("UPDATE", StringComparison.Ordinal))
            {
                foreach (var (column, i) in action.List("columns").Select((column, i) => ((int)column.GetInt64(), i)))
                    Put(columns[column], expressions[i], condition);
            }
            else if (action.Text("action_type").Contains("INSERT", StringComparison.Ordinal))
            {
                for (var i = 0; i < columns.Count; i++)
                {
                    if (Position(IndexMap(action), i) is { } source && source < expressions.Count)
                        Put(columns[i], expressions[(int)source], condition);
                }
            }
        }
        return new PlanOutput([.. output.Select(column => (column.Key, column.Value))], rows.Indirect);
    }

    private static List<string> TargetColumns(JsonElement plan)
        => [.. (plan.Child("table_info") ?? plan.Child("table"))?.Child("columns")?.List("columns").Select(column => column.Text("name")) ?? []];

    private static IReadOnlyList<JsonElement> IndexMap(JsonElement element)
        => element.Child("column_index_map") is { ValueKind: JsonValueKind.Object } map ? map.List("internal_vector") : element.List("column_index_map");

    private static long? Position(IReadOnlyList<JsonElement> map, int column) => map.Count == 0 ? column : column < map.Count ? map[column].Index() : null;

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
                return new PlanRows([new LineageSet()], new LineageSet());
            case "LOGICAL_CHUNK_GET" or "LOGICAL_COLUMN_DATA_GET":
                return Nothing(plan);
            case "LOGICAL_EXPRESSION_GET":
                return Values(plan, Operator(children[0]));
            case "LOGICAL_DELIM_GET":
                var known = _duplicateEliminated.FirstOrDefault(columns => columns.Count == plan.List("chunk_types").Count);
                return known is null ? Nothing(plan) : new PlanRows(known, new LineageSet());
            case "LOGICAL_CTE_REF":
                return _tableExpressions.TryGetValue(plan.Number("cte_index") ?? -1, out var expression) ? expression : Nothing(plan);
            case "LOGICAL_MATERIALIZED_CTE":
                _tableExpressions[plan.Number("table_index") ?? -1] = Operator(children[0]);
                return Operator(children[1]);
            case "LOGICAL_RECURSIVE_CTE":
                return Recursive(plan, children);
            case "LOGICAL_PROJECTION":
                var below = Operator(children[0]);
                return below with { Columns = Expressions(plan.List("expressions"), below.Columns) };
            case "LOGICAL_FILTER":
                return Filter(plan, Operator(children[0]));
            case "LOGICAL_ORDER_BY" or "LOGICAL_TOP_N":
                var unordered = Operator(children[0]);
                var ordered = unordered.With(plan.List("orders").Select(order => order.Child("expression") is { } by ? Expression(by, unordered.Columns).As(LineageKinds.Sort) : null));
                return ordered with { Columns = Mapped(plan, "projection_map", ordered.Columns) };
            case "LOGICAL_LIMIT" or "LOGICAL_SAMPLE":
                return Operator(children[0]);
            case "LOGICAL_DISTINCT":
                return Distinct(plan, Operator(children[0]));
            case "LOGICAL_AGGREGATE_AND_GROUP_BY":
                return Aggregate(plan, Operator(children[0]));
            case "LOGICAL_WINDOW" or "LOGICAL_UNNEST":
                var source = Operator(children[0]);
                var added = Expressions(plan.List("expressions"), source.Columns);
                _byTableIndex[plan.Number(type == "LOGICAL_WINDOW" ? "window_index" : "unnest_index") ?? -1] = added;
                return source with { Columns = [.. source.Columns, .. added] };
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
        return new PlanRows(columns, input?.Indirect ?? new LineageSet());
    }

    private PlanRows Values(JsonElement plan, PlanRows input)
    {
        var rows = plan.List("expressions").Select(row => Expressions([.. row.EnumerateArray()], input.Columns)).ToList();
        return input with { Columns = [.. Enumerable.Range(0, rows[0].Count).Select(i => LineageSet.Union(rows.Select(row => row[i])))] };
    }

    private PlanRows Recursive(JsonElement plan, IReadOnlyList<JsonElement> children)
    {
        var index = plan.Number("table_index") ?? -1;
        var rows = _tableExpressions[index] = Operator(children[0]);
        for (var i = 0; i < MostRecursions; i++)
        {
            var step = Operator(children[1]);
            var next = new PlanRows([.. rows.Columns.Select((column, c) => LineageSet.Union([column, c < step.Columns.Count ? step.Columns[c] : null]))], LineageSet.Union([rows.Indirect, step.Indirect]));
            var settled = next.Indirect.SameAs(rows.Indirect) && next.Columns.Zip(rows.Columns).All(pair => pair.First.SameAs(pair.Second));
            rows = _tableExpressions[index] = next;
            if (settled)
                break;
        }
        return rows;
    }

    private PlanRows Filter(JsonElement plan, PlanRows input)
    {
        var rows = input.With(plan.List("expressions").Select(condition => Expression(condition, input.Columns).As(LineageKinds.Filter)));
        return rows with { Columns = Mapped(plan, "projection_map", rows.Columns) };
    }

    private PlanRows Distinct(JsonElement plan, PlanRows input)
    {
        if (plan.Text("distinct_type") != "DISTINCT_ON")
            return input;
        var orders = plan.Child("order_by")?.List("orders") ?? [];
        return input
            .With(plan.List("distinct_targets").Select(target => Expression(target, input.Columns).As(LineageKinds.GroupBy)))
            .With(orders.Select(order => order.Child("expression") is { } by ? Expression(by, input.Columns).As(LineageKinds.Sort) : null));
    }

    private PlanRows Aggregate(JsonElement plan, PlanRows input)
    {
        var groups = Expressions(plan.List("groups"), input.Columns);
        var aggregates = Expressions(plan.List("expressions"), input.Columns);
        _byTableIndex[plan.Number("group_index") ?? -1] = groups;
        _byTableIndex[plan.Number("aggregate_index") ?? -1] = aggregates;
        var groupings = plan.List("grouping_functions").Select(_ => LineageSet.Union(groups).As(LineageKinds.GroupBy));
        return input.With(groups.Select(group => group.As(LineageKinds.GroupBy))) with { Columns = [.. groups, .. aggregates, .. groupings] };
    }

    private PlanRows Join(JsonElement plan, IReadOnlyList<JsonElement> children)
    {
        var left = Operator(children[0]);
        var eliminates = plan.Text("type") == "LOGICAL_DELIM_JOIN";
        if (eliminates)
            _duplicateEliminated.Push(Expressions(plan.List("duplicate_eliminated_columns"), left.Columns));
        var right = Operator(children[1]);
        if (eliminates)
            _ = _duplicateEliminated.Pop();
        var on = new LineageSet();
        foreach (var condition in plan.List("conditions"))
        {
            if (condition.Child("left") is { } leftSide && condition.Child("right") is { } rightSide)
                on.Add(Expression(leftSide, left.Columns)).Add(Expression(rightSide, right.Columns));
        }
        if (plan.Child("condition") is { ValueKind: JsonValueKind.Object } any)
            on.Add(Expression(any, [.. left.Columns, .. right.Columns]));
        var leftColumns = Mapped(plan, "left_projection_map", left.Columns);
        var rightColumns = Mapped(plan, "right_projection_map", right.Columns);
        var kind = plan.Text("join_type");
        switch (kind)
        {
            case "MARK":
                var mark = on.Add(right.Indirect).As(LineageKinds.Condition);
                _byTableIndex[plan.Number("mark_index") ?? -1] = [mark];
                return left with { Columns = [.. leftColumns, mark] };
            case "SINGLE":
                var beside = on.As(LineageKinds.Join).Add(right.Indirect);
                return left with { Columns = [.. leftColumns, .. rightColumns.Select(column => LineageSet.Union([column, beside]))] };
            default:
                var indirect = LineageSet.Union([left.Indirect, right.Indirect, on.As(kind is "SEMI" or "ANTI" ? LineageKinds.Filter : LineageKinds.Join)]);
                return new PlanRows(kind is "SEMI" or "ANTI" ? leftColumns : kind.StartsWith("RIGHT_", StringComparison.Ordinal) ? rightColumns : [.. leftColumns, .. rightColumns], indirect);
        }
    }

    private static PlanRows SetOperation(string type, IReadOnlyList<PlanRows> sides)
    {
        var isUnion = type == "LOGICAL_UNION";
        var columns = sides[0].Columns.Select((column, i) => isUnion ? LineageSet.Union(sides.Select(side => side.Columns[i])) : column).ToList();
        var indirect = LineageSet.Union(sides.Select(side => side.Indirect));
        if (!isUnion)
            indirect.Add(LineageSet.Union(sides.SelectMany(side => side.Columns)).As(LineageKinds.Filter));
        return new PlanRows(columns, indirect);
    }

    private static IReadOnlyList<LineageSet> Mapped(JsonElement plan, string map, IReadOnlyList<LineageSet> columns)
        => plan.List(map) is { Count: > 0 } positions ? [.. positions.Select(position => columns[(int)position.GetInt64()])] : columns;

    private IReadOnlyList<LineageSet> Expressions(IReadOnlyList<JsonElement> expressions, IReadOnlyList<LineageSet> columns)
        => [.. expressions.Select(expression => Expression(expression, columns))];

    private LineageSet Expression(JsonElement expression, IReadOnlyList<LineageSet> columns)
    {
        LineageSet Of(JsonElement? child) => child is { } present ? Expression(present, columns) : new LineageSet();
        LineageSet All(IReadOnlyList<JsonElement> children) => LineageSet.Union(children.Select(child => Expression(child, columns)));
        switch (expression.Text("expression_class"))
        {
            case "BOUND_REF":
                return expression.Number("index") is { } position && position < columns.Count ? columns[(int)position] : new LineageSet();
            case "BOUND_COLUMN_REF":
                return expression.Child("binding") is { } binding && _byTableIndex.TryGetValue(binding.Number("table_index") ?? -1, out var bound) && binding.Number("column_index") is { } column && column < bound.Count
                    ? bound[(int)column] : new LineageSet();
            case "BOUND_CONSTANT" or "BOUND_PARAMETER" or "BOUND_DEFAULT" or "BOUND_LAMBDA_REF":
                return new LineageSet();
            case "BOUND_CASE":
                var cases = new LineageSet();
                foreach (var check in expression.List("case_checks"))
                    cases.Add(Of(check.Child("when_expr")).As(LineageKinds.Condition)).Add(Of(check.Child("then_expr")).Through(LineageKinds.Transformation));
                return cases.Add(Of(expression.Child("else_expr")).Through(LineageKinds.Transformation));
            case "BOUND_AGGREGATE":
                return All(expression.List("children")).Through(expression.Text("name") is "first" or "any_value" ? LineageKinds.Identity : LineageKinds.Aggregation)
                    .Add(Of(expression.Child("filter")).As(LineageKinds.Condition))
                    .Add(LineageSet.Union((expression.Child("order_bys")?.List("orders") ?? []).Select(order => Of(order.Child("expression")))).As(LineageKinds.Sort));
            case "BOUND_WINDOW":
                return All(expression.List("children")).Through(expression.Text("type") == "WINDOW_AGGREGATE" ? LineageKinds.Aggregation : LineageKinds.Transformation)
                    .Add(All(expression.List("partitions")).As(LineageKinds.Window))
                    .Add(LineageSet.Union(expression.List("orders").Select(order => Of(order.Child("expression")))).As(LineageKinds.Window))
                    .Add(Of(expression.Child("filter_expr")).As(LineageKinds.Condition));
            default:
                var parts = new LineageSet();
                foreach (var part in expression.EnumerateObject())
                    AddExpressionsWithin(part.Value, columns, parts);
                return parts;
        }
    }

    /// <summary>The expressions next below, wherever a function, cast or operator keeps them.</summary>
    private void AddExpressionsWithin(JsonElement element, IReadOnlyList<LineageSet> columns, LineageSet parts)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
                AddExpressionsWithin(item, columns, parts);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            if (element.TryGetProperty("expression_class", out _))
            {
                parts.Add(Expression(element, columns).Through(LineageKinds.Transformation));
                return;
            }
            foreach (var part in element.EnumerateObject())
                AddExpressionsWithin(part.Value, columns, parts);
        }
    }

    /// <summary>What an operator gives: its columns, and what decided on its rows.</summary>
    private sealed record PlanRows(IReadOnlyList<LineageSet> Columns, LineageSet Indirect)
    {
        public PlanRows With(IEnumerable<LineageSet?> indirect) => this with { Indirect = LineageSet.Union([Indirect, .. indirect]) };
    }
}
