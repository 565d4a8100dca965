namespace Platform.Activities;

/// <summary>The platform's home folder, as activities see it: where a relative path in a workflow begins.</summary>
/// <param name="home">The home folder (<c>--home</c>, <c>PLATFORM_HOME</c>).</param>
public sealed class Workspace(string home)
{
    /// <summary>Absolute path of the home folder.</summary>
    public string Home { get; } = Path.GetFullPath(home);

    /// <summary>The absolute path of <paramref name="path"/>; a relative one begins in <see cref="Home"/>.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, Home);
}
