using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Platform.Inventory.Profile;

/// <summary>
/// Cells of a column that were seen shortly before, with how often since: what is known of a repeated cell is worked out once. A cell that takes
/// another's place hands that one back to be noted with its count. Where hardly any cell repeats it steps aside for a while.
/// </summary>
internal sealed class RepeatCache
{
    /// <summary>Bytes of the longest cell that is held.</summary>
    public const int LongestCell = 48;

    private const int SlotsAtFirst = 64;
    private const int SlotsAtMost = 1024;
    private const int Window = 1024;
    private const int Pause = 32 * Window;

    private Slot[] _slots = new Slot[SlotsAtFirst];
    private byte[] _bytes = new byte[SlotsAtFirst * LongestCell];
    private int _tries;
    private int _hits;
    private int _paused;
    private bool _grow;

    /// <summary>A cell that was seen <see cref="Times"/> times and is not yet noted.</summary>
    [StructLayout(LayoutKind.Auto)]
    public struct Slot
    {
        public ulong Hash;
        public long Times;
        public CellFacts Facts;
        public byte Length;
    }

    /// <summary>Whether cells are worth looking up now. Counts them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsOpen()
    {
        if (_paused > 0)
        {
            _paused--;
            return false;
        }

        if (++_tries < Window)
            return true;
        // Slots that are fought over are too few; where they do not help, cells do not repeat.
        if (_hits * 8 < Window * 7 && _slots.Length < SlotsAtMost)
            _grow = true;
        else if (_hits * 3 < Window)
            _paused = Pause;
        _tries = 0;
        _hits = 0;
        return true;
    }

    /// <summary>Counts the cell once more; false where it is not held.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryHit(ulong hash, out CellFacts facts)
    {
        ref var slot = ref _slots[(int)(hash >> 40) & (_slots.Length - 1)];
        if (slot.Hash == hash && slot.Times > 0)
        {
            slot.Times++;
            _hits++;
            facts = slot.Facts;
            return true;
        }

        facts = default;
        return false;
    }

    /// <summary>Whether there are too few slots: then everything is to be taken out, after which there are more.</summary>
    public bool WantsRoom => _grow;

    /// <summary>Holds a cell; what was in its place comes back and is valid until the next call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Hold(ulong hash, ReadOnlySpan<byte> cell, in CellFacts facts, Span<byte> oldCell, out Slot old)
    {
        var at = (int)(hash >> 40) & (_slots.Length - 1);
        ref var slot = ref _slots[at];
        var bytes = _bytes.AsSpan(at * LongestCell, LongestCell);
        old = slot;
        var had = old.Times > 0;
        if (had)
            bytes[..old.Length].CopyTo(oldCell);
        slot = new Slot { Hash = hash, Times = 1, Facts = facts, Length = (byte)cell.Length };
        cell.CopyTo(bytes);
        return had;
    }

    /// <summary>A held cell by its place; false where the place is free.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(int place, out Slot slot, out ReadOnlySpan<byte> cell)
    {
        slot = _slots[place];
        cell = _bytes.AsSpan(place * LongestCell, slot.Length);
        return slot.Times > 0;
    }

    /// <summary>Places that there are.</summary>
    public int Places => _slots.Length;

    /// <summary>Forgets everything, after all has been taken out.</summary>
    public void Clear()
    {
        if (_grow)
        {
            _grow = false;
            _slots = new Slot[_slots.Length * 4];
            _bytes = new byte[_slots.Length * LongestCell];
            return;
        }

        Array.Clear(_slots);
    }
}

/// <summary>What a cell of text looks like by itself.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="LeadingZero">Whether it is a number with leading zeros.</param>
/// <param name="Number">Its number, or its time in microseconds; NaN for text.</param>
/// <param name="Integer">Its whole number; 0 where it is none.</param>
internal readonly record struct CellFacts(CellKind Kind, bool LeadingZero, double Number, long Integer);
