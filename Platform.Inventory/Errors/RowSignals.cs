namespace Platform.Inventory.Errors;

/// <summary>What a row's other cells say about its cell in one column: dependencies, values that belong elsewhere, what else is missing.</summary>
internal sealed class RowSignals
{
    private const int MostVotes = 6;
    private const int MostMissing = 6;
    private readonly CellTable _table;
    private readonly int _column;
    private readonly GroupVote[][] _votes;
    private readonly Dependency[] _dependencies;
    private readonly double[] _weights;
    private readonly float[]?[] _apart;
    private readonly SourceTrust? _trust;
    private readonly int[] _missing;
    private readonly EmbeddedValues _embedded;
    private readonly TimeOrder _order;

    public RowSignals(CellTable table, int column, Dependencies dependencies, TimeOrder order, int[] missingColumns)
    {
        _table = table;
        _column = column;
        _order = order;
        _dependencies = [.. dependencies.Onto(column).Take(MostVotes)];
        // What a group agrees on counts as far as such groups agree at all.
        _weights = [.. _dependencies.Select(dependency => Math.Clamp((Math.Max(dependency.Settled, dependency.Strength) - 0.3) / 0.5, 0, 1))];
        _apart = [.. _dependencies.Select(dependency => dependencies.ApartIn(dependency.From))];
        _votes = new GroupVote[_dependencies.Length][];
        for (var i = 0; i < _votes.Length; i++)
            _votes[i] = dependencies.Votes(_dependencies[i]);
        if (_votes.Length > 0 && SourceTrust.Find(table, column, _dependencies[0], _votes[0]) is { } trust)
        {
            _trust = trust;
            _votes[0] = dependencies.Votes(_dependencies[0], trust.Weights);
        }

        _missing = [.. missingColumns.Where(other => other != column).Take(MostMissing)];
        _embedded = EmbeddedValues.Of(table, column);
        // Votes, and of the strongest also its support; the source; the other missing cells; the other column's value.
        Width = MostVotes + 1 + 1 + _missing.Length;
    }

    /// <summary>Features a row gives.</summary>
    public int Width { get; }

    /// <summary>Writes the row's features, and the strategies that need the row.</summary>
    /// <returns>What the cell should probably hold; null where the row does not tell.</returns>
    public string? Write(int row, Span<byte> strategies, Span<byte> features)
    {
        features.Clear();
        var calm = 1.0;
        var doubt = 1.0;
        var expected = -1;
        var most = 0.0;
        for (var i = 0; i < _votes.Length; i++)
        {
            var vote = _votes[i][row];
            features[i] = Byte(vote.Conflict);
            calm = Math.Min(calm, 1 - 0.8 * vote.Support * _weights[i]);
            var conflict = vote.Conflict * _weights[i];
            if (_apart[i] is { } apart)
                conflict *= 1 - Math.Clamp((apart[row] - 0.3) / 0.4, 0, 0.85);
            // Rows of one hospital that agree on its city outvote those of its district.
            for (var j = 0; j < _votes.Length; j++)
            {
                if (j != i && _dependencies[j].Strength >= 0.9 * _dependencies[i].Strength)
                    conflict *= 1 - _votes[j][row].Support * _weights[j];
            }

            if (conflict > most)
                (most, expected) = (conflict, vote.Expected);
            doubt *= 1 - 0.35 * conflict;
        }

        if (_votes.Length > 0)
            features[MostVotes] = Byte(_votes[0][row].Support);
        if (_trust is not null)
            features[MostVotes + 1] = Byte(_trust.Distrust[row]);
        for (var i = 0; i < _missing.Length; i++)
        {
            var other = _table.Columns[_missing[i]];
            if (other.Codes[row] == other.MissingCode || ValueText.StandIn(other[row]) >= 1)
                features[MostVotes + 2 + i] = 255;
        }

        // Rows of one entity that agree on an odd value are right, or wrong together: either way no slip of this cell.
        foreach (var strategy in stackalloc[] { CellStrategy.Spelling, CellStrategy.Word, CellStrategy.Shape, CellStrategy.Number, CellStrategy.Characters, CellStrategy.Length })
            strategies[(int)strategy] = (byte)(strategies[(int)strategy] * calm);
        // A missing value is judged by its group alone where there is one.
        strategies[(int)CellStrategy.Dependency] = Byte(Math.Max(most, 1 - doubt));
        if (_order.IsBroken(_column, row))
            strategies[(int)CellStrategy.Order] = Byte(0.5);
        var (embedded, bare) = _embedded.At(row);
        strategies[(int)CellStrategy.Embedded] = Byte(embedded);
        if (most >= 0.4 && expected >= 0)
            return _table.Columns[_column].Values[expected];
        return embedded > 0.5 ? bare : null;
    }

    private static byte Byte(double value) => (byte)Math.Clamp((int)(value * 255 + 0.5), 0, 255);
}
