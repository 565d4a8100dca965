using System.Text.Json;

namespace Platform.Tables.Sql;

/// <summary>Expressions over the columns of an operator.</summary>
internal sealed partial class PlanWalker
{
    private IReadOnlyList<LineageSet> Expressions(IReadOnlyList<JsonElement> expressions, IReadOnlyList<LineageSet> columns)
        => [.. expressions.Select(expression => Expression(expression, columns))];

    private LineageSet Expression(JsonElement expression, IReadOnlyList<LineageSet> columns)
    {
        LineageSet Of(JsonElement? child) => child is { } present ? Expression(present, columns) : new LineageSet();
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
                return AggregateCall(expression, columns);
            case "BOUND_WINDOW":
                return WindowCall(expression, columns);
            case "BOUND_FUNCTION" when Struct(expression, columns) is { } field:
                return field;
            default:
                var parts = new LineageSet();
                foreach (var part in expression.EnumerateObject())
                    AddExpressionsWithin(part, columns, parts);
                return parts;
        }
    }

    private LineageSet AggregateCall(JsonElement expression, IReadOnlyList<LineageSet> columns)
    {
        var arguments = Expressions(expression.List("children"), columns);
        var name = expression.Text("name");
        var kind = name is "first" or "last" or "any_value" or "arbitrary" ? LineageKinds.Identity : LineageKinds.Aggregation;
        var sources = name is "arg_max" or "arg_min" or "max_by" or "min_by" or "argmax" or "argmin" or "arg_max_null" or "arg_min_null" or "arg_max_nulls_last" or "arg_min_nulls_last" && arguments.Count > 1
            // The second argument chooses the row that the first is taken from.
            ? LineageSet.Union([arguments[0].Through(kind), .. arguments.Skip(1).Select(argument => argument.As(LineageKinds.Sort))])
            : LineageSet.Union(arguments).Through(kind);
        return sources
            .Add(Optional(expression.Child("filter"), columns).As(LineageKinds.Condition))
            .Add(LineageSet.Union((expression.Child("order_bys")?.List("orders") ?? []).Select(order => Optional(order.Child("expression"), columns))).As(LineageKinds.Sort));
    }

    private LineageSet WindowCall(JsonElement expression, IReadOnlyList<LineageSet> columns)
    {
        var partitions = Expressions(expression.List("partitions"), columns);
        var window = LineageSet.Union(Expressions(expression.List("children"), columns)).Through(expression.Text("type") == "WINDOW_AGGREGATE" ? LineageKinds.Aggregation : LineageKinds.Transformation)
            .Add(LineageSet.Union(partitions).As(LineageKinds.Window))
            .Add(LineageSet.Union(expression.List("orders").Concat(expression.List("arg_orders")).Select(order => Optional(order.Child("expression"), columns))).As(LineageKinds.Window))
            .Add(Optional(expression.Child("filters"), columns).As(LineageKinds.Condition));
        foreach (var bound in new[] { "start_expr", "end_expr" })
            window.Add(Optional(expression.Child(bound), columns).As(LineageKinds.Window));
        foreach (var argument in new[] { "offset_expr", "default_expr" })
            window.Add(Optional(expression.Child(argument), columns).Through(LineageKinds.Transformation));
        return expression.Text("type") == "WINDOW_ROW_NUMBER" ? new LineageSet { NumbersWithin = partitions }.Add(window) : window;
    }

    /// <summary>A struct made of values, or a field of one whose values are told apart; null for another function.</summary>
    private LineageSet? Struct(JsonElement function, IReadOnlyList<LineageSet> columns)
    {
        var arguments = function.List("children");
        switch (function.Text("name"))
        {
            case "struct_pack" when arguments.All(argument => argument.Text("alias").Length > 0):
                return LineageSet.Struct(arguments.DistinctBy(argument => argument.Text("alias"), StringComparer.OrdinalIgnoreCase).ToDictionary(argument => argument.Text("alias"), argument => Expression(argument, columns), StringComparer.OrdinalIgnoreCase));
            case "struct_extract" when arguments.Count == 2 && Expression(arguments[0], columns).Fields is { } fields && arguments[1].Child("value")?.Text("value") is { Length: > 0 } name:
                return fields.GetValueOrDefault(name)?.Copy();
            default:
                return null;
        }
    }

    private LineageSet Optional(JsonElement? expression, IReadOnlyList<LineageSet> columns) => expression is { } present ? Expression(present, columns) : new LineageSet();

    /// <summary>The expressions next below, wherever a function, cast or operator keeps them.</summary>
    private void AddExpressionsWithin(JsonProperty part, IReadOnlyList<LineageSet> columns, LineageSet parts)
    {
        // A lambda's references are to its own arguments; the columns that it uses besides are arguments of its function.
        if (part.Name != "lambda_expr")
            AddExpressionsWithin(part.Value, columns, parts);
    }

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
                AddExpressionsWithin(part, columns, parts);
        }
    }
}
