namespace Jevons.Tokenization.ChatTemplates.Jinja.Syntax;

/// <summary>A token.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Text">Its spelling, or the value of a string literal.</param>
/// <param name="Position">Where it starts in the normalised template.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Position)
{
    /// <summary>True for this name.</summary>
    public bool IsName(string name) => Kind == TokenKind.Name && string.Equals(Text, name, StringComparison.Ordinal);

    /// <summary>True for this operator.</summary>
    public bool IsOperator(string symbol) => Kind == TokenKind.Operator && string.Equals(Text, symbol, StringComparison.Ordinal);

    /// <summary>The token in an error message.</summary>
    public string Describe() => Kind switch
    {
        TokenKind.Data => "template text",
        TokenKind.VariableBegin => "'{{'",
        TokenKind.VariableEnd => "'}}'",
        TokenKind.BlockBegin => "'{%'",
        TokenKind.BlockEnd => "'%}'",
        TokenKind.String => "a string",
        TokenKind.End => "the end of the template",
        _ => $"'{(Text.Length <= 40 ? Text : string.Concat(Text.AsSpan(0, 40), "..."))}'",
    };
}
