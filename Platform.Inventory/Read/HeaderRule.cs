using System.Collections.Frozen;
using System.Text;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Read;

/// <summary>
/// Decides whether the first record of a delimited file names its columns. The records below it are the judges: a name stands over values that it
/// is not one of. A number, a date or an empty field in the first record speaks against, unless the other fields are clearly names.
/// </summary>
internal static class HeaderRule
{
    private static readonly FrozenSet<string> Words = new[]
    {
        "id", "name", "key", "code", "type", "kind", "class", "category", "cat", "label", "text", "title", "description", "desc", "review", "comment", "body",
        "content", "date", "time", "timestamp", "datetime", "day", "month", "year", "hour", "week", "price", "amount", "cost", "total", "qty", "quantity",
        "count", "number", "num", "no", "score", "rating", "rank", "value", "val", "status", "state", "city", "country", "region", "province", "street", "address",
        "zip", "postcode", "zipcode", "email", "phone", "mobile", "tel", "user", "customer", "client", "order", "item", "product", "sku", "store", "shop",
        "brand", "gender", "sex", "age", "first", "last", "given", "family", "surname", "url", "link", "image", "ip", "lat", "lon", "lng", "latitude",
        "longitude", "currency", "source", "target", "src", "dst", "from", "to", "start", "end", "index", "idx", "row", "line", "session", "event", "action",
        "sentence", "question", "answer", "query", "tag", "flag", "level", "group", "created", "updated", "modified", "birth", "birthday", "department",
        "division", "position", "job", "salary", "balance", "currency", "discount", "tax", "unit", "units", "weight", "height", "width", "length", "size", "color",
        "编号", "名称", "姓名", "标题", "类别", "类型", "标签", "内容", "评论", "日期", "时间", "价格", "金额", "数量", "状态", "城市", "地址", "电话", "手机",
        "手机号", "邮箱", "用户", "商品", "订单", "性别", "年龄", "备注", "描述", "省份", "国家", "评分",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether <paramref name="first"/> names the columns of <paramref name="below"/>.</summary>
    public static bool IsHeader(IReadOnlyList<string> first, IReadOnlyList<IReadOnlyList<string>> below)
    {
        if (first.Count == 0)
            return false;
        int names = 0, empty = 0, data = 0, words = 0, repeated = 0;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var cell in first.Select(cell => cell.Trim()))
        {
            if (cell.Length == 0)
            {
                empty++;
                continue;
            }

            if (IsTyped(cell))
                names++;
            else if (Kind(cell) != CellKind.Text || cell.Length > 80)
                data++;
            else
                names++;
            if (IsWord(cell))
                words++;
            if (!seen.Add(cell))
                repeated++;
        }

        // A value that names (2011, 2012 over counts) is possible, but then something else must be a name.
        if (names == 0 || data > 0 && names < data * 4)
            return false;
        if (first.All(cell => cell.Length > 0 && IsTyped(cell.Trim())))
            return true;
        if (below.Count == 0)
            return data == 0 && empty == 0 && words * 2 >= first.Count && first.All(LooksLikeName);

        double evidence = 0;
        for (var column = 0; column < first.Count; column++)
            evidence += Evidence(first[column].Trim(), [.. below.Where(row => column < row.Count).Select(row => row[column].Trim()).Where(cell => cell.Length > 0)]);
        evidence += 1.5 * words - empty * (words > 0 ? 0.3 : 2) - data - repeated;
        return evidence > 0;
    }

    private static double Evidence(string name, string[] values)
    {
        if (values.Length == 0 || name.Length == 0)
            return 0;
        var typed = values.Count(value => Kind(value) != CellKind.Text) / (double)values.Length;
        var isText = Kind(name) == CellKind.Text;
        // The strongest sign: a text over numbers or dates. One over a column that mixes both says less.
        if (isText && typed >= 0.9)
            return 3;
        if (!isText && typed >= 0.9)
            return -3;
        if (values.Contains(name, StringComparer.Ordinal))
            return -3;
        if (typed > 0.5)
            return isText ? 1 : -1;

        var shape = ValueShape.Of(name);
        var same = values.Count(value => ValueShape.Of(value) == shape) / (double)values.Length;
        // All values share a shape of their own (codes, e-mails, links): the first either has it or is none of them.
        var common = values.GroupBy(ValueShape.Of).Max(group => group.Count()) / (double)values.Length;
        var evidence = same >= 0.8 && !LooksLikeIdentifier(name) ? -1.0 : common >= 0.9 && same == 0 ? 1.5 : 0;
        var lengths = values.Select(value => (double)value.Length).ToArray();
        var mean = lengths.Average();
        if (name.Length * 3 < mean && LooksLikeName(name))
            evidence += 1;
        if (LooksLikeIdentifier(name) && values.Count(LooksLikeIdentifier) < values.Length / 2)
            evidence += 1;
        if (!LooksLikeName(name))
            evidence -= 2;
        return evidence;
    }

    // user_id:token, rating:float
    private static bool IsTyped(string cell)
    {
        var colon = cell.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && cell[(colon + 1)..] is "token" or "token_seq" or "float" or "float_seq" or "int" or "integer" or "string" or "str" or "text" or "date" or "bool" or "long" or "double"
            && LooksLikeName(cell[..colon]);
    }

    private static bool IsWord(string cell)
    {
        if (Words.Contains(cell))
            return true;
        return Split(cell).Any(Words.Contains);
    }

    private static IEnumerable<string> Split(string cell)
    {
        var word = new StringBuilder();
        foreach (var c in cell)
        {
            if (!char.IsLetter(c) || (char.IsUpper(c) && word.Length > 0 && char.IsLower(word[^1])))
            {
                if (word.Length > 0)
                    yield return word.ToString();
                word.Clear();
            }

            if (char.IsLetter(c))
                word.Append(c);
        }

        if (word.Length > 0)
            yield return word.ToString();
    }

    private static bool LooksLikeName(string cell) => cell.Length is > 0 and <= 60 && !char.IsDigit(cell[0]) && cell.All(c => char.IsLetterOrDigit(c) || c is ' ' or '_' or '-' or '.' or '/' or '#' or '%' or '(' or ')' or ':' or '$')
        && cell.Count(c => c == ' ') <= 5;

    // customer_id, f0, unitPrice: no one writes values so, but codes such as card_arrival look the same.
    private static bool LooksLikeIdentifier(string cell) => cell.Length is > 0 and <= 40 && (char.IsLetter(cell[0]) || cell[0] == '_') && cell.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
        && (cell.Contains('_', StringComparison.Ordinal) || char.IsLower(cell[0]) || (cell.Any(char.IsDigit) && cell.Length <= 4));

    private static CellKind Kind(string cell)
    {
        var bytes = Encoding.UTF8.GetBytes(cell);
        return bytes.Length == 0 ? CellKind.Text : CellReader.Read(bytes, out _, out _, out _);
    }
}
