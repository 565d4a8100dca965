using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Tables.Sources;

/// <summary>Expands paths with wildcards: <c>*</c> and <c>?</c> within a name, <c>**</c> over folders, <c>[a-z]</c> for one of some characters.</summary>
public static class PathGlob
{
    private static readonly char[] Wildcards = ['*', '?', '['];

    /// <summary>Whether the path has wildcards. A file whose very name has such characters is meant as it stands.</summary>
    public static bool IsGlob(string path) => path.IndexOfAny(Wildcards) >= 0 && !File.Exists(path);

    /// <summary>The files that an absolute path stands for, sorted by name; the path itself where it has no wildcard and is a file. Empty where there is none.</summary>
    public static IReadOnlyList<string> Expand(string path)
    {
        if (!IsGlob(path))
            return File.Exists(path) ? [path] : [];
        var parts = path.Split('/');
        var firstWild = Array.FindIndex(parts, part => part.IndexOfAny(Wildcards) >= 0);
        var root = string.Join('/', parts[..firstWild]);
        root = root.Length == 0 ? "/" : root;
        if (!Directory.Exists(root))
            return [];
        var deep = firstWild < parts.Length - 1;
        var pattern = new Regex($"^{Regex.Escape(root == "/" ? "" : root)}/{ToRegex(string.Join('/', parts[firstWild..]))}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        var options = new EnumerationOptions { RecurseSubdirectories = deep, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };
        var files = Directory.EnumerateFiles(root, "*", options).Where(file => pattern.IsMatch(file)).ToList();
        files.Sort(StringComparer.Ordinal);
        return files;
    }

    private static string ToRegex(string glob)
    {
        var regex = new StringBuilder();
        for (var i = 0; i < glob.Length; i++)
        {
            switch (glob[i])
            {
                case '*' when i + 1 < glob.Length && glob[i + 1] == '*':
                    i++;
                    var slash = i + 1 < glob.Length && glob[i + 1] == '/';
                    regex.Append(slash ? "(?:.*/)?" : ".*");
                    i += slash ? 1 : 0;
                    break;
                case '*':
                    regex.Append("[^/]*");
                    break;
                case '?':
                    regex.Append("[^/]");
                    break;
                case '[' when glob.IndexOf(']', i) is var end and > 0:
                    var inside = glob[(i + 1)..end];
                    regex.Append('[').Append(inside.StartsWith('!') ? "^" + Regex.Escape(inside[1..]) : Regex.Escape(inside)).Append(']');
                    i = end;
                    break;
                default:
                    regex.Append(Regex.Escape(glob[i].ToString()));
                    break;
            }
        }
        return regex.ToString();
    }
}
