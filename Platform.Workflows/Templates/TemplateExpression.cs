namespace Platform.Workflows.Templates;

/// <summary>An expression of the template language, as it stands between <c>{{</c> and <c>}}</c> or in <c>when</c>.</summary>
/// <param name="Start">Index of its first character in the text that was parsed, from 0.</param>
public abstract record TemplateExpression(int Start)
{
    /// <summary>Parses a bare expression, such as <c>tasks.clean.outputs.rows &gt; 0</c>.</summary>
    /// <exception cref="TemplateException">It is no expression; the message says what is wrong, the exception where.</exception>
    public static TemplateExpression Parse(string text) => new TemplateParser(text).ParseWhole();

    /// <summary>The expressions directly inside.</summary>
    public virtual IEnumerable<TemplateExpression> Children => [];

    /// <summary>This expression and all inside it.</summary>
    public IEnumerable<TemplateExpression> Descendants()
    {
        yield return this;
        foreach (var child in Children)
        {
            foreach (var inner in child.Descendants())
                yield return inner;
        }
    }
}

/// <summary>A text, number, <c>true</c>, <c>false</c> or <c>null</c>.</summary>
public sealed record LiteralExpression(int Start, object? Value) : TemplateExpression(Start);

/// <summary>A list written in place: <c>['a', 'b']</c>.</summary>
public sealed record ListExpression(int Start, IReadOnlyList<TemplateExpression> Elements) : TemplateExpression(Start)
{
    public override IEnumerable<TemplateExpression> Children => Elements;
}

/// <summary>A first name: <c>params</c>, <c>interval</c>, <c>run</c>, <c>tasks</c> or the name of a mapped task's element.</summary>
public sealed record NameExpression(int Start, string Name) : TemplateExpression(Start);

/// <summary>A member: <c>.name</c>, or <c>['name']</c> and <c>[0]</c> with a computed key.</summary>
/// <param name="Start">Index of the target's first character.</param>
/// <param name="Target">What has the member.</param>
/// <param name="Key">A literal text for <c>.name</c>, else any expression.</param>
public sealed record MemberExpression(int Start, TemplateExpression Target, TemplateExpression Key) : TemplateExpression(Start)
{
    public override IEnumerable<TemplateExpression> Children => [Target, Key];
}

/// <summary>A secret by its name: <c>secret 'name'</c>.</summary>
public sealed record SecretExpression(int Start, string Name) : TemplateExpression(Start);

/// <summary>A filter: <c>input | name arguments</c>.</summary>
/// <param name="Start">Index of the filter's name.</param>
/// <param name="Name">Name of the filter.</param>
/// <param name="Input">What it works on.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record FilterExpression(int Start, string Name, TemplateExpression Input, IReadOnlyList<TemplateExpression> Arguments) : TemplateExpression(Start)
{
    public override IEnumerable<TemplateExpression> Children => [Input, .. Arguments];
}

/// <summary>A comparison, or <c>and</c>, <c>or</c>, <c>in</c>, <c>not in</c>.</summary>
public sealed record BinaryExpression(int Start, string Operator, TemplateExpression Left, TemplateExpression Right) : TemplateExpression(Start)
{
    public override IEnumerable<TemplateExpression> Children => [Left, Right];
}

/// <summary><c>not</c>.</summary>
public sealed record NotExpression(int Start, TemplateExpression Operand) : TemplateExpression(Start)
{
    public override IEnumerable<TemplateExpression> Children => [Operand];
}

/// <summary>A template is wrong, or cannot be given a value.</summary>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="position">Index in the template's text, from 0.</param>
/// <param name="path">The field that holds the template, such as <c>rules[0].column</c>; null where only a text was given.</param>
public sealed class TemplateException(string message, int position, string? path = null) : Exception(path is null ? message : $"'{path}': {message}")
{
    /// <summary>The message without the field.</summary>
    public string Problem { get; } = message;

    /// <summary>Index in the template's text, from 0.</summary>
    public int Position { get; } = position;

    /// <summary>The field that holds the template; null where only a text was given.</summary>
    public string? Path { get; } = path;
}
