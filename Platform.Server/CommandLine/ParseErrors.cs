using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace Platform.Server.CommandLine;

/// <summary>The parser's refusals in words of the command line and not of the program's types.</summary>
internal static partial class ParseErrors
{
    /// <summary>What is wrong, naming the option or argument and what it takes.</summary>
    public static string Explain(ParseError error)
    {
        var (name, type) = error.SymbolResult switch
        {
            OptionResult option => (option.Option.Name, option.Option.ValueType),
            ArgumentResult { Parent: OptionResult option } => (option.Option.Name, option.Option.ValueType),
            ArgumentResult argument => (argument.Argument.Name, argument.Argument.ValueType),
            _ => ("", typeof(string)),
        };
        var text = Unreadable().Match(error.Message);
        return text.Success && name.Length > 0 ? $"'{text.Groups[1].Value}' is no value of {name}, which takes {Kind(type)}." : error.Message;
    }

    private static string Kind(Type type)
    {
        var one = Nullable.GetUnderlyingType(type.GetElementType() ?? type) ?? type.GetElementType() ?? type;
        return one.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(one).Select(n => n.ToLowerInvariant()))
            : one == typeof(int) || one == typeof(long) || one == typeof(double) ? "a number"
            : one == typeof(bool) ? "true or false"
            : "a value of another form";
    }

    [GeneratedRegex("^Cannot parse argument '(.*?)' .*as expected type '", RegexOptions.Singleline)]
    private static partial Regex Unreadable();
}
