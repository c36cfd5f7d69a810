using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Syntax;

/// <summary>An expression. The cases are a closed set: the renderer handles each by name.</summary>
/// <param name="Position">Where errors of this expression point to.</param>
internal abstract record Expr(int Position)
{
    /// <summary>A literal.</summary>
    internal sealed record Constant(JinjaValue Value, int Position) : Expr(Position);

    /// <summary>A variable.</summary>
    internal sealed record Name(string Identifier, int Position) : Expr(Position);

    /// <summary><c>[a, b]</c>.</summary>
    internal sealed record List(IReadOnlyList<Expr> Items, int Position) : Expr(Position);

    /// <summary><c>(a, b)</c>.</summary>
    internal sealed record Tuple(IReadOnlyList<Expr> Items, int Position) : Expr(Position);

    /// <summary><c>{a: b}</c>.</summary>
    internal sealed record Dict(IReadOnlyList<KeyValuePair<Expr, Expr>> Entries, int Position) : Expr(Position);

    /// <summary><c>owner.name</c>.</summary>
    internal sealed record Attribute(Expr Owner, string Member, int Position) : Expr(Position);

    /// <summary><c>owner[key]</c>, or <c>owner.0</c>.</summary>
    internal sealed record Element(Expr Owner, Expr Key, int Position) : Expr(Position);

    /// <summary><c>owner[start:stop:step]</c>.</summary>
    internal sealed record Slice(Expr Owner, Expr? Start, Expr? Stop, Expr? Step, int Position) : Expr(Position);

    /// <summary><c>callee(arguments)</c>.</summary>
    internal sealed record Call(Expr Callee, CallArguments Arguments, int Position) : Expr(Position);

    /// <summary><c>value | name(arguments)</c>; without a value it filters the text of a block.</summary>
    internal sealed record Filter(Expr? Value, string FilterName, CallArguments Arguments, int Position) : Expr(Position);

    /// <summary><c>value is name(arguments)</c>.</summary>
    internal sealed record Test(Expr Value, string TestName, CallArguments Arguments, int Position) : Expr(Position);

    /// <summary><c>not</c>, <c>-</c>, <c>+</c>.</summary>
    internal sealed record Unary(UnaryOperator Operator, Expr Operand, int Position) : Expr(Position);

    /// <summary>Arithmetic.</summary>
    internal sealed record Binary(BinaryOperator Operator, Expr Left, Expr Right, int Position) : Expr(Position);

    /// <summary><c>a ~ b ~ c</c>.</summary>
    internal sealed record Concat(IReadOnlyList<Expr> Parts, int Position) : Expr(Position);

    /// <summary><c>and</c>.</summary>
    internal sealed record And(Expr Left, Expr Right, int Position) : Expr(Position);

    /// <summary><c>or</c>.</summary>
    internal sealed record Or(Expr Left, Expr Right, int Position) : Expr(Position);

    /// <summary>A chain of comparisons: each operator with the operand on its right.</summary>
    internal sealed record Compare(Expr First, IReadOnlyList<KeyValuePair<string, Expr>> Rest, int Position) : Expr(Position);

    /// <summary><c>value if condition else otherwise</c>.</summary>
    internal sealed record Conditional(Expr Condition, Expr Value, Expr? Otherwise, int Position) : Expr(Position);
}
