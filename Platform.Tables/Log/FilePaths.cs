using System.Text;

namespace Platform.Tables.Log;

/// <summary>Paths of data files: URI-encoded in the log, relative to the table or absolute.</summary>
internal static class FilePaths
{
    /// <summary>What makes two entries of the log speak of the same file: the decoded path without scheme, and its deletion vector.</summary>
    public static string Key(string path, DeletionVectorDescriptor? deletionVector)
    {
        var decoded = Decode(path);
        return deletionVector is null ? decoded : decoded + "|" + deletionVector.UniqueId;
    }

    /// <summary>Where the file lies.</summary>
    public static string Resolve(string tableFolder, string path)
    {
        var decoded = Decode(path);
        return Path.IsPathRooted(decoded) ? decoded : Path.Combine(tableFolder, decoded);
    }

    /// <summary>A path of ours for the log: percent signs and what a URI cannot hold are encoded, slashes stay.</summary>
    public static string Encode(string relativePath) => string.Join('/', relativePath.Split('/').Select(Uri.EscapeDataString));

    /// <summary>
    /// A partition value in a folder's name, as Hive and Spark escape it. The log's path is encoded once more on top of it.
    /// </summary>
    public static string PartitionFolder(string column, string? value)
        => $"{EscapePartition(column)}={(string.IsNullOrEmpty(value) ? "__HIVE_DEFAULT_PARTITION__" : EscapePartition(value))}";

    private static string Decode(string path)
    {
        var plain = path;
        if (plain.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            plain = plain["file:".Length..];
            plain = "/" + plain.TrimStart('/');
        }
        return Uri.UnescapeDataString(plain);
    }

    private static string EscapePartition(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (character < ' ' || "\"#%'*/:=?\\{[]^\u007F".Contains(character))
                escaped.Append('%').Append(((int)character).ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            else
                escaped.Append(character);
        }
        return escaped.ToString();
    }
}
