namespace Jevons.Tokenization.ChatTemplates.Jinja.Syntax;

/// <summary>The operators of one operand.</summary>
internal enum UnaryOperator
{
    /// <summary><c>not</c>.</summary>
    Not,

    /// <summary><c>-</c>.</summary>
    Negate,

    /// <summary><c>+</c>.</summary>
    Plus,
}
