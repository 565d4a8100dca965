using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;

namespace Platform.Workflows.Activities;

/// <summary>Loads the class libraries of a folder. Each has a context of its own, so that two may bring different versions of a dependency; what the platform has, they share with it.</summary>
internal static class ActivityFolder
{
    private static readonly string Contract = typeof(IActivity).Assembly.GetName().Name!;

    /// <summary>The folder's libraries that reference the contract; what cannot be read goes to <paramref name="errors"/>.</summary>
    public static IReadOnlyList<Assembly> Load(string folder, List<string> errors)
    {
        var full = Path.GetFullPath(folder);
        if (!Directory.Exists(full))
        {
            errors.Add($"There is no folder '{full}' for activities. Create it, or leave --activities out.");
            return [];
        }
        var libraries = new List<Assembly>();
        foreach (var path in Directory.EnumerateFiles(full, "*.dll").Order(StringComparer.Ordinal))
        {
            try
            {
                if (IsActivityLibrary(path))
                    libraries.Add(new Context(path).LoadFromAssemblyPath(path));
            }
            catch (Exception e) when (e is BadImageFormatException or FileLoadException or IOException or UnauthorizedAccessException)
            {
                errors.Add($"'{path}' cannot be loaded as a .NET library: {e.Message} Build it for net10.0, or remove it from the folder.");
            }
        }
        return libraries;
    }

    // A folder of build output also holds dependencies, native libraries and copies of the platform's own files: those are not activities.
    private static bool IsActivityLibrary(string path)
    {
        using var file = File.OpenRead(path);
        using var image = new PEReader(file);
        if (!image.HasMetadata)
            return false;
        var metadata = image.GetMetadataReader();
        if (!metadata.IsAssembly || SharedWithPlatform(metadata.GetAssemblyDefinition().GetAssemblyName()) is not null)
            return false;
        return metadata.AssemblyReferences.Any(r => metadata.StringComparer.Equals(metadata.GetAssemblyReference(r).Name, Contract));
    }

    private static Assembly? SharedWithPlatform(AssemblyName name)
    {
        // The contract must be the very assembly that the platform runs with, also where a host loaded the platform into a context of its own.
        if (name.Name == Contract)
            return typeof(IActivity).Assembly;
        try
        {
            return AssemblyLoadContext.Default.LoadFromAssemblyName(new AssemblyName(name.Name!));
        }
        catch (Exception e) when (e is FileNotFoundException or FileLoadException)
        {
            return null;
        }
    }

    private sealed class Context(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
    {
        private readonly AssemblyDependencyResolver _resolver = new(path);

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (SharedWithPlatform(assemblyName) is { } shared)
                return shared;
            var beside = _resolver.ResolveAssemblyToPath(assemblyName) ?? Path.Combine(Path.GetDirectoryName(path)!, assemblyName.Name + ".dll");
            return File.Exists(beside) ? LoadFromAssemblyPath(beside) : null;
        }

        protected override IntPtr LoadUnmanagedDll(string unmanagedDllName) =>
            _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } native ? LoadUnmanagedDllFromPath(native) : IntPtr.Zero;
    }
}
