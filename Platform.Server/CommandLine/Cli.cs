using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Engine;
using Platform.Learning;
using Platform.Postgres;
using Platform.Tables.Log;
using Platform.Tables.Native;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Server.CommandLine;

/// <summary>What every command shares: JSON output, errors as two lines, exit codes 0 (success), 1 (failed), 2 (wrong command line), 130 (interrupted).</summary>
internal static class Cli
{
    private const string HelpHint = "Try '--help' for the command's options, or read docs/command-line.md.";

    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON, stable and documented in docs/command-line.md" };

    /// <summary>snake_case, times in ISO 8601 UTC, enums as text, indented.</summary>
    public static JsonSerializerOptions JsonOptions { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new UtcTimeConverter() },
    };

    /// <summary>A command whose errors are printed for people.</summary>
    public static Command Command(string name, string description, IEnumerable<Symbol> symbols, Func<ParseResult, CancellationToken, Task<int>>? action = null)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
            switch (symbol)
            {
                case Argument argument: command.Arguments.Add(argument); break;
                case Option option: command.Options.Add(option); break;
                case Command sub: command.Subcommands.Add(sub); break;
            }
        // A command without an action of its own only holds others: the parser asks for one of them.
        if (action is not null)
            command.SetAction((result, cancellationToken) => GuardAsync(() => action(result, cancellationToken)));
        return command;
    }

    /// <summary>Refuses 0 and less.</summary>
    public static void RequireAtLeastOne(Option<int?> option, ParseResult result)
    {
        if (result.GetValue(option) is < 1 and var number)
            throw CliError.Usage($"{option.Name} {number} is not possible.", "Give 1 or more, or leave it out.");
    }

    public static void PrintJson(object? value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, JsonOptions));

    /// <summary>A number with its noun: 1 row, 2,000 rows.</summary>
    public static string Count(long number, string noun) => Plural.Of(number, noun);

    /// <summary>Prints a table with aligned columns; wide East Asian characters count two. Only a terminal that is too narrow cuts cells: what goes to a file or a program is whole.</summary>
    public static void PrintTable(IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.Select(r => r.Select(c => c.ReplaceLineEndings(" ")).ToArray()).ToList();
        var widths = headers.Select((h, i) => all.Select(r => Width(r[i])).Append(Width(h)).Max()).ToArray();
        if (!Console.IsOutputRedirected)
            Narrow(widths, Console.WindowWidth);
        string Line(IReadOnlyList<string> cells) => string.Join("  ", cells.Select((c, i) => i == cells.Count - 1 ? c : Fit(c, widths[i]))).TrimEnd();
        Console.Out.WriteLine(Line([.. headers.Select(h => h.ToUpperInvariant())]));
        foreach (var row in all)
            Console.Out.WriteLine(Line(row));
    }

    /// <summary>Takes from the widest columns until a line fits; from the first, which names the thing, only if no other has any to give. The last is never padded or cut.</summary>
    private static void Narrow(int[] widths, int terminal)
    {
        const int Least = 16;
        if (terminal <= 0)
            return;
        while (widths[..^1].Sum() + Math.Min(widths[^1], Least) + 2 * (widths.Length - 1) > terminal)
        {
            var widest = Enumerable.Range(0, widths.Length - 1).Where(i => widths[i] > Least).OrderBy(i => i == 0).ThenByDescending(i => widths[i]).Append(-1).First();
            if (widest < 0)
                return;
            widths[widest]--;
        }
    }

    private static string Fit(string text, int width)
    {
        while (Width(text) > width)
            text = text.Length > 1 ? text[..^2] + "…" : "";
        return text + new string(' ', width - Width(text));
    }

    private static int Width(string text) => text.Sum(c => c >= 0x1100 && (c <= 0x115f || c is >= (char)0x2e80 and <= (char)0xa4cf or >= (char)0xac00 and <= (char)0xd7a3 or >= (char)0xf900 and <= (char)0xfaff or >= (char)0xff00 and <= (char)0xff60) ? 2 : 1);

    private static async Task<int> GuardAsync(Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted.");
            return 130;
        }
        catch (CliError e)
        {
            return await FailAsync(e, e.Message, e.ToDo, e.ExitCode);
        }
        catch (Exception e) when (e is EngineException or DatabaseException or ActivityException or ActivityCatalogException or LearningException or SecretNotFoundException or ConnectionNotFoundException or TableException or DuckDbException or FormatException or ArgumentException or IOException or UnauthorizedAccessException or Npgsql.NpgsqlException)
        {
            // Messages of the platform's own exceptions say what to do in their last sentence.
            var (what, toDo) = e is DuckDbException { Kind: not DuckDbErrorKind.Permission }
                ? (e.Message, "Mend the statement; './platform table' lists the tables, './platform table NAME' a table's columns.")
                : Split(ErrorText.Of(e).ReplaceLineEndings(" ").Trim(), e is TableException ? "'./platform table' lists the tables, './platform table NAME' a table's versions." : HelpHint);
            return await FailAsync(e, what, toDo, e is EngineException { Kind: "bad-input" } ? 2 : 1);
        }
        catch (Exception e)
        {
            return await FailAsync(e, $"The command failed in a way that was not expected: {ErrorText.Of(e)}", "Run it again with PLATFORM_DEBUG=1 to see where, and report it.", 1);
        }
    }

    /// <summary>The message's last sentence is what to do, where there is more than one.</summary>
    internal static (string What, string ToDo) Split(string message, string otherwise = HelpHint)
    {
        var cut = message.TrimEnd('.').LastIndexOf(". ", StringComparison.Ordinal);
        return cut < 0 ? (message, otherwise) : (message[..(cut + 1)], message[(cut + 2)..]);
    }

    private static async Task<int> FailAsync(Exception e, string what, string toDo, int exitCode)
    {
        if (Environment.GetEnvironmentVariable("PLATFORM_DEBUG") is { Length: > 0 } and not "0")
            await Console.Error.WriteLineAsync(e.ToString());
        await Console.Error.WriteLineAsync(what.ReplaceLineEndings(" "));
        await Console.Error.WriteLineAsync(toDo.ReplaceLineEndings(" "));
        return exitCode;
    }

    private sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value.UtcDateTime);
    }
}
