using System.Text.Json;
using Platform.Postgres.Backup;

namespace Platform.Server.Hosting.Backup;

/// <summary>The form of a backup: a gzipped tar. First entry <see cref="HeaderName"/>, last <see cref="ChecksumsName"/>; a file without its last entry is torn.</summary>
internal static class Archive
{
    public const string Format = "platform-backup/1";

    public const string HeaderName = "platform-backup.json";
    public const string SequencesName = "sequences.json";
    public const string ChecksumsName = "checksums.json";
    public const string KeyName = "secret.key";

    /// <summary><c>database/{schema}.{table}/{piece}</c>.</summary>
    public const string DatabaseFolder = "database/";

    /// <summary>Files below the home, by their path in it.</summary>
    public const string HomeFolder = "home/";

    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

/// <summary>What a backup says of itself.</summary>
internal sealed record ArchiveHeader
{
    public required string Format { get; init; }

    /// <summary>The moment whose state it holds.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The home it was made of; paths below it are carried over to the new one.</summary>
    public required string Home { get; init; }

    /// <summary>Version of the program.</summary>
    public required string Program { get; init; }

    /// <summary>Whether it holds the key that opens the secrets.</summary>
    public required bool HasKey { get; init; }

    public required DatabaseContents Database { get; init; }

    /// <summary>Tables with the version that is in it.</summary>
    public required IReadOnlyDictionary<string, long> Tables { get; init; }

    /// <summary>Folders of model versions, below the home.</summary>
    public required IReadOnlyList<string> Models { get; init; }
}

/// <summary>An entry's checksum.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
internal sealed record EntryChecksum(string Name, long Bytes, string Sha256);
