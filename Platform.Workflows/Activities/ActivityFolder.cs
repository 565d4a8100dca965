using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
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

    // The runtime's own resolver reads the library's .deps.json, and a malformed one ends the whole process there; beside the library is all that is needed.
    private sealed class Context(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
    {
        private readonly string _folder = Path.GetDirectoryName(path)!;

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (SharedWithPlatform(assemblyName) is { } shared)
                return shared;
            var beside = Path.Combine(_folder, assemblyName.Name + ".dll");
            return File.Exists(beside) ? LoadFromAssemblyPath(beside) : null;
        }

        protected override IntPtr LoadUnmanagedDll(string unmanagedDllName)
        {
            foreach (var folder in new[] { _folder, Path.Combine(_folder, "runtimes", RuntimeInformation.RuntimeIdentifier, "native") })
            {
                foreach (var name in new[] { unmanagedDllName, $"lib{unmanagedDllName}.so", $"{unmanagedDllName}.so", $"lib{unmanagedDllName}.dylib", $"{unmanagedDllName}.dll" })
                {
                    if (Path.Combine(folder, name) is var native && File.Exists(native))
                        return LoadUnmanagedDllFromPath(native);
                }
            }
            return IntPtr.Zero;
        }
    }
}
