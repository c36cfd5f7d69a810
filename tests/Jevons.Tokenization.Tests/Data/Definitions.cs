namespace Jevons.Tokenization.Tests;

/// <summary>Small definitions for tests.</summary>
internal static class Definitions
{
    /// <summary>A byte-level vocabulary: the 256 bytes, what the merges ("left right") make, and added tokens.</summary>
    public static TokenizerDefinition ByteLevel(IEnumerable<string> merges, params AddedToken[] added)
    {
        MergePair[] pairs = [.. merges.Select(m => new MergePair(m.Split(' ')[0], m.Split(' ')[1]))];
        List<string> tokens = [.. Enumerable.Range(0, 256).Select(b => ByteAlphabet.ToChar((byte)b).ToString())];
        tokens.AddRange(pairs.Select(p => p.Left + p.Right).Except(tokens, StringComparer.Ordinal).ToArray());
        List<TokenType> types = [.. tokens.Select(_ => TokenType.Normal)];
        List<AddedToken> placed = [];
        foreach (AddedToken token in added)
        {
            placed.Add(token with { Id = tokens.Count });
            tokens.Add(token.Content);
            types.Add(token.Special ? TokenType.Control : TokenType.UserDefined);
        }

        return new TokenizerDefinition
        {
            Kind = TokenizerKind.ByteLevelBpe,
            Dialect = TokenizerDialect.HuggingFace,
            PreTokenizer = "gpt-2",
            Tokens = tokens,
            TokenTypes = types,
            Merges = pairs,
            AddedTokens = placed,
        };
    }

    /// <summary>A SentencePiece vocabulary of ordinary pieces in the dialect of GGUF files.</summary>
    public static TokenizerDefinition Scored(string[] pieces, float[] scores) => new()
    {
        Kind = TokenizerKind.SentencePieceBpe,
        Dialect = TokenizerDialect.LlamaCpp,
        Tokens = pieces,
        TokenTypes = [.. pieces.Select(_ => TokenType.Normal)],
        Scores = scores,
        SpacePrefix = SpacePrefix.Fragment,
        ByteFallback = true,
    };
}
