using System.Text.Json;

namespace Platform.Tables.Sql;

/// <summary>Operators with two inputs.</summary>
internal sealed partial class PlanWalker
{
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
                return left.Project([.. leftColumns, mark]);
            case "SINGLE":
                return Beside(left, leftColumns, rightColumns, on.As(LineageKinds.Join).Add(right.Indirect));
            case "SEMI" or "ANTI":
                return left.With([right.Indirect, on.As(LineageKinds.Filter)]).Project(leftColumns) with { CoversOuter = false };
            case "RIGHT_SEMI" or "RIGHT_ANTI":
                return right.With([left.Indirect, on.As(LineageKinds.Filter)]).Project(rightColumns) with { CoversOuter = false };
        }
        // An as-of join takes one row of the right side at most.
        var matchesOnce = plan.Text("type") == "LOGICAL_ASOF_JOIN" || right.IsUniqueOn(Equated(plan, "right"));
        if (matchesOnce && (kind == "LEFT" || (kind == "INNER" && eliminates && right.CoversOuter)))
            return Beside(left, leftColumns, rightColumns, on.As(LineageKinds.Join).Add(right.Indirect));
        // Mirrored: the planner may turn sides around.
        if (kind == "RIGHT" && left.IsUniqueOn(Equated(plan, "left")))
        {
            var beside = on.As(LineageKinds.Join).Add(left.Indirect);
            return right.Project([.. leftColumns.Select(column => LineageSet.Union([column, beside])), .. rightColumns]) with { CoversOuter = false };
        }
        // An outer join drops no row of its kept side: the other side decides how often it is there, and on the values beside it.
        if (kind is "LEFT" or "RIGHT")
        {
            var (kept, other) = kind == "LEFT" ? (left, right) : (right, left);
            var (keptColumns, otherColumns) = kind == "LEFT" ? (leftColumns, rightColumns) : (rightColumns, leftColumns);
            var match = on.As(LineageKinds.Join).Add(other.Indirect);
            IReadOnlyList<LineageSet> touched = [.. otherColumns.Select(column => LineageSet.Union([column, match]))];
            return new PlanRows(kind == "LEFT" ? [.. keptColumns, .. touched] : [.. touched, .. keptColumns], kept.Indirect) { Repeats = LineageSet.Union([kept.Repeats, match, other.Repeats]) };
        }
        var joined = new PlanRows([.. leftColumns, .. rightColumns], LineageSet.Union([left.Indirect, right.Indirect, on.As(LineageKinds.Join)]))
        {
            Repeats = LineageSet.Union([left.Repeats, right.Repeats]),
            CoversOuter = plan.Text("type") == "LOGICAL_CROSS_PRODUCT" && left.CoversOuter && right.CoversOuter,
        };
        return kind is "INNER" or "" && matchesOnce ? joined with { Keys = left.Project(leftColumns).Keys } : joined;
    }

    /// <summary>Values of the right side beside rows of the left, of which none is dropped or repeated: what decided on the right's rows touches its values alone.</summary>
    private static PlanRows Beside(PlanRows left, IReadOnlyList<LineageSet> leftColumns, IReadOnlyList<LineageSet> rightColumns, LineageSet indirect)
        => left.Project([.. leftColumns, .. rightColumns.Select(column => LineageSet.Union([column, indirect]))]);

    /// <summary>Positions of a side's columns that the conditions compare as they are.</summary>
    private static HashSet<int> Equated(JsonElement plan, string side)
        => [.. plan.List("conditions")
            .Where(condition => condition.Text("comparison") is "COMPARE_EQUAL" or "COMPARE_NOT_DISTINCT_FROM")
            .Select(condition => condition.Child(side)).OfType<JsonElement>()
            .Where(expression => expression.Text("expression_class") == "BOUND_REF")
            .Select(expression => (int)(expression.Number("index") ?? 0))];

    private static PlanRows SetOperation(string type, IReadOnlyList<PlanRows> sides)
    {
        var isUnion = type == "LOGICAL_UNION";
        var columns = sides[0].Columns.Select((column, i) => isUnion ? LineageSet.Merge([.. sides.Select(side => side.Columns[i])]) : column.Copy()).ToList();
        var indirect = LineageSet.Union(sides.Select(side => side.Decided));
        if (!isUnion)
            indirect.Add(LineageSet.Union(sides.SelectMany(side => side.Columns)).As(LineageKinds.Filter));
        return new PlanRows(columns, indirect);
    }
}
