namespace Platform.Activities;

/// <summary>The platform's home folder, as activities see it: where a relative path in a workflow begins.</summary>
/// <param name="home">The home folder (<c>--home</c>, <c>PLATFORM_HOME</c>).</param>
/// <param name="overlay">Folder of the files that a preview writes, which vanish with it; null in a run that counts.</param>
public sealed class Workspace(string home, string? overlay = null)
{
    private static readonly char[] Wildcards = ['*', '?', '['];

    /// <summary>Absolute path of the home folder.</summary>
    public string Home { get; } = Path.GetFullPath(home);

    /// <summary>The absolute path of <paramref name="path"/>; a relative one begins in <see cref="Home"/>. In a preview, what a task of it has written there is found in the place of its own.</summary>
    public string Resolve(string path)
    {
        var full = Path.GetFullPath(path, Home);
        if (overlay is null || full.StartsWith(overlay, StringComparison.Ordinal))
            return full;
        var mapped = ResolveToWrite(path);
        var wild = mapped.IndexOfAny(Wildcards, overlay.Length);
        var certain = wild < 0 ? mapped : Path.GetDirectoryName(mapped[..wild])!;
        return certain.Length > overlay.Length && (File.Exists(certain) || Directory.Exists(certain)) ? mapped : full;
    }

    /// <summary>Where an activity that writes the file or folder at <paramref name="path"/> puts it: there, or in a preview in a place of its own.</summary>
    public string ResolveToWrite(string path)
    {
        var full = Path.GetFullPath(path, Home);
        return overlay is null || full.StartsWith(overlay, StringComparison.Ordinal) ? full : Path.Join(overlay, full[Path.GetPathRoot(full)!.Length..]);
    }

    /// <summary>The same home with a place for the files of a preview.</summary>
    public Workspace With(string folder) => new(Home, Path.GetFullPath(folder));
}
