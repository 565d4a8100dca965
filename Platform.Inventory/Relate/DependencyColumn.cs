using System.Runtime.InteropServices;
using System.Text;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Relate;

/// <summary>A column with its values numbered, so that rows are compared by numbers. Row i of one column belongs to row i of the others.</summary>
public sealed class DependencyColumn
{
    /// <summary>The number of a missing value.</summary>
    public const int Missing = -1;

    private readonly HashNumbers _numbers = new();
    private readonly List<int> _codes = [];

    // The texts of the values one after the other, and where each ends: hardly any is ever asked for.
    private readonly List<int> _ends = [];
    private byte[] _texts = [];

    /// <param name="name">Name of the column.</param>
    public DependencyColumn(string name) => Name = name;

    /// <summary>Name of the column.</summary>
    public string Name { get; }

    /// <summary>Rows added.</summary>
    public int Rows => _codes.Count;

    /// <summary>Distinct values, without the missing one.</summary>
    public int Distinct => _ends.Count;

    /// <summary>The number of each row's value; <see cref="Missing"/> where there is none.</summary>
    public ReadOnlySpan<int> Codes => CollectionsMarshal.AsSpan(_codes);

    /// <summary>The value of a number.</summary>
    public string Value(int code) => Encoding.UTF8.GetString(_texts.AsSpan((code == 0 ? 0 : _ends[code - 1]).._ends[code]));

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

        Add(value, ValueHash.Of(value));
    }

    /// <summary>Adds a row by its UTF-8 text, which is not empty, and the hash of it.</summary>
    internal void Add(ReadOnlySpan<byte> value, ulong hash)
    {
        // Two of a table's values share a hash of 64 bits once in a hundred million tables.
        ref var code = ref _numbers.Of(hash, out var known);
        if (!known)
        {
            code = _ends.Count;
            var from = code == 0 ? 0 : _ends[^1];
            if (_texts.Length - from < value.Length)
                Array.Resize(ref _texts, Math.Max(from + value.Length, _texts.Length * 2));
            value.CopyTo(_texts.AsSpan(from));
            _ends.Add(from + value.Length);
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
