using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Platform.Workflows.Activities;

/// <summary>All activities that a platform knows, by name. Immutable.</summary>
public sealed class ActivityCatalog
{
    private readonly FrozenDictionary<string, ActivityDescriptor> _byName;

    private ActivityCatalog(IEnumerable<ActivityDescriptor> activities)
    {
        All = [.. activities.OrderBy(a => a.Stage).ThenBy(a => a.Name, StringComparer.Ordinal)];
        _byName = All.ToFrozenDictionary(a => a.Name, StringComparer.Ordinal);
    }

    /// <summary>A catalog without activities.</summary>
    public static ActivityCatalog Empty { get; } = new([]);

    /// <summary>All activities, in the order of the toolbox: by stage, then by name.</summary>
    public IReadOnlyList<ActivityDescriptor> All { get; }

    /// <summary>The activities of these assemblies: their classes with <see cref="ActivityAttribute"/>.</summary>
    /// <exception cref="ActivityCatalogException">A class breaks the contract, or two share a name; the message lists them all.</exception>
    public static ActivityCatalog FromAssemblies(params IEnumerable<Assembly> assemblies) => Empty.With(assemblies);

    /// <summary>This catalog with the activities of these assemblies added.</summary>
    /// <exception cref="ActivityCatalogException">A class breaks the contract, or two share a name; the message lists them all.</exception>
    public ActivityCatalog With(params IEnumerable<Assembly> assemblies)
    {
        var errors = new List<string>();
        var types = assemblies.Distinct().SelectMany(a => TypesOf(a, errors)).ToList();
        return With(types, errors);
    }

    /// <summary>This catalog with the activities of these classes added.</summary>
    /// <exception cref="ActivityCatalogException">A class breaks the contract, or two share a name; the message lists them all.</exception>
    public ActivityCatalog WithTypes(params IEnumerable<Type> types) => With(types, []);

    /// <summary>This catalog with the activities of the class libraries in a folder added, for <c>--activities FOLDER</c>. A library shares the platform's own assemblies and brings its other dependencies beside it.</summary>
    /// <param name="folder">The folder; its own <c>.dll</c> files are read, not those of its subfolders.</param>
    /// <exception cref="ActivityCatalogException">The folder is missing, a file is no .NET library, a dependency is missing, a class breaks the contract, or two share a name; the message lists them all.</exception>
    public ActivityCatalog LoadFolder(string folder)
    {
        var errors = new List<string>();
        var assemblies = ActivityFolder.Load(folder, errors);
        var types = assemblies.SelectMany(a => TypesOf(a, errors)).ToList();
        if (types.Count == 0 && errors.Count == 0)
            errors.Add($"Folder '{Path.GetFullPath(folder)}' holds no class library with activities. Put the built library there (the .dll file that references Platform.Workflows and has classes with [Activity]).");
        return With(types, errors);
    }

    /// <summary>The activity; null where there is none of that name.</summary>
    public ActivityDescriptor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Whether there is such an activity, and which.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out ActivityDescriptor? activity) => _byName.TryGetValue(name, out activity);

    /// <summary>The activity.</summary>
    /// <exception cref="ActivityCatalogException">There is none of that name.</exception>
    public ActivityDescriptor Get(string name) => Find(name) ?? throw new ActivityCatalogException([UnknownMessage(name)]);

    /// <summary>Says that there is no such activity, and which one may have been meant.</summary>
    public string UnknownMessage(string name) =>
        $"There is no activity '{name}'.{(Naming.Nearest(name, _byName.Keys) is { } near ? $" Did you mean '{near}'?" : " Choose one from the toolbox, or start the platform with the library that brings it: --activities FOLDER.")}";

    private ActivityCatalog With(IEnumerable<Type> types, List<string> errors)
    {
        var all = new Dictionary<string, ActivityDescriptor>(_byName);
        foreach (var type in types)
        {
            if (DescriptorFactory.Create(type, errors) is not { } activity)
                continue;
            if (!all.TryAdd(activity.Name, activity))
                errors.Add($"Two classes are activity '{activity.Name}': {all[activity.Name].Type.FullName} in {all[activity.Name].Source} and {type.FullName} in {activity.Source}. Rename one.");
        }
        return errors.Count == 0 ? new ActivityCatalog(all.Values) : throw new ActivityCatalogException(errors);
    }

    private static IEnumerable<Type> TypesOf(Assembly assembly, List<string> errors)
    {
        try
        {
            return [.. assembly.GetTypes().Where(t => t.IsDefined(typeof(ActivityAttribute), inherit: false))];
        }
        catch (ReflectionTypeLoadException e)
        {
            errors.Add($"Library '{assembly.GetName().Name}' cannot be read: {e.LoaderExceptions.FirstOrDefault()?.Message} Put its dependencies beside it, or build it against this version of Platform.Workflows.");
            return [];
        }
    }
}

/// <summary>Activities cannot be used; the message lists every reason.</summary>
public sealed class ActivityCatalogException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>Each reason: what, which, what to do.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
