using Platform.Tables;

namespace Platform.Activities;

/// <summary>What a task does with the rows that its table has.</summary>
public enum TableMode
{
    /// <summary>Those of the run's data interval are replaced, so that a repeated run changes nothing twice.</summary>
    ReplaceInterval,

    /// <summary>All are replaced.</summary>
    Replace,

    /// <summary>All stay.</summary>
    Append,
}

internal static class TableModes
{
    public static WriteMode ToWriteMode(this TableMode mode) => mode switch
    {
        TableMode.Append => WriteMode.Append,
        TableMode.Replace => WriteMode.Replace,
        _ => WriteMode.ReplaceInterval,
    };

    /// <summary>The mode as facts name it.</summary>
    public static string ToOperation(this TableMode mode) => mode switch
    {
        TableMode.Append => "append",
        TableMode.Replace => "replace",
        _ => "replace-interval",
    };
}
