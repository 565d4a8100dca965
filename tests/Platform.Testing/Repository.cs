namespace Platform.Testing;

/// <summary>Where the tests' sources lie.</summary>
public static class Repository
{
    /// <summary>The folder with Platform.sln, found upwards from the test's output.</summary>
    /// <exception cref="DirectoryNotFoundException">The test runs outside a clone.</exception>
    public static string Root { get; } = Find();

    /// <summary>A path below the root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Platform.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Platform.sln. Run the tests from a clone.");
    }
}
