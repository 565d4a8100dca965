namespace Platform.Workflows.Templates;

/// <summary>Recursive descent, loosest first: <c>or</c>, <c>and</c>, <c>not</c>, comparison, filters, members.</summary>
internal sealed class TemplateParser
{
    // Deeper nesting is no template that a person wrote; the limit keeps the stack safe.
    private const int MaxDepth = 64;

    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];
    private static readonly string[] Keywords = ["and", "or", "not", "in", "true", "false", "null", "secret"];

    private readonly TemplateLexer _lexer;
    private Token _token;
    private int _depth;

    public TemplateParser(string text, int start = 0)
    {
        _lexer = new TemplateLexer(text, start);
        _token = _lexer.Next();
    }

    /// <summary>The whole text as one expression.</summary>
    public TemplateExpression ParseWhole()
    {
        var expression = Or();
        return _token.Kind == TokenKind.End ? expression : throw Unexpected("an operator or the end");
    }

    /// <summary>An expression up to <c>}}</c>, and the index after it.</summary>
    public (TemplateExpression Expression, int End) ParseUntilClose()
    {
        if (_token.Kind == TokenKind.Close)
            throw new TemplateException("There is nothing between '{{' and '}}'. Name a value, such as params.source.", _token.Start);
        var expression = Or();
        return _token.Kind switch
        {
            TokenKind.Close => (expression, _token.End),
            TokenKind.End => throw new TemplateException("'}}' is missing. Add it.", _token.Start),
            _ => throw Unexpected("an operator or '}}'"),
        };
    }

    private TemplateExpression Or()
    {
        if (++_depth > MaxDepth)
            throw new TemplateException("This expression is nested too deeply. Make it simpler.", _token.Start);
        var left = And();
        while (_token.Is("or"))
        {
            var at = Take().Start;
            left = new BinaryExpression(at, "or", left, And());
        }
        _depth--;
        return left;
    }

    private TemplateExpression And()
    {
        var left = Not();
        while (_token.Is("and"))
        {
            var at = Take().Start;
            left = new BinaryExpression(at, "and", left, Not());
        }
        return left;
    }

    private TemplateExpression Not()
    {
        if (!_token.Is("not"))
            return Comparison();
        if (++_depth > MaxDepth)
            throw new TemplateException("This expression is nested too deeply. Make it simpler.", _token.Start);
        var negation = new NotExpression(Take().Start, Not());
        _depth--;
        return negation;
    }

    private TemplateExpression Comparison()
    {
        var left = Pipe();
        if (_token.Kind == TokenKind.Symbol && Comparisons.Contains(_token.Text))
        {
            var symbol = Take();
            return new BinaryExpression(symbol.Start, symbol.Text, left, Pipe());
        }
        if (_token.Is("in"))
            return new BinaryExpression(Take().Start, "in", left, Pipe());
        if (_token.Is("not"))
        {
            var at = Take().Start;
            if (!_token.Is("in"))
                throw Unexpected("'in'");
            _ = Take();
            return new BinaryExpression(at, "not in", left, Pipe());
        }
        if (_token.Is("&&") || _token.Is("||"))
            throw new TemplateException($"'{_token.Text}' is written '{(_token.Text == "&&" ? "and" : "or")}' here.", _token.Start);
        return left;
    }

    private TemplateExpression Pipe()
    {
        var left = Primary();
        while (_token.Is("|"))
        {
            _ = Take();
            if (_token.Kind != TokenKind.Name)
                throw Unexpected("the name of a filter");
            var name = Take();
            var arguments = new List<TemplateExpression>();
            while (StartsPrimary())
                arguments.Add(Primary());
            left = new FilterExpression(name.Start, name.Text, left, arguments);
        }
        return left;
    }

    private bool StartsPrimary() => _token.Kind switch
    {
        TokenKind.Text or TokenKind.Number => true,
        TokenKind.Name => _token.Text is not ("and" or "or" or "not" or "in"),
        TokenKind.Symbol => _token.Text is "(" or "[",
        _ => false,
    };

    private TemplateExpression Primary()
    {
        var token = Take();
        TemplateExpression expression = token.Kind switch
        {
            TokenKind.Text or TokenKind.Number => new LiteralExpression(token.Start, token.Value),
            TokenKind.Name => Named(token),
            TokenKind.Symbol when token.Text == "(" => Parenthesised(),
            TokenKind.Symbol when token.Text == "[" => List(token),
            TokenKind.Symbol or TokenKind.End or TokenKind.Close => throw new TemplateException($"Expected a value, found {token}.", token.Start),
            _ => throw new TemplateException($"Unexpected {token}.", token.Start),
        };
        while (_token.Is(".") || (_token.Is("[") && expression is NameExpression or MemberExpression))
            expression = Member(expression);
        return expression;
    }

    private TemplateExpression Named(Token token)
    {
        switch (token.Text)
        {
            case "true":
                return new LiteralExpression(token.Start, true);
            case "false":
                return new LiteralExpression(token.Start, false);
            case "null":
                return new LiteralExpression(token.Start, null);
            case "secret":
                if (_token.Kind != TokenKind.Text)
                    throw new TemplateException("A secret is named by a text: secret 'name'.", _token.Start);
                return new SecretExpression(token.Start, (string)Take().Value!);
            default:
                if (Keywords.Contains(token.Text))
                    throw new TemplateException($"Expected a value, found {token}.", token.Start);
                return new NameExpression(token.Start, token.Text);
        }
    }

    private TemplateExpression Parenthesised()
    {
        var inner = Or();
        Expect(")");
        return inner;
    }

    private ListExpression List(Token open)
    {
        var elements = new List<TemplateExpression>();
        while (!_token.Is("]"))
        {
            elements.Add(Or());
            if (!_token.Is(","))
                break;
            _ = Take();
        }
        Expect("]");
        return new ListExpression(open.Start, elements);
    }

    private MemberExpression Member(TemplateExpression target)
    {
        if (Take().Text == "[")
        {
            var key = Or();
            Expect("]");
            return new MemberExpression(target.Start, target, key);
        }
        if (_token.Kind != TokenKind.Name && _token is not { Kind: TokenKind.Number, Value: long })
            throw Unexpected("a name after '.'");
        var name = Take();
        return new MemberExpression(target.Start, target, new LiteralExpression(name.Start, name.Kind == TokenKind.Number ? name.Value : name.Text));
    }

    private void Expect(string symbol)
    {
        if (!_token.Is(symbol))
            throw Unexpected($"'{symbol}'");
        _ = Take();
    }

    private Token Take()
    {
        var token = _token;
        if (token.Kind != TokenKind.End && token.Kind != TokenKind.Close)
            _token = _lexer.Next();
        return token;
    }

    private TemplateException Unexpected(string expected) => new($"Expected {expected}, found {_token}.", _token.Start);
}
