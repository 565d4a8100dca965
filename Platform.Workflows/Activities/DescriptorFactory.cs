using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Platform.Workflows.Activities;

/// <summary>Reads an activity's class into its descriptor.</summary>
internal static class DescriptorFactory
{
    // A record may contain itself (a tree of conditions): the panel shows that many levels.
    private const int MaxDepth = 4;

    /// <summary>The descriptor; what is wrong with the class goes to <paramref name="errors"/> and gives null.</summary>
    public static ActivityDescriptor? Create(Type type, List<string> errors)
    {
        var attribute = type.GetCustomAttribute<ActivityAttribute>()!;
        var before = errors.Count;
        if (!Names.IsActivity(attribute.Name))
            errors.Add($"Activity '{attribute.Name}' ({type.FullName}) has a bad name. Write a stage and a word with a dot, in lower case: 'ingest.files'.");
        if (!typeof(IActivity).IsAssignableFrom(type))
            errors.Add($"Class {type.FullName} has [Activity(\"{attribute.Name}\")] but does not implement IActivity. Implement it.");
        if (type.IsAbstract || type.ContainsGenericParameters)
            errors.Add($"Class {type.FullName} of activity '{attribute.Name}' is abstract or generic, so that no instance can be made. Make it a plain sealed class.");
        if (type.GetConstructors().Length == 0)
            errors.Add($"Class {type.FullName} of activity '{attribute.Name}' has no public constructor. Give it one.");
        if (errors.Count > before || Sample(type, attribute.Name, errors) is not { } sample)
            return null;

        var fields = new List<FieldDescriptor>();
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetCustomAttribute<FieldAttribute>() is not { } field)
                continue;
            if (property.SetMethod is not { IsPublic: true })
                errors.Add($"Field {type.Name}.{property.Name} of activity '{attribute.Name}' cannot be set. Give it '{{ get; init; }}'.");
            else if (Unsupported(property.PropertyType, 0) is { } bad)
                errors.Add($"Field {type.Name}.{property.Name} of activity '{attribute.Name}' has the type {bad}, which a workflow cannot write. Use text, numbers, bool, TimeSpan, DateOnly, DateTimeOffset, enums, JsonNode, lists, dictionaries with text keys, or records of these.");
            else
                fields.Add(Field(property, field, property.IsDefined(typeof(RequiredMemberAttribute)) || field.Required, property.GetValue(sample), 0));
        }
        if (errors.Count > before)
            return null;
        return new ActivityDescriptor
        {
            Name = attribute.Name,
            Title = attribute.Title,
            TitleZh = attribute.TitleZh,
            Help = attribute.Help,
            HelpZh = attribute.HelpZh,
            Stage = attribute.Stage,
            Icon = attribute.Icon,
            Example = attribute.Example ?? ExampleOf(fields),
            Fields = fields,
            Outputs = attribute.Outputs is null ? [] : [.. RecordShape.Of(attribute.Outputs).Members.Select(Output)],
            Preview = attribute.Preview,
            Would = attribute.Would,
            WouldZh = attribute.WouldZh,
            Type = type,
            Source = type.Assembly.GetName().Name ?? "",
        };
    }

    private static object? Sample(Type type, string name, List<string> errors)
    {
        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        try
        {
            // Defaults are what the initialisers set; services are not there yet, and a constructor only keeps them.
            return constructor.Invoke(Array.ConvertAll(constructor.GetParameters(), p => p.HasDefaultValue ? p.DefaultValue : null));
        }
        catch (TargetInvocationException e)
        {
            errors.Add($"The constructor of {type.FullName} (activity '{name}') failed while its defaults were read: {e.InnerException?.Message} It must only keep its services; move the work to RunAsync.");
            return null;
        }
    }

    private static FieldDescriptor Field(PropertyInfo property, FieldAttribute attribute, bool required, object? value, int depth)
    {
        var type = FieldType.Of(property.PropertyType);
        var element = type.Element is null ? type : FieldType.Of(type.Element);
        string[] options = attribute.Options ?? (element.Shape == FieldShape.Choice ? [.. FieldType.ChoicesOf(element.Type).Keys] : []);
        return new FieldDescriptor
        {
            Name = Naming.Snake(property.Name),
            Title = attribute.Title ?? Naming.Sentence(property.Name),
            TitleZh = attribute.TitleZh,
            Help = attribute.Help,
            HelpZh = attribute.HelpZh,
            Kind = attribute.Kind == FieldKind.Auto ? KindOf(type, options.Length > 0) : attribute.Kind,
            Required = required,
            Default = required ? null : FieldDefaults.ToJson(value),
            Options = options,
            Min = double.IsNaN(attribute.Min) ? null : attribute.Min,
            Max = double.IsNaN(attribute.Max) ? null : attribute.Max,
            Example = attribute.Example,
            NotEmpty = attribute.NotEmpty || (required && type.Shape == FieldShape.Text),
            TableUse = attribute.TableUse,
            Needs = attribute.Needs,
            For = attribute.For,
            ElementFields = element.Shape == FieldShape.Record && depth < MaxDepth ? ElementFields(element.Type, depth + 1) : [],
            Type = property.PropertyType,
            Property = property,
        };
    }

    private static List<FieldDescriptor> ElementFields(Type record, int depth) =>
        [.. RecordShape.Of(record).Members.Select(m => Field(m.Property, m.Property.GetCustomAttribute<FieldAttribute>() ?? new FieldAttribute(), m.Required, m.Default, depth))];

    private static FieldKind KindOf(FieldType type, bool hasOptions) => type.Shape switch
    {
        FieldShape.Text => hasOptions ? FieldKind.Choice : FieldKind.Text,
        FieldShape.Integer => FieldKind.Integer,
        FieldShape.Number => FieldKind.Number,
        FieldShape.Boolean => FieldKind.Boolean,
        FieldShape.Duration => FieldKind.Duration,
        FieldShape.Date or FieldShape.Timestamp => FieldKind.Date,
        FieldShape.Choice => FieldKind.Choice,
        FieldShape.List => FieldKind.List,
        FieldShape.Map or FieldShape.Record => FieldKind.Map,
        _ => FieldKind.Any,
    };

    private static string? Unsupported(Type type, int depth)
    {
        var field = FieldType.Of(type);
        return field.Shape switch
        {
            FieldShape.Unsupported => type.Name,
            FieldShape.List or FieldShape.Map => Unsupported(field.Element!, depth),
            FieldShape.Record when depth < MaxDepth => RecordShape.Of(field.Type).Members
                .Select(m => Unsupported(m.Property.PropertyType, depth + 1) is { } bad ? $"{type.Name}.{m.Property.Name}: {bad}" : null)
                .FirstOrDefault(bad => bad is not null),
            _ => null,
        };
    }

    private static OutputDescriptor Output(RecordMember member)
    {
        var kind = FieldType.Of(member.Property.PropertyType).Shape switch
        {
            FieldShape.Integer => "integer",
            FieldShape.Number => "number",
            FieldShape.Boolean => "boolean",
            FieldShape.List => "list",
            FieldShape.Map or FieldShape.Record or FieldShape.Any or FieldShape.Unsupported => "object",
            _ => "text",
        };
        return new OutputDescriptor(member.Name, kind, member.Property.GetCustomAttribute<DescriptionAttribute>()?.Description);
    }

    private static string ExampleOf(List<FieldDescriptor> fields)
    {
        var text = new StringBuilder();
        foreach (var field in fields.Where(f => f.Required || f.Example is not null))
        {
            var value = field.Example ?? (field.Options.Count > 0 ? field.Options[0] : field.Kind switch
            {
                FieldKind.Integer or FieldKind.Number => (field.Min ?? 1).ToString(CultureInfo.InvariantCulture),
                FieldKind.Boolean => "true",
                FieldKind.Duration => "30s",
                FieldKind.Date => "2026-01-31",
                FieldKind.Table => "raw.orders",
                FieldKind.List or FieldKind.Columns => "[]",
                FieldKind.Map => "{}",
                _ => "…",
            });
            _ = text.Append(CultureInfo.InvariantCulture, $"{field.Name}: {value}\n");
        }
        return text.ToString();
    }
}

/// <summary>Defaults of fields as JSON.</summary>
internal static class FieldDefaults
{
    public static JsonNode? ToJson(object? value) => value switch
    {
        null => null,
        JsonNode node => node.DeepClone(),
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create((long)number),
        long number => JsonValue.Create(number),
        double number => double.IsFinite(number) ? JsonValue.Create(number) : null,
        float number => float.IsFinite(number) ? JsonValue.Create((double)number) : null,
        decimal number => JsonValue.Create(number),
        TimeSpan duration => JsonValue.Create(Duration.Format(duration)),
        DateOnly date => JsonValue.Create(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        DateTimeOffset time => JsonValue.Create(time.ToString("O", CultureInfo.InvariantCulture)),
        Enum choice => JsonValue.Create(Naming.Kebab(choice.ToString())),
        System.Collections.IDictionary map => new JsonObject(map.Keys.Cast<string>().Select(k => KeyValuePair.Create(k, ToJson(map[k])))),
        System.Collections.IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(ToJson)]),
        _ => new JsonObject(RecordShape.Of(value.GetType()).Members.Select(m => KeyValuePair.Create(m.Name, ToJson(m.Property.GetValue(value))))),
    };
}
