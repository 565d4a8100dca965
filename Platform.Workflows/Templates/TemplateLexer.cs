using System.Globalization;
using System.Text;

namespace Platform.Workflows.Templates;

internal enum TokenKind
{
    End,
    Close,
    Name,
    Text,
    Number,
    Symbol,
}

/// <summary>A word of the template language.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Start, int End, object? Value = null)
{
    public bool Is(string symbol) => Kind is TokenKind.Symbol or TokenKind.Name && Text == symbol;

    public override string ToString() => Kind switch
    {
        TokenKind.End => "the end",
        TokenKind.Close => "'}}'",
        _ => $"'{Text}'",
    };
}

/// <summary>Reads words from a place in a text.</summary>
internal sealed class TemplateLexer(string text, int start)
{
    private const string TwoCharacterSymbols = "== != <= >= && ||";

    private int _at = start;

    public Token Next()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            _at++;
        var start = _at;
        if (_at >= text.Length)
            return new(TokenKind.End, "", start, start);
        var c = text[_at];
        if (char.IsAsciiLetter(c) || c == '_')
        {
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_'))
                _at++;
            return new(TokenKind.Name, text[start.._at], start, _at);
        }
        if (char.IsAsciiDigit(c) || (c == '-' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1])))
            return Number(start);
        if (c is '\'' or '"')
            return Quoted(start, c);
        if (_at + 1 < text.Length)
        {
            var two = text.AsSpan(_at, 2);
            if (two is "}}")
            {
                _at += 2;
                return new(TokenKind.Close, "}}", start, _at);
            }
            if (TwoCharacterSymbols.AsSpan().IndexOf(two, StringComparison.Ordinal) is var found && found >= 0 && found % 3 == 0)
            {
                _at += 2;
                return new(TokenKind.Symbol, two.ToString(), start, _at);
            }
        }
        if (!".|()[],<>".Contains(c, StringComparison.Ordinal))
            throw new TemplateException(c == '=' ? "'=' is no comparison. Write '=='." : $"'{c}' has no meaning in a template.", start);
        _at++;
        return new(TokenKind.Symbol, c.ToString(), start, _at);
    }

    private Token Number(int start)
    {
        _at++;
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
            _at++;
        if (_at + 1 < text.Length && text[_at] == '.' && char.IsAsciiDigit(text[_at + 1]))
        {
            _at++;
            while (_at < text.Length && char.IsAsciiDigit(text[_at]))
                _at++;
        }
        var digits = text[start.._at];
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return new(TokenKind.Number, digits, start, _at, whole);
        if (decimal.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return new(TokenKind.Number, digits, start, _at, number);
        throw new TemplateException($"The number {digits} is too large.", start);
    }

    // A quote is doubled inside its own kind: 'it''s'. Backslashes are plain, so that Windows paths and regular expressions need no care.
    private Token Quoted(int start, char quote)
    {
        var value = new StringBuilder();
        _at++;
        while (_at < text.Length)
        {
            if (text[_at] != quote)
            {
                _ = value.Append(text[_at++]);
                continue;
            }
            _at++;
            if (_at >= text.Length || text[_at] != quote)
                return new(TokenKind.Text, text[start.._at], start, _at, value.ToString());
            _ = value.Append(quote);
            _at++;
        }
        throw new TemplateException($"The text that begins here has no closing {quote}. Add it.", start);
    }
}
