using Jevons.Testing;

namespace Jevons.Tokenization.Tests;

/// <summary>GGUF values to a definition, with the loader's repairs.</summary>
public sealed class GgufDefinitionTests
{
    public static TheoryData<string> Vocabularies => [.. SharedData.Walk("*.gguf", "tokenizers"), .. SharedData.Walk("*.gguf", "models")];

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void ToGguf_OfAFilesDefinition_GivesItsValuesBack(string file)
    {
        GgufTokenizer read = GgufMetadata.Tokenizer(SharedData.Path(file.Split('/')));
        GgufTokenizer written = TokenizerDefinition.FromGguf(read).ToGguf();
        Assert.Equal(read.Model, written.Model);
        Assert.Equal(read.Pre, written.Pre);
        Assert.Equal(read.Tokens, written.Tokens);
        Assert.Equal(read.Merges, written.Merges);
        Assert.Equal(read.Scores, written.Scores);
        Assert.Equal(read.BosId, written.BosId);
        Assert.Equal(read.EosId, written.EosId);
        Assert.Equal(read.ChatTemplate, written.ChatTemplate);
        for (int id = 0; id < read.Tokens!.Count; id++)
        {
            // A known control token that the file calls user-defined is repaired; nothing else changes.
            bool isRepaired = read.TokenTypes![id] == 4 && written.TokenTypes![id] == 3 && ControlNames.IsKnown(read.Tokens[id]);
            Assert.True(isRepaired || read.TokenTypes[id] == written.TokenTypes![id], $"{id} '{read.Tokens[id]}'");
        }
    }

    [Fact]
    public void FromGguf_KnownNames_BecomeControlTokens()
    {
        TokenizerDefinition definition = TokenizerDefinition.FromGguf(Minimal() with
        {
            Tokens = ["a", "<|fim_prefix|>", "<EOT>", "</s>", "<|im_end|>", "<think>"],
            TokenTypes = [1, 4, 4, 1, 1, 4],
        });
        int[] types = [.. definition.TokenTypes.Select(t => (int)t)];
        Assert.Equal([1, 3, 3, 1, 3, 4], types);
    }

    [Theory]
    [InlineData("llama-bpe", null, true, true)]
    [InlineData("llama3", false, false, true)]
    [InlineData("qwen2", null, false, false)]
    [InlineData("deepseek-v3", true, true, false)]
    [InlineData("smaug-bpe", null, false, false)]
    public void FromGguf_BosAndMerges_FollowThePreTokenizersName(string pre, bool? says, bool addBos, bool ignoreMerges)
    {
        TokenizerDefinition definition = TokenizerDefinition.FromGguf(Minimal() with { Pre = pre, AddBos = says });
        Assert.Equal(addBos, definition.AddBos);
        Assert.Equal(ignoreMerges, definition.IgnoreMerges);
    }

    [Fact]
    public void FromGguf_SentencePieceWithoutKeys_HasTheFormatsDefaults()
    {
        TokenizerDefinition definition = TokenizerDefinition.FromGguf(new GgufTokenizer
        {
            Model = "llama",
            Tokens = ["<unk>", "<s>", "</s>", "▁", "a"],
            TokenTypes = [2, 3, 3, 1, 1],
            Scores = [0, 0, 0, -1, -2],
        });
        Assert.Equal((1, 2, 0), (definition.BosId, definition.EosId, definition.UnkId));
        Assert.True(definition.AddBos);
        Assert.Equal([1, 3, 4], Tokenizer.Create(definition).Encode("a"));
        Assert.Equal([4], Tokenizer.Create(definition with { SpacePrefix = SpacePrefix.None }).Encode("a", addBos: false));
        Assert.Equal([1, 3, 4, 2, 3, 4], Tokenizer.Create(definition).Encode("<s>a</s>a", parseSpecial: true));
    }

    [Theory]
    [InlineData("none", null, "no tokenizer")]
    [InlineData(null, null, "no tokenizer")]
    [InlineData("t5", null, "'t5'")]
    [InlineData("gpt2", "tekken", "'tekken'")]
    public void FromGguf_UnknownKind_IsNamed(string? model, string? pre, string named)
    {
        Assert.Contains(named, Error(Minimal() with { Model = model, Pre = pre }), StringComparison.Ordinal);
    }

    [Fact]
    public void FromGguf_ListsThatDoNotFit_AreNamed()
    {
        Assert.Contains("token_type", Error(Minimal() with { TokenTypes = [1] }), StringComparison.Ordinal);
        Assert.Contains("scores", Error(Minimal() with { Scores = [1] }), StringComparison.Ordinal);
        Assert.Contains("tokens", Error(Minimal() with { Tokens = null }), StringComparison.Ordinal);
        Assert.Contains("merges", Error(Minimal() with { Merges = null }), StringComparison.Ordinal);
        Assert.Contains("merges[1]", Error(Minimal() with { Merges = ["a b", "ab"] }), StringComparison.Ordinal);
        Assert.Contains("scores", Error(Minimal() with { Model = "llama", Scores = null }), StringComparison.Ordinal);
        Assert.Contains("0 tokens", Error(Minimal() with { Tokens = [], TokenTypes = [], Merges = [] }), StringComparison.Ordinal);
    }

    [Fact]
    public void FromGguf_IdsOutsideTheVocabulary_AreLeftOut()
    {
        TokenizerDefinition definition = TokenizerDefinition.FromGguf(Minimal() with { BosId = 9, EosId = uint.MaxValue, PadId = 1 });
        Assert.Equal((null, null, 1), (definition.BosId, definition.EosId, definition.PadId));
    }

    [Fact]
    public void Encode_SymbolsBeyondTheVocabulary_MergeAndAreDropped()
    {
        // As in llama.cpp: 'x' is no token, but merges through it lead to one; where they do not, it vanishes.
        TokenizerDefinition definition = TokenizerDefinition.FromGguf(Minimal() with
        {
            Tokens = ["a", "b", "axb"],
            TokenTypes = [1, 1, 1],
            Merges = ["x b", "a xb", "b x"],
        });
        Tokenizer tokenizer = Tokenizer.Create(definition);
        Assert.Equal([2], tokenizer.Encode("axb"));
        Assert.Equal([0], tokenizer.Encode("ax"));
        Assert.Equal([1], tokenizer.Encode("bx"));
        Assert.Equal([1], tokenizer.Encode("xb"));
        Assert.Empty(tokenizer.Encode("xxx"));
    }

    private static string Error(GgufTokenizer gguf) =>
        Assert.Throws<InvalidDataException>(() => Tokenizer.Create(TokenizerDefinition.FromGguf(gguf))).Message;

    private static GgufTokenizer Minimal() =>
        new() { Model = "gpt2", Pre = "gpt-2", Tokens = ["a", "b", "ab"], TokenTypes = [1, 1, 1], Merges = ["a b"] };
}
