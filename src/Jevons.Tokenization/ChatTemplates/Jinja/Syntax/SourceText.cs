namespace Jevons.Tokenization.ChatTemplates.Jinja.Syntax;

/// <summary>A template's text as the lexer sees it: line ends are <c>\n</c> and a final one is dropped.</summary>
internal sealed class SourceText
{
    /// <summary>Longer templates are refused.</summary>
    public const int MaxLength = 4 << 20;

    /// <summary>Normalises a template.</summary>
    public SourceText(string template)
    {
        if (template.Length > MaxLength)
        {
            throw new JinjaException(JinjaErrorKind.Limit, $"the template has {template.Length} characters; at most {MaxLength} are accepted");
        }

        string text = template.Contains('\r', StringComparison.Ordinal)
            ? template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n')
            : template;
        Text = text.EndsWith('\n') ? text[..^1] : text;
    }

    /// <summary>The normalised text.</summary>
    public string Text { get; }

    /// <summary>Line and column of a position, both from 1.</summary>
    public (int Line, int Column) Locate(int position)
    {
        ReadOnlySpan<char> before = Text.AsSpan(0, Math.Clamp(position, 0, Text.Length));
        return (before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
    }

    /// <summary>A syntax error at a position.</summary>
    public JinjaException Error(int position, string reason)
    {
        (int line, int column) = Locate(position);
        return new JinjaException(JinjaErrorKind.Syntax, reason, line, column);
    }
}
