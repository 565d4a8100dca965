namespace Platform.Server;

/// <summary>What an exception says to people.</summary>
internal static class ErrorText
{
    /// <summary>The message without the name of the program's parameter that .NET puts behind it.</summary>
    public static string Of(Exception e)
    {
        var message = e.Message;
        return e is ArgumentException { ParamName: { Length: > 0 } name } && message.EndsWith($" (Parameter '{name}')", StringComparison.Ordinal)
            ? message[..^$" (Parameter '{name}')".Length]
            : message;
    }
}
