namespace Platform.Inventory.Relate;

/// <summary>Rows in the order of the values of one or two columns; rows without a value are left out.</summary>
internal sealed class Grouping
{
    private readonly int[] _rows;
    private readonly int[] _starts;

    private Grouping(int[] rows, int[] starts)
    {
        (_rows, _starts) = (rows, starts);
        for (var group = 0; group + 1 < starts.Length; group++)
        {
            var size = starts[group + 1] - starts[group];
            Shared += size > 1 ? 1 : 0;
            SharedRows += size > 1 ? size : 0;
        }
    }

    /// <summary>Groups of two rows and more.</summary>
    public int Shared { get; }

    /// <summary>Rows in them.</summary>
    public int SharedRows { get; }

    public static Grouping Of(DependencyColumn column) => Of(column.Codes, column.Distinct);

    public static Grouping Of(DependencyColumn first, DependencyColumn second)
    {
        var codes = new int[first.Rows];
        var left = first.Codes;
        var right = second.Codes;
        // So few pairs that each has a place of its own, in use or not.
        if (first.Distinct * (long)second.Distinct <= 2L * codes.Length)
        {
            for (var row = 0; row < codes.Length; row++)
                codes[row] = left[row] == DependencyColumn.Missing || right[row] == DependencyColumn.Missing ? DependencyColumn.Missing : (left[row] * second.Distinct) + right[row];
            return Of(codes, first.Distinct * second.Distinct);
        }

        var numbers = new Dictionary<long, int>();
        for (var row = 0; row < codes.Length; row++)
        {
            codes[row] = DependencyColumn.Missing;
            if (left[row] == DependencyColumn.Missing || right[row] == DependencyColumn.Missing)
                continue;
            var both = ((long)left[row] << 32) | (uint)right[row];
            if (!numbers.TryGetValue(both, out codes[row]))
                numbers.Add(both, codes[row] = numbers.Count);
        }

        return Of(codes, numbers.Count);
    }

    /// <summary>Whether a column may be determined, by some rows of groups spread over all: false where far fewer than <paramref name="least"/> of them agree.</summary>
    /// <param name="codes">Its values by row.</param>
    /// <param name="room">Zeros, one for each value and more; zeros again afterwards.</param>
    /// <param name="least">Share of rows with the most frequent value of their group that is asked for.</param>
    public bool MayDetermine(ReadOnlySpan<int> codes, int[] room, double least)
    {
        const int Groups = 96;
        const int Members = 24;
        const int FewestRows = 100;
        int rows = 0, majority = 0;
        var step = Math.Max(1, Shared / Groups);
        var shared = 0;
        for (var group = 0; group + 1 < _starts.Length; group++)
        {
            var members = _rows.AsSpan(_starts[group].._starts[group + 1]);
            if (members.Length < 2 || shared++ % step != 0)
                continue;
            members = members[..Math.Min(Members, members.Length)];
            int size = 0, most = 0;
            foreach (var row in members)
            {
                if (codes[row] == DependencyColumn.Missing)
                    continue;
                size++;
                most = Math.Max(most, ++room[codes[row]]);
            }

            foreach (var row in members)
            {
                if (codes[row] != DependencyColumn.Missing)
                    room[codes[row]] = 0;
            }

            if (size < 2)
                continue;
            rows += size;
            majority += most;
        }

        // Few rows of a group agree more than all of it would, so what fails here fails there.
        return rows < FewestRows || majority >= (least - 0.1) * rows;
    }

    /// <summary>Compares the rows of each group in another column.</summary>
    /// <param name="codes">Its values by row.</param>
    /// <param name="room">Zeros, one for each value and more; zeros again afterwards.</param>
    public DependencyFinder.Counted Count(ReadOnlySpan<int> codes, int[] room)
    {
        long rows = 0, groups = 0, majority = 0;
        double agreeing = 0;
        for (var group = 0; group + 1 < _starts.Length; group++)
        {
            var members = _rows.AsSpan(_starts[group].._starts[group + 1]);
            if (members.Length < 2)
                continue;
            var size = 0;
            var most = 0;
            foreach (var row in members)
            {
                if (codes[row] == DependencyColumn.Missing)
                    continue;
                size++;
                most = Math.Max(most, ++room[codes[row]]);
            }

            double pairs = 0;
            foreach (var row in members)
            {
                if (codes[row] == DependencyColumn.Missing)
                    continue;
                ref var count = ref room[codes[row]];
                pairs += count * (double)(count - 1);
                count = 0;
            }

            if (size < 2)
                continue;
            rows += size;
            groups++;
            majority += most;
            agreeing += pairs / (size - 1);
        }

        return new DependencyFinder.Counted(rows, groups, majority, rows == 0 ? 0 : agreeing / rows);
    }

    /// <summary>Groups in which the dependent differs, those with the most rows first.</summary>
    public IReadOnlyList<DependencyViolation> Violations(DependencyColumn[] determinants, DependencyColumn dependent, int[] room, int most)
    {
        var found = new List<(int Rows, int First, int Expected, int ExpectedRows, int Other, int OtherRows)>();
        var codes = dependent.Codes;
        for (var group = 0; group + 1 < _starts.Length; group++)
        {
            var members = _rows.AsSpan(_starts[group].._starts[group + 1]);
            int expected = -1, other = -1;
            foreach (var row in members)
            {
                if (codes[row] != DependencyColumn.Missing)
                    room[codes[row]]++;
            }

            foreach (var row in members)
            {
                if (codes[row] != DependencyColumn.Missing && (expected < 0 || room[codes[row]] > room[expected]))
                    expected = codes[row];
            }

            foreach (var row in members)
            {
                if (codes[row] != DependencyColumn.Missing && codes[row] != expected && (other < 0 || room[codes[row]] > room[other]))
                    other = codes[row];
            }

            if (other >= 0)
                found.Add((members.Length, members[0], expected, room[expected], other, room[other]));
            foreach (var row in members)
            {
                if (codes[row] != DependencyColumn.Missing)
                    room[codes[row]] = 0;
            }
        }

        return [.. found.OrderByDescending(violation => violation.Rows).ThenBy(violation => violation.First).Take(most).Select(violation => new DependencyViolation(
            [.. determinants.Select(column => column.Value(column.Codes[violation.First]))], dependent.Value(violation.Expected), violation.ExpectedRows, dependent.Value(violation.Other), violation.OtherRows))];
    }

    // A counting sort: rows keep their order within a group.
    private static Grouping Of(ReadOnlySpan<int> codes, int distinct)
    {
        var starts = new int[distinct + 1];
        foreach (var code in codes)
        {
            if (code != DependencyColumn.Missing)
                starts[code + 1]++;
        }

        for (var i = 1; i < starts.Length; i++)
            starts[i] += starts[i - 1];
        var rows = new int[starts[^1]];
        var next = starts.ToArray();
        for (var row = 0; row < codes.Length; row++)
        {
            if (codes[row] != DependencyColumn.Missing)
                rows[next[codes[row]]++] = row;
        }

        return new Grouping(rows, starts);
    }
}
