using System.Text;

namespace Jevons.Tokenization;

/// <summary>Which tokens of a definition are looked for in the text, and when.</summary>
internal static class SearchedTokens
{
    /// <summary>
    /// Looked for in the raw text: a tokenizer.json's added tokens with normalized = false; a GGUF's control, user-defined and
    /// unknown tokens; a SentencePiece model's control tokens and markers.
    /// </summary>
    public static IEnumerable<SearchedToken> InRawText(TokenizerDefinition definition, TokenRoles roles)
    {
        if (definition.Dialect == TokenizerDialect.HuggingFace)
        {
            return Added(definition, roles, normalized: false, Encoding.UTF8.GetBytes);
        }

        return ByType(definition, roles).Where(t => definition.Dialect == TokenizerDialect.LlamaCpp || !t.IsPlain);
    }

    /// <summary>
    /// Looked for in the normalised text: a tokenizer.json's added tokens with normalized = true, themselves normalised; a
    /// SentencePiece model's plain user-defined pieces.
    /// </summary>
    public static IEnumerable<SearchedToken> InNormalizedText(
        TokenizerDefinition definition, TokenRoles roles, Func<string, byte[]> normalize) => definition.Dialect switch
        {
            TokenizerDialect.HuggingFace => Added(definition, roles, normalized: true, normalize),
            TokenizerDialect.SentencePiece => ByType(definition, roles).Where(t => t.IsPlain),
            _ => [],
        };

    private static IEnumerable<SearchedToken> Added(
        TokenizerDefinition definition, TokenRoles roles, bool normalized, Func<string, byte[]> normalize) =>
        from token in definition.AddedTokens
        where token.Normalized == normalized && token.Content.Length > 0
        let text = normalize(token.Content)
        where text.Length > 0
        select new SearchedToken(token.Id, text, roles.IsPlain[token.Id], token.StripLeft, token.StripRight, token.SingleWord);

    private static IEnumerable<SearchedToken> ByType(TokenizerDefinition definition, TokenRoles roles)
    {
        for (int id = 0; id < definition.Tokens.Count; id++)
        {
            if (roles.Type(id) is TokenType.Control or TokenType.UserDefined or TokenType.Unknown && definition.Tokens[id].Length > 0)
            {
                yield return new SearchedToken(id, Encoding.UTF8.GetBytes(definition.Tokens[id]), roles.IsPlain[id]);
            }
        }
    }
}
