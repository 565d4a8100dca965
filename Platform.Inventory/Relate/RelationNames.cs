using System.Text;

namespace Platform.Inventory.Relate;

/// <summary>What names say about a relation: between -0.25 (they speak of something else) and 0.3 (they say it plainly); 0 where the source gave no names.</summary>
internal static class RelationNames
{
    public static double Compare(RelationEnd from, RelationEnd to)
    {
        var source = Words(from.Column.Name);
        var target = Words(to.Column.Name);
        if (IsNumbered(from.Column.Name) || source.Count == 0)
            return 0;
        var table = Words(TableName(to.Asset.Name));
        var generic = target.All(word => word is "id" or "key" or "code" or "no" or "nr" or "number" or "uid" or "pk" or "index");
        var meaningful = source.Where(word => word is not ("id" or "key" or "code" or "no" or "nr" or "number" or "fk" or "ref")).ToList();
        // customer_id and customers.id, or customer_id and customers.customer_id.
        var namesTable = table.Any(word => meaningful.Contains(word));
        if (source.SequenceEqual(target) && !generic)
            return namesTable ? 0.3 : 0.25;
        if (namesTable && (generic || IsNumbered(to.Column.Name) || target.Any(word => table.Contains(word))))
            return 0.3;
        if (meaningful.Count > 0 && target.Where(word => word.Length > 2).Any(meaningful.Contains) && !generic)
            return 0.12;
        return meaningful.Count > 0 && !IsNumbered(to.Column.Name) ? -0.25 : 0;
    }

    /// <summary>Whether the name is a number given in place of one.</summary>
    public static bool IsNumbered(string name) => name.StartsWith("column", StringComparison.Ordinal) && name.Length > 6 && name.AsSpan(6).IndexOfAnyExceptInRange('0', '9') < 0;

    private static string TableName(string asset)
    {
        var name = Path.GetFileName(asset);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        // raw.orders and public.orders: the part after the dot; orders.csv: the one before.
        return dot > 0 && name[(dot + 1)..] is not ("csv" or "tsv" or "txt" or "json" or "jsonl" or "parquet" or "inter" or "user" or "item" or "csv.gz") && !name.Contains('{', StringComparison.Ordinal) ? name[(dot + 1)..] : name.Replace('.', '_');
    }

    // Lower case, split at capitals and signs, plurals made singular.
    private static List<string> Words(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var text = colon > 0 ? name[..colon] : name;
        var words = new List<string>();
        var word = new StringBuilder();
        for (var i = 0; i <= text.Length; i++)
        {
            var end = i == text.Length || !char.IsLetterOrDigit(text[i]) || char.IsUpper(text[i]) && i > 0 && char.IsLower(text[i - 1]);
            if (end && word.Length > 0)
            {
                words.Add(Singular(word.ToString()));
                word.Clear();
            }

            if (i < text.Length && char.IsLetterOrDigit(text[i]))
                word.Append(char.ToLowerInvariant(text[i]));
        }

        return words;
    }

    private static string Singular(string word) => word.Length > 4 && word.EndsWith("ies", StringComparison.Ordinal)
        ? word[..^3] + "y"
        : word.Length > 4 && (word.EndsWith("sses", StringComparison.Ordinal) || word.EndsWith("xes", StringComparison.Ordinal) || word.EndsWith("ches", StringComparison.Ordinal))
            ? word[..^2]
            : word.Length > 3 && word[^1] == 's' && word[^2] != 's' ? word[..^1] : word;
}
