namespace Jevons.Tokenization.ChatTemplates.Jinja.Syntax;

/// <summary>The parameters of a macro or call block, each with its default or null.</summary>
/// <param name="Parameters">The parameters in order.</param>
/// <param name="Uses">The special names that the body mentions: only those arguments are accepted beyond the parameters.</param>
internal sealed record Signature(IReadOnlyList<KeyValuePair<string, Expr?>> Parameters, SpecialNames Uses)
{
    /// <summary>No parameters.</summary>
    public static readonly Signature Empty = new([], SpecialNames.None);
}
