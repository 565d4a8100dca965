using System.Globalization;
using System.Text;
using Platform.Inventory.Cache;
using Platform.Inventory.Profile;
using Platform.Inventory.Read;
using Platform.Tables.Sources;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Inventory.Scan;

/// <summary>
/// Reads a collection of an HTTP service into a file of JSON lines, which is then profiled like any other: content that is the same as last night is
/// not looked into again. The file is replaced whole or not at all.
/// </summary>
/// <param name="records">Reads the pages.</param>
/// <param name="folder">Where the files are kept.</param>
/// <param name="clock">Dates them.</param>
public sealed class HttpScanner(HttpRecords records, string folder, TimeProvider clock)
{
    /// <summary>The one asset of a service's address. A service that does not answer, or not with JSON, is a failure of this source only.</summary>
    public async Task<ScanResult> ScanAsync(string source, HttpAddress address, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{ValueHash.Of(Encoding.UTF8.GetBytes(address.Url.AbsoluteUri)):x16}.jsonl"));
        var draft = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            HttpReading reading;
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            // What people wrote elsewhere is read by this account only.
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using (var stream = new FileStream(draft, options))
                reading = await records.ReadAsync(address, stream, cancellationToken);
            File.Move(draft, path, overwrite: true);
            return new ScanResult { Source = source, Assets = [ToAsset(source, address, path, reading)] };
        }
        catch (SourceException e)
        {
            return new ScanResult { Source = source, Failure = $"The source '{source}' could not be scanned: {e.Message}", MayPass = e.Kind == SourceErrorKind.Unavailable };
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private FoundAsset ToAsset(string source, HttpAddress address, string path, HttpReading reading)
    {
        var layout = new FileLayout { Form = FileForm.JsonLines };
        var file = new ScannedFile(path, new FileInfo(path).Length, clock.GetUtcNow(), FileIndex.Hash(path));
        var name = address.Url.AbsolutePath.Trim('/');
        return new FoundAsset
        {
            Key = address.ToString(),
            Kind = AssetKind.FileSet,
            Name = name.Length > 0 ? name : address.Url.Host,
            Source = source,
            Group = address.Url.GetLeftPart(UriPartial.Authority),
            Format = "http-json",
            Location = address.ToString(),
            Layout = layout,
            Files = [file],
            Bytes = reading.Bytes,
            KnownRows = reading.Records,
            Comment = reading.Stopped is { } stopped ? string.Create(CultureInfo.InvariantCulture, $"Only {Plural.Of(reading.Records, "record")} of {Plural.Of(reading.Pages, "page")} were read: {stopped}.") : null,
            Fingerprint = FolderScanner.FingerprintOf([file], layout),
        };
    }
}
