using System.Text.Json.Nodes;
using Platform.Activities.Clean;
using Platform.Activities.Feature;
using Platform.Activities.Quality;
using Platform.Tables;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;
using Platform.Workflows.Templates;

namespace Platform.Activities.Checks;

/// <summary>A query that a task runs in DuckDB, as far as its fields alone tell it.</summary>
/// <param name="Field">The field that somebody wrote it in, such as <c>with.sql</c>.</param>
/// <param name="Sql">The whole query.</param>
/// <param name="Offset">Index in <paramref name="Sql"/> of what the field holds.</param>
/// <param name="Length">Length of what the field holds.</param>
/// <param name="Gives">Whether its columns are those that the task writes.</param>
/// <param name="TypesMayChange">Whether the task changes types of columns before it runs, so that only names can be checked.</param>
internal sealed record TaskStatement(string Field, string Sql, int Offset, int Length, bool Gives = false, bool TypesMayChange = false)
{
    /// <summary>The statements of a task; none where a template stands in them, or where the activity is not known.</summary>
    public static IReadOnlyList<TaskStatement> Of(TaskDefinition task, ActivityDescriptor activity, TableStore tables)
    {
        if (activity.Type == typeof(CleanSql) || activity.Type == typeof(FeatureSql))
            return Text(task.With["sql"]) is { } sql ? [new("with.sql", sql, 0, sql.Length, Gives: true)] : [];
        if (activity.Type == typeof(FeatureInteractions))
            return Interactions(task, activity, tables);
        if (activity.Type == typeof(CheckTable))
            return [.. Asserted(task)];
        return activity.Type == typeof(CleanRules) ? [.. Conditions(task)] : [];
    }

    /// <summary>Where a place in the query stands in the field; null where the activity itself wrote that part.</summary>
    public int? InField(int? position) => position is { } at && at >= Offset && at <= Offset + Length ? at - Offset : null;

    private static List<TaskStatement> Interactions(TaskDefinition task, ActivityDescriptor activity, TableStore tables)
    {
        if (HasTemplate(task.With))
            return [];
        try
        {
            var sql = ((FeatureInteractions)ActivityBinder.Create(activity, new Services(tables), task.With)).Sql(hasInterval: true);
            var filter = Text(task.With["filter"]) is { } text ? SqlText.TrimEnd(text) : "";
            return [new("with.filter", sql, filter.Length == 0 ? sql.Length + 1 : sql.LastIndexOf(filter, StringComparison.Ordinal), filter.Length, Gives: true)];
        }
        catch (ActivityException)
        {
            // What is wrong with its fields is told where they are read.
            return [];
        }
    }

    private static IEnumerable<TaskStatement> Asserted(TaskDefinition task)
    {
        if (Text(task.With["table"]) is not { } from || !TableName.TryParse(from, out var table) || task.With["checks"] is not JsonArray checks)
            yield break;
        var name = $"{SqlText.Identifier(table.Schema)}.{SqlText.Identifier(table.Table)}";
        for (var i = 0; i < checks.Count; i++)
        {
            if (checks[i] is not JsonObject check)
                continue;
            if (Text(check["check"]) == "where" && Text(check["condition"]) is { } condition && !string.IsNullOrWhiteSpace(condition))
            {
                var before = $"select * from {name} where (";
                yield return new($"with.checks[{i}].condition", $"{before}{condition}\n)", before.Length, condition.Length);
            }
            // Where the name was put in, places are not those of the field any more.
            if (Text(check["check"]) == "sql" && Text(check["sql"]) is { } sql && !string.IsNullOrWhiteSpace(sql))
                yield return sql.Contains("{table}", StringComparison.Ordinal) ? new($"with.checks[{i}].sql", sql.Replace("{table}", name, StringComparison.Ordinal), int.MaxValue, 0) : new($"with.checks[{i}].sql", sql, 0, sql.Length);
        }
    }

    private static IEnumerable<TaskStatement> Conditions(TaskDefinition task)
    {
        if (Text(task.With["from"]) is not { } from || !TableName.TryParse(from, out var table) || task.With["rules"] is not JsonArray rules)
            yield break;
        var casts = false;
        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i] is not JsonObject rule)
                continue;
            if (Text(rule["condition"]) is { } condition && !string.IsNullOrWhiteSpace(condition))
            {
                var before = $"select * from {SqlText.Identifier(table.Schema)}.{SqlText.Identifier(table.Table)} where (";
                yield return new($"with.rules[{i}].condition", $"{before}{condition}\n)", before.Length, condition.Length, TypesMayChange: casts);
            }
            casts |= Text(rule["rule"]) is "cast" or null;
        }
    }

    /// <summary>A text without templates; null for anything else.</summary>
    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 && !Template.IsTemplate(text) ? text : null;

    private static bool HasTemplate(JsonNode? node) => node switch
    {
        JsonObject map => map.Any(pair => HasTemplate(pair.Value)),
        JsonArray list => list.Any(HasTemplate),
        JsonValue value => value.TryGetValue<string>(out var text) && Template.IsTemplate(text),
        _ => false,
    };

    /// <summary>The instance only puts its statement together: it touches no table.</summary>
    private sealed class Services(TableStore tables) : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType == typeof(TableStore) ? tables : null;
    }
}
