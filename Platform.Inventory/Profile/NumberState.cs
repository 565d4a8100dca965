namespace Platform.Inventory.Profile;

/// <summary>Numbers of a column: moments and quantiles, fed in blocks so that the arithmetic runs in vectors.</summary>
internal sealed class NumberState
{
    private const int Block = 512;
    private double[]? _pending;
    private int _used;
    private Moments _moments;
    private QuantileSketch _quantiles = new();

    /// <summary>Moments of all numbers so far.</summary>
    public Moments Moments
    {
        get
        {
            Flush();
            return _moments;
        }
    }

    /// <summary>Quantiles of all numbers so far.</summary>
    public QuantileSketch Quantiles
    {
        get
        {
            Flush();
            return _quantiles;
        }
    }

    public void Add(double x)
    {
        _pending ??= new double[Block];
        _pending[_used++] = x;
        if (_used == Block)
            Flush();
    }

    public void Add(double x, long times)
    {
        if (times == 1)
        {
            Add(x);
            return;
        }

        Flush();
        _moments.Merge(Profile.Moments.OfRepeated(x, times));
        _quantiles.Add(x, times);
    }

    public void Add(ReadOnlySpan<double> block)
    {
        Flush();
        _moments.Merge(Profile.Moments.Of(block));
        _quantiles.Add(block);
    }

    public void Merge(NumberState other)
    {
        Flush();
        _moments.Merge(other.Moments);
        _quantiles.Merge(other.Quantiles);
    }

    public void Write(BinaryWriter writer)
    {
        Flush();
        _moments.Write(writer);
        _quantiles.Write(writer);
    }

    public static NumberState Read(BinaryReader reader) => new() { _moments = Profile.Moments.Read(reader), _quantiles = QuantileSketch.Read(reader) };

    private void Flush()
    {
        if (_used == 0)
            return;
        var block = _pending.AsSpan(0, _used);
        _used = 0;
        _moments.Merge(Profile.Moments.Of(block));
        _quantiles.Add(block);
        // Small files end here: do not hold a block for each of thousands of columns.
        _pending = _used == 0 && _moments.Count < Block ? null : _pending;
    }
}
