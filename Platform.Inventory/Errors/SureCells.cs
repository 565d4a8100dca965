namespace Platform.Inventory.Errors;

/// <summary>
/// Of the cells that a search suspects, those that are wrong beyond reasonable doubt: each with a witness that a person can check. What the search
/// merely finds odd (a rare shape, a large number) is left to whoever asks for suspects; a report that is read every night may not cry wolf.
/// </summary>
internal static class SureCells
{
    // A rule that is broken more often than this is none that a cell can be accused by.
    private const double LeastRule = 0.9;

    // And it must say much more than chance: of a column that is nearly always 0 any other settles nearly all groups.
    private const double LeastStrength = 0.55;

    // What settles another column has nearly as many different values, slips of that one aside.
    private const int MostValuesEach = 2;

    // Two places that end alike are names; many that do are a habit.
    private const int LeastMisplaced = 3;

    // Rows that agree on the other value, and how many times as many as have the cell's own.
    private const int LeastWitnesses = 3;
    private const int Outnumbered = 4;

    // Rows with a value of another column that all differ in the same way are another kind of thing, and no slips.
    private const int LeastKind = 3;
    private const double AllOfKind = 0.8;

    // What stands in more rows, of this column and by the rows that speak against it, is a value of its own.
    private const int RareRows = 3;
    private const int RareShare = 10;

    // Ways to write a unit that so few cells have are slips of their own, and what is left without them is no number to trust.
    private const int LeastUnit = 5;

    // Of the values that are against their group, the share that several rows have.
    private const double SecondTimes = 0.1;

    /// <summary>The cells, by column and row.</summary>
    /// <param name="detector">Knows the cells.</param>
    /// <param name="proves">By column whether agreement in it means the same thing: times, amounts and texts agree by chance.</param>
    /// <param name="settled">By column whether rows of one thing must agree in it: amounts of one thing may differ.</param>
    /// <param name="codes">By column whether it holds codes, in which a letter before digits is no unit.</param>
    /// <param name="happens">By column whether it says when something happened: to one person or product things happen more than once.</param>
    /// <param name="distinct">By column its different values in all rows, not only in those looked at: in a few days nearly every customer has one invoice.</param>
    /// <param name="cancellation">Stops it.</param>
    public static IReadOnlyList<SureCell> Find(ErrorDetector detector, IReadOnlyList<bool> proves, IReadOnlyList<bool> settled, IReadOnlyList<bool> codes, IReadOnlyList<bool> happens, IReadOnlyList<long> distinct, CancellationToken cancellation)
    {
        var found = new List<SureCell>();
        for (var column = 0; column < detector.Table.Columns.Count; column++)
        {
            cancellation.ThrowIfCancellationRequested();
            var cells = new List<SureCell>();
            OfColumn(detector, column, rule => settled[column] && proves[rule.From] && distinct[column] <= MostValuesEach * distinct[rule.From], codes, happens[column], cells);
            if (cells.Count(cell => cell.Cause == CellCause.Misplaced) < LeastMisplaced)
                cells.RemoveAll(cell => cell.Cause == CellCause.Misplaced);
            found.AddRange(WithoutKinds(detector.Table, cells));
        }

        foreach (var pair in detector.Order.Pairs)
            found.AddRange(pair.Broken.Select(row => new SureCell(row, pair.Second, CellCause.Order, null, pair.First, pair.Holds, (double)pair.Holds / (pair.Holds + pair.Broken.Count))));
        return [.. found.DistinctBy(cell => (cell.Row, cell.Column)).OrderBy(cell => cell.Column).ThenBy(cell => cell.Row)];
    }

    /// <summary>Leaves out contradictions that a third column explains: the measures of Alaska are no misspelt ones of Alabama.</summary>
    private static IEnumerable<SureCell> WithoutKinds(CellTable table, List<SureCell> cells)
    {
        var against = cells.Where(cell => cell.Cause is CellCause.Misspelt or CellCause.Contradicted).Select(cell => cell.Row).ToHashSet();
        if (against.Count < LeastKind)
            return cells;
        var explained = new HashSet<int>();
        for (var other = 0; other < table.Columns.Count; other++)
        {
            var column = table.Columns[other];
            if (other == cells[0].Column)
                continue;
            foreach (var group in against.GroupBy(row => column.Codes[row]).Where(group => group.Key != column.MissingCode && group.Count() >= LeastKind && group.Count() >= AllOfKind * column.Counts[group.Key]))
                explained.UnionWith(group);
        }

        return cells.Where(cell => !explained.Contains(cell.Row) || cell.Cause is not (CellCause.Misspelt or CellCause.Contradicted));
    }

    private static void OfColumn(ErrorDetector detector, int column, Func<Dependency, bool> holds, IReadOnlyList<bool> codes, bool happens, List<SureCell> found)
    {
        var data = detector.Table.Columns[column];
        var features = detector.Features[column];
        var rules = detector.Dependencies.Onto(column).Where(rule => holds(rule) && rule.Strength >= LeastStrength && Math.Max(rule.Strength, rule.Settled) >= LeastRule).ToList();
        var counts = rules.ConvertAll(detector.Dependencies.Counts);
        // A second time that several rows have is a second thing that happened, and where that is not seldom a single row is one too: the column settles no time.
        for (var i = rules.Count - 1; happens && i >= 0; i--)
        {
            if (HappensAgain(data, counts[i]))
            {
                rules.RemoveAt(i);
                counts.RemoveAt(i);
            }
        }

        var units = Units(data);
        for (var row = 0; row < detector.Table.Rows; row++)
        {
            var kind = features.Kinds[row];
            if (Witnessed(detector, column, row, rules, counts, codes) is { } witnessed)
                found.Add(witnessed);
            else if (data.Codes[row] == data.MissingCode)
                continue;
            else if (features.Strength(kind, CellStrategy.Encoding) > 0.8)
                found.Add(new SureCell(row, column, CellCause.Mangled, null, -1, 0, 0.95));
            else if (features.Strength(kind, CellStrategy.Embedded) > 0.8)
                found.Add(new SureCell(row, column, CellCause.Misplaced, features.Suggestions[kind], -1, 0, 0.9));
            else if (!codes[column] && !char.IsLetter(data[row][0]) && features.Strength(kind, CellStrategy.Unit) > 0.75)
                found.Add(new SureCell(row, column, CellCause.Unit, ValueText.TryQuantity(data[row], out _, out var unit) && units.GetValueOrDefault(unit) >= LeastUnit ? features.Suggestions[kind] : null, -1, 0, 0.9));
        }
    }

    private static bool HappensAgain(CellColumn column, GroupCount[] counts)
    {
        double together = 0, alone = 0;
        for (var row = 0; row < counts.Length; row++)
        {
            if (counts[row].Expected < 0 || column.Codes[row] == column.MissingCode || column.Codes[row] == counts[row].Expected)
                continue;
            if (counts[row].Own >= 2)
                together += 1.0 / counts[row].Own;
            else
                alone++;
        }

        return together >= SecondTimes * (together + alone) && together > 0;
    }

    private static SureCell? Witnessed(ErrorDetector detector, int column, int row, List<Dependency> rules, List<GroupCount[]> counts, IReadOnlyList<bool> codes)
    {
        var data = detector.Table.Columns[column];
        var own = data.Codes[row];
        SureCell? best = null;
        for (var i = 0; i < rules.Count; i++)
        {
            var count = counts[i][row];
            // Rows that agree with the cell speak for it, whatever a weaker rule says.
            if (count.Expected == own && count.With >= 2)
                return null;
            if (count.Expected < 0 || count.Expected == own || count.With < LeastWitnesses || count.With < Outnumbered * count.Own || 10 * count.With < 9 * (count.Filled - count.Own))
                continue;
            if (detector.Dependencies.ApartIn(rules[i].From)?[row] > 0.4)
                continue;
            // Many counties are called Bristol, and each state has its own: only what names one thing proves a usual value wrong.
            var isRare = own == data.MissingCode || data.Counts[own] <= Math.Max(RareRows, count.With / RareShare);
            if (!isRare && !codes[rules[i].From])
                continue;
            var cause = own == data.MissingCode ? CellCause.Left : isRare && Near(data.Values[own], data.Values[count.Expected]) ? CellCause.Misspelt : CellCause.Contradicted;
            var cell = new SureCell(row, column, cause, data.Values[count.Expected], rules[i].From, count.With, Math.Min(0.99, rules[i].Strength * count.With / (count.With + count.Own + 0.1)));
            if (best is null || cell.With > best.Value.With)
                best = cell;
        }

        return best;
    }

    private static Dictionary<string, int> Units(CellColumn column)
    {
        var units = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var code = 0; code < column.Values.Count; code++)
        {
            if (ValueText.TryQuantity(column.Values[code], out _, out var unit))
                units[unit] = units.GetValueOrDefault(unit) + column.Counts[code];
        }

        return units;
    }

    // Of times and codes a near one is another one, and so is one with another word in it.
    private static bool Near(string value, string other)
    {
        var most = Math.Clamp((other.Length + 1) / 4, 1, 8);
        if (2 * other.Count(char.IsLetter) <= other.Count(char.IsLetterOrDigit))
            return false;
        var edits = SpellingNeighbours.Distance(value, other, most);
        return edits <= most && SpellingNeighbours.DifferingPart(value, other, edits) is not null;
    }
}
