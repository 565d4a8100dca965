using YamlDotNet.Core;

namespace Platform.Workflows.Definition;

/// <summary>Finds the place in the text of a character inside a scalar's value.</summary>
internal static class SourceText
{
    /// <summary>Line and column, from 1, of the character at <paramref name="position"/> of the scalar's value.</summary>
    public static (int Line, int Column) Locate(string text, SourceNode scalar, int position)
    {
        var source = IndexOf(text, scalar, position);
        var line = scalar.Mark.Line;
        var column = scalar.Mark.Column;
        for (var i = scalar.Mark.Start; i < source; i++)
        {
            if (text[i] == '\n')
                (line, column) = (line + 1, 1);
            else
                column++;
        }
        return (line, column);
    }

    /// <summary>Index in the text of the character at <paramref name="position"/> of the scalar's value.</summary>
    public static int IndexOf(string text, SourceNode scalar, int position) => Math.Min(Find(text, scalar, position), text.Length);

    // Walks text and value side by side; where they differ, YAML has folded, escaped or indented.
    private static int Find(string text, SourceNode scalar, int position)
    {
        var value = scalar.Value;
        var at = scalar.Mark.Start;
        if (scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted)
        {
            at++;
        }
        else if (scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded)
        {
            var header = text.IndexOf('\n', at);
            at = header < 0 ? text.Length : header + 1;
        }
        for (var i = 0; i < position && i < value.Length && at < text.Length; i++)
        {
            if (scalar.Style == ScalarStyle.DoubleQuoted && text[at] == '\\')
            {
                at = SkipEscape(text, at, ref i, value);
                continue;
            }
            if (scalar.Style == ScalarStyle.SingleQuoted && text[at] == '\'' && value[i] == '\'')
            {
                at += 2;
                continue;
            }
            if (text[at] == value[i] && value[i] != '\n')
            {
                at++;
                continue;
            }
            if (value[i] is '\n' or ' ')
            {
                // A break or a fold: go to the next line's content. Several breaks in a row are matched one by one.
                while (at < text.Length && text[at] is ' ' or '\r')
                    at++;
                if (at < text.Length && text[at] == '\n')
                    at++;
            }
            else
            {
                // The value has gone on: this is indentation, or the line breaks of a fold.
                while (at < text.Length && char.IsWhiteSpace(text[at]) && text[at] != value[i])
                    at++;
                at++;
            }
        }
        // The character itself may stand behind the indentation of its line.
        if (position < value.Length && !char.IsWhiteSpace(value[position]))
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
        }
        return at;
    }

    private static int SkipEscape(string text, int at, ref int i, string value)
    {
        if (at + 1 >= text.Length)
            return text.Length;
        switch (text[at + 1])
        {
            case 'x':
                return at + 4;
            case 'u':
                return at + 6;
            case 'U':
                // Beyond the basic plane the value has two characters for it.
                if (char.IsHighSurrogate(value[i]))
                    i++;
                return at + 10;
            case '\r' or '\n':
                // An escaped line break stands for nothing.
                at += 2;
                while (at < text.Length && char.IsWhiteSpace(text[at]))
                    at++;
                i--;
                return at;
            default:
                return at + 2;
        }
    }
}
