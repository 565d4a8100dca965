namespace Platform.Inventory.Errors;

/// <summary>A column whose value mostly settles another's.</summary>
/// <param name="From">The column that settles.</param>
/// <param name="To">The column that is settled.</param>
/// <param name="Strength">How much better than chance the group's most frequent value is, 0 to 1.</param>
/// <param name="Settled">The share of the groups of three rows or more in which one value has more than half of the filled cells, chance taken off.</param>
internal readonly record struct Dependency(int From, int To, double Strength, double Settled);

/// <summary>What the rows that agree with a row in the settling column say about its cell.</summary>
/// <param name="Conflict">How far the others agree on another value, 0 to 1.</param>
/// <param name="Support">How far the others have the same value, 0 to 1.</param>
/// <param name="Expected">Position of the value that they agree on; -1 where they do not.</param>
internal readonly record struct GroupVote(float Conflict, float Support, int Expected);

/// <summary>A row's group counted.</summary>
/// <param name="Expected">Position of the most frequent value; -1 where the row has no group or its group no value.</param>
/// <param name="With">Rows with it.</param>
/// <param name="Own">Rows with the row's own value; 0 for a missing one.</param>
/// <param name="Filled">Rows with any value.</param>
internal readonly record struct GroupCount(int Expected, int With, int Own, int Filled);

/// <summary>Approximate functional dependencies between single columns, and the cells that break them.</summary>
internal sealed class Dependencies
{
    private readonly CellTable _table;
    private readonly List<Dependency>[] _onto;
    private readonly float[]?[] _apart;

    private Dependencies(CellTable table, List<Dependency>[] onto)
    {
        (_table, _onto) = (table, onto);
        _apart = new float[]?[table.Columns.Count];
        for (var from = 0; from < _apart.Length; from++)
            _apart[from] = Apart(from);
    }

    /// <summary>The dependencies onto a column, the strongest first.</summary>
    public IReadOnlyList<Dependency> Onto(int column) => _onto[column];

    /// <summary>Looks at every pair of columns.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="most">The most dependencies kept onto a column.</param>
    /// <param name="seed">For the shuffle that tells what chance would do.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static Dependencies Find(CellTable table, int most, int seed, CancellationToken cancellationToken)
    {
        var onto = table.Columns.Select(_ => new List<Dependency>()).ToArray();
        var shuffle = new int[table.Rows];
        for (var i = 0; i < shuffle.Length; i++)
            shuffle[i] = i;
        new Random(seed).Shuffle(shuffle);
        var lockTo = new Lock();
        Parallel.For(0, table.Columns.Count, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, from =>
        {
            var groups = Groups.By(table.Columns[from]);
            if (groups.Rows < Math.Max(4, table.Rows / 20) || groups.Count < 2)
                return;
            for (var to = 0; to < table.Columns.Count; to++)
            {
                var column = table.Columns[to];
                if (to == from || column.Values.Count < 2)
                    continue;
                var seen = new int[column.Values.Count];
                var real = groups.Agreement(column, null, seen);
                if (real.Cells < 0.3)
                    continue;
                var chance = groups.Agreement(column, shuffle, seen);
                var strength = Beyond(real.Cells, chance.Cells);
                if (strength < 0.25)
                    continue;
                lock (lockTo)
                    onto[to].Add(new Dependency(from, to, strength, Math.Max(0, Beyond(real.Groups, chance.Groups))));
            }
        });
        foreach (var list in onto)
        {
            list.Sort((a, b) => b.Strength != a.Strength ? b.Strength.CompareTo(a.Strength) : a.From.CompareTo(b.From));
            if (list.Count > most)
                list.RemoveRange(most, list.Count - most);
        }

        return new Dependencies(table, onto);
    }

    /// <summary>
    /// For a settling column and a row, the share of what the column settles in which the row is against its group, where that is seldom: such a
    /// row is another thing that happens to share the value (two orders in one minute), and its cells are not to blame. Null where nothing is known.
    /// </summary>
    public float[]? ApartIn(int from) => _apart[from];

    private float[]? Apart(int from)
    {
        const double Seldom = 0.1;
        var settled = _onto.SelectMany(list => list).Where(dependency => dependency.From == from && dependency.Strength >= 0.5).ToList();
        if (settled.Count < 2)
            return null;
        var against = new float[_table.Rows];
        var votes = new float[_table.Rows];
        foreach (var dependency in settled)
        {
            var column = _table.Columns[dependency.To];
            var cast = Votes(dependency);
            var share = cast.Count(vote => vote.Conflict > 0.5) / (double)Math.Max(1, _table.Rows);
            if (share > Seldom)
                return null;
            for (var row = 0; row < cast.Length; row++)
            {
                if (cast[row].Expected < 0 || column.Codes[row] == column.MissingCode)
                    continue;
                votes[row]++;
                against[row] += cast[row].Conflict > 0.3 ? 1 : 0;
            }
        }

        for (var row = 0; row < against.Length; row++)
            against[row] = against[row] < 2 ? 0 : against[row] / votes[row];
        return against;
    }

    private static double Beyond(double real, double chance) => chance >= 0.999 ? 0 : (real - chance) / (1 - chance);

    /// <summary>The vote of each row's group on its cell.</summary>
    /// <param name="dependency">Which.</param>
    /// <param name="weights">How much each row's word counts; null counts all alike.</param>
    public GroupVote[] Votes(Dependency dependency, float[]? weights = null)
    {
        var groups = Groups.By(_table.Columns[dependency.From]);
        var column = _table.Columns[dependency.To];
        var votes = new GroupVote[_table.Rows];
        Array.Fill(votes, new GroupVote(0, 0, -1));
        var sums = new double[column.Values.Count];
        var touched = new List<int>();
        for (var g = 0; g < groups.Count; g++)
        {
            var rows = groups[g];
            var total = 0.0;
            foreach (var row in rows)
            {
                var code = column.Codes[row];
                if (code == column.MissingCode)
                    continue;
                var weight = weights?[row] ?? 1;
                if (sums[code] == 0)
                    touched.Add(code);
                sums[code] += weight;
                total += weight;
            }

            var best = -1;
            foreach (var code in touched)
            {
                if (best < 0 || sums[code] > sums[best])
                    best = code;
            }

            if (best >= 0)
            {
                foreach (var row in rows)
                    votes[row] = Vote(column.Codes[row], column.MissingCode, best, sums, total, weights?[row] ?? 1);
            }

            foreach (var code in touched)
                sums[code] = 0;
            touched.Clear();
        }

        return votes;
    }

    /// <summary>How the rows of a row's group vote on its cell, counted; the row itself counts too.</summary>
    public GroupCount[] Counts(Dependency dependency)
    {
        var groups = Groups.By(_table.Columns[dependency.From]);
        var column = _table.Columns[dependency.To];
        var counts = new GroupCount[_table.Rows];
        Array.Fill(counts, new GroupCount(-1, 0, 0, 0));
        var seen = new int[column.Values.Count];
        for (var g = 0; g < groups.Count; g++)
        {
            int best = -1, filled = 0;
            foreach (var row in groups[g])
            {
                var code = column.Codes[row];
                if (code == column.MissingCode)
                    continue;
                filled++;
                if (++seen[code] > (best < 0 ? 0 : seen[best]))
                    best = code;
            }

            if (best < 0)
                continue;
            foreach (var row in groups[g])
                counts[row] = new GroupCount(best, seen[best], column.Codes[row] == column.MissingCode ? 0 : seen[column.Codes[row]], filled);
            foreach (var row in groups[g])
                seen[column.Codes[row]] = 0;
        }

        return counts;
    }

    // The row itself does not vote. Two rows that differ say that one is wrong, and not which.
    private static GroupVote Vote(int code, int missing, int best, double[] sums, double total, double weight)
    {
        if (code == missing)
            return new GroupVote((float)(total / (total + 1) * Math.Sqrt(sums[best] / total)), 0, best);
        var others = total - weight;
        if (others <= 1e-9)
            return new GroupVote(0, 0, -1);
        var trust = others / (others + 1);
        var own = Math.Max(0, sums[code] - weight) / others;
        if (code == best)
            return new GroupVote((float)(0.15 * (1 - own) * trust), (float)(own * trust), best);
        var theirs = sums[best] / others;
        // A pair that differs is a draw; from two votes against one on, the side of the many wins.
        var lead = Math.Max(0, sums[best] - sums[code]) / Math.Max(1e-9, sums[best] + sums[code]);
        return new GroupVote((float)(trust * Math.Sqrt(theirs) * (0.3 + 0.7 * lead)), (float)(own * trust), best);
    }

    /// <summary>Rows with the same value, values of one row left out.</summary>
    private sealed class Groups
    {
        private readonly int[] _rows;
        private readonly List<int> _starts;

        private Groups(int[] rows, List<int> starts) => (_rows, _starts) = (rows, starts);

        public int Count => _starts.Count - 1;

        public int Rows => _rows.Length;

        public ReadOnlySpan<int> this[int group] => _rows.AsSpan(_starts[group], _starts[group + 1] - _starts[group]);

        public static Groups By(CellColumn column)
        {
            var place = new int[column.Values.Count];
            var starts = new List<int> { 0 };
            var next = 0;
            for (var code = 0; code < place.Length; code++)
            {
                place[code] = -1;
                if (column.Counts[code] < 2 || code == column.MissingCode)
                    continue;
                place[code] = next;
                next += column.Counts[code];
                starts.Add(next);
            }

            var rows = new int[next];
            for (var row = 0; row < column.Codes.Length; row++)
            {
                var code = column.Codes[row];
                if (place[code] >= 0)
                    rows[place[code]++] = row;
            }

            return new Groups(rows, starts);
        }

        /// <summary>
        /// The share of the filled cells that hold the most frequent value of their group, the first of each group not counted; and of the groups of
        /// three or more the share in which that value has more than half.
        /// </summary>
        public (double Cells, double Groups) Agreement(CellColumn column, int[]? shuffle, int[] seen)
        {
            long agree = 0, all = 0, settled = 0, judged = 0;
            for (var g = 0; g < Count; g++)
            {
                int most = 0, filled = 0;
                foreach (var row in this[g])
                {
                    var code = column.Codes[shuffle?[row] ?? row];
                    if (code == column.MissingCode)
                        continue;
                    filled++;
                    most = Math.Max(most, ++seen[code]);
                }

                foreach (var row in this[g])
                    seen[column.Codes[shuffle?[row] ?? row]] = 0;
                if (filled >= 3)
                {
                    judged++;
                    settled += 2 * most > filled ? 1 : 0;
                }

                if (filled < 2)
                    continue;
                agree += most - 1;
                all += filled - 1;
            }

            return all < 4 ? (0, 0) : ((double)agree / all, judged < 3 ? (double)agree / all : (double)settled / judged);
        }
    }
}
