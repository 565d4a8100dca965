using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Platform.Server.CommandLine;

namespace Platform.Server.Hosting.Backup;

/// <summary>Reads a backup, and refuses one that is torn, changed or foreign before anything is done with it.</summary>
internal static class ArchiveReader
{
    /// <summary>Reads the whole file and compares every checksum.</summary>
    /// <exception cref="CliError">It is no backup, or it is not whole.</exception>
    public static async Task<ArchiveHeader> VerifyAsync(string path, CancellationToken cancellationToken)
    {
        ArchiveHeader? header = null;
        List<EntryChecksum>? expected = null;
        var found = new List<EntryChecksum>();
        try
        {
            await foreach (var (name, contents) in EntriesAsync(path, cancellationToken))
            {
                if (header is null)
                {
                    if (name != Archive.HeaderName)
                        throw Foreign(path);
                    var bytes = await ReadAsync(contents, cancellationToken);
                    header = JsonSerializer.Deserialize<ArchiveHeader>(bytes, Archive.Json);
                    if (header is null || header.Format != Archive.Format)
                        throw new CliError($"{path} is a backup of the form '{header?.Format}', and this program reads '{Archive.Format}'.", "Restore it with the program that made it.");
                    found.Add(new EntryChecksum(name, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))));
                }
                else if (name == Archive.ChecksumsName)
                    expected = JsonSerializer.Deserialize<List<EntryChecksum>>(await ReadAsync(contents, cancellationToken), Archive.Json);
                else
                    found.Add(await MeasureAsync(name, contents, cancellationToken));
            }
        }
        catch (JsonException)
        {
            throw header is null ? Foreign(path) : Torn(path, "its list of checksums cannot be read");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw header is null ? Foreign(path) : Torn(path, "it ends in the middle");
        }
        if (header is null)
            throw Foreign(path);
        if (expected is null)
            throw Torn(path, "its end is missing");
        var sums = found.ToDictionary(f => f.Name);
        foreach (var entry in expected)
        {
            if (!sums.Remove(entry.Name, out var measured))
                throw Torn(path, $"it lacks {entry.Name}");
            if (measured != entry)
                throw Torn(path, $"{entry.Name} has changed");
        }
        return sums.Count == 0 ? header : throw Torn(path, $"it holds {sums.Keys.First()}, which it does not list");
    }

    /// <summary>The entries in their order. Each one's contents can be read until the next is asked for.</summary>
    public static async IAsyncEnumerable<(string Name, Stream Contents)> EntriesAsync(string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            throw new CliError($"There is no file {path}.", "Name a file that './platform backup FILE' made.");
        await using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Options = FileOptions.SequentialScan, BufferSize = 1 << 16 });
        await using var gzip = new GZipStream(file, CompressionMode.Decompress);
        await using var tar = new TarReader(gzip);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                throw new InvalidDataException($"{entry.Name} is no file.");
            yield return (entry.Name, entry.DataStream ?? Stream.Null);
        }
    }

    public static async Task<byte[]> ReadAsync(Stream contents, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await contents.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }

    private static async Task<EntryChecksum> MeasureAsync(string name, Stream contents, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        long length = 0;
        while (await contents.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            hash.AppendData(buffer, 0, read);
            length += read;
        }
        return new EntryChecksum(name, length, Convert.ToHexStringLower(hash.GetCurrentHash()));
    }

    private static CliError Foreign(string path) => new($"{path} is no backup of a platform.", "Name a file that './platform backup FILE' made.");

    private static CliError Torn(string path, string why) => new($"The backup {path} is not whole: {why}. Nothing was restored.", "Copy it again from where it lies, or take another one.");
}
