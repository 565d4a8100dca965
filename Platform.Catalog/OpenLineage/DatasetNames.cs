using System.Text.RegularExpressions;
using Platform.Workflows.Activities;

namespace Platform.Catalog.OpenLineage;

/// <summary>
/// Between OpenLineage's names of datasets (namespace and name, https://openlineage.io/docs/spec/naming) and our keys of assets. PostgreSQL, files and our own tables have the keys that scans and
/// workflows give them, so that both meet; other systems get <c>scheme://authority/name</c>.
/// </summary>
public static partial class DatasetNames
{
    /// <summary>Namespace of our own tables, models and endpoints, unless the connection names another.</summary>
    public const string OwnNamespace = "platform";

    private static readonly string[] FileSchemes = ["s3", "s3a", "s3n", "gs", "gcs", "abfs", "abfss", "wasb", "wasbs", "hdfs", "dbfs", "adl", "oss"];

    /// <summary>Key and kind of the asset that a dataset is.</summary>
    /// <param name="space">The dataset's namespace.</param>
    /// <param name="name">Its name.</param>
    public static (string Key, AssetKind Kind) ToAsset(string space, string name)
    {
        if (space == OwnNamespace || space.StartsWith(OwnNamespace + "://", StringComparison.Ordinal))
            return (name, Assets.AssetKeys.KindOf(name));
        if (space == "file" || space.StartsWith("file:", StringComparison.Ordinal))
        {
            var path = name.StartsWith("file:", StringComparison.Ordinal) ? name[5..] : name;
            return ($"file:{Dated("/" + path.TrimStart('/'))}", AssetKind.FileSet);
        }
        var split = space.IndexOf("://", StringComparison.Ordinal);
        var scheme = (split < 0 ? space : space[..split]).ToLowerInvariant();
        var authority = split < 0 ? "" : space[(split + 3)..].TrimEnd('/');
        if (scheme is "postgres" or "postgresql" or "redshift")
        {
            if (scheme != "redshift" && !authority.Contains(':', StringComparison.Ordinal))
                authority += ":5432";
            var parts = name.Split('.', 2);
            return ($"{(scheme == "redshift" ? scheme : "postgresql")}://{authority.ToLowerInvariant()}/{(parts.Length == 2 ? $"{parts[0]}/{parts[1]}" : name)}", AssetKind.DatabaseTable);
        }
        if (FileSchemes.Contains(scheme))
            return ($"{(scheme is "s3a" or "s3n" ? "s3" : scheme == "gcs" ? "gs" : scheme)}://{authority}/{Dated(name.TrimStart('/'))}", AssetKind.FileSet);
        return ($"{scheme}://{(authority.Length == 0 ? "" : authority + "/")}{name.TrimStart('/')}", AssetKind.DatabaseTable);
    }

    /// <summary>The dataset that an asset is to others.</summary>
    /// <param name="key">Key of the asset.</param>
    /// <param name="own">Namespace of our own tables, models and endpoints.</param>
    public static (string Namespace, string Name) ToDataset(string key, string own = OwnNamespace)
    {
        if (key.StartsWith("file:", StringComparison.Ordinal))
            return ("file", key[5..]);
        var split = key.IndexOf("://", StringComparison.Ordinal);
        if (split < 0)
            return (own, key);
        var scheme = key[..split];
        var rest = key[(split + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (authority, name) = slash < 0 ? ("", rest) : (rest[..slash], rest[(slash + 1)..]);
        if (scheme is "postgresql" or "redshift")
            return ($"{(scheme == "postgresql" ? "postgres" : scheme)}://{authority}", name.Replace('/', '.'));
        return (authority.Length == 0 ? scheme : $"{scheme}://{authority}", name);
    }

    /// <summary>Day files are one asset: a date in the last part of a path is a place for one.</summary>
    private static string Dated(string path)
    {
        var last = path.LastIndexOf('/') + 1;
        return path[..last] + Date().Replace(path[last..], "{yyyy-MM-dd}", 1);
    }

    [GeneratedRegex(@"(?<!\d)(19|20)\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?!\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Date();
}
