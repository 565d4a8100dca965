using System.Text;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Relate;

/// <summary>The words of a column and of its table, as far as the source gave names.</summary>
internal sealed class RelationNames
{
    private static readonly HashSet<string> Generic = new(StringComparer.Ordinal) { "id", "key", "code", "no", "nr", "num", "number", "uid", "uuid", "guid", "pk", "fk", "ref", "index", "idx", "sk", "rowid" };
    private static readonly HashSet<string> OfTables = new(StringComparer.Ordinal) { "dim", "fact", "tbl", "table", "stg", "raw", "tmp", "vw", "data", "list", "csv", "tsv", "txt", "json", "jsonl", "parquet", "inter", "gz", "part", "export", "dump" };

    private static readonly HashSet<string> Measured = new(StringComparer.Ordinal) { "amount", "total", "subtotal", "price", "cost", "quantity", "qty", "sum", "balance", "revenue", "sale", "salary", "weight", "height", "width", "length", "age", "score", "rating", "percent", "rate", "discount", "tax", "fee", "value", "population", "duration", "temperature" };

    private readonly List<string> _column;
    private readonly HashSet<string> _specific;
    private readonly HashSet<string> _table;
    private readonly string _han;
    private readonly string _hanOfTable;

    public RelationNames(FoundAsset asset, string column)
    {
        IsMissing = IsNumbered(column);
        _column = Words(column);
        _specific = [.. _column.Where(word => !Generic.Contains(word))];
        var table = TableName(asset);
        _table = [.. Words(table).Where(word => !OfTables.Contains(word) && !Generic.Contains(word))];
        _han = Han(column);
        _hanOfTable = Han(table);
    }

    /// <summary>Whether it names an amount or a count: <c>amount</c>, <c>total_price</c>; not <c>price_id</c>.</summary>
    public bool SaysMeasure => _column.Count > 0 && Measured.Contains(_column[^1]) || Han(_han, "金额", "数量", "价格", "总价", "单价", "余额");

    /// <summary>Whether the source gave the column no name.</summary>
    public bool IsMissing { get; }

    /// <summary>Whether it names nothing but a key: <c>id</c>, <c>code</c>.</summary>
    public bool IsGeneric => _specific.Count == 0;

    /// <summary>Whether it says of no thing what it names: <c>id</c>, <c>id_1</c>, <c>k</c>.</summary>
    public bool SaysNothing => _specific.All(word => word.Length == 1 || word.All(char.IsAsciiDigit)) && (_han.Length == 0 || _han is "编号" or "序号" or "代码" or "行号");

    /// <summary>Whether it names rows of its own table: <c>order_id</c> of orders.</summary>
    public bool IsOfOwnTable => _specific.Count > 0 && _specific.All(word => _table.Any(other => Alike(word, other))) || _han.Length > 1 && Share(_han, _hanOfTable);

    /// <summary>What the names say of a reference.</summary>
    public static NameEvidence Compare(RelationNames from, RelationNames to)
    {
        if (from.IsMissing || from._column.Count == 0)
            return NameEvidence.None;
        // 客户编号 and the table 客户: two characters in common are a word.
        if (from._han.Length > 1 && to._han.Length + to._hanOfTable.Length > 1)
            return Share(from._han, to._hanOfTable) ? NameEvidence.Strong : from._han == to._han ? NameEvidence.Strong : Share(from._han, to._han) ? NameEvidence.Weak : NameEvidence.Against;
        if (from.IsGeneric)
            return NameEvidence.Against;
        var namesTable = from._specific.Any(word => to._table.Any(other => Alike(word, other)));
        if (!to.IsMissing && from._column.SequenceEqual(to._column))
            return NameEvidence.Strong;
        if (namesTable && (to.IsMissing || to.IsGeneric || to._specific.Any(word => to._table.Any(other => Alike(word, other)))))
            return NameEvidence.Strong;
        if (namesTable || to._specific.Any(word => word.Length > 2 && from._specific.Any(other => Alike(word, other))))
            return NameEvidence.Weak;
        return to.IsMissing ? NameEvidence.None : NameEvidence.Against;
    }

    /// <summary>Whether the column names another row of its own table: parent_id, manager_id.</summary>
    public bool IsHierarchy => _specific.Any(word => word is "parent" or "manager" or "reply" or "supervisor" or "boss" or "ancestor" or "previous" or "prev" or "referrer" or "mentor" or "root") || _han.Contains('父', StringComparison.Ordinal) || _han.Contains("上级", StringComparison.Ordinal);

    /// <summary>Whether the name is a number given in place of one.</summary>
    public static bool IsNumbered(string name) => name.StartsWith("column", StringComparison.Ordinal) && name.Length > 6 && name.AsSpan(6).IndexOfAnyExceptInRange('0', '9') < 0;

    // cust and customer, prod and product: the beginning of a word, three letters at least.
    private static bool Alike(string a, string b) => a == b || Math.Min(a.Length, b.Length) >= 3 && (a.StartsWith(b, StringComparison.Ordinal) || b.StartsWith(a, StringComparison.Ordinal));

    private static bool Han(string name, params ReadOnlySpan<string> ends)
    {
        foreach (var end in ends)
        {
            if (name.EndsWith(end, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private static bool Share(string a, string b)
    {
        for (var i = 0; i + 1 < a.Length; i++)
        {
            if (a.AsSpan(i, 2) is not "编号" and not "代码" and var pair && b.AsSpan().Contains(pair, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    // Of a set of files the folder has the name: orders/{yyyy-MM-dd}.csv.
    private static string TableName(FoundAsset asset)
    {
        if (asset.Database is { } database)
            return database.Name;
        if (asset.Format == "delta" && !asset.Key.StartsWith("file:", StringComparison.Ordinal))
            return asset.Key[(asset.Key.LastIndexOf('.') + 1)..];
        var path = asset.Key.StartsWith("file:", StringComparison.Ordinal) ? asset.Key["file:".Length..] : asset.Key;
        var name = Path.GetFileNameWithoutExtension(path);
        while ((name.Contains('{', StringComparison.Ordinal) || name.Contains('*', StringComparison.Ordinal) || name.StartsWith("part-", StringComparison.Ordinal)) && Strip(name).Length < 3 && Path.GetDirectoryName(path) is { Length: > 1 } folder)
            (path, name) = (folder, Path.GetFileName(folder));
        return Strip(name);
    }

    // orders_{yyyy-MM-dd} is orders.
    private static string Strip(string name)
    {
        var text = new StringBuilder();
        var depth = 0;
        foreach (var c in name)
        {
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0 && c is not ('}' or '*'))
                text.Append(c);
        }

        return text.ToString().Trim('_', '-', '.', ' ', '=');
    }

    private static string Han(string name) => new([.. name.Where(c => c is >= '\u4e00' and <= '\u9fff')]);

    // Lower case, split at capitals and signs, plurals made singular.
    private static List<string> Words(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var text = colon > 0 ? name[..colon] : name;
        var words = new List<string>();
        var word = new StringBuilder();
        for (var i = 0; i <= text.Length; i++)
        {
            var end = i == text.Length || !char.IsLetterOrDigit(text[i]) || text[i] > 0x2E7F || char.IsUpper(text[i]) && i > 0 && (char.IsLower(text[i - 1]) || i + 1 < text.Length && char.IsLower(text[i + 1]) && char.IsUpper(text[i - 1]));
            if (end && word.Length > 0)
            {
                words.AddRange(Parts(Singular(word.ToString())));
                word.Clear();
            }

            if (i < text.Length && char.IsLetterOrDigit(text[i]) && text[i] <= 0x2E7F)
                word.Append(char.ToLowerInvariant(text[i]));
        }

        return words;
    }

    // customerid, orderno, stockcode: written together.
    private static IEnumerable<string> Parts(string word)
    {
        foreach (var end in (ReadOnlySpan<string>)["number", "code", "uuid", "key", "id", "no"])
        {
            if (word.Length >= end.Length + 4 && word.EndsWith(end, StringComparison.Ordinal) && end is not "no" and not "key")
                return [word[..^end.Length], end];
        }

        return [word];
    }

    private static string Singular(string word) => word switch { "people" => "person", "children" => "child", "men" => "man", "women" => "woman", _ => Regular(word) };

    private static string Regular(string word) => word.Length > 4 && word.EndsWith("ies", StringComparison.Ordinal)
        ? word[..^3] + "y"
        : word.Length > 4 && (word.EndsWith("sses", StringComparison.Ordinal) || word.EndsWith("xes", StringComparison.Ordinal) || word.EndsWith("ches", StringComparison.Ordinal))
            ? word[..^2]
            : word.Length > 3 && word[^1] == 's' && word[^2] is not ('s' or 'u' or 'i') ? word[..^1] : word;
}

/// <summary>What names say about a reference.</summary>
internal enum NameEvidence
{
    /// <summary>The source gave none.</summary>
    None,

    /// <summary>They speak of something else.</summary>
    Against,

    /// <summary>They have a word in common.</summary>
    Weak,

    /// <summary>They say it plainly: customer_id and customers.id.</summary>
    Strong,
}
