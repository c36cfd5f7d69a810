using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Syntax;

/// <summary>A statement. The cases are a closed set: the renderer handles each by name.</summary>
/// <param name="Position">Where errors of this statement point to.</param>
internal abstract record Stmt(int Position)
{
    /// <summary>Text outside of tags.</summary>
    internal sealed record Data(JinjaString Text, int Position) : Stmt(Position);

    /// <summary><c>{{ value }}</c>.</summary>
    internal sealed record Output(Expr Value, int Position) : Stmt(Position);

    /// <summary><c>{% if %}</c> with its <c>elif</c> branches and <c>else</c>.</summary>
    internal sealed record If(IReadOnlyList<KeyValuePair<Expr, IReadOnlyList<Stmt>>> Branches, IReadOnlyList<Stmt> Otherwise, int Position)
        : Stmt(Position);

    /// <summary><c>{% for target in source if condition recursive %}</c> with its <c>else</c>.</summary>
    internal sealed record For(
        Target Target, Expr Source, Expr? Condition, bool IsRecursive, IReadOnlyList<Stmt> Body, IReadOnlyList<Stmt> Otherwise, int Position)
        : Stmt(Position);

    /// <summary><c>{% break %}</c>.</summary>
    internal sealed record Break(int Position) : Stmt(Position);

    /// <summary><c>{% continue %}</c>.</summary>
    internal sealed record Continue(int Position) : Stmt(Position);

    /// <summary><c>{% set target = value %}</c>.</summary>
    internal sealed record Set(Target Target, Expr Value, int Position) : Stmt(Position);

    /// <summary><c>{% set target | filter %}body{% endset %}</c>.</summary>
    internal sealed record SetBlock(Target Target, Expr.Filter? Filter, IReadOnlyList<Stmt> Body, int Position) : Stmt(Position);

    /// <summary><c>{% with name = value %}body{% endwith %}</c>.</summary>
    internal sealed record With(IReadOnlyList<KeyValuePair<Target, Expr>> Variables, IReadOnlyList<Stmt> Body, int Position) : Stmt(Position);

    /// <summary><c>{% macro name(signature) %}body{% endmacro %}</c>.</summary>
    internal sealed record Macro(string MacroName, Signature Signature, IReadOnlyList<Stmt> Body, int Position) : Stmt(Position);

    /// <summary><c>{% call(signature) callee(arguments) %}body{% endcall %}</c>.</summary>
    internal sealed record CallBlock(Signature Signature, Expr.Call Call, IReadOnlyList<Stmt> Body, int Position) : Stmt(Position);

    /// <summary><c>{% filter name %}body{% endfilter %}</c>.</summary>
    internal sealed record FilterBlock(Expr.Filter Filter, IReadOnlyList<Stmt> Body, int Position) : Stmt(Position);

    /// <summary>A body with a scope of its own: <c>{% generation %}</c> and <c>{% block %}</c>.</summary>
    internal sealed record Scoped(IReadOnlyList<Stmt> Body, int Position) : Stmt(Position);
}
