using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Platform.Inventory.Personal;

/// <summary>
/// A linear chain: each place of a sequence has features, each feature a weight a label, each pair of labels a weight; the best sequence of labels is found by Viterbi.
/// Features are 32-bit hashes, weights 8 bits. Read-only, so safe for many threads.
/// </summary>
internal sealed class LinearTagger
{
    private readonly uint[] _keys;
    private readonly int[] _rows;
    private readonly sbyte[] _weights;
    private readonly int _mask;
    private readonly short[] _transitions;

    public LinearTagger(TaggerFile file)
    {
        Labels = file.Labels;
        Stride = (Labels.Count + 15) / 16 * 16;
        Sharpness = file.Sharpness;
        var size = 16;
        while (size < file.Features.Length * 2)
            size *= 2;
        _mask = size - 1;
        _keys = new uint[size];
        _rows = new int[size];
        _weights = new sbyte[file.Features.Length * Stride];
        for (var i = 0; i < file.Features.Length; i++)
        {
            file.Weights.AsSpan(i * Labels.Count, Labels.Count).CopyTo(_weights.AsSpan(i * Stride));
            var slot = (int)(file.Features[i] * 0x9E3779B1u >> 7) & _mask;
            while (_rows[slot] != 0)
                slot = (slot + 1) & _mask;
            (_keys[slot], _rows[slot]) = (file.Features[i], i + 1);
        }

        _transitions = new short[(Labels.Count + 1) * Stride];
        for (var from = 0; from <= Labels.Count; from++)
        {
            _transitions.AsSpan(from * Stride, Stride).Fill(-20_000);
            file.Transitions.AsSpan(from * Labels.Count, Labels.Count).CopyTo(_transitions.AsSpan(from * Stride));
        }
    }

    /// <summary>Names of the labels; the first is "outside".</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Shorts a place, a multiple of 16.</summary>
    public int Stride { get; }

    /// <summary>What a unit of margin says about confidence.</summary>
    public double Sharpness { get; }

    /// <summary>Adds the weights of features to the scores of a place.</summary>
    public void Add(ReadOnlySpan<uint> features, Span<short> scores)
    {
        ref var target = ref MemoryMarshal.GetReference(scores);
        ref var weights = ref MemoryMarshal.GetArrayDataReference(_weights);
        ref var keys = ref MemoryMarshal.GetArrayDataReference(_keys);
        ref var rows = ref MemoryMarshal.GetArrayDataReference(_rows);
        foreach (var feature in features)
        {
            var slot = (int)(feature * 0x9E3779B1u >> 7) & _mask;
            int row;
            while ((row = Unsafe.Add(ref rows, slot)) != 0 && Unsafe.Add(ref keys, slot) != feature)
                slot = (slot + 1) & _mask;
            if (row == 0)
                continue;
            ref var source = ref Unsafe.Add(ref weights, (nint)(row - 1) * Stride);
            for (var lane = 0; lane < Stride; lane += 16)
            {
                var values = Vector128.LoadUnsafe(ref source, (nuint)lane);
                (Vector128.LoadUnsafe(ref target, (nuint)lane) + Vector128.WidenLower(values)).StoreUnsafe(ref target, (nuint)lane);
                (Vector128.LoadUnsafe(ref target, (nuint)lane + 8) + Vector128.WidenUpper(values)).StoreUnsafe(ref target, (nuint)lane + 8);
            }
        }
    }

    /// <summary>The best labels of a sequence.</summary>
    /// <param name="scores">Scores of each place, <see cref="Stride"/> shorts each.</param>
    /// <param name="labels">Receives a label a place.</param>
    /// <param name="margins">Receives how much better the label is than the next best, in the model's units.</param>
    /// <param name="bias">Taken from the score of "outside": above 0 finds more, and more that is wrong.</param>
    /// <param name="begins">Whether a text begins here; else what comes before is outside.</param>
    public void Decode(ReadOnlySpan<short> scores, Span<byte> labels, Span<short> margins, short bias, bool begins = true)
    {
        var count = labels.Length;
        if (count == 0)
            return;
        var back = new byte[count * Stride];
        Span<short> best = stackalloc short[Stride];
        Span<short> next = stackalloc short[Stride];
        Row(begins ? Labels.Count : 0).CopyTo(best);
        for (var lane = 0; lane < Stride; lane++)
            best[lane] = (short)(best[lane] + scores[lane] - (lane == 0 ? bias : 0));
        for (var at = 1; at < count; at++)
        {
            Step(best, scores.Slice(at * Stride, Stride), next, back.AsSpan(at * Stride, Stride));
            next[0] -= bias;
            var top = next[0];
            for (var label = 1; label < Labels.Count; label++)
                top = Math.Max(top, next[label]);
            for (var label = 0; label < Stride; label++)
                best[label] = (short)Math.Max(next[label] - top, -25_000);
        }

        var last = 0;
        for (var label = 1; label < Labels.Count; label++)
            last = best[label] > best[last] ? label : last;
        for (var at = count - 1; at >= 0; at--)
        {
            labels[at] = (byte)last;
            last = back[(at * Stride) + last];
        }

        for (var at = 0; at < count; at++)
            margins[at] = Margin(scores, labels, at, bias, begins);
    }

    private void Step(ReadOnlySpan<short> best, ReadOnlySpan<short> scores, Span<short> next, Span<byte> back)
    {
        Span<short> from = stackalloc short[Stride];
        for (var lane = 0; lane < Stride; lane += 8)
        {
            var top = Vector128.Create(short.MinValue);
            var who = Vector128<short>.Zero;
            for (var label = 0; label < Labels.Count; label++)
            {
                // Saturating is not needed: both are kept above -25,000 and -20,000 below what matters.
                var candidate = Vector128.Create((short)Math.Max(best[label], (short)-8_000)) + Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Row(label)), (nuint)lane);
                var better = Vector128.GreaterThan(candidate, top);
                top = Vector128.ConditionalSelect(better, candidate, top);
                who = Vector128.ConditionalSelect(better, Vector128.Create((short)label), who);
            }

            (top + Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(scores), (nuint)lane)).StoreUnsafe(ref MemoryMarshal.GetReference(next), (nuint)lane);
            who.StoreUnsafe(ref MemoryMarshal.GetReference(from), (nuint)lane);
        }

        for (var lane = 0; lane < Stride; lane++)
            back[lane] = (byte)from[lane];
    }

    // With its neighbours as they are.
    private short Margin(ReadOnlySpan<short> scores, ReadOnlySpan<byte> labels, int at, short bias, bool begins)
    {
        var into = Row(at > 0 ? labels[at - 1] : begins ? Labels.Count : 0);
        int chosen = 0, other = int.MinValue;
        for (var label = 0; label < Labels.Count; label++)
        {
            var value = scores[(at * Stride) + label] + into[label] - (label == 0 ? bias : 0) + (at + 1 < labels.Length ? Row(label)[labels[at + 1]] : 0);
            if (label == labels[at])
                chosen = value;
            else
                other = Math.Max(other, value);
        }

        return (short)Math.Clamp(chosen - other, short.MinValue, short.MaxValue);
    }

    private ReadOnlySpan<short> Row(int label) => _transitions.AsSpan(label * Stride, Stride);
}
