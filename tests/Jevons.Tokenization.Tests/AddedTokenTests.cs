namespace Jevons.Tokenization.Tests;

/// <summary>How added tokens are found.</summary>
public sealed class AddedTokenTests
{
    [Theory]
    [InlineData(TokenizerDialect.HuggingFace, "<ab><abc>", "<ab> <abc>")]
    [InlineData(TokenizerDialect.LlamaCpp, "<ab><abc>", "<ab> <abc>")]
    [InlineData(TokenizerDialect.HuggingFace, "<a<ab>", "<a <ab>")]
    [InlineData(TokenizerDialect.HuggingFace, "<x>y<z", "<x>y <z")]
    [InlineData(TokenizerDialect.LlamaCpp, "<x>y<zzzz", "<x>y <z z z z")]
    [InlineData(TokenizerDialect.HuggingFace, "<p>q<rst", "<p>q < r s t")]
    [InlineData(TokenizerDialect.LlamaCpp, "<p>q<rst", "< p > q<rst")]
    public void Encode_OverlappingTokens_FollowsTheDialect(TokenizerDialect dialect, string text, string expected)
    {
        TokenizerDefinition definition = Definitions.ByteLevel(
            [], Special("<ab>"), Special("<abc>"), Special("<a"), Special("<x>y"), Special("<z"), Special("<p>q"), Special("q<rst")) with
        { Dialect = dialect };
        Tokenizer tokenizer = Tokenizer.Create(definition);
        string[] tokens = [.. tokenizer.Encode(text, parseSpecial: true).Select(id => definition.Tokens[id])];
        Assert.Equal(expected, string.Join(' ', tokens));
    }

    [Fact]
    public void Encode_StripFlags_TakeTheWhiteSpaceBesideThem()
    {
        TokenizerDefinition definition = Definitions.ByteLevel(
            [], Special("<l>") with { StripLeft = true }, Special("<r>") with { StripRight = true }, Special("<n>"));
        Assert.Equal(["a", "<l>", "Ġ", "b"], Encode(definition, "a \u3000\n<l> b"));
        Assert.Equal(["a", "Ġ", "<r>", "b"], Encode(definition, "a <r> \t b"));
        Assert.Equal(["a", "Ġ", "<n>", "Ġ", "b"], Encode(definition, "a <n> b"));
        Assert.Equal(["<r>", "<l>", "a"], Encode(definition, "<r>  <l>a"));
    }

    [Fact]
    public void Encode_SingleWord_MatchesOnlyApartFromWordCharacters()
    {
        TokenizerDefinition definition = Definitions.ByteLevel([], new AddedToken(0, "cat", false) { SingleWord = true });
        Assert.Equal(["Ġ", "cat", "!"], Encode(definition, " cat!"));
        Assert.Equal(["c", "a", "t", "s"], Encode(definition, "cats"));
        Assert.Equal(["_", "c", "a", "t"], Encode(definition, "_cat"));
        Assert.Equal(["cat"], Encode(definition, "cat"));
    }

    [Fact]
    public void Encode_NormalisedToken_IsFoundInNormalisedText()
    {
        TokenizerDefinition definition = Definitions.ByteLevel(
            [], new AddedToken(0, "é!", false, Normalized: true), new AddedToken(0, "ö!", false)) with
        { Normalizer = TextNormalizer.Nfc };
        Assert.Equal(["a", "é!", "b"], Encode(definition, "ae\u0301!b"));
        Assert.Equal(["a", "ö!", "b"], Encode(definition, "aö!b"));
        Assert.Equal("a ö ! b", string.Join(' ', Encode(definition, "ao\u0308!b").Select(t => t == "Ã" ? "ö" : t).Where(t => t != "¶")));
    }

    [Fact]
    public void Decode_UserDefinedToken_IsItsLiteralText()
    {
        TokenizerDefinition definition = Definitions.ByteLevel([], new AddedToken(0, "Ġé", false));
        Tokenizer tokenizer = Tokenizer.Create(definition);
        Assert.Equal("Ġé", tokenizer.Decode(tokenizer.Encode("Ġé")));
        Assert.Single(tokenizer.Encode("Ġé"));
    }

    [Fact]
    public void Encode_MergesThatSpellAMarker_DoNotWriteIt()
    {
        // The merges lead from the bytes to the very text of a control token; user text must not arrive there.
        TokenizerDefinition definition = Definitions.ByteLevel(["< s", "<s >", "a b"], Special("<|x|>"));
        TokenType[] types = [.. definition.TokenTypes];
        int marker = definition.Tokens.ToList().IndexOf("<s>");
        types[marker] = TokenType.Control;
        foreach (TokenizerDialect dialect in (TokenizerDialect[])[TokenizerDialect.HuggingFace, TokenizerDialect.LlamaCpp])
        {
            Tokenizer tokenizer = Tokenizer.Create(definition with { TokenTypes = types, Dialect = dialect, BosId = marker });
            Assert.DoesNotContain(marker, tokenizer.Encode("<s>", addBos: false));
            Assert.Equal("<s>", tokenizer.Decode(tokenizer.Encode("<s>", addBos: false)));
        }
    }

    [Fact]
    public void Encode_BytesThatTheVocabularyLacks_NeverBecomeTheEndToken()
    {
        TokenizerDefinition definition = Definitions.ByteLevel([], Special("<|endoftext|>"), Special("<unk>"));
        string[] tokens = [.. definition.Tokens];
        tokens[0x01] = "no byte";
        definition = definition with { Tokens = tokens };
        Assert.Equal(["a", "b"], Encode(definition with { UnknownSymbolId = 256 }, "a\u0001\u0001b"));
        Assert.Equal(["a", "<unk>", "<unk>", "b"], Encode(definition with { UnknownSymbolId = 257 }, "a\u0001\u0001b"));
        Assert.Equal(["a", "<unk>", "b"], Encode(definition with { UnknownSymbolId = 257, FuseUnknown = true }, "a\u0001\u0001b"));
        Assert.Equal(["a", "b"], Encode(definition, "a\u0001\u0001b"));
    }

    [Fact]
    public void EndOfGeneration_NamedAndKnownTokens_AreAllThere()
    {
        TokenizerDefinition definition = Definitions.ByteLevel(
            [], Special("<|im_end|>"), Special("<stop>"), Special("<|endoftext|>"), Special("<s>"));
        Tokenizer tokenizer = Tokenizer.Create(definition with { EosId = 257 });
        Assert.Equal([256, 257, 258], tokenizer.EndOfGenerationIds.ToArray());
        Assert.True(tokenizer.IsEndOfGeneration(257));
        Assert.False(tokenizer.IsEndOfGeneration(259));
    }

    private static AddedToken Special(string text) => new(0, text, true);

    private static string[] Encode(TokenizerDefinition definition, string text) =>
        [.. Tokenizer.Create(definition).Encode(text, parseSpecial: true).Select(id => definition.Tokens[id])];
}
