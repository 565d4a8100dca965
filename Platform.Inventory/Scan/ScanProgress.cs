namespace Platform.Inventory.Scan;

/// <summary>How far a scan is, to be read from another thread while it runs.</summary>
public sealed class ScanProgress
{
    private volatile string? _source;
    private int _files;
    private int _looked;

    /// <summary>What is being scanned now; null before the first source.</summary>
    public string? Source => _source;

    /// <summary>Files found in the present source that may be data; 0 until it is walked, and for databases and tables.</summary>
    public int Files => Volatile.Read(ref _files);

    /// <summary>How many of them were looked at.</summary>
    public int FilesLooked => Volatile.Read(ref _looked);

    internal void Begin(string source)
    {
        Volatile.Write(ref _files, 0);
        Volatile.Write(ref _looked, 0);
        _source = source;
    }

    internal void Found(int files) => Volatile.Write(ref _files, files);

    internal void Looked() => Interlocked.Increment(ref _looked);
}
