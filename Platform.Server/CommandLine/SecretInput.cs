using Platform.Server.Security;

namespace Platform.Server.CommandLine;

/// <summary>Reads a value that must not stand on the command line, where other accounts can see it.</summary>
internal static class SecretInput
{
    /// <summary>The value from standard input, or typed twice without being shown.</summary>
    /// <exception cref="CliError">Nothing was given, or the two differ.</exception>
    public static string Read(string what)
    {
        if (Console.IsInputRedirected)
        {
            var text = Console.In.ReadToEnd().TrimEnd('\r', '\n');
            return text.Length > 0 ? text : throw new CliError($"{what}: nothing came on standard input.", "Pipe the value in, such as: printf %s VALUE | ./platform …");
        }
        var first = ReadHidden($"{what}: ");
        if (first.Length == 0)
            throw new CliError($"{what}: nothing was typed.", "Type the value, or pipe it in.");
        return ReadHidden("Again: ") == first ? first : throw new CliError("The two values differ.", "Try again.");
    }

    /// <summary>The value from standard input where it is redirected and holds something; otherwise a generated one.</summary>
    public static (string Value, bool Generated) ReadOrGenerate(string what)
    {
        if (Console.IsInputRedirected)
        {
            var text = Console.In.ReadToEnd().TrimEnd('\r', '\n');
            return text.Length > 0 ? (text, false) : (UserStore.GeneratePassword(), true);
        }
        var typed = ReadHidden($"{what} (empty generates one): ");
        return typed.Length > 0 ? (typed, false) : (UserStore.GeneratePassword(), true);
    }

    private static string ReadHidden(string prompt)
    {
        Console.Error.Write(prompt);
        var text = "";
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
            text = key.Key == ConsoleKey.Backspace ? text[..Math.Max(0, text.Length - 1)] : char.IsControl(key.KeyChar) ? text : text + key.KeyChar;
        Console.Error.WriteLine();
        return text;
    }
}
