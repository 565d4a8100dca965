using Platform.Tables.Native;

namespace Platform.Tables;

/// <summary>What users' SQL may be. DuckDB keeps it from files; this keeps it from writing the files that it may read.</summary>
internal static class Confinement
{
    /// <summary>Lets only queries through.</summary>
    public static void CheckReads(StatementKind kind)
    {
        if (kind is not (StatementKind.Select or StatementKind.Explain))
            throw new DuckDbException(DuckDbErrorKind.Permission, $"This is a statement of the kind {kind.ToString().ToUpperInvariant()}, and only queries are run here. Write a SELECT; tables are written by workflows, with the activity clean.sql for one.");
    }

    public static void Check(StatementKind kind)
    {
        if (kind is StatementKind.Select or StatementKind.Insert or StatementKind.Update or StatementKind.Delete or StatementKind.Merge or StatementKind.Explain
            or StatementKind.Create or StatementKind.CreateFunction or StatementKind.Drop or StatementKind.Alter or StatementKind.VariableSet or StatementKind.Transaction)
        {
            return;
        }
        throw new DuckDbException(DuckDbErrorKind.Permission, $"Statements of the kind {kind.ToString().ToUpperInvariant()} are not allowed here. Use SELECT, and tables of your own if you need them.");
    }
}
