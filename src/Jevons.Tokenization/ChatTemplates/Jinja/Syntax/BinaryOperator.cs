namespace Jevons.Tokenization.ChatTemplates.Jinja.Syntax;

/// <summary>The arithmetic operators.</summary>
internal enum BinaryOperator
{
    /// <summary><c>+</c>.</summary>
    Add,

    /// <summary><c>-</c>.</summary>
    Subtract,

    /// <summary><c>*</c>.</summary>
    Multiply,

    /// <summary><c>/</c>.</summary>
    Divide,

    /// <summary><c>//</c>.</summary>
    FloorDivide,

    /// <summary><c>%</c>.</summary>
    Modulo,

    /// <summary><c>**</c>.</summary>
    Power,
}
