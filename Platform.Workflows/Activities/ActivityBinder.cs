using System.Reflection;
using System.Text.Json.Nodes;

namespace Platform.Workflows.Activities;

/// <summary>Makes activities ready to run: services through the constructor, resolved values into the fields.</summary>
public static class ActivityBinder
{
    /// <summary>A new instance with its services and with <paramref name="with"/> in its fields.</summary>
    /// <param name="activity">The activity.</param>
    /// <param name="services">Where the constructor's services come from.</param>
    /// <param name="with">Values of the fields, without templates. Null and missing values keep the defaults.</param>
    /// <exception cref="ActivityException">Values do not fit (kind <c>bad-input</c>, never retried; the message lists them all), or a service is missing (kind <c>bad-activity</c>).</exception>
    public static IActivity Create(ActivityDescriptor activity, IServiceProvider services, JsonObject with)
    {
        var instance = Create(activity, services);
        Bind(instance, activity, with);
        return instance;
    }

    /// <summary>A new instance with its services and with its fields at their defaults: the first public constructor, the longest first, whose parameters are all services or optional.</summary>
    /// <exception cref="ActivityException">A service is missing (kind <c>bad-activity</c>).</exception>
    public static IActivity Create(ActivityDescriptor activity, IServiceProvider services)
    {
        string? missing = null;
        foreach (var constructor in activity.Type.GetConstructors().OrderByDescending(c => c.GetParameters().Length))
        {
            var parameters = constructor.GetParameters();
            var arguments = new object?[parameters.Length];
            var complete = true;
            for (var i = 0; i < parameters.Length && complete; i++)
            {
                var type = parameters[i].ParameterType;
                arguments[i] = type == typeof(IServiceProvider) ? services : services.GetService(type);
                if (arguments[i] is not null)
                    continue;
                complete = parameters[i].HasDefaultValue;
                if (complete)
                    arguments[i] = parameters[i].DefaultValue;
                else
                    missing ??= type.Name;
            }
            if (complete)
                return (IActivity)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null);
        }
        throw new ActivityException("bad-activity", $"Activity '{activity.Name}' ({activity.Type.FullName}) needs the service {missing ?? "of a public constructor"}, which this platform does not have. Take only the platform's services in its constructor.", retryable: false);
    }

    /// <summary>Puts <paramref name="with"/> into the fields of <paramref name="instance"/>.</summary>
    /// <exception cref="ActivityException">Values do not fit (kind <c>bad-input</c>, never retried); the message lists them all.</exception>
    public static void Bind(IActivity instance, ActivityDescriptor activity, JsonObject with)
    {
        var converter = new FieldConverter(templates: false);
        var values = Convert(converter, activity, with);
        if (converter.Problems.Count > 0)
            throw new ActivityException("bad-input", string.Join(Environment.NewLine, converter.Problems.Select(p => p.Message)), retryable: false);
        foreach (var (field, value) in values)
            Property(activity, field).SetValue(instance, value);
    }

    /// <summary>What does not fit in <paramref name="with"/> as a workflow writes it. Texts with templates are taken to fit; they are checked when they have values.</summary>
    public static IReadOnlyList<FieldProblem> Check(ActivityDescriptor activity, JsonObject with)
    {
        var converter = new FieldConverter(templates: true);
        _ = Convert(converter, activity, with);
        return converter.Problems;
    }

    private static List<(FieldDescriptor Field, object? Value)> Convert(FieldConverter converter, ActivityDescriptor activity, JsonObject with)
    {
        var values = new List<(FieldDescriptor, object?)>(with.Count);
        foreach (var (key, node) in with)
        {
            if (activity.Fields.FirstOrDefault(f => f.Name == key) is not { } field)
            {
                converter.Note(key, "unknown-field", activity.Fields.Count == 0
                    ? $"Activity '{activity.Name}' has no field '{key}'; it takes none. Remove it."
                    : $"Activity '{activity.Name}' has no field '{key}'.{Naming.DidYouMean(key, activity.Fields.Select(f => f.Name))}");
                continue;
            }
            // YAML's 'key:' without a value is null: the same as leaving the field out, unless null is a value of its own.
            if (node is null && (field.Required || !AllowsNull(field)))
                continue;
            values.Add((field, converter.Convert(node, field.Type, field, field.Name)));
        }
        foreach (var field in activity.Fields)
        {
            if (field.Required && with[field.Name] is null)
                converter.Note(with.ContainsKey(field.Name) ? field.Name : "", "missing-field", $"Activity '{activity.Name}' needs '{field.Name}'. {(field.Help is null ? "Add it under 'with'." : $"Add it under 'with': {field.Help}")}");
        }
        return values;
    }

    private static bool AllowsNull(FieldDescriptor field) =>
        field.Default is null && FieldType.Of(field.Type).Nullable;

    private static PropertyInfo Property(ActivityDescriptor activity, FieldDescriptor field) =>
        field.Property ?? activity.Type.GetProperties().First(p => Naming.Snake(p.Name) == field.Name);
}
