namespace Platform.Inventory.Errors;

/// <summary>What each different value of a column looks like among the others, before its row is looked at.</summary>
internal sealed class ValueSignals
{
    private readonly CellColumn _column;
    private readonly int _filled;
    private readonly bool[] _isNumber;

    private ValueSignals(CellColumn column, CancellationToken cancellationToken)
    {
        _column = column;
        var values = column.Values;
        _filled = column.Counts.Sum() - column.Missing;
        Strengths = new float[CellStrategies.Count][];
        for (var i = 0; i < Strengths.Length; i++)
            Strengths[i] = new float[values.Count];
        Suggestions = new string?[values.Count];
        Plain = new float[PlainCount][];
        for (var i = 0; i < Plain.Length; i++)
            Plain[i] = new float[values.Count];
        _isNumber = [.. values.Select(value => ValueText.TryNumber(value.AsSpan().Trim(), out _))];
        NumberShare = Share(code => _isNumber[code]);
        Missing();
        StandIns();
        Quantities();
        Shapes();
        CharacterSignals.Fill(column, _filled, this[CellStrategy.Characters], Plain[4], Plain[5]);
        Texts();
        Spellings(cancellationToken);
        Numbers();
    }

    /// <summary>How many plain numbers describe a value besides the strategies: what a classifier uses and no rule judges.</summary>
    public const int PlainCount = 9;

    /// <summary>By strategy and position of the value.</summary>
    public float[][] Strengths { get; }

    /// <summary>By plain feature (frequency, shape's share, length, words, characters, pairs, digits, number's rank, unit's share) and value; each 0 to 1.</summary>
    public float[][] Plain { get; }

    /// <summary>What the value should probably be; null where nothing is known.</summary>
    public string?[] Suggestions { get; }

    /// <summary>The share of the filled cells that are plain numbers.</summary>
    public double NumberShare { get; }

    private float[] this[CellStrategy strategy] => Strengths[(int)strategy];

    public static ValueSignals Of(CellColumn column, CancellationToken cancellationToken) => new(column, cancellationToken);

    private double Share(Func<int, bool> holds)
    {
        long count = 0;
        for (var code = 0; code < _column.Values.Count; code++)
        {
            if (code != _column.MissingCode && holds(code))
                count += _column.Counts[code];
        }

        return _filled == 0 ? 0 : (double)count / _filled;
    }

    // A column of which a third is empty is one that may be empty.
    private void Missing()
    {
        if (_column.MissingCode < 0)
            return;
        var share = (double)_column.Missing / Math.Max(1, _column.Missing + _filled);
        // One whose values are all different names its rows, and no row may lack it.
        var key = _filled > 1 && _column.Values.Count - 1 > 0.98 * _filled;
        this[CellStrategy.Missing][_column.MissingCode] = (float)(key ? 0.95 * Math.Pow(1 - share, 3) : 0.85 * Math.Pow(1 - share, 4));
    }

    private void StandIns()
    {
        for (var code = 0; code < _column.Values.Count; code++)
        {
            var strength = ValueText.StandIn(_column.Values[code]);
            var share = (double)_column.Counts[code] / Math.Max(1, _filled);
            // A column with nothing else says so in its own way.
            this[CellStrategy.StandIn][code] = (float)(strength * (share > 0.95 ? 0 : strength < 1 && share > 0.1 ? 0.3 : 0.9));
        }
    }

    private void Quantities()
    {
        var units = new string?[_column.Values.Count];
        var shares = new Dictionary<string, int>(StringComparer.Ordinal);
        var spellings = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var quantities = 0;
        for (var code = 0; code < units.Length; code++)
        {
            if (!ValueText.TryQuantity(_column.Values[code], out _, out var unit))
                continue;
            units[code] = unit;
            shares[unit] = shares.GetValueOrDefault(unit) + _column.Counts[code];
            quantities += _column.Counts[code];
            if (unit.Length > 0)
                (spellings.TryGetValue(ValueText.PlainUnit(unit), out var known) ? known : spellings[ValueText.PlainUnit(unit)] = []).Add(unit);
        }

        var numberShare = NumberShare;
        // A number behind which anything may stand is an address, a code or a name, and no quantity.
        var measured = shares.Where(pair => pair.Key.Length > 0).GroupBy(pair => ValueText.PlainUnit(pair.Key)).Select(group => group.Sum(pair => pair.Value)).ToList();
        if (spellings.Count > 12 || (measured.Count > 0 && 2 * measured.Max() < measured.Sum()))
            Array.Clear(units);
        var kinds = Counted(code => ValueText.Shape(_column.Values[code], collapse: true));
        var top = shares.Count == 0 ? default : shares.MaxBy(pair => pair.Value);
        for (var code = 0; code < units.Length; code++)
        {
            if (code == _column.MissingCode)
                continue;
            if (!_isNumber[code] && numberShare > 0.5)
            {
                // Where many of the others are made like this one, the column holds codes of which most happen to be numbers.
                var alike = (double)kinds[ValueText.Shape(_column.Values[code], collapse: true)] / _filled;
                this[CellStrategy.Type][code] = (float)(0.95 * Math.Clamp((numberShare - 0.6) / 0.25, 0, 1) * Math.Clamp((0.12 - alike) / 0.06, 0, 1));
            }

            if (units[code] is not { } unit || (double)quantities / Math.Max(1, _filled) < 0.8)
                continue;
            Plain[8][code] = (float)shares[unit] / _filled;
            var share = (double)shares[unit] / quantities;
            if (numberShare > 0.5 && unit.Length > 0)
            {
                this[CellStrategy.Unit][code] = (float)(0.85 * Math.Clamp(2 * (1 - share), 0, 1));
                Suggest(code, unit);
            }
            else if (unit != top.Key && share < 0.5)
            {
                this[CellStrategy.Unit][code] = 0.8f;
                Suggest(code, unit);
            }
            else if (unit.Length > 0 && share < 0.6 && spellings.GetValueOrDefault(ValueText.PlainUnit(unit))?.Count > 1)
            {
                // No way of writing it prevails: none of the cells can be compared with the others as it stands.
                this[CellStrategy.Unit][code] = 0.65f;
                Suggest(code, unit);
            }
        }
    }

    private void Suggest(int code, string unit) => Suggestions[code] ??= _column.Values[code].Replace(unit, "", StringComparison.Ordinal).Trim() is { Length: > 0 } bare && ValueText.TryNumber(bare, out _) ? bare : null;

    private Dictionary<string, int> Counted(Func<int, string> kindOf)
    {
        var cells = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var code = 0; code < _column.Values.Count; code++)
        {
            if (code != _column.MissingCode)
                cells[kindOf(code)] = cells.GetValueOrDefault(kindOf(code)) + _column.Counts[code];
        }

        return cells;
    }

    private void Shapes()
    {
        string Coarse(int code) => ValueText.Shape(_column.Values[code], collapse: true);
        var coarse = Counted(Coarse);
        // Names and sentences take many shapes, each rare; dates and codes take one, and a second one is suspicious even where a tenth has it.
        var top = coarse.Count == 0 ? "" : coarse.MaxBy(pair => pair.Value).Key;
        var strict = top.Contains('9', StringComparison.Ordinal) && coarse[top] > 0.6 * _filled;
        Rare(coarse, Coarse, strict ? 0.12 : 0.03, sharpness: strict ? 0.06 : 0.02, regular => Math.Min(1, regular * 1.6), plain: 1);
        string Fine(int code) => ValueText.Shape(_column.Values[code], collapse: false);
        Rare(Counted(Fine), Fine, 0.06, 0.05, regular => 0.85 * Math.Max(0, (regular - 0.6) / 0.4), plain: -1);
        string Case(int code) => ValueText.Case(_column.Values[code]).ToString();
        Rare(Counted(Case), Case, 0.12, 0.06, regular => 0.65 * Math.Clamp((regular - 0.7) / 0.1, 0, 1), plain: -1);
    }

    /// <summary>Marks kinds of values of which there are few in a column that is otherwise of few kinds.</summary>
    /// <param name="cells">Cells of each kind.</param>
    /// <param name="kindOf">A value's kind.</param>
    /// <param name="most">Share from which a kind is not rare any more.</param>
    /// <param name="sharpness">How far below it is rare for certain.</param>
    /// <param name="weight">The strength, by the chance that two cells are of one kind: near 1 for codes and dates, near 0 for sentences.</param>
    /// <param name="plain">Where the kind's share goes as a plain feature; -1 for nowhere.</param>
    private void Rare(Dictionary<string, int> cells, Func<int, string> kindOf, double most, double sharpness, Func<double, double> weight, int plain)
    {
        var strength = weight(cells.Values.Sum(count => Math.Pow((double)count / Math.Max(1, _filled), 2)));
        for (var code = 0; code < _column.Values.Count; code++)
        {
            if (code == _column.MissingCode)
                continue;
            var share = (double)cells[kindOf(code)] / _filled;
            if (plain >= 0)
                Plain[plain][code] = (float)share;
            // Numbers of another length or with more decimals are the business of the numbers' own strategy.
            if (_isNumber[code] && NumberShare > 0.5)
                continue;
            // A value as frequent as the column's others is a kind of its own, however it is written.
            if (_column.Counts[code] >= 5 && 2L * _column.Counts[code] * _column.Values.Count >= _filled && _column.Values.Count < _filled / 10)
                continue;
            // One value that alone makes a kind and is there again and again is a convention more often than a slip.
            var convention = _column.Counts[code] >= 5 && _column.Counts[code] >= 0.03 * _filled ? 0.5 : 1;
            var rare = (float)(strength * convention * Math.Clamp((most - share) / sharpness, 0, 1));
            if (rare > this[CellStrategy.Shape][code])
                this[CellStrategy.Shape][code] = rare;
        }
    }

    private void Texts()
    {
        var lengths = new List<(double Value, int Count)>();
        var spaced = Share(code => Spaced(_column.Values[code]));
        for (var code = 0; code < _column.Values.Count; code++)
        {
            var value = _column.Values[code];
            Plain[0][code] = (float)(Math.Log(_column.Counts[code]) / Math.Log(Math.Max(2, _filled)));
            Plain[2][code] = Math.Min(1, value.Length / 64f);
            Plain[3][code] = Math.Min(1, value.Count(c => c == ' ') / 12f);
            Plain[6][code] = value.Length == 0 ? 0 : (float)value.Count(char.IsDigit) / value.Length;
            if (code == _column.MissingCode)
                continue;
            lengths.Add((value.Length, _column.Counts[code]));
            if (ValueText.IsMangled(value))
                this[CellStrategy.Encoding][code] = 0.9f;
            if (Spaced(value) && spaced < 0.1)
            {
                this[CellStrategy.Spacing][code] = value.Trim().Length < value.Length ? 0.7f : 0.35f;
                Suggestions[code] ??= string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
        }

        var spread = RobustSpread.Of(lengths);
        for (var code = 0; code < _column.Values.Count; code++)
        {
            if (code != _column.MissingCode && !(_isNumber[code] && NumberShare > 0.5))
                this[CellStrategy.Length][code] = (float)(0.35 * Math.Clamp((spread.Distance(_column.Values[code].Length) - 4) / 8, 0, 1));
        }

        static bool Spaced(string value) => value.Length > 0 && (char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]) || value.Contains("  ", StringComparison.Ordinal));
    }

    private void Spellings(CancellationToken cancellationToken)
    {
        if (NumberShare > 0.9)
            return;
        var near = SpellingNeighbours.Find(_column.Values, _column.Counts, 2, cancellationToken);
        var words = SpellingNeighbours.FindWords(_column.Values, _column.Counts, cancellationToken);
        var written = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var code = 0; code < _column.Values.Count; code++)
        {
            var plain = ValueText.Plain(_column.Values[code]);
            if (plain.Length > 0 && (!written.TryGetValue(plain, out var most) || _column.Counts[code] > _column.Counts[most]))
                written[plain] = code;
        }

        for (var code = 0; code < _column.Values.Count; code++)
        {
            if (_isNumber[code])
                continue;
            if (near[code] is { } neighbour)
            {
                this[CellStrategy.Spelling][code] = (float)(0.95 * neighbour.Strength);
                if (neighbour.Strength > 0.4)
                    Suggestions[code] ??= _column.Values[neighbour.Frequent];
            }

            this[CellStrategy.Word][code] = (float)(0.6 * words[code]);
            // Another way to write the same letters.
            if (written.TryGetValue(ValueText.Plain(_column.Values[code]), out var usual) && usual != code && _column.Counts[usual] >= 4 * _column.Counts[code] && this[CellStrategy.Spelling][code] < 0.75f)
            {
                this[CellStrategy.Spelling][code] = 0.75f;
                Suggestions[code] ??= _column.Values[usual];
            }
        }
    }

    private void Numbers()
    {
        if (NumberShare < 0.6)
            return;
        var numbers = new List<(double Value, int Count)>();
        for (var code = 0; code < _column.Values.Count; code++)
        {
            if (_isNumber[code] && ValueText.TryNumber(_column.Values[code].AsSpan().Trim(), out var number))
                numbers.Add((number, _column.Counts[code]));
        }

        var plain = RobustSpread.Of(numbers);
        var positive = numbers.TrueForAll(pair => pair.Value >= 0);
        var logarithms = positive ? RobustSpread.Of([.. numbers.Select(pair => (Math.Log(1 + pair.Value), pair.Count))]) : plain;
        var least = numbers.Min(pair => pair.Value);
        var most = numbers.Max(pair => pair.Value);
        for (var code = 0; code < _column.Values.Count; code++)
        {
            if (!_isNumber[code] || !ValueText.TryNumber(_column.Values[code].AsSpan().Trim(), out var number))
                continue;
            // Money and counts have long tails: they are far out only if they are so in both measures.
            var far = positive ? Math.Min(plain.Distance(number), 1.6 * logarithms.Distance(Math.Log(1 + number))) : plain.Distance(number);
            this[CellStrategy.Number][code] = (float)(0.75 * Math.Clamp((far - 6) / 6, 0, 1));
            Plain[7][code] = most > least ? (float)((number - least) / (most - least)) : 0;
        }
    }
}
