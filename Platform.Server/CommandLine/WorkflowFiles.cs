using Platform.Workflows.Definition;

namespace Platform.Server.CommandLine;

/// <summary>Reads workflow files that a command names.</summary>
internal static class WorkflowFiles
{
    /// <summary>The texts of files, and of the <c>.yaml</c>, <c>.yml</c> and <c>.json</c> files right in folders, in order.</summary>
    /// <exception cref="CliError">One is missing, unreadable or too large.</exception>
    public static IReadOnlyList<WorkflowFile> Read(IEnumerable<string> paths) => [.. paths.SelectMany(Expand).Select(ReadOne)];

    /// <summary>One file.</summary>
    /// <exception cref="CliError">It is missing, unreadable or too large.</exception>
    public static WorkflowFile ReadOne(string file)
    {
        try
        {
            if (new FileInfo(file) is { Exists: true, Length: > 4 << 20 })
                throw new CliError($"'{file}' has more than 4 MiB, which no workflow needs.", "Give a workflow's YAML file.");
            return new WorkflowFile(file, WorkflowReader.TryDecode(File.ReadAllBytes(file), out var text, out var problem) ? text : "", problem);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliError($"'{file}' cannot be read: {e.Message}", "Check the path and that this account may read it.");
        }
    }

    private static IEnumerable<string> Expand(string path)
    {
        if (!Directory.Exists(path))
            return [path];
        var files = Directory.EnumerateFiles(path).Where(f => Path.GetExtension(f) is ".yaml" or ".yml" or ".json").Order(StringComparer.Ordinal).ToList();
        return files.Count > 0 ? files : throw new CliError($"The folder '{path}' holds no .yaml, .yml or .json file.", "Name a file, or another folder.");
    }
}

/// <summary>A workflow file that was read.</summary>
/// <param name="File">Its path.</param>
/// <param name="Text">Its text; empty where it is none.</param>
/// <param name="NotText">Why it is no text; null where it is one.</param>
internal sealed record WorkflowFile(string File, string Text, Problem? NotText);
