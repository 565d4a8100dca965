using System.Buffers;
using System.Runtime.CompilerServices;

namespace Platform.Inventory.Profile;

/// <summary>
/// Sorts finite numbers by merging the ascending runs that they already come in: the levels of a <see cref="RankSketch"/> are a few sorted stretches,
/// one after the other. Short runs are first made longer by insertion.
/// </summary>
internal static class RunOrder
{
    private const int Shortest = 12;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sort(Span<double> numbers)
    {
        if (numbers.Length < 2)
            return;
        var ends = ArrayPool<int>.Shared.Rent((numbers.Length / Shortest) + 1);
        var runs = 0;
        for (var from = 0; from < numbers.Length; from = ends[runs++])
            ends[runs] = EndOfRun(numbers, from);
        if (runs > 1)
        {
            var scratch = ArrayPool<double>.Shared.Rent(numbers.Length);
            MergeAll(numbers, scratch.AsSpan(0, numbers.Length), ends.AsSpan(0, runs));
            ArrayPool<double>.Shared.Return(scratch);
        }

        ArrayPool<int>.Shared.Return(ends);
    }

    // Where the ascending run that begins there ends, after its next few numbers were sorted into it if it is short.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int EndOfRun(Span<double> numbers, int from)
    {
        var end = from + 1;
        while (end < numbers.Length && numbers[end] >= numbers[end - 1])
            end++;
        for (var enough = Math.Min(numbers.Length, from + Shortest); end < enough; end++)
        {
            var number = numbers[end];
            var at = end;
            for (; at > from && numbers[at - 1] > number; at--)
                numbers[at] = numbers[at - 1];
            numbers[at] = number;
        }

        return end;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MergeAll(Span<double> numbers, Span<double> scratch, Span<int> ends)
    {
        var from = numbers;
        var to = scratch;
        var runs = ends.Length;
        while (runs > 1)
        {
            var merged = 0;
            var start = 0;
            for (var run = 0; run < runs; run += 2)
            {
                var middle = ends[run];
                var end = run + 1 < runs ? ends[run + 1] : middle;
                Merge(from[start..middle], from[middle..end], to[start..end]);
                ends[merged++] = end;
                start = end;
            }

            runs = merged;
            var last = from;
            from = to;
            to = last;
        }

        if (from != numbers)
            from.CopyTo(numbers);
    }

    // Which of the two is next no processor can guess: it is reckoned.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Merge(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> into)
    {
        int i = 0, j = 0, at = 0;
        while (i < left.Length && j < right.Length)
        {
            var x = left[i];
            var y = right[j];
            var second = y < x ? 1 : 0;
            into[at++] = Math.Min(x, y);
            i += 1 - second;
            j += second;
        }

        left[i..].CopyTo(into[at..]);
        right[j..].CopyTo(into[(at + left.Length - i)..]);
    }
}
