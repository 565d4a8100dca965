using System.Runtime.InteropServices;

namespace Platform.Inventory.Relate;

/// <summary>
/// A whole number for each of many 64-bit hashes, in one array. The hashes are spread already: their own bits say where they lie,
/// which takes half the time of a dictionary where there is one for each value of a database.
/// </summary>
internal sealed class HashNumbers
{
    private Slot[] _slots = [];

    /// <summary>Hashes that have a number.</summary>
    public int Count { get; private set; }

    /// <summary>The number of a hash, 0 where it is new. Valid until the next call. The hash 0 stands with 1.</summary>
    public ref int Of(ulong hash, out bool known)
    {
        // 0 marks a free slot.
        hash = hash == 0 ? 1 : hash;
        if ((Count + 1) * 3L > _slots.Length * 2L)
            Rebuild(Math.Max(16, _slots.Length * 2), ulong.MaxValue);
        ref var slot = ref Find(_slots, hash);
        known = slot.Hash == hash;
        if (!known)
        {
            slot.Hash = hash;
            Count++;
        }

        return ref slot.Number;
    }

    /// <summary>Forgets hashes above a threshold.</summary>
    public void Keep(ulong threshold)
    {
        var kept = 0;
        foreach (ref readonly var slot in _slots.AsSpan())
            kept += slot.Hash != 0 && slot.Hash <= threshold ? 1 : 0;
        var length = 16;
        while ((kept + 1) * 3L > length * 2L)
            length *= 2;
        Rebuild(length, threshold);
    }

    /// <summary>All hashes in order, with their numbers.</summary>
    public (ulong[] Hashes, int[] Numbers) Sorted()
    {
        var hashes = new ulong[Count];
        var numbers = new int[Count];
        var at = 0;
        foreach (ref readonly var slot in _slots.AsSpan())
        {
            if (slot.Hash != 0)
                (hashes[at], numbers[at++]) = (slot.Hash, slot.Number);
        }

        Array.Sort(hashes, numbers);
        return (hashes, numbers);
    }

    private static ref Slot Find(Slot[] slots, ulong hash)
    {
        var mask = slots.Length - 1;
        // The high bits are alike where only low hashes are kept.
        var at = (int)(hash >> 8) & mask;
        while (slots[at].Hash != 0 && slots[at].Hash != hash)
            at = (at + 1) & mask;
        return ref slots[at];
    }

    private void Rebuild(int length, ulong threshold)
    {
        var slots = new Slot[length];
        Count = 0;
        foreach (ref readonly var slot in _slots.AsSpan())
        {
            if (slot.Hash == 0 || slot.Hash > threshold)
                continue;
            Find(slots, slot.Hash) = slot;
            Count++;
        }

        _slots = slots;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Slot
    {
        public ulong Hash;
        public int Number;
    }
}
