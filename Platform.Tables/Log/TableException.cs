namespace Platform.Tables.Log;

/// <summary>A table cannot be read or written as asked. The message names the table and says what to do.</summary>
public class TableException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>A table needs a feature of the Delta protocol that this program does not know.</summary>
public sealed class UnsupportedTableException(string feature, string message) : TableException(message)
{
    /// <summary>The feature's name in the protocol, such as variantType.</summary>
    public string Feature => feature;
}

/// <summary>A table's log or data are damaged or incomplete.</summary>
public sealed class BrokenTableException(string file, string message, Exception? cause = null) : TableException(message, cause)
{
    /// <summary>The file that is missing or damaged, relative to the table's folder.</summary>
    public string File => file;
}

/// <summary>A table, or a version of it, does not exist.</summary>
public sealed class TableNotFoundException(string message) : TableException(message);

/// <summary>Data do not fit a table's columns.</summary>
public sealed class SchemaMismatchException(string message) : TableException(message);

/// <summary>Another writer changed the table in a way that this write cannot be put on top of. Read again and repeat.</summary>
public sealed class TableConflictException(string message) : TableException(message);
