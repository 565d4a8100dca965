using Platform.Designer.Ports;

namespace Platform.Designer.Author.Completion;

/// <summary>Where a statement stands.</summary>
/// <param name="Task">The task that runs it; null where that is not known.</param>
/// <param name="From">The table whose columns it names without a FROM of its own, where it is a condition; null where it is a query.</param>
/// <param name="IsOurs">Whether it reads the platform's tables, in DuckDB's dialect.</param>
internal sealed record SqlPlace(string? Task, string? From = null, bool IsOurs = true);

/// <summary>What may stand at a place of a statement: tables behind FROM and JOIN, those of earlier tasks first; columns of the tables that it reads; functions, keywords and parameters.</summary>
internal static class SqlCompletion
{
    private static readonly string[] Keywords =
    [
        "select", "from", "where", "group by", "order by", "having", "limit", "join", "left join", "inner join", "full join", "cross join", "on", "using", "as", "and", "or", "not", "in", "between", "like", "ilike", "is null", "is not null",
        "case", "when", "then", "else", "end", "distinct", "union all", "union", "except", "intersect", "with", "qualify", "exclude", "replace", "over", "partition by", "filter", "asc", "desc", "nulls last", "exists", "cast", "interval", "true", "false", "null",
    ];

    /// <summary>Suggestions at a caret.</summary>
    /// <param name="sql">The statement, with what stands behind the caret.</param>
    /// <param name="caret">Index of the caret.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="known">What is known.</param>
    public static async Task<SuggestionList> AtAsync(string sql, int caret, SqlPlace place, Knowledge known)
    {
        caret = Math.Clamp(caret, 0, sql.Length);
        var outline = SqlOutline.Of(sql);
        if (outline.IsText(caret))
            return SuggestionList.None;
        var start = caret;
        while (start > 0 && (char.IsLetterOrDigit(sql[start - 1]) || sql[start - 1] == '_'))
            start--;
        var typed = sql[start..caret];
        if (start > 0 && sql[start - 1] == '$')
            return List(typed, Parameters(known));
        var before = outline.Before(start);
        if (place.IsOurs && before is [.., { Text: "." }])
            return List(typed, await BehindDotAsync([.. before.Take(before.Count - 1)], outline, place, known));
        if (outline.IsTable(start))
            return List(typed, place.IsOurs ? Tables(outline, place, known) : []);
        var items = new List<Suggestion>();
        if (place.IsOurs)
        {
            foreach (var (table, _) in Sources(outline, place))
                items.AddRange((await ColumnsAsync(table, outline, known)).Select(c => Column(c, table)));
            items.AddRange(Sources(outline, place).Where(s => s.Alias != s.Table).Select(s => new Suggestion(s.Alias, SuggestionKind.Table, s.Table, Insert: s.Alias + ".", Again: true)));
        }
        // Where a value may stand, functions come before keywords; at the beginning of a statement there is nothing but keywords.
        items.AddRange(Keywords.Select(k => new Suggestion(k, SuggestionKind.Keyword)));
        if (before.Count > 0)
            items.AddRange(known.Functions.Select(f => new Suggestion(f.Name, SuggestionKind.Function, f.Arguments, f.Help, f.Name + "(")));
        return List(typed, items.DistinctBy(i => (i.Label.ToLowerInvariant(), i.Kind, i.Kind == SuggestionKind.Column ? i.Label : "")));
    }

    /// <summary>The column, table, parameter or function at a place; null where it is nothing known.</summary>
    public static async Task<(int Start, int End, Suggestion Meaning)?> MeaningAsync(string sql, int caret, SqlPlace place, Knowledge known)
    {
        var outline = SqlOutline.Of(sql);
        if (caret > sql.Length || outline.IsText(caret))
            return null;
        var (start, end) = (caret, caret);
        while (start > 0 && (char.IsLetterOrDigit(sql[start - 1]) || sql[start - 1] is '_'))
            start--;
        while (end < sql.Length && (char.IsLetterOrDigit(sql[end]) || sql[end] == '_'))
            end++;
        if (start == end)
            return null;
        var word = sql[start..end];
        IEnumerable<Suggestion> found = start > 0 && sql[start - 1] == '$' ? Parameters(known) : known.Functions.Where(f => end < sql.Length && sql[end] == '(').Select(f => new Suggestion(f.Name, SuggestionKind.Function, f.Arguments, f.Help));
        if (place.IsOurs)
        {
            foreach (var source in Sources(outline, place))
            {
                found = found.Concat((await ColumnsAsync(source.Table, outline, known)).Select(c => Column(c, source.Table)));
                var last = source.Table[(source.Table.LastIndexOf('.') + 1)..];
                if (string.Equals(word, last, StringComparison.OrdinalIgnoreCase) || string.Equals(word, source.Alias, StringComparison.OrdinalIgnoreCase))
                    return (start, end, new Suggestion(source.Table, SuggestionKind.Table, null, string.Join(", ", (await ColumnsAsync(source.Table, outline, known)).Select(c => $"{c.Name} {c.Type}"))));
            }
        }
        return found.FirstOrDefault(s => string.Equals(s.Label, word, StringComparison.OrdinalIgnoreCase)) is { } meaning ? (start, end, meaning) : null;
    }

    private static SuggestionList List(string typed, IEnumerable<Suggestion> items) => new(typed.Length, [.. TemplateCompletion.Fitting(typed, items).Take(400)]);

    private static IEnumerable<Suggestion> Parameters(Knowledge known) =>
        (known.Draft?.Parameters ?? []).Select(p => new Suggestion(p.Name, SuggestionKind.Template, p.Type.ToString().ToLowerInvariant(), p.Description.Length > 0 ? p.Description : null))
            .Concat([new("interval_start", SuggestionKind.Template, "timestamp", known.Texts("Complete.Interval.Start")), new("interval_end", SuggestionKind.Template, "timestamp", known.Texts("Complete.Interval.End"))]);

    private static IEnumerable<Suggestion> Tables(SqlOutline outline, SqlPlace place, Knowledge known)
    {
        foreach (var expression in outline.Expressions)
            yield return new(expression.Name, SuggestionKind.Table, "with");
        var before = known.Before(place.Task).Select(t => t.Id).ToHashSet();
        var own = known.Written.Where(t => !t.Tasks.All(w => w == place.Task)).ToList();
        foreach (var table in own.OrderByDescending(t => t.Tasks.Any(before.Contains)))
            yield return new(table.Name, SuggestionKind.Table, string.Join(", ", table.Tasks), table.Columns is null ? null : string.Join(", ", table.Columns.Select(c => c.Name)));
        foreach (var table in known.Tables.Where(t => own.All(o => o.Name != t.Name)))
            yield return new(table.Name, SuggestionKind.Table, table.About);
    }

    private static async Task<IEnumerable<Suggestion>> BehindDotAsync(IReadOnlyList<SqlToken> before, SqlOutline outline, SqlPlace place, Knowledge known)
    {
        if (before is not [.., var qualifier])
            return [];
        var name = before is [.., var schema, { Text: "." }, _] ? $"{schema.Text}.{qualifier.Text}" : qualifier.Text;
        if (Sources(outline, place).FirstOrDefault(s => string.Equals(s.Alias, name, StringComparison.OrdinalIgnoreCase) || string.Equals(s.Table, name, StringComparison.OrdinalIgnoreCase) || s.Table.EndsWith("." + name, StringComparison.OrdinalIgnoreCase)) is { } source)
            return (await ColumnsAsync(source.Table, outline, known)).Select(c => Column(c, source.Table));
        var prefix = name + ".";
        return Tables(outline, place, known).Where(t => t.Label.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).Select(t => t with { Label = t.Label[prefix.Length..] });
    }

    private static IEnumerable<SqlSource> Sources(SqlOutline outline, SqlPlace place) => place.From is { } from ? outline.Sources.Append(new SqlSource(from, from)) : outline.Sources;

    private static async Task<IReadOnlyList<DataColumn>> ColumnsAsync(string table, SqlOutline outline, Knowledge known) =>
        outline.Expressions.FirstOrDefault(e => string.Equals(e.Name, table, StringComparison.OrdinalIgnoreCase)) is { } expression ? [.. expression.Columns.Select(c => new DataColumn(c, ""))] : await known.ColumnsOfAsync(table);

    private static Suggestion Column(DataColumn column, string table) => new(column.Name, SuggestionKind.Column, column.Type.Length > 0 ? $"{column.Type} · {table}" : table, Insert: IsPlain(column.Name) ? null : $"\"{column.Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");

    private static bool IsPlain(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsLetterOrDigit(c) || c == '_') && !SqlOutline.IsReserved(name);
}
