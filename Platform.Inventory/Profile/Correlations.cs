using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Platform.Inventory.Profile;

/// <summary>
/// Co-moments of every two numeric columns over the rows where both have a number, merged like <see cref="Moments"/>: Pearson's correlation is exact.
/// The first columns that hold numbers are compared, <see cref="MostColumns"/> at most.
/// </summary>
public sealed class Correlations
{
    /// <summary>Columns that are compared with each other at most.</summary>
    public const int MostColumns = 48;

    private const int Block = 256;

    private readonly List<string> _names = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<double[]> _blocks = [];
    private readonly List<CoMoment> _pairs = [];
    private double[] _centred = [];
    private int _used;

    /// <summary>Names of the columns that are compared.</summary>
    public IReadOnlyList<string> Columns => _names;

    /// <summary>The correlation of two columns and the rows that it is over; NaN where one of them does not vary, or neither is compared.</summary>
    public (double Correlation, long Rows) Of(string first, string second)
    {
        Flush();
        if (!_places.TryGetValue(first, out var a) || !_places.TryGetValue(second, out var b) || a == b)
            return (double.NaN, 0);
        var pair = _pairs[Pair(a, b)];
        return (pair.Correlation, pair.Count);
    }

    /// <summary>Takes in what <paramref name="other"/> saw. Columns match by name.</summary>
    public void Merge(Correlations other)
    {
        Flush();
        other.Flush();
        var places = other._names.Select(Place).ToArray();
        for (var i = 1; i < places.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (places[i] < 0 || places[j] < 0)
                    continue;
                var theirs = other._pairs[Pair(i, j)];
                var mine = CollectionsMarshal.AsSpan(_pairs);
                mine[Pair(places[i], places[j])].Merge(places[i] > places[j] ? theirs : theirs.Swapped());
            }
        }
    }

    /// <summary>Place of a column, made where it is new; -2 where there are too many.</summary>
    internal int Place(string name)
    {
        if (_places.TryGetValue(name, out var place))
            return place;
        if (_names.Count == MostColumns)
            return -2;
        _places[name] = _names.Count;
        _names.Add(name);
        var block = new double[Math.Max(Block, _blocks.Count > 0 ? _blocks[0].Length : 0)];
        Array.Fill(block, double.NaN);
        _blocks.Add(block);
        for (var i = 0; i < _names.Count - 1; i++)
            _pairs.Add(default);
        return _names.Count - 1;
    }

    /// <summary>Sets a column's number in the present row; NaN where it has none.</summary>
    internal void Set(int place, double number) => _blocks[place][_used] = number;

    /// <summary>Ends a row in which every place was set.</summary>
    internal void EndRow()
    {
        if (++_used == Block)
            Flush();
    }

    /// <summary>Room for the numbers of a column in a block of rows, to be filled before <see cref="EndBlock"/>.</summary>
    internal Span<double> Room(int place, int rows)
    {
        if (_blocks[place].Length < rows)
            _blocks[place] = new double[rows];
        return _blocks[place].AsSpan(0, rows);
    }

    /// <summary>Ends a block of rows; columns that were not filled hold no numbers in it.</summary>
    internal void EndBlock(int rows)
    {
        _used = rows;
        Flush();
    }

    internal void Write(BinaryWriter writer)
    {
        Flush();
        writer.Write7BitEncodedInt(_names.Count);
        foreach (var name in _names)
            writer.Write(name);
        foreach (var pair in _pairs)
            pair.Write(writer);
    }

    internal static Correlations Read(BinaryReader reader)
    {
        var result = new Correlations();
        var count = reader.Read7BitEncodedInt();
        if (count is < 0 or > MostColumns)
            throw new InvalidDataException($"Correlations claim {count} columns.");
        for (var i = 0; i < count; i++)
            result.Place(reader.ReadString());
        for (var i = 0; i < result._pairs.Count; i++)
            result._pairs[i] = CoMoment.Read(reader);
        return result;
    }

    // Pairs of a later with an earlier column, so that a new column's pairs come last.
    private static int Pair(int a, int b) => a > b ? (a * (a - 1) / 2) + b : (b * (b - 1) / 2) + a;

    private void Flush()
    {
        var rows = _used;
        _used = 0;
        if (rows == 0 || _names.Count < 2)
            return;
        if (_centred.Length < _names.Count * rows)
            _centred = new double[_names.Count * rows];
        Span<double> means = stackalloc double[MostColumns];
        Span<double> squares = stackalloc double[MostColumns];
        Span<int> counts = stackalloc int[MostColumns];
        for (var column = 0; column < _names.Count; column++)
            Centre(column, rows, out means[column], out squares[column], out counts[column]);
        var pairs = CollectionsMarshal.AsSpan(_pairs);
        for (var a = 1; a < _names.Count; a++)
        {
            if (counts[a] == 0)
                continue;
            var x = _centred.AsSpan(a * rows, rows);
            for (var b = 0; b < a; b++)
            {
                if (counts[b] == 0)
                    continue;
                var y = _centred.AsSpan(b * rows, rows);
                if (counts[a] == rows && counts[b] == rows)
                {
                    pairs[Pair(a, b)].Merge(new CoMoment(rows, means[a], means[b], squares[a], squares[b], Dot(x, y)));
                    continue;
                }

                pairs[Pair(a, b)].Merge(Both(Numbers(a, rows), Numbers(b, rows)));
            }
        }

        foreach (var block in _blocks)
            block.AsSpan(0, Math.Min(rows, block.Length)).Fill(double.NaN);
    }

    private ReadOnlySpan<double> Numbers(int column, int rows) => _blocks[column].AsSpan(0, Math.Min(rows, _blocks[column].Length));

    // -1 where both are finite: what is not, less itself, is not 0.
    private static Vector<long> Have(Vector<double> x, Vector<double> y) => Vector.Equals(x - x, Vector<double>.Zero) & Vector.Equals(y - y, Vector<double>.Zero);

    // The rows that have both, around their own means: a far number in a row that lacks the other must not blur them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static CoMoment Both(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var rows = Math.Min(x.Length, y.Length);
        var vx = MemoryMarshal.Cast<double, Vector<double>>(x[..rows]);
        var vy = MemoryMarshal.Cast<double, Vector<double>>(y[..rows]);
        var tail = vx.Length * Vector<double>.Count;
        Vector<double> sumX = default, sumY = default;
        Vector<long> counts = default;
        for (var i = 0; i < vx.Length; i++)
        {
            var both = Have(vx[i], vy[i]);
            counts -= both;
            sumX += Vector.ConditionalSelect(both, vx[i], Vector<double>.Zero);
            sumY += Vector.ConditionalSelect(both, vy[i], Vector<double>.Zero);
        }

        var n = Vector.Sum(counts);
        double sx = Vector.Sum(sumX), sy = Vector.Sum(sumY);
        for (var i = tail; i < rows; i++)
        {
            if (!double.IsFinite(x[i]) || !double.IsFinite(y[i]))
                continue;
            n++;
            sx += x[i];
            sy += y[i];
        }

        if (n == 0)
            return default;
        double mx = sx / n, my = sy / n;
        Vector<double> sumXx = default, sumYy = default, sumXy = default, meanX = new(mx), meanY = new(my);
        for (var i = 0; i < vx.Length; i++)
        {
            var both = Have(vx[i], vy[i]);
            var dx = Vector.ConditionalSelect(both, vx[i] - meanX, Vector<double>.Zero);
            var dy = Vector.ConditionalSelect(both, vy[i] - meanY, Vector<double>.Zero);
            sumXx += dx * dx;
            sumYy += dy * dy;
            sumXy += dx * dy;
        }

        double xx = Vector.Sum(sumXx), yy = Vector.Sum(sumYy), xy = Vector.Sum(sumXy);
        for (var i = tail; i < rows; i++)
        {
            if (!double.IsFinite(x[i]) || !double.IsFinite(y[i]))
                continue;
            double dx = x[i] - mx, dy = y[i] - my;
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }

        return new CoMoment(n, mx, my, xx, yy, xy);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Centre(int column, int rows, out double mean, out double squares, out int count)
    {
        var numbers = _blocks[column].AsSpan(0, Math.Min(rows, _blocks[column].Length));
        var centred = _centred.AsSpan(column * rows, rows);
        centred.Clear();
        double sum = 0;
        count = 0;
        foreach (var x in numbers)
        {
            if (double.IsFinite(x))
            {
                sum += x;
                count++;
            }
        }

        mean = count == 0 ? 0 : sum / count;
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!double.IsFinite(numbers[i]))
                continue;
            centred[i] = numbers[i] - mean;
        }

        squares = Dot(centred, centred);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var vx = MemoryMarshal.Cast<double, Vector<double>>(x);
        var vy = MemoryMarshal.Cast<double, Vector<double>>(y);
        Vector<double> s0 = default, s1 = default;
        var i = 0;
        for (; i + 1 < vx.Length; i += 2)
        {
            s0 += vx[i] * vy[i];
            s1 += vx[i + 1] * vy[i + 1];
        }

        if (i < vx.Length)
            s0 += vx[i] * vy[i];
        var sum = Vector.Sum(s0 + s1);
        for (i = vx.Length * Vector<double>.Count; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    private record struct CoMoment(long Count, double MeanX, double MeanY, double SquaresX, double SquaresY, double Products)
    {
        public readonly double Correlation => Count < 3 || SquaresX <= 0 || SquaresY <= 0 ? double.NaN : Math.Clamp(Products / Math.Sqrt(SquaresX) / Math.Sqrt(SquaresY), -1, 1);

        public readonly CoMoment Swapped() => new(Count, MeanY, MeanX, SquaresY, SquaresX, Products);

        public void Merge(in CoMoment other)
        {
            if (other.Count == 0)
                return;
            if (Count == 0)
            {
                this = other;
                return;
            }

            double n = Count + other.Count, dx = other.MeanX - MeanX, dy = other.MeanY - MeanY, weight = Count * (double)other.Count / n;
            SquaresX += other.SquaresX + (dx * dx * weight);
            SquaresY += other.SquaresY + (dy * dy * weight);
            Products += other.Products + (dx * dy * weight);
            MeanX += dx * other.Count / n;
            MeanY += dy * other.Count / n;
            Count += other.Count;
        }

        public readonly void Write(BinaryWriter writer)
        {
            writer.Write7BitEncodedInt64(Count);
            foreach (var x in (ReadOnlySpan<double>)[MeanX, MeanY, SquaresX, SquaresY, Products])
                writer.Write(x);
        }

        public static CoMoment Read(BinaryReader reader) => new(reader.Read7BitEncodedInt64(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
    }
}
