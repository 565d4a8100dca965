namespace Platform.Inventory.Read;

/// <summary>How the bytes of a file are a table. Found once by looking at its beginning, then kept with the file's fingerprint.</summary>
public sealed record FileLayout
{
    public required FileForm Form { get; init; }

    /// <summary>Web name of the encoding, such as <c>utf-8</c> or <c>gb18030</c>.</summary>
    public string Encoding { get; init; } = "utf-8";

    /// <summary>Between the fields of <see cref="FileForm.Delimited"/>.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>Whether fields may stand in double quotes.</summary>
    public bool Quoted { get; init; } = true;

    /// <summary>Whether the first line names the columns.</summary>
    public bool HasHeader { get; init; }

    /// <summary>Whether the file is packed by gzip.</summary>
    public bool Gzip { get; init; }

    /// <summary>Names of the columns; empty for JSON, where the records tell.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The files of one asset have the same shape.</summary>
    public string Shape => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Form}|{Delimiter}|{HasHeader}|{string.Join('\u001f', Columns)}");
}

/// <summary>Forms of files that hold a table.</summary>
public enum FileForm
{
    /// <summary>Lines with fields between delimiters: CSV, TSV and their kin.</summary>
    Delimited,

    /// <summary>Lines of text without common fields: one column, <c>line</c>.</summary>
    Lines,

    /// <summary>A JSON object a line.</summary>
    JsonLines,

    /// <summary>One JSON array: of objects, or of values (one column, <c>value</c>).</summary>
    JsonArray,

    /// <summary>One JSON object: a row a member, columns <c>key</c> and <c>value</c>.</summary>
    JsonObject,

    Parquet,

    /// <summary>A folder with a Delta log.</summary>
    Delta,
}

/// <summary>A file cannot be read as data, for the reason that the message gives.</summary>
public sealed class UnreadableFileException(string message, Exception? inner = null) : Exception(message, inner);
