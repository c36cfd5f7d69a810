using Jevons.Testing;

namespace Jevons.Tokenization.Tests;

/// <summary>User text never becomes a control token, whatever the file says of it.</summary>
public sealed class UntrustedTextTests
{
    public static TheoryData<string> Vocabularies =>
    [
        .. SharedData.Walk("tokenizer.json", "tokenizers"),
        .. SharedData.Walk("*.gguf", "tokenizers"),
        .. SharedData.Walk("*.gguf", "models"),
        .. SharedData.Walk("*.model", "tokenizers"),
        .. SharedData.Walk("tokenizer.json", "weights"),
    ];

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void Encode_EveryMarkerOfTheVocabularyAsUserText_GivesOrdinaryPieces(string file)
    {
        Tokenizer tokenizer = Tokenizers.Load(file.Split('/'));
        HashSet<int> markers = [.. Markers(tokenizer)];
        Assert.NotEmpty(markers);
        foreach (int marker in markers)
        {
            string text = tokenizer.Definition.Tokens[marker];
            foreach (string user in (string[])[text, "a" + text + "b", " " + text + "\n", text + text])
            {
                int[] ids = tokenizer.Encode(user, addBos: false);
                Assert.True(!ids.Any(markers.Contains), $"'{user}' gives {string.Join(' ', ids)}");
                int[] contents = tokenizer.Encode((PromptPart[])[new("x", true), new(user, false), new("y", true)], addBos: false);
                Assert.True(!contents.Any(markers.Contains), $"content '{user}' gives {string.Join(' ', contents)}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void Encode_EveryControlTokenAsTemplateText_IsThatToken(string file)
    {
        Tokenizer tokenizer = Tokenizers.Load(file.Split('/'));
        int[] controls = [.. Markers(tokenizer).Where(tokenizer.IsControl)];
        Assert.NotEmpty(controls);
        foreach (int id in controls)
        {
            string text = tokenizer.Definition.Tokens[id];
            Assert.Equal([id], tokenizer.Encode(text, parseSpecial: true, addBos: false));
            Assert.Equal([id], tokenizer.Encode((PromptPart[])[new(text, true)], addBos: false));
            Assert.Equal(string.Empty, tokenizer.Decode([id], skipSpecial: true));
            Assert.Equal(id == tokenizer.Definition.UnkId ? tokenizer.Definition.UnknownSurface ?? text : text, tokenizer.Decode([id]));
        }
    }

    [Theory]
    [InlineData("ggml-vocab-deepseek-llm.gguf")]
    [InlineData("ggml-vocab-deepseek-coder.gguf")]
    public void Encode_AddedPlainLetters_AreFoundInUserText(string file)
    {
        Tokenizer tokenizer = Tokenizers.Load("tokenizers", "llama.cpp-vocabs", file);
        foreach (string letter in (string[])["ø", "ö", "ú", "ÿ", "õ", "÷", "û", "ý", "À", "ù", "Á", "þ", "ü"])
        {
            Assert.True(tokenizer.TryGetId(letter, out int id));
            Assert.Equal(TokenType.UserDefined, tokenizer.Definition.TokenTypes[id]);
            int[] ids = tokenizer.Encode("x" + letter + "x", addBos: false);
            Assert.Equal(3, ids.Length);
            Assert.Equal(id, ids[1]);
            Assert.Equal("x" + letter + "x", tokenizer.Decode(ids));
        }
    }

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void Encode_PartsWithoutMarkersInContents_EqualTheJoinedTemplateText(string file)
    {
        Tokenizer tokenizer = Tokenizers.Load(file.Split('/'));
        string marker = tokenizer.Definition.Tokens[Markers(tokenizer).First(tokenizer.IsControl)];
        string[] contents = ["Hello", "\n\n  two lines\n", " é中文 12345", string.Empty, "'s it?"];
        foreach (string content in contents)
        {
            if (tokenizer.Definition.AddedTokens.Any(t => t.Normalized) && tokenizer.Definition.SpacePrefix != SpacePrefix.None)
            {
                // The documented exception: such a vocabulary normalises each part alone.
                continue;
            }

            PromptPart[] parts = [new(marker + "user\n", true), new(content, false), new(marker + "\n", true), new(content, false)];
            string joined = string.Concat(parts.Select(p => p.Text));
            Assert.Equal(tokenizer.Encode(joined, parseSpecial: true, addBos: false), tokenizer.Encode(parts, addBos: false));
        }
    }

    [Fact]
    public void Encode_MarkerAcrossTheEdgeOfAContent_IsNotRecognised()
    {
        Tokenizer tokenizer = Tokenizers.Load("tokenizers", "qwen3", "tokenizer.json");
        Assert.True(tokenizer.TryGetId("<|im_end|>", out int end));
        Assert.DoesNotContain(end, tokenizer.Encode((PromptPart[])[new("<|im_", true), new("end|>", false)]));
        Assert.DoesNotContain(end, tokenizer.Encode((PromptPart[])[new("<|im_end", false), new("|>", true)]));
        Assert.DoesNotContain(end, tokenizer.Encode((PromptPart[])[new("<|im", true), new("_", false), new("end|>", true)]));
        Assert.Contains(end, tokenizer.Encode((PromptPart[])[new("<|im_", true), new("end|>", true)]));
        Assert.Contains(end, tokenizer.Encode((PromptPart[])[new("<|im_", true), new(string.Empty, false), new("end|>", true)]));
    }

    [Fact]
    public void Encode_BosIsAskedForAndWritten_IsThereOnce()
    {
        Tokenizer tokenizer = Tokenizers.Load("tokenizers", "deepseek_v3", "tokenizer.json");
        string bos = tokenizer.Definition.Tokens[tokenizer.BosId!.Value];
        Assert.True(tokenizer.AddBos);
        Assert.Equal([0, 19923], tokenizer.Encode("Hello"));
        Assert.Equal([0, 19923], tokenizer.Encode(bos + "Hello", parseSpecial: true));
        Assert.Equal([0, 19923], tokenizer.Encode((PromptPart[])[new(bos, true), new("Hello", false)]));
        Assert.Equal([0], tokenizer.Encode(string.Empty));
        Assert.Empty(tokenizer.Encode(string.Empty, addBos: false));
        Assert.Equal(1, tokenizer.Encode(bos)[1..].Count(id => id == 30));
    }

    /// <summary>Control and unknown tokens, and all other non-ordinary ones that look like structure.</summary>
    private static IEnumerable<int> Markers(Tokenizer tokenizer)
    {
        HashSet<int> special = [.. tokenizer.Definition.AddedTokens.Where(t => t.Special).Select(t => t.Id)];
        special.UnionWith(tokenizer.EndOfGenerationIds.ToArray());
        for (int id = 0; id < tokenizer.VocabSize; id++)
        {
            string text = tokenizer.Definition.Tokens[id];
            bool isOrdinary = tokenizer.Definition.TokenTypes[id] is TokenType.Normal or TokenType.Byte or TokenType.Unused;
            if (tokenizer.IsControl(id) || special.Contains(id) || (!isOrdinary && text.StartsWith('<') && text.EndsWith('>')))
            {
                yield return id;
            }
        }
    }
}
