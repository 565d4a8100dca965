namespace Platform.Tables.Sources;

/// <summary>Reads records of a text one after another. Spans are valid until the next <see cref="Read"/>.</summary>
internal abstract class RecordReader : IDisposable
{
    /// <summary>Line on which the record begins, from 1.</summary>
    public long Line { get; protected set; }

    /// <summary>Why the record cannot be used; null where it can. Then only <see cref="Raw"/> is valid.</summary>
    public string? Problem { get; protected set; }

    /// <summary>The record as it stands in the file, without its line end.</summary>
    public abstract ReadOnlySpan<byte> Raw { get; }

    /// <summary>Fields of the record.</summary>
    public abstract int Count { get; }

    /// <summary>Goes to the next record, good or bad; false at the end.</summary>
    public abstract bool Read();

    /// <summary>The value of a field, unescaped.</summary>
    public abstract ReadOnlySpan<byte> Field(int index);

    /// <summary>What is known of the field beside its text.</summary>
    public abstract FieldForm FormOf(int index);

    public abstract void Dispose();
}

/// <summary>What a format says of a field beside its text.</summary>
internal enum FieldForm
{
    /// <summary>It is null or not there.</summary>
    Missing,

    /// <summary>Nothing: the text may be anything.</summary>
    Plain,

    /// <summary>It is a text even if it looks like a number.</summary>
    Text,
}
