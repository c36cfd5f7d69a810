namespace Jevons.Tokenization.Tests;

/// <summary>SentencePiece's own rules, on models made for them.</summary>
public sealed class SentencePieceTests
{
    [Fact]
    public void Encode_UnknownCharacters_AreOneUnknownToken()
    {
        TokenizerDefinition definition = Base().Trainer().Read();
        Assert.Equal("▁ a <unk> b", Encode(definition, "a中文b"));
        Assert.Equal("a ⁇ b", Tokenizer.Create(definition).Decode(Tokenizer.Create(definition).Encode("a中文b", addBos: false)));
        Assert.Equal("▁ a <unk> <unk> b", Encode(definition with { Dialect = TokenizerDialect.LlamaCpp, FuseUnknown = false }, "a中文b"));
    }

    [Fact]
    public void Encode_ByteFallback_WritesBytesAndUnknownWhereOneIsMissing()
    {
        ModelBuilder model = Base().Trainer(byteFallback: true);
        foreach (byte b in (byte[])[0xC3, 0xA9])
        {
            model.Piece($"<0x{b:X2}>", TokenType.Byte);
        }

        Assert.Equal("▁ a <0xC3> <0xA9> <unk>", Encode(model.Read(), "aéß"));
        Assert.Equal("aé", Tokenizer.Create(model.Read()).Decode(Tokenizer.Create(model.Read()).Encode("aé", addBos: false)));
    }

    [Fact]
    public void Encode_UserDefinedPiece_IsAnAtomFoundFirst()
    {
        ModelBuilder model = Base().Piece("ab", TokenType.UserDefined).Piece("abb", TokenType.UserDefined).Piece("▁a").Piece("ba")
            .Trainer();
        Assert.Equal("▁ abb a ab", Encode(model.Read(), "abbaab"));
        Assert.Equal("▁a ▁ ab", Encode(model.Read(), "a ab"));
    }

    [Fact]
    public void Encode_UserDefinedMarker_IsOrdinaryTextUnlessParsed()
    {
        TokenizerDefinition definition = Base().Piece("<").Piece(">").Piece("<a>", TokenType.UserDefined).Trainer().Read();
        Assert.Equal("▁ < a >", Encode(definition, "<a>"));
        int id = Assert.Single(Tokenizer.Create(definition).Encode("<a>", parseSpecial: true, addBos: false));
        Assert.Equal("<a>", definition.Tokens[id]);
    }

    [Fact]
    public void Encode_UnusedPiece_IsTakenApartAgain()
    {
        ModelBuilder model = Base().Piece("ab", TokenType.Unused).Piece("abc", TokenType.Unused).Piece("abcd").Piece("c").Piece("d")
            .Trainer();
        Assert.Equal("▁ abcd", Encode(model.Read(), "abcd"));
        Assert.Equal("▁ a b c b", Encode(model.Read(), "abcb"));
        Assert.Equal("▁ a b", Encode(model.Read(), "ab"));
    }

    [Fact]
    public void Encode_ControlPiece_NeverComesFromText()
    {
        TokenizerDefinition definition = Base().Piece("<").Piece(">").Piece("<s").Piece("s").Trainer().Read();
        Assert.Equal("▁ <s >", Encode(definition, "<s>"));
        Assert.Equal([1], Tokenizer.Create(definition).Encode("<s>", parseSpecial: true, addBos: false));
    }

    [Theory]
    [InlineData(true, false, "a  b ", "▁ a ▁ ▁ b ▁")]
    [InlineData(true, true, "  a  b ", "▁ a ▁ b")]
    [InlineData(false, true, "  a  b ", "a ▁ b")]
    [InlineData(true, true, "   ", "")]
    [InlineData(true, false, "", "")]
    public void Encode_WhiteSpace_FollowsTheNormalizer(bool prefix, bool removesExtra, string text, string expected) =>
        Assert.Equal(expected, Encode(Base().Trainer().Normalizer(prefix, removesExtra).Read(), text));

    [Fact]
    public void Read_UnigramModel_IsAClearError()
    {
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Base().Trainer(modelType: 1).Read());
        Assert.Contains("Unigram", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x0A })]
    [InlineData(new byte[] { 0x0A, 0x05, 0x0A })]
    [InlineData(new byte[] { 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 })]
    [InlineData(new byte[] { 0x0F })]
    [InlineData(new byte[] { 0x0A, 0x03, 0x0A, 0x01, 0xFF })]
    [InlineData(new byte[] { 0x0A, 0x02, 0x18, 0x09 })]
    public void Read_BrokenModel_IsInvalidData(byte[] bytes) =>
        Assert.Throws<InvalidDataException>(() => SentencePieceModel.Read(new MemoryStream(bytes)));

    [Theory]
    [InlineData(new byte[] { 1 })]
    [InlineData(new byte[] { 0, 0, 0, 0 })]
    [InlineData(new byte[] { 3, 0, 0, 0, 1, 2, 3 })]
    [InlineData(new byte[] { 8, 0, 0, 0, 1, 2, 3, 4 })]
    public void Create_BrokenCharacterMap_IsInvalidData(byte[] map) =>
        Assert.Throws<InvalidDataException>(() => Tokenizer.Create(Base().Trainer().Normalizer(true, true, map).Read()));

    [Fact]
    public void Encode_CharacterMapWithWildOffsets_StaysInside()
    {
        // Every unit claims a leaf and jumps far: the walk must end, not read beyond the trie.
        byte[] map = [16, 0, 0, 0, .. Enumerable.Repeat<byte>(0xFF, 16), (byte)'x', 0];
        Tokenizer tokenizer = Tokenizer.Create(Base().Trainer().Normalizer(true, false, map).Read());
        Assert.Equal("ab", tokenizer.Decode(tokenizer.Encode("ab", addBos: false)));
    }

    private static ModelBuilder Base() =>
        new ModelBuilder().Piece("<unk>", TokenType.Unknown).Piece("<s>", TokenType.Control).Piece("</s>", TokenType.Control)
            .Piece("▁").Piece("a").Piece("b");

    private static string Encode(TokenizerDefinition definition, string text) =>
        string.Join(' ', Tokenizer.Create(definition).Encode(text, addBos: false).Select(id => definition.Tokens[id]));
}
