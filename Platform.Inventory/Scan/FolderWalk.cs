using System.Text.RegularExpressions;

namespace Platform.Inventory.Scan;

/// <summary>Lists the files of a folder tree that may be data, and its Delta tables. Goes on where a folder may not be read; follows no link out of the tree.</summary>
/// <param name="root">The folder.</param>
/// <param name="include">Globs below it; empty takes all.</param>
/// <param name="exclude">Globs below it to leave out.</param>
/// <param name="named">Whether somebody named the very file, which may then be a link to anywhere.</param>
internal sealed class FolderWalk(string root, IReadOnlyList<string> include, IReadOnlyList<string> exclude, bool named = false)
{
    private static readonly HashSet<string> NotData = new(StringComparer.OrdinalIgnoreCase)
    {
        ".md", ".rst", ".html", ".htm", ".xml", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".log", ".pdf", ".doc", ".docx", ".ppt", ".pptx", ".xls", ".xlsx",
        ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".bmp", ".tif", ".tiff", ".mp3", ".mp4", ".wav", ".avi", ".mov",
        ".zip", ".tar", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst", ".jar", ".exe", ".dll", ".so", ".o", ".a", ".class", ".pyc", ".bin", ".pkl", ".npy", ".npz", ".h5", ".onnx", ".pt",
        ".py", ".cs", ".java", ".js", ".ts", ".go", ".rs", ".c", ".cpp", ".h", ".sh", ".bat", ".ps1", ".ipynb", ".sql", ".r", ".css", ".crc", ".lock", ".license", ".db", ".duckdb", ".sqlite",
    };

    private readonly Regex[] _include = [.. include.Select(ToRegex)];
    private readonly Regex[] _exclude = [.. exclude.Select(ToRegex)];
    private readonly HashSet<string> _visited = new(StringComparer.Ordinal);

    /// <summary>Files that may be data.</summary>
    public List<FileInfo> Files { get; } = [];

    /// <summary>Folders with a <c>_delta_log</c>.</summary>
    public List<string> DeltaFolders { get; } = [];

    public List<SkippedPath> Skipped { get; } = [];

    public int Hidden { get; private set; }

    public void Walk(CancellationToken cancellation)
    {
        var real = Real(new DirectoryInfo(root));
        _visited.Add(real);
        Walk(new DirectoryInfo(root), cancellation);
    }

    private void Walk(DirectoryInfo folder, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        FileSystemInfo[] entries;
        try
        {
            entries = [.. folder.EnumerateFileSystemInfos("*", new EnumerationOptions { IgnoreInaccessible = false, AttributesToSkip = 0 }).OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException or System.Security.SecurityException)
        {
            Skipped.Add(new SkippedPath(folder.FullName, e is DirectoryNotFoundException ? "The folder vanished during the scan." : $"The folder may not be listed: {e.Message}", IsProblem: true));
            return;
        }

        if (entries.Any(entry => entry.Name == "_delta_log" && entry is DirectoryInfo))
        {
            if (Wanted(folder.FullName))
                DeltaFolders.Add(folder.FullName);
            return;
        }

        foreach (var entry in entries)
        {
            if (IsTemporary(entry.Name) || entry.Name.StartsWith('.') || entry.Name.StartsWith('_') && entry.Name is "_SUCCESS" or "_metadata" or "_common_metadata" or "_temporary" || entry.Name.StartsWith("_started", StringComparison.Ordinal) || entry.Name.StartsWith("_committed", StringComparison.Ordinal))
            {
                Hidden++;
                continue;
            }

            if (entry is DirectoryInfo child)
                Enter(child, cancellation);
            else if (entry is FileInfo file && Wanted(file.FullName))
                Look(file);
        }
    }

    // What editors, browsers and copies leave while they work, and what systems keep for themselves.
    private static bool IsTemporary(string name) => name is "lost+found" or "__MACOSX" or "node_modules" or "__pycache__" or "Thumbs.db" or "desktop.ini" or "$RECYCLE.BIN" or "System Volume Information"
        || name.EndsWith('~') || name.StartsWith("~$", StringComparison.Ordinal) || name.StartsWith('#') && name.EndsWith('#')
        || Path.GetExtension(name).ToLowerInvariant() is ".tmp" or ".temp" or ".part" or ".partial" or ".crdownload" or ".download" or ".swp" or ".swo" or ".bak" or ".orig";

    private void Enter(DirectoryInfo folder, CancellationToken cancellation)
    {
        if (_exclude.Any(pattern => pattern.IsMatch(Relative(folder.FullName) + "/")))
            return;
        string real;
        try
        {
            real = Real(folder);
        }
        catch (IOException e)
        {
            Skipped.Add(new SkippedPath(folder.FullName, $"The link cannot be followed: {e.Message}", IsProblem: true));
            return;
        }

        if (folder.LinkTarget is not null && (real + "/").StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)) + "/", StringComparison.Ordinal))
        {
            Skipped.Add(new SkippedPath(folder.FullName, $"A link to {real}, which is scanned where it lies.", IsProblem: false));
            return;
        }

        if (folder.LinkTarget is not null)
            Skipped.Add(new SkippedPath(folder.FullName, Outside(real), IsProblem: false));
        else if (_visited.Add(real))
            Walk(folder, cancellation);
        else
            Skipped.Add(new SkippedPath(folder.FullName, $"A link to {real}, which is scanned already.", IsProblem: false));
    }

    private void Look(FileInfo file)
    {
        var name = file.Name;
        var extension = Path.GetExtension(name);
        if (NotData.Contains(extension) || name is "README" or "LICENSE" or "Makefile" or "Dockerfile")
            Skipped.Add(new SkippedPath(file.FullName, extension.Length > 0 ? $"Files of type {extension} are not tables." : $"{name} is not a table.", IsProblem: false));
        else if (file.LinkTarget is not null && Target(file) is null)
            Skipped.Add(new SkippedPath(file.FullName, $"A link to {file.LinkTarget}, which does not exist.", IsProblem: true));
        else if (!named && file.LinkTarget is not null && !Within(Target(file)!.FullName))
            Skipped.Add(new SkippedPath(file.FullName, Outside(Target(file)!.FullName), IsProblem: false));
        else if ((file.Attributes & FileAttributes.Device) != 0 || file.UnixFileMode == UnixFileMode.None && file.Attributes == FileAttributes.Normal && !File.Exists(file.FullName))
            Skipped.Add(new SkippedPath(file.FullName, "A device, pipe or socket, not a file.", IsProblem: false));
        else if ((Target(file) ?? file).Length == 0)
            // A named pipe has no length either; opening one would wait for whoever writes into it.
            Skipped.Add(new SkippedPath(file.FullName, "The file is empty (or a pipe, which is not read).", IsProblem: true));
        else
            Files.Add(file);
    }

    private static string Outside(string target) => $"A link to {target}, which lies outside the source. Name that as a source too if it is to be looked at.";

    // Whoever may write into a folder could otherwise have any file of the machine read; the root itself may be a link.
    private bool Within(string path)
    {
        var real = Real(new DirectoryInfo(root));
        return (path + "/").StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)) + "/", StringComparison.Ordinal) || (path + "/").StartsWith(Path.TrimEndingDirectorySeparator(real) + "/", StringComparison.Ordinal);
    }

    // The file that links lead to in the end; null where they lead nowhere or round in a circle.
    private static FileInfo? Target(FileInfo file)
    {
        if (file.LinkTarget is null)
            return file;
        try
        {
            return file.ResolveLinkTarget(returnFinalTarget: true) is { Exists: true } target ? new FileInfo(target.FullName) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private bool Wanted(string path)
    {
        var relative = Relative(path);
        return (_include.Length == 0 || _include.Any(pattern => pattern.IsMatch(relative))) && !_exclude.Any(pattern => pattern.IsMatch(relative));
    }

    private string Relative(string path) => Path.GetRelativePath(root, path).Replace('\\', '/');

    private static string Real(DirectoryInfo folder) => (folder.ResolveLinkTarget(returnFinalTarget: true) ?? folder).FullName;

    // ** any folders, * within a name, ? one character; a pattern without a slash matches names anywhere, and one that names a folder all below it.
    private static Regex ToRegex(string glob)
    {
        var anywhere = !glob.Contains('/', StringComparison.Ordinal);
        var body = Regex.Escape(glob.Trim().TrimStart('/')).Replace(@"\*\*/", "(?:.*/)?", StringComparison.Ordinal).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal).Replace(@"\?", "[^/]", StringComparison.Ordinal);
        return new Regex($"^{(anywhere ? "(?:.*/)?" : "")}{body.TrimEnd('/')}(?:/.*)?$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }
}
