namespace Platform.Tables.Sql;

/// <summary>A table that a statement names, with its parts as written: catalogue, schema, table; only the last is always there.</summary>
/// <param name="Parts">Without quotes.</param>
public sealed record ScannedTable(IReadOnlyList<string> Parts)
{
    /// <summary>Whether it is a file, or a pattern of files, named by its path; then that is its only part.</summary>
    public bool IsFile { get; init; }

    /// <summary>The parts with dots between them.</summary>
    public string Name => string.Join('.', Parts);
}

/// <summary>
/// Finds the tables that a statement of any dialect reads and writes by its words alone, for statements that cannot be bound or even parsed: T-SQL, MySQL, BigQuery, Snowflake, Hive, Oracle.
/// It follows FROM, JOIN, INTO, UPDATE, USING and the like, and leaves out common table expressions, subqueries, table functions and variables. It may err; it always answers.
/// </summary>
public static class TableScanner
{
    private static readonly HashSet<string> EndsFrom = new(StringComparer.OrdinalIgnoreCase)
    {
        "where", "group", "order", "having", "limit", "union", "except", "intersect", "minus", "window", "qualify", "set", "when", "on", "select", "values", "returning", "connect", "start", "fetch", "offset", "for",
        "option", "output", "distribute", "cluster", "sort", "settings", "format", "sample", "model", "match_recognize",
    };

    private static readonly HashSet<string> NoTable = new(StringComparer.OrdinalIgnoreCase)
    {
        "select", "lateral", "unnest", "values", "table", "only", "with", "view", "explode", "outer", "inner", "left", "right", "full", "cross", "natural", "apply", "dual", "set", "default", "first", "current", "where", "on", "using", "as",
    };

    private static readonly HashSet<string> FileReaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "read_csv", "read_csv_auto", "sniff_csv", "read_parquet", "parquet_scan", "read_json", "read_json_auto", "read_json_objects", "read_ndjson", "read_ndjson_auto", "read_ndjson_objects", "read_text", "read_blob", "delta_scan", "iceberg_scan", "st_read", "read_xlsx",
    };

    private static readonly HashSet<string> Units = new(StringComparer.OrdinalIgnoreCase)
    {
        "extract", "substring", "trim", "overlay", "position", "year", "month", "day", "hour", "minute", "second", "both", "leading", "trailing", "epoch", "week", "quarter", "dow", "doy",
    };

    /// <summary>What the text reads and writes, each once, in the order of the text.</summary>
    public static (IReadOnlyList<ScannedTable> Reads, IReadOnlyList<ScannedTable> Writes) Scan(string sql)
    {
        var scan = new Walk(SqlWords.Of(sql));
        scan.Run();
        return (scan.Reads, scan.Writes);
    }

    private sealed class Walk(List<SqlWord> words)
    {
        private readonly HashSet<string> _expressions = new(StringComparer.OrdinalIgnoreCase);
        private readonly HashSet<string> _seenReads = new(StringComparer.OrdinalIgnoreCase);
        private readonly HashSet<string> _seenWrites = new(StringComparer.OrdinalIgnoreCase);
        private readonly HashSet<string> _seenFiles = new(StringComparer.Ordinal);

        public List<ScannedTable> Reads { get; } = [];

        public List<ScannedTable> Writes { get; } = [];

        public void Run()
        {
            CollectExpressions();
            // For each open parenthesis, whether a comma in it separates tables of a FROM.
            var inFrom = new Stack<bool>([false]);
            for (var i = 0; i < words.Count; i++)
            {
                var word = words[i];
                if (word.Is("("))
                {
                    inFrom.Push(false);
                    continue;
                }
                if (word.Is(")"))
                {
                    if (inFrom.Count > 1)
                        _ = inFrom.Pop();
                    continue;
                }
                if (word.Is(";"))
                {
                    inFrom.Clear();
                    inFrom.Push(false);
                    continue;
                }
                if (word.Is(",") && inFrom.Peek())
                {
                    i = Table(i + 1, Reads, _seenReads) - 1;
                    continue;
                }
                if (word.Quoted)
                    continue;
                var before = i > 0 ? words[i - 1] : default;
                switch (word.Text.ToLowerInvariant())
                {
                    case "from" when IsClause(i):
                        SetTop(inFrom, true);
                        i = before.Is("delete") ? Table(i + 1, Writes, _seenWrites) - 1 : Table(i + 1, Reads, _seenReads) - 1;
                        break;
                    case "join" or "straight_join":
                        SetTop(inFrom, true);
                        i = Table(i + 1, Reads, _seenReads) - 1;
                        break;
                    case "apply" when before.Is("cross") || before.Is("outer"):
                        i = Table(i + 1, Reads, _seenReads) - 1;
                        break;
                    case "using" when i + 1 < words.Count && !words[i + 1].Is("("):
                        i = Table(i + 1, Reads, _seenReads) - 1;
                        break;
                    case "using" when i + 2 < words.Count && (words[i + 2].Is("select") || words[i + 2].Is("with")):
                        break;
                    case "into" when !before.Is("bulk"):
                        SetTop(inFrom, false);
                        i = Table(Past(i + 1, "table"), Writes, _seenWrites) - 1;
                        break;
                    case "overwrite":
                        i = Table(Past(Past(i + 1, "into"), "table"), Writes, _seenWrites) - 1;
                        break;
                    case "replace" when i == 0 || before.Is(";"):
                        i = Table(Past(i + 1, "into"), Writes, _seenWrites) - 1;
                        break;
                    case "update" when i == 0 || before.Is(";") || before.Is(")"):
                        i = Table(i + 1, Writes, _seenWrites) - 1;
                        SetTop(inFrom, true);
                        break;
                    case "merge" when i + 1 < words.Count && !words[i + 1].Is("into") && !words[i + 1].Is("join"):
                        i = Table(i + 1, Writes, _seenWrites) - 1;
                        break;
                    case "truncate":
                        i = Table(Past(i + 1, "table"), Writes, _seenWrites) - 1;
                        break;
                    case "table" or "view" when MakesTable(i):
                        i = Table(PastIfExists(i + 1), Writes, _seenWrites) - 1;
                        break;
                    case "like" or "clone" when i >= 2 && words.Take(i).Any(w => w.Is("create")) && !words.Take(i).Any(w => w.Is("select")):
                        i = Table(i + 1, Reads, _seenReads) - 1;
                        break;
                    default:
                        if (EndsFrom.Contains(word.Text))
                            SetTop(inFrom, false);
                        break;
                }
            }
        }

        /// <summary>Names before AS ( in a WITH.</summary>
        private void CollectExpressions()
        {
            if (!words.Any(word => word.Is("with")))
                return;
            for (var i = 0; i + 2 < words.Count; i++)
            {
                if (!words[i].IsName || !(i > 0 && (words[i - 1].Is("with") || words[i - 1].Is("recursive") || words[i - 1].Is(","))))
                    continue;
                var next = i + 1;
                if (words[next].Is("("))
                    next = PastParentheses(next);
                if (next < words.Count && words[next].Is("as") && next + 1 < words.Count && (words[next + 1].Is("(") || words[next + 1].Is("materialized") || words[next + 1].Is("not")))
                    _ = _expressions.Add(words[i].Text);
            }
        }

        /// <summary>Whether this FROM begins a list of tables: not that of extract(year from x), trim(both from x), is distinct from.</summary>
        private bool IsClause(int at)
        {
            if (at == 0)
                return true;
            if (words[at - 1].Is("distinct") && at >= 2 && (words[at - 2].Is("is") || words[at - 2].Is("not")))
                return false;
            // Inside f( … from …) without a select of its own.
            var depth = 0;
            for (var i = at - 1; i >= 0; i--)
            {
                if (words[i].Is(")"))
                    depth++;
                else if (words[i].Is("(") && depth-- == 0)
                    return !(i > 0 && words[i - 1].IsName && Units.Contains(words[i - 1].Text));
                else if (depth == 0 && (words[i].Is("select") || words[i].Is("delete") || words[i].Is("set")))
                    return true;
            }
            return true;
        }

        private bool MakesTable(int at)
        {
            for (var i = at - 1; i >= 0 && i >= at - 6; i--)
            {
                if (words[i].Is("create") || words[i].Is("insert"))
                    return true;
                if (words[i].Is("(") || words[i].Is(","))
                    return false;
            }
            return false;
        }

        private int Past(int at, string word) => at < words.Count && words[at].Is(word) ? at + 1 : at;

        private int PastIfExists(int at)
        {
            while (at < words.Count && (words[at].Is("if") || words[at].Is("not") || words[at].Is("exists")))
                at++;
            return at;
        }

        private int PastParentheses(int at)
        {
            var depth = 0;
            for (; at < words.Count; at++)
            {
                if (words[at].Is("("))
                    depth++;
                else if (words[at].Is(")") && --depth == 0)
                    return at + 1;
            }
            return at;
        }

        /// <summary>Takes the name at a place, if it is one of a table.</summary>
        /// <returns>The place after it.</returns>
        private int Table(int at, List<ScannedTable> tables, HashSet<string> seen)
        {
            while (at < words.Count && (words[at].Is("only") || words[at].Is("lateral") || words[at].Is("ignore") || words[at].Is("low_priority")))
                at++;
            if (at + 1 < words.Count && words[at].Is("top") && words[at + 1].Is("("))
                at = PastParentheses(at + 1);
            if (at < words.Count && words[at].Literal is { } path && tables == Reads)
            {
                File(path);
                return at + 1;
            }
            if (at >= words.Count || !words[at].IsName || (!words[at].Quoted && NoTable.Contains(words[at].Text)))
                return at;
            var parts = new List<string> { words[at].Text };
            var next = at + 1;
            while (next + 1 < words.Count && words[next].Is("."))
            {
                // SQL Server's db..table has an empty schema.
                if (words[next + 1].IsName)
                    parts.Add(words[next + 1].Text);
                else if (!words[next + 1].Is("."))
                    break;
                next += words[next + 1].IsName ? 2 : 1;
            }
            // BigQuery quotes whole paths.
            if (parts.Count == 1 && words[at].Quoted && parts[0].Contains('.', StringComparison.Ordinal))
                parts = [.. parts[0].Split('.')];
            var isFunction = next < words.Count && words[next].Is("(") && tables == Reads;
            // The files are its first argument: one, or a list.
            if (isFunction && parts.Count == 1 && FileReaders.Contains(parts[0]))
            {
                var isList = next + 1 < words.Count && words[next + 1].Is("[");
                for (var i = next + (isList ? 2 : 1); i < words.Count && !words[i].Is(")") && !words[i].Is("]") && (isList || !words[i].Is(",")); i++)
                {
                    if (words[i].Literal is { } file)
                        File(file);
                }
            }
            var isExpression = parts.Count == 1 && _expressions.Contains(parts[0]);
            var isVariable = parts[0].StartsWith('@') || parts[0].StartsWith(':');
            if (!isFunction && !isExpression && !isVariable && seen.Add(string.Join('.', parts)))
                tables.Add(new ScannedTable(parts));
            return next;
        }

        private void File(string path)
        {
            if (path.Length > 0 && _seenFiles.Add(path))
                Reads.Add(new ScannedTable([path]) { IsFile = true });
        }

        private static void SetTop(Stack<bool> stack, bool value)
        {
            _ = stack.Pop();
            stack.Push(value);
        }
    }
}
