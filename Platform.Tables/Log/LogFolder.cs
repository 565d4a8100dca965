using System.Globalization;

namespace Platform.Tables.Log;

/// <summary>A checkpoint that a listing found: one file, or all parts of one.</summary>
internal sealed record CheckpointFiles(long Version, IReadOnlyList<string> Paths);

/// <summary>The files of a table's _delta_log by their names.</summary>
internal sealed class LogFolder(string tableFolder)
{
    public const string Name = "_delta_log";

    public string TableFolder => tableFolder;

    public string Path { get; } = System.IO.Path.Combine(tableFolder, Name);

    public bool Exists => Directory.Exists(Path);

    public static string CommitName(long version) => version.ToString("D20", CultureInfo.InvariantCulture) + ".json";

    public string CommitPath(long version) => System.IO.Path.Combine(Path, CommitName(version));

    public string CheckpointPath(long version) => System.IO.Path.Combine(Path, version.ToString("D20", CultureInfo.InvariantCulture) + ".checkpoint.parquet");

    /// <summary>A commit's contents; null if it does not exist.</summary>
    public byte[]? ReadCommit(long version)
    {
        try
        {
            return File.ReadAllBytes(CommitPath(version));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The versions of all commits, ascending, and the checkpoints that are whole, newest first. One listing.</summary>
    public (List<long> Commits, List<CheckpointFiles> Checkpoints) List()
    {
        var commits = new List<long>();
        var whole = new List<CheckpointFiles>();
        var parts = new Dictionary<(long Version, int Of), SortedDictionary<int, string>>();
        foreach (var path in Directory.EnumerateFiles(Path))
        {
            var name = System.IO.Path.GetFileName(path);
            if (name.Length < 25 || !long.TryParse(name.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
                continue;
            var rest = name[20..].Split('.');
            switch (rest)
            {
                case ["", "json"]:
                    commits.Add(version);
                    break;
                case ["", "checkpoint", "parquet"] or ["", "checkpoint", _, "parquet" or "json"]:
                    whole.Add(new CheckpointFiles(version, [path]));
                    break;
                case ["", "checkpoint", var part, var of, "parquet"] when int.TryParse(part, out var number) && int.TryParse(of, out var count):
                    if (!parts.TryGetValue((version, count), out var known))
                        parts[(version, count)] = known = [];
                    known[number] = path;
                    break;
                default:
                    break;
            }
        }
        whole.AddRange(parts.Where(group => group.Value.Count == group.Key.Of).Select(group => new CheckpointFiles(group.Key.Version, [.. group.Value.Values])));
        commits.Sort();
        return (commits, [.. whole.OrderByDescending(checkpoint => checkpoint.Version)]);
    }

    /// <summary>A file's name for messages.</summary>
    public string Relative(string path) => System.IO.Path.GetRelativePath(tableFolder, path);
}
