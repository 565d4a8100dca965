namespace Platform.Workflows.Activities;

/// <summary>
/// Makes a settable property an input of the activity. Its YAML name is the property's name in snake_case (<c>OnMissing</c> is <c>on_missing</c>);
/// the value that a new instance holds is the default; <c>required</c> or <see cref="Required"/> makes it mandatory.
/// Property types: string, int, long, double, decimal, bool, TimeSpan (<c>30s</c>, <c>5m</c>), DateOnly, DateTimeOffset, enums (kebab-case),
/// JsonNode (anything), arrays and lists of these, dictionaries with string keys, and records made of these.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FieldAttribute : Attribute
{
    /// <summary>Label of the editor; null is made from the property's name.</summary>
    public string? Title { get; init; }

    /// <summary>The label in Chinese; null shows <see cref="Title"/>.</summary>
    public string? TitleZh { get; init; }

    /// <summary>One sentence under the editor: meaning, unit, effect of leaving it out.</summary>
    public string? Help { get; init; }

    /// <summary>The sentence in Chinese; null shows <see cref="Help"/>.</summary>
    public string? HelpZh { get; init; }

    /// <summary>Which editor the designer shows; <see cref="FieldKind.Auto"/> derives it from the property's type.</summary>
    public FieldKind Kind { get; init; }

    /// <summary>Whether the workflow must give it.</summary>
    public bool Required { get; init; }

    /// <summary>Smallest value allowed; NaN is none.</summary>
    public double Min { get; init; } = double.NaN;

    /// <summary>Largest value allowed; NaN is none.</summary>
    public double Max { get; init; } = double.NaN;

    /// <summary>The only values allowed, for text; enums list theirs by themselves.</summary>
    public string[]? Options { get; init; }

    /// <summary>A value to show greyed in an empty editor.</summary>
    public string? Example { get; init; }

    /// <summary>Whether an empty text is refused. Default true for required texts.</summary>
    public bool NotEmpty { get; init; }

    /// <summary>For <see cref="FieldKind.Table"/>: whether the task reads it, writes it or both, so that the validator can match readers with writers.</summary>
    public TableUse TableUse { get; init; }

    /// <summary>For <see cref="FieldKind.Column"/> and <see cref="FieldKind.Columns"/>: what the activity needs the column to hold. Only what it surely refuses: a need is checked before a run.</summary>
    public ColumnNeed Needs { get; init; }

    /// <summary>In a record: the choices of its first field with which this one counts, so that the panel shows it with them; null counts with each.</summary>
    public string[]? For { get; init; }
}

/// <summary>Editors of the property panel, and what the validator checks.</summary>
public enum FieldKind
{
    Auto,
    Text,
    Multiline,
    Sql,
    Yaml,
    Json,
    Integer,
    Number,
    Boolean,
    Duration,
    Date,
    Choice,
    Path,
    Table,
    Column,
    Columns,
    Model,
    Connection,
    Secret,
    List,
    Map,
    Any,
}

/// <summary>What a task does with the table that a field names.</summary>
public enum TableUse
{
    None,
    Reads,
    Writes,
    ReadsAndWrites,
}

/// <summary>What a column must hold for an activity to take it.</summary>
public enum ColumnNeed
{
    /// <summary>Anything.</summary>
    Any,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A date or time.</summary>
    Time,

    /// <summary>A date, a time, or a number that counts seconds.</summary>
    TimeOrSeconds,
}
