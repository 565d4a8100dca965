using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Platform.Workflows.Activities;

/// <summary>How a record is made from named values: the constructor's parameters first, then the properties that can be set.</summary>
internal sealed class RecordShape
{
    private static readonly ConcurrentDictionary<Type, RecordShape> Known = new();

    private readonly ConstructorInfo? _constructor;
    private readonly ParameterInfo[] _parameters;

    private RecordShape(Type type)
    {
        Type = type;
        _constructor = type.GetConstructors()
            .Where(c => !(c.GetParameters() is [var only] && only.ParameterType == type))
            .OrderByDescending(c => c.GetParameters().Length)
            .FirstOrDefault();
        _parameters = _constructor?.GetParameters() ?? [];
        var nullability = new NullabilityInfoContext();
        var members = new List<RecordMember>();
        object? sample = null;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length > 0 || property.Name == "EqualityContract")
                continue;
            var parameter = Array.FindIndex(_parameters, p => string.Equals(p.Name, property.Name, StringComparison.OrdinalIgnoreCase));
            if (parameter < 0 && property.SetMethod is not { IsPublic: true })
                continue;
            if (parameter >= 0)
            {
                var given = _parameters[parameter];
                var mayBeNull = nullability.Create(given).WriteState == NullabilityState.Nullable;
                members.Add(new(Naming.Snake(property.Name), property, parameter, !given.HasDefaultValue && !mayBeNull, DefaultOf(given)));
                continue;
            }
            sample ??= Blank();
            var required = property.IsDefined(typeof(RequiredMemberAttribute));
            members.Add(new(Naming.Snake(property.Name), property, -1, required, required ? null : property.GetValue(sample)));
        }
        Members = members;
    }

    public Type Type { get; }

    /// <summary>Members in the order of declaration.</summary>
    public IReadOnlyList<RecordMember> Members { get; }

    public static RecordShape Of(Type type) => Known.GetOrAdd(type, static t => new RecordShape(t));

    /// <summary>A record with these values; members that are not among them keep their defaults.</summary>
    public object Make(IReadOnlyDictionary<RecordMember, object?> values)
    {
        var arguments = Array.ConvertAll(_parameters, DefaultOf);
        foreach (var (member, value) in values)
        {
            if (member.Parameter >= 0)
                arguments[member.Parameter] = value;
        }
        var made = Invoke(arguments);
        foreach (var (member, value) in values)
        {
            if (member.Parameter < 0)
                member.Property.SetValue(made, value);
        }
        return made;
    }

    private object Blank() => Invoke(Array.ConvertAll(_parameters, DefaultOf));

    private object Invoke(object?[] arguments) => _constructor is null ? Activator.CreateInstance(Type)! : _constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null);

    private static object? DefaultOf(ParameterInfo parameter)
    {
        if (parameter.HasDefaultValue && parameter.DefaultValue is { } value)
            return value;
        return parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null
            ? Activator.CreateInstance(parameter.ParameterType)
            : null;
    }
}

/// <summary>A named value of a record.</summary>
/// <param name="Name">Its name in YAML.</param>
/// <param name="Property">The property.</param>
/// <param name="Parameter">Index of its constructor parameter, or -1 where the property is set.</param>
/// <param name="Required">Whether it must be given.</param>
/// <param name="Default">Its value where it is not given.</param>
internal sealed record RecordMember(string Name, PropertyInfo Property, int Parameter, bool Required, object? Default);
