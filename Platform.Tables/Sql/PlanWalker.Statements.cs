using System.Text.Json;

namespace Platform.Tables.Sql;

/// <summary>Statements that change a table: what its columns get.</summary>
internal sealed partial class PlanWalker
{
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
        return new PlanOutput(output, rows.Decided);
    }

    private PlanOutput Update(JsonElement plan)
    {
        var rows = Operator(plan.List("children")[0]);
        var columns = TargetColumns(plan);
        var expressions = plan.List("expressions");
        return new PlanOutput([.. plan.List("columns").Select((column, i) => (columns[(int)column.GetInt64()], Expression(expressions[i], rows.Columns)))], rows.Decided);
    }

    private PlanOutput Merge(JsonElement plan)
    {
        var rows = Operator(plan.List("children")[0]);
        var columns = TargetColumns(plan);
        var output = new SortedDictionary<string, LineageSet>(StringComparer.Ordinal);
        var deleted = new LineageSet();
        void Put(string column, JsonElement expression, LineageSet? condition)
        {
            if (!output.TryGetValue(column, out var set))
                output[column] = set = new LineageSet();
            set.Add(Expression(expression, rows.Columns)).Add(condition);
        }
        foreach (var (action, before) in plan.List("actions").SelectMany(group => Conditioned(group.List("value"))))
        {
            // An action is taken where its condition holds and those before it did not.
            var condition = LineageSet.Union(before.Append(action).Select(earlier => earlier.Child("condition") is { } text ? Expression(text, rows.Columns).As(LineageKinds.Condition) : null));
            var expressions = action.List("expressions");
            if (action.Text("action_type").Contains("UPDATE", StringComparison.Ordinal))
            {
                foreach (var (column, i) in action.List("columns").Select((column, i) => ((int)column.GetInt64(), i)))
                    Put(columns[column], expressions[i], condition);
            }
            else if (action.Text("action_type").Contains("DELETE", StringComparison.Ordinal))
            {
                // Which rows are left touches every column.
                deleted.Add(condition.As(LineageKinds.Filter));
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
        return new PlanOutput([.. output.Select(column => (column.Key, column.Value))], LineageSet.Union([rows.Decided, deleted]));
    }

    private static IEnumerable<(JsonElement Action, IReadOnlyList<JsonElement> Before)> Conditioned(IReadOnlyList<JsonElement> actions)
    {
        var known = actions.Where(action => action.ValueKind == JsonValueKind.Object).ToList();
        return known.Select((action, i) => (action, (IReadOnlyList<JsonElement>)known.GetRange(0, i)));
    }

    private static List<string> TargetColumns(JsonElement plan)
        => [.. (plan.Child("table_info") ?? plan.Child("table"))?.Child("columns")?.List("columns").Select(column => column.Text("name")) ?? []];

    private static IReadOnlyList<JsonElement> IndexMap(JsonElement element)
        => element.Child("column_index_map") is { ValueKind: JsonValueKind.Object } map ? map.List("internal_vector") : element.List("column_index_map");

    private static long? Position(IReadOnlyList<JsonElement> map, int column) => map.Count == 0 ? column : column < map.Count ? map[column].Index() : null;
}
