namespace Platform.Designer.Author.Completion;

/// <summary>A word or sign of a statement.</summary>
internal sealed record SqlToken(string Text, int Start, int End, bool IsName)
{
    public bool Is(string word) => string.Equals(Text, word, StringComparison.OrdinalIgnoreCase) && IsName;
}

/// <summary>A table that a statement reads, and the name that it has there.</summary>
internal sealed record SqlSource(string Table, string Alias);

/// <summary>A query of a WITH, and what its columns are called, as far as its words tell.</summary>
internal sealed record SqlExpression(string Name, IReadOnlyList<string> Columns);

/// <summary>A statement by its words, also while it is being written: where texts and comments are, which tables it reads under which names, and what its WITH defines.</summary>
internal sealed class SqlOutline
{
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "select", "from", "where", "group", "order", "by", "having", "limit", "offset", "join", "left", "right", "inner", "outer", "full", "cross", "on", "using", "as", "and", "or", "not", "in", "between", "like", "ilike", "is", "null",
        "case", "when", "then", "else", "end", "distinct", "union", "all", "except", "intersect", "with", "qualify", "window", "lateral", "natural", "semi", "anti", "asof", "positional", "at", "table", "values", "exists", "cast", "true", "false", "desc", "asc", "to", "for", "create", "default", "primary", "unique", "user", "column", "check", "references", "any", "some", "only", "both", "end", "into", "returning", "fetch", "grant", "initially", "sample", "pivot", "unpivot", "tablesample",
    };

    private readonly List<SqlToken> _tokens = [];
    private readonly List<(int Start, int End)> _texts = [];
    private readonly HashSet<int> _tablePlaces = [];

    private SqlOutline(string sql)
    {
        Cut(sql);
        Read();
    }

    public IReadOnlyList<SqlSource> Sources { get; private set; } = [];

    public IReadOnlyList<SqlExpression> Expressions { get; private set; } = [];

    public static SqlOutline Of(string sql) => new(sql);

    public static bool IsReserved(string word) => Reserved.Contains(word);

    /// <summary>Whether a place is inside a text or a comment.</summary>
    public bool IsText(int at) => _texts.Any(t => at > t.Start && at < t.End);

    /// <summary>The words before a place.</summary>
    public IReadOnlyList<SqlToken> Before(int at) => [.. _tokens.TakeWhile(t => t.End <= at)];

    /// <summary>Whether a table's name is expected at a place: behind FROM, JOIN or a comma between tables.</summary>
    public bool IsTable(int at)
    {
        var before = Before(at);
        var i = before.Count - 1;
        if (i < 0)
            return false;
        return before[i].Is("from") || before[i].Is("join") || (before[i].Text == "," && _tablePlaces.Contains(before[i].Start));
    }

    private void Cut(string sql)
    {
        var i = 0;
        while (i < sql.Length)
        {
            var c = sql[i];
            var start = i;
            if (c == '\'' || (c == '-' && At(sql, i, "--")) || (c == '/' && At(sql, i, "/*")))
            {
                var (open, close) = c == '\'' ? (1, "'") : c == '-' ? (2, "\n") : (2, "*/");
                var end = sql.IndexOf(close, i + open, StringComparison.Ordinal);
                i = end < 0 ? sql.Length + 1 : end + (c == '-' ? 0 : close.Length);
                _texts.Add((start, c == '-' && end >= 0 ? end + 1 : i));
                i = Math.Min(i, sql.Length);
                if (c == '\'')
                    _tokens.Add(new("''", start, i, false));
            }
            else if (c == '"')
            {
                var end = sql.IndexOf('"', i + 1);
                i = end < 0 ? sql.Length : end + 1;
                _tokens.Add(new(sql[(start + 1)..(end < 0 ? sql.Length : end)], start, i, true));
            }
            else if (char.IsLetterOrDigit(c) || c == '_')
            {
                while (i < sql.Length && (char.IsLetterOrDigit(sql[i]) || sql[i] == '_'))
                    i++;
                _tokens.Add(new(sql[start..i], start, i, !char.IsAsciiDigit(c)));
            }
            else
            {
                if (!char.IsWhiteSpace(c))
                    _tokens.Add(new(c.ToString(), start, i + 1, false));
                i++;
            }
        }
    }

    private void Read()
    {
        var sources = new List<SqlSource>();
        var expressions = new List<SqlExpression>();
        var inFrom = new Stack<bool>([false]);
        for (var i = 0; i < _tokens.Count; i++)
        {
            var token = _tokens[i];
            if (token.Text == "(")
                inFrom.Push(false);
            else if (token.Text == ")" && inFrom.Count > 1)
                _ = inFrom.Pop();
            else if (token.Is("from") || token.Is("join"))
            {
                _ = inFrom.Pop();
                inFrom.Push(true);
                Source(i + 1, sources);
            }
            else if (token.Text == "," && inFrom.Peek())
            {
                _ = _tablePlaces.Add(token.Start);
                Source(i + 1, sources);
            }
            else if (token.Is("where") || token.Is("group") || token.Is("order") || token.Is("having") || token.Is("limit") || token.Is("select") || token.Is("qualify") || token.Is("union") || token.Is("on"))
            {
                _ = inFrom.Pop();
                inFrom.Push(false);
            }
            else if (token.Is("as") && i > 0 && i + 1 < _tokens.Count && _tokens[i + 1].Text == "(" && _tokens[i - 1].IsName && i > 1 && (_tokens[i - 2].Is("with") || _tokens[i - 2].Is("recursive") || _tokens[i - 2].Text == ","))
            {
                expressions.Add(new(_tokens[i - 1].Text, Given(i + 2)));
            }
        }
        (Sources, Expressions) = (sources, expressions);
    }

    private void Source(int i, List<SqlSource> sources)
    {
        if (i >= _tokens.Count || !_tokens[i].IsName || IsReserved(_tokens[i].Text))
            return;
        var name = _tokens[i].Text;
        while (i + 2 < _tokens.Count && _tokens[i + 1].Text == "." && _tokens[i + 2].IsName)
        {
            name += "." + _tokens[i + 2].Text;
            i += 2;
        }
        i++;
        // A function that gives rows has no columns that are known here, and a name that ends in a dot is being written.
        if (i < _tokens.Count && _tokens[i].Text is "(" or ".")
            return;
        if (i < _tokens.Count && _tokens[i].Is("as"))
            i++;
        sources.Add(new(name, i < _tokens.Count && _tokens[i].IsName && !IsReserved(_tokens[i].Text) ? _tokens[i].Text : name));
    }

    /// <summary>Names of the columns that a query gives: the last word of each of its items.</summary>
    private List<string> Given(int i)
    {
        var names = new List<string>();
        while (i < _tokens.Count && !_tokens[i].Is("select"))
            i++;
        var depth = 0;
        for (i++; i < _tokens.Count; i++)
        {
            if (_tokens[i].Text is "(")
                depth++;
            else if (_tokens[i].Text is ")" && depth-- == 0)
                break;
            if (depth != 0)
                continue;
            var ends = i + 1 >= _tokens.Count || _tokens[i + 1].Text is "," or ")" || _tokens[i + 1].Is("from");
            if (ends && _tokens[i].IsName && !IsReserved(_tokens[i].Text))
                names.Add(_tokens[i].Text);
            if (_tokens[i].Is("from"))
                break;
        }
        return names;
    }

    private static bool At(string sql, int i, string sign) => string.CompareOrdinal(sql, i, sign, 0, sign.Length) == 0;
}
