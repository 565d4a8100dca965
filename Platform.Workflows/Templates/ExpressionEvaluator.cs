using System.Text.Json.Nodes;

namespace Platform.Workflows.Templates;

/// <summary>Gives expressions their values in a scope.</summary>
/// <param name="scope">What can be named.</param>
/// <param name="secrets">The secrets that the expressions name.</param>
internal sealed class ExpressionEvaluator(TemplateScope scope, IReadOnlyDictionary<string, string> secrets)
{
    /// <summary>The value, which is there.</summary>
    /// <exception cref="TemplateException">There is none, or an operation does not fit its operands.</exception>
    public object Value(TemplateExpression expression) => There(expression, Compute(expression));

    private static object There(TemplateExpression expression, object? computed) => computed switch
    {
        null => throw new TemplateException($"{Written(expression)} is null. Give it a value, or write '| default …' after it.", expression.Start),
        Absent absent => throw new TemplateException(absent.Reason, expression.Start),
        var value => value,
    };

    /// <summary>A condition's value.</summary>
    /// <exception cref="TemplateException">It is not true or false.</exception>
    public bool Condition(TemplateExpression expression) => Value(expression) switch
    {
        bool flag => flag,
        var other => throw new TemplateException($"{Written(expression)} is {TemplateValue.Describe(other)}, where true or false is needed. Compare it with something.", expression.Start),
    };

    private object? Compute(TemplateExpression expression) => expression switch
    {
        LiteralExpression literal => literal.Value is long whole ? (decimal)whole : literal.Value,
        ListExpression list => new JsonArray([.. list.Elements.Select(e => TemplateValue.ToJson(Value(e)))]),
        SecretExpression secret => secrets.TryGetValue(secret.Name, out var value) ? value : throw new SecretNotFoundException(secret.Name),
        NameExpression name => Name(name),
        MemberExpression member => Member(member),
        FilterExpression filter => Filter(filter),
        NotExpression not => !Condition(not.Operand),
        BinaryExpression binary => Binary(binary),
        _ => throw new TemplateException($"{expression.GetType().Name} has no value.", expression.Start),
    };

    private object? Name(NameExpression name)
    {
        if (name.Name == scope.ElementName)
            return TemplateValue.From(scope.Element);
        return name.Name is "params" or "interval" or "run" or "tasks"
            ? throw new TemplateException($"'{name.Name}' alone is no value. Write a name after it, such as {Example(name.Name)}.", name.Start)
            : throw new TemplateException(TemplateNames.Unknown(name.Name, scope.ElementName), name.Start);
    }

    private object? Member(MemberExpression member)
    {
        var key = member.Key is LiteralExpression { Value: var literal } ? literal : Value(member.Key);
        if (member.Target is NameExpression root && root.Name != scope.ElementName)
        {
            var name = TemplateValue.ToText(key) ?? "";
            switch (root.Name)
            {
                case "params":
                    return scope.Parameters.TryGetValue(name, out var parameter)
                        ? TemplateValue.From(parameter)
                        : throw new TemplateException($"There is no parameter '{name}'.{Naming.DidYouMean(name, scope.Parameters.Keys)}", member.Key.Start);
                case "interval":
                    if (name is not ("start" or "end"))
                        throw new TemplateException($"An interval has no '{name}'. It has start and end.", member.Key.Start);
                    return scope.Interval is { } interval
                        ? name == "start" ? interval.Start : interval.End
                        : new Absent("This run has no data interval. Start it with a date (--date 2026-01-31), or write '| default …' after it.");
                case "run":
                    return name switch
                    {
                        "id" => (decimal)scope.Run.Id,
                        "workflow" => scope.Run.Workflow,
                        "trigger" => scope.Run.Trigger,
                        "assets" => scope.Run.Assets,
                        "started" => scope.Run.Started is { } started ? started : new Absent("The run has not started yet."),
                        _ => throw new TemplateException($"A run has no '{name}'.{Naming.DidYouMean(name, TemplateRun.Names)}", member.Key.Start),
                    };
                case "tasks":
                    throw new TemplateException($"Write what of the task is meant: tasks.{name}.outputs.NAME.", member.Key.Start);
            }
        }
        if (member.Target is MemberExpression { Target: NameExpression { Name: "tasks" }, Key: LiteralExpression { Value: string task } } && scope.ElementName != "tasks")
            return Outputs(member, task, TemplateValue.ToText(key) ?? "");
        return Inside(Compute(member.Target), key, member);
    }

    private object? Outputs(MemberExpression member, string task, string name)
    {
        if (name != "outputs")
            throw new TemplateException($"A task has no '{name}' to name. Write tasks.{task}.outputs.NAME.", member.Key.Start);
        return scope.Outputs.TryGetValue(task, out var outputs)
            ? TemplateValue.From(outputs) ?? new JsonObject()
            : new Absent($"Task '{task}' has no outputs in this run: it was skipped, failed or is not upstream. Write '| default …' after it.");
    }

    private static object? Inside(object? target, object? key, MemberExpression member)
    {
        var position = member.Key.Start;
        switch (target)
        {
            case Absent absent:
                return absent;
            case JsonObject map when key is string name:
                return map.TryGetPropertyValue(name, out var value)
                    ? TemplateValue.From(value)
                    : new Absent($"{Written(member.Target)} has no '{name}'.{Naming.DidYouMean(name, map.Select(p => p.Key))}");
            case JsonArray list when TemplateValue.AsDecimal(key) is { } at:
                if (at < 0)
                    at += list.Count;
                return at == decimal.Truncate(at) && at >= 0 && at < list.Count
                    ? TemplateValue.From(list[(int)at])
                    : new Absent($"{Written(member.Target)} has {list.Count} elements, so that there is none at {key}. The first is at 0.");
            // The outputs of a mapped task are a list; a name gives that output of each instance that has outputs.
            case JsonArray list when key is string name && list.All(e => e is JsonObject || (e is null && AreOutputs(member.Target))):
                return OfEach(list, name, member);
            default:
                throw new TemplateException($"{Written(member.Target)} is {TemplateValue.Describe(target)}, which has no '{key}'.", position);
        }
    }

    private static JsonArray OfEach(JsonArray list, string name, MemberExpression member)
    {
        var values = new JsonArray();
        for (var i = 0; i < list.Count; i++)
        {
            // An instance that was skipped or failed holds its place with a null.
            if (list[i] is not JsonObject element)
                continue;
            values.Add(element.TryGetPropertyValue(name, out var value)
                ? value?.DeepClone()
                : throw new TemplateException($"Element {i} of {Written(member.Target)} has no '{name}'.{Naming.DidYouMean(name, element.Select(p => p.Key))}", member.Key.Start));
        }
        return values;
    }

    private static bool AreOutputs(TemplateExpression expression) =>
        expression is MemberExpression { Target: MemberExpression { Target: NameExpression { Name: "tasks" } }, Key: LiteralExpression { Value: "outputs" } };

    private object? Filter(FilterExpression filter)
    {
        if (TemplateFilter.Check(filter) is { } wrong)
            throw new TemplateException(wrong, filter.Start);
        var input = Compute(filter.Input);
        if (filter.Name == "default")
            return input is null or Absent ? Compute(filter.Arguments[0]) : input;
        if (input is Absent || filter.Name != "json")
            input = There(filter.Input, input);
        return TemplateFilter.Apply(filter, input, [.. filter.Arguments.Select(Value)], scope.TimeZone);
    }

    private bool Binary(BinaryExpression binary)
    {
        switch (binary.Operator)
        {
            case "and":
                return Condition(binary.Left) && Condition(binary.Right);
            case "or":
                return Condition(binary.Left) || Condition(binary.Right);
            case "==":
                return AreEqual(binary);
            case "!=":
                return !AreEqual(binary);
            case "in":
                return Contains(binary);
            case "not in":
                return !Contains(binary);
        }
        var order = Order(binary, Value(binary.Left), Value(binary.Right));
        return binary.Operator switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    private bool AreEqual(BinaryExpression binary)
    {
        var left = Compute(binary.Left);
        var right = Compute(binary.Right);
        if (left is null or Absent || right is null or Absent)
        {
            // Only a null that is written asks for absence; otherwise a missing value is an error, as everywhere.
            if (binary.Left is not LiteralExpression { Value: null } && binary.Right is not LiteralExpression { Value: null })
            {
                _ = Value(binary.Left);
                _ = Value(binary.Right);
            }
            return left is null or Absent && right is null or Absent;
        }
        return AreEqual(binary, left, right);
    }

    private bool AreEqual(BinaryExpression binary, object left, object right) => (left, right) switch
    {
        (bool a, bool b) => a == b,
        (JsonNode a, JsonNode b) => JsonNode.DeepEquals(a, b),
        _ => Order(binary, left, right) == 0,
    };

    private int Order(BinaryExpression binary, object left, object right)
    {
        if (TemplateValue.IsNumber(left) && TemplateValue.IsNumber(right))
        {
            return TemplateValue.AsDecimal(left) is { } a && TemplateValue.AsDecimal(right) is { } b
                ? a.CompareTo(b)
                : TemplateValue.AsDouble(left).CompareTo(TemplateValue.AsDouble(right));
        }
        if (left is string x && right is string y)
            return string.CompareOrdinal(x, y);
        if ((left is DateTimeOffset || right is DateTimeOffset) && TemplateValue.TryTime(left, scope.TimeZone, out var from) && TemplateValue.TryTime(right, scope.TimeZone, out var to))
            return from.CompareTo(to);
        throw new TemplateException($"'{binary.Operator}' cannot compare {TemplateValue.Describe(left)} with {TemplateValue.Describe(right)}.", binary.Start);
    }

    private bool Contains(BinaryExpression binary)
    {
        var element = Value(binary.Left);
        return Value(binary.Right) switch
        {
            JsonArray list => list.Any(e => TemplateValue.From(e) is { } value && value.GetType() == element.GetType() && AreEqual(binary, value, element)),
            JsonObject map when element is string key => map.ContainsKey(key),
            string text when element is string part => text.Contains(part, StringComparison.Ordinal),
            var other => throw new TemplateException($"'{binary.Operator}' looks into a list, a map or a text, not into {TemplateValue.Describe(other)}.", binary.Start),
        };
    }

    private static string Written(TemplateExpression expression) => expression switch
    {
        NameExpression name => $"'{name.Name}'",
        MemberExpression { Key: LiteralExpression { Value: var key } } member => $"'{Written(member.Target).Trim('\'')}.{key}'",
        _ => "This value",
    };

    private static string Example(string root) => root switch
    {
        "interval" => "interval.start",
        "run" => "run.id",
        "tasks" => "tasks.clean.outputs.rows",
        _ => "params.source",
    };
}

/// <summary>First names of paths.</summary>
internal static class TemplateNames
{
    public static IReadOnlyList<string> Roots { get; } = ["params", "interval", "run", "tasks"];

    public static string Unknown(string name, string? element) =>
        $"There is no '{name}' here.{Naming.DidYouMean(name, element is null ? Roots : [.. Roots, element])} A text stands in quotes: '{name}'.";
}
