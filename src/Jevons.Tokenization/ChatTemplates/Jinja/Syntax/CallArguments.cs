namespace Jevons.Tokenization.ChatTemplates.Jinja.Syntax;

/// <summary>The arguments as written: positional, named, <c>*sequence</c> and <c>**mapping</c>.</summary>
/// <param name="Positional">Positional arguments.</param>
/// <param name="Named">Named arguments.</param>
/// <param name="Sequence">The operand of <c>*</c>, if any.</param>
/// <param name="Mapping">The operand of <c>**</c>, if any.</param>
internal sealed record CallArguments(
    IReadOnlyList<Expr> Positional, IReadOnlyList<KeyValuePair<string, Expr>> Named, Expr? Sequence, Expr? Mapping)
{
    /// <summary>No arguments.</summary>
    public static readonly CallArguments None = new([], [], null, null);
}
