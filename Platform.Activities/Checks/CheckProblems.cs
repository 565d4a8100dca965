using System.Text.Json.Nodes;
using Platform.Activities.Quality;
using Platform.Tables;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Activities.Checks;

/// <summary>What the checks of a task of <c>quality.check</c> lack, which its fields alone tell: bounds, a pattern that compiles, a name of its own.</summary>
internal static class CheckProblems
{
    /// <summary>By the field; nothing for other activities, and where the fields hold templates or do not fit.</summary>
    public static IEnumerable<(string Field, string Message)> Of(TaskDefinition task, ActivityDescriptor? activity, TableStore tables)
    {
        if (activity?.Type != typeof(CheckTable) || task.With.ToJsonString().Contains("{{", StringComparison.Ordinal) || task.With["checks"] is not JsonArray)
            yield break;
        CheckTable made;
        try
        {
            made = (CheckTable)ActivityBinder.Create(activity, new OnlyTables(tables), task.With);
        }
        catch (ActivityException)
        {
            // What is wrong with its fields is told where they are read.
            yield break;
        }
        var names = new HashSet<(string?, string)>();
        for (var i = 0; i < made.Checks.Count; i++)
        {
            if (Problem(made.Checks[i], names) is { } problem)
                yield return ($"with.checks[{i}]", $"Check {i + 1} of task '{task.Id}' cannot be made: {problem}");
        }
    }

    private static string? Problem(TableCheck check, HashSet<(string?, string)> names)
    {
        try
        {
            foreach (var definition in check.Definitions())
            {
                if (definition.Problems().FirstOrDefault() is { } problem)
                    return problem;
                if (!names.Add((definition.Column, definition.Title)))
                    return $"there is another of the name '{definition.Title}'{(definition.Column is null ? "" : $" of '{definition.Column}'")}. Give it a 'name'.";
            }
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    /// <summary>The instance only says what it would check: it touches no table.</summary>
    private sealed class OnlyTables(TableStore tables) : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType == typeof(TableStore) ? tables : null;
    }
}
