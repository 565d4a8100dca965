using Platform.Learning.Recommend;
using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities.Score;

/// <summary>Users to rank for, with their positions in the model; -1 for a user that it does not know.</summary>
internal sealed record UserList(IReadOnlyList<string> Ids, int[] Positions, int Unknown)
{
    public static UserList All(RecommenderModel model)
    {
        var positions = new int[model.Users.Count];
        for (var i = 0; i < positions.Length; i++)
            positions[i] = i;
        return new UserList(model.Users, positions, 0);
    }

    /// <summary>The first of them; null takes all.</summary>
    public UserList First(int? most) => most is not { } count || Ids.Count <= count ? this
        : new UserList([.. Ids.Take(count)], Positions[..count], Positions.AsSpan(0, count).Count(-1));

    /// <summary>The distinct users of a table's column, in ordinal order.</summary>
    /// <exception cref="ActivityException">The table has no such column.</exception>
    public static UserList Read(TableSession session, TableName table, string column, RecommenderModel model, CancellationToken cancellationToken)
    {
        var snapshot = session.Expose(table);
        if (!snapshot.Columns.Any(known => string.Equals(known.Name, column, StringComparison.OrdinalIgnoreCase)))
            throw new ActivityException("bad-input", $"Table '{table}' has no column '{column}'. It has {string.Join(", ", snapshot.Columns.Select(known => known.Name))}. Change 'user_column'.", retryable: false);
        var name = SqlText.Identifier(column);
        // Whole numbers in a DOUBLE column are ids without ".0", as in training.
        var rows = session.Query(
            $"""
            select distinct regexp_replace(cast({name} as varchar), '^(-?[0-9]+)\.0+$', '\1') as id
            from {SqlText.Identifier(table.Schema)}.{SqlText.Identifier(table.Table)}
            where {name} is not null
            """,
            parameters: null,
            cancellationToken).Rows;
        var ids = rows.Select(row => (string)row[0]!).ToArray();
        Array.Sort(ids, StringComparer.Ordinal);
        var known = new Dictionary<string, int>(model.Users.Count, StringComparer.Ordinal);
        for (var i = 0; i < model.Users.Count; i++)
            known[model.Users[i]] = i;
        var positions = Array.ConvertAll(ids, id => known.GetValueOrDefault(id, -1));
        return new UserList(ids, positions, positions.Count(position => position < 0));
    }
}
