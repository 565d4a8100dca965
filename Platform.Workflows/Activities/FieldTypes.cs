using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Platform.Workflows.Activities;

/// <summary>Which shape of value a property's type takes.</summary>
internal enum FieldShape
{
    Unsupported,
    Text,
    Integer,
    Number,
    Boolean,
    Duration,
    Date,
    Timestamp,
    Choice,
    Any,
    List,
    Map,
    Record,
}

/// <summary>A property's type as the binder sees it.</summary>
/// <param name="Shape">The shape of its values.</param>
/// <param name="Type">The type without <see cref="Nullable{T}"/>.</param>
/// <param name="Nullable">Whether null is a value of the type.</param>
/// <param name="Element">Element of a list or value of a map; null otherwise.</param>
internal sealed record FieldType(FieldShape Shape, Type Type, bool Nullable, Type? Element)
{
    private static readonly ConcurrentDictionary<Type, FieldType> Known = new();
    private static readonly ConcurrentDictionary<Type, IReadOnlyDictionary<string, object>> Choices = new();

    private static readonly Type[] ListTypes =
    [
        typeof(List<>), typeof(IList<>), typeof(IReadOnlyList<>), typeof(ICollection<>), typeof(IReadOnlyCollection<>), typeof(IEnumerable<>),
    ];

    private static readonly Type[] MapTypes = [typeof(Dictionary<,>), typeof(IDictionary<,>), typeof(IReadOnlyDictionary<,>)];

    /// <summary>What <paramref name="type"/> takes.</summary>
    public static FieldType Of(Type type) => Known.GetOrAdd(type, Find);

    /// <summary>Values of an enum by their kebab-case names, in the order of declaration.</summary>
    public static IReadOnlyDictionary<string, object> ChoicesOf(Type type) => Choices.GetOrAdd(type, static t =>
        t.GetFields(BindingFlags.Public | BindingFlags.Static).ToDictionary(f => Naming.Kebab(f.Name), f => f.GetValue(null)!));

    private static FieldType Find(Type type)
    {
        var bare = System.Nullable.GetUnderlyingType(type) ?? type;
        var nullable = !type.IsValueType || bare != type;
        if (bare.IsArray && bare.GetArrayRank() == 1)
            return new(FieldShape.List, bare, nullable, bare.GetElementType());
        if (bare.IsGenericType)
        {
            var open = bare.GetGenericTypeDefinition();
            var arguments = bare.GetGenericArguments();
            if (ListTypes.Contains(open))
                return new(FieldShape.List, bare, nullable, arguments[0]);
            if (MapTypes.Contains(open) && arguments[0] == typeof(string))
                return new(FieldShape.Map, bare, nullable, arguments[1]);
        }
        return new(ShapeOf(bare), bare, nullable, null);
    }

    private static FieldShape ShapeOf(Type type) => type switch
    {
        _ when type == typeof(string) => FieldShape.Text,
        _ when type == typeof(int) || type == typeof(long) => FieldShape.Integer,
        _ when type == typeof(double) || type == typeof(decimal) || type == typeof(float) => FieldShape.Number,
        _ when type == typeof(bool) => FieldShape.Boolean,
        _ when type == typeof(TimeSpan) => FieldShape.Duration,
        _ when type == typeof(DateOnly) => FieldShape.Date,
        _ when type == typeof(DateTimeOffset) => FieldShape.Timestamp,
        _ when type.IsEnum => FieldShape.Choice,
        _ when typeof(JsonNode).IsAssignableFrom(type) => FieldShape.Any,
        _ when IsRecord(type) => FieldShape.Record,
        _ => FieldShape.Unsupported,
    };

    // The compiler gives every record class this method; a record struct has PrintMembers instead.
    private static bool IsRecord(Type type) =>
        !type.IsAbstract
        && (type.GetMethod("<Clone>$") is not null
            || (type.IsValueType && type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is { } print && print.IsDefined(typeof(CompilerGeneratedAttribute))));
}
