using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Platform.Inventory.Profile;

/// <summary>What a column's state knows of a single text: whether it is frequent, its length, its shape, its place in the order.</summary>
public sealed partial class ColumnState
{
    private ulong _minPrefix;
    private ulong _maxPrefix;

    // A value that is held as frequent has been noted everywhere else when it came there.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Note(ulong hash, ReadOnlySpan<byte> value, long times)
    {
        var counts = !_frequent.GaveUp;
        if (counts && _frequent.TryCount(hash, times))
            return;
        _distinct.Add(hash);
        if (_sample.Wants(hash))
            _sample.Add(hash, value);
        if (counts)
            _frequent.Add(hash, value, times);
        else
            _frequent.Pass(times);
    }

    // Length, shape and range of a text.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Describe(ReadOnlySpan<byte> cell, long times)
    {
        Span<byte> shape = stackalloc byte[ValueShape.MaxBytes];
        if (!_shapes.GaveUp && ValueShape.TryOfShortAscii(cell, shape, out var shapeLength))
        {
            AddLength(cell.Length, times);
            Range(cell);
            NoteShape(shape[..shapeLength], times);
            return;
        }

        var length = cell.Length;
        if (!Ascii.IsValid(cell))
        {
            length = Encoding.UTF8.GetCharCount(cell);
            if (!System.Text.Unicode.Utf8.IsValid(cell) && (cell.Length < LongestText || !System.Text.Unicode.Utf8.IsValid(cell[..^3])))
                _invalidUtf8 += times;
        }

        AddLength(length, times);
        Range(cell);
        // Where shapes are as many as values they say nothing.
        if (_shapes.GaveUp)
        {
            _shapes.Pass(times);
            return;
        }

        NoteShape(shape[..ValueShape.Of(cell.Length > 256 ? cell[..256] : cell, shape)], times);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void NoteShape(ReadOnlySpan<byte> shape, long times)
    {
        var hash = ValueHash.Of(shape);
        if (!_shapes.TryCount(hash, times))
            _shapes.Add(hash, shape, times);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddLength(int length, long times)
    {
        if (length < CountedLengths)
            (_lengthCounts ??= new long[CountedLengths])[length] += times;
        else
            (_lengths ??= new NumberState()).Add(length, times);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Range(ReadOnlySpan<byte> text)
    {
        text = text.Length > 256 ? text[..256] : text;
        // Nearly all texts lie between, and eight bytes tell.
        var prefix = text.Length >= 8 ? BinaryPrimitives.ReadUInt64BigEndian(text) : 0;
        if (text.Length >= 8 && _minText is not null && prefix > _minPrefix && prefix < _maxPrefix)
            return;
        if (_minText is null || text.SequenceCompareTo(_minText) < 0)
            _minText = text.ToArray();
        if (_maxText is null || text.SequenceCompareTo(_maxText) > 0)
            _maxText = text.ToArray();
        _minPrefix = Prefix(_minText);
        _maxPrefix = Prefix(_maxText);
    }

    private static ulong Prefix(ReadOnlySpan<byte> text)
    {
        Span<byte> first = stackalloc byte[8];
        text[..Math.Min(8, text.Length)].CopyTo(first);
        return BinaryPrimitives.ReadUInt64BigEndian(first);
    }
}
