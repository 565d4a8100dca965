using System.Runtime.InteropServices;
using System.Text;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Relate;

/// <summary>A column with its values numbered, so that rows are compared by numbers. Row i of one column belongs to row i of the others.</summary>
public sealed class DependencyColumn
{
    /// <summary>The number of a missing value.</summary>
    public const int Missing = -1;

    private readonly Dictionary<ulong, int> _numbers = [];
    private readonly List<string> _values = [];
    private readonly List<int> _codes = [];

    /// <param name="name">Name of the column.</param>
    public DependencyColumn(string name) => Name = name;

    /// <summary>Name of the column.</summary>
    public string Name { get; }

    /// <summary>Rows added.</summary>
    public int Rows => _codes.Count;

    /// <summary>Distinct values, without the missing one.</summary>
    public int Distinct => _values.Count;

    /// <summary>The number of each row's value; <see cref="Missing"/> where there is none.</summary>
    public ReadOnlySpan<int> Codes => CollectionsMarshal.AsSpan(_codes);

    /// <summary>The value of a number.</summary>
    public string Value(int code) => _values[code];

    /// <summary>Adds a row. Null and empty are missing.</summary>
    public void Add(string? value)
    {
        if (string.IsNullOrEmpty(value))
            _codes.Add(Missing);
        else
            Add(Encoding.UTF8.GetBytes(value));
    }

    /// <summary>Adds a row by its UTF-8 text. Empty is missing.</summary>
    public void Add(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            _codes.Add(Missing);
            return;
        }

        // Two of a table's values share a hash of 64 bits once in a hundred million tables.
        ref var code = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, ValueHash.Of(value), out var known);
        if (!known)
        {
            code = _values.Count;
            _values.Add(Encoding.UTF8.GetString(value));
        }

        _codes.Add(code);
    }

    /// <summary>A column of these values.</summary>
    public static DependencyColumn Of(string name, IEnumerable<string?> values)
    {
        var column = new DependencyColumn(name);
        foreach (var value in values)
            column.Add(value);
        return column;
    }
}
