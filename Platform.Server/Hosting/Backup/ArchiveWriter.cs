using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Platform.Server.Hosting.Backup;

/// <summary>Writes a backup as a stream: nothing but the piece at hand is held in memory. Until <see cref="CompleteAsync"/> the file has another name, so that what lies under its own is whole.</summary>
internal sealed class ArchiveWriter : IAsyncDisposable
{
    private readonly string _path;
    private readonly string _draft;
    private readonly FileStream _file;
    private readonly GZipStream _gzip;
    private readonly TarWriter _tar;
    private readonly List<EntryChecksum> _checksums = [];
    private bool _complete;

    public ArchiveWriter(string path)
    {
        _path = path;
        _draft = path + ".part";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 1 << 16 };
        // It may hold the key: for its owner only.
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _file = new FileStream(_draft, options);
        _gzip = new GZipStream(_file, CompressionLevel.Fastest, leaveOpen: true);
        _tar = new TarWriter(_gzip, TarEntryFormat.Pax, leaveOpen: true);
    }

    /// <summary>Bytes written so far, before compression.</summary>
    public long Bytes => _checksums.Sum(c => c.Bytes);

    /// <summary>Entries written so far.</summary>
    public int Entries => _checksums.Count;

    public Task WriteJsonAsync<T>(string name, T value, CancellationToken cancellationToken) =>
        WriteAsync(name, JsonSerializer.SerializeToUtf8Bytes(value, Archive.Json), cancellationToken);

    public async Task WriteAsync(string name, ReadOnlyMemory<byte> contents, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(contents.ToArray(), writable: false);
        await AddAsync(name, stream, cancellationToken);
    }

    /// <summary>Writes a file as it is now.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public async Task WriteFileAsync(string name, string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.SequentialScan });
        await AddAsync(name, file, cancellationToken);
    }

    /// <summary>Writes the checksums and gives the file its name.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await WriteJsonAsync(Archive.ChecksumsName, _checksums.ToList(), cancellationToken);
        await _tar.DisposeAsync();
        await _gzip.DisposeAsync();
        _file.Flush(flushToDisk: true);
        await _file.DisposeAsync();
        File.Move(_draft, _path, overwrite: true);
        _complete = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_complete)
            return;
        await _file.DisposeAsync();
        File.Delete(_draft);
    }

    private async Task AddAsync(string name, Stream contents, CancellationToken cancellationToken)
    {
        await using var measured = new MeasuredStream(contents, name);
        await _tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = measured, Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite }, cancellationToken);
        _checksums.Add(new EntryChecksum(name, measured.Length, measured.Checksum()));
    }

    /// <summary>Reads as many bytes as the file had when it was opened, and sums them. One that grows meanwhile is cut there; one that shrinks is refused.</summary>
    private sealed class MeasuredStream(Stream inner, string name) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length { get; } = inner.Length;

        public override long Position
        {
            get => _read;
            set
            {
                if (value != _read)
                    throw new NotSupportedException("It is read once, from its beginning.");
            }
        }

        public string Checksum() => Convert.ToHexStringLower(_hash.GetCurrentHash());

        public override int Read(Span<byte> buffer) => Took(inner.Read(buffer[..(int)Math.Min(buffer.Length, Length - _read)]), buffer);

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Took(await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, Length - _read)], cancellationToken), buffer.Span);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _hash.Dispose();
            base.Dispose(disposing);
        }

        private int Took(int read, ReadOnlySpan<byte> buffer)
        {
            if (read == 0 && _read < Length)
                throw new IOException($"The file {name} became shorter while it was copied. Make the backup again.");
            _hash.AppendData(buffer[..read]);
            _read += read;
            return read;
        }
    }
}
