using System.Text;
using System.Text.Json.Nodes;

namespace Jevons.Tokenization.Tests;

/// <summary>What tokenizer.json and tokenizer_config.json may say, and what is said when they are wrong.</summary>
public sealed class TokenizerJsonTests
{
    public static TheoryData<string, string> PreTokenizersOfFiles => new()
    {
        { "gpt-2", """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}""" },
        { "gpt-2", """{"type":"Sequence","pretokenizers":[{"type":"ByteLevel","add_prefix_space":false}]}""" },
        { "smollm", Sequence(Digits, """{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}""") },
        { "qwen2", Sequence(Split(Qwen2Split.Pattern), ByteLevel) },
        { "qwen2", Sequence(Split(Qwen2Split.Pattern, "Removed", true), ByteLevel) },
        { "smaug-bpe", Sequence(Split(Qwen2Split.Llama3Pattern), ByteLevel) },
        { "deepseek-v3", Sequence(Split(@"\p{N}{1,3}"), Split(DeepSeekV3Split.CjkPattern), Split(DeepSeekV3Split.WordPattern), ByteLevel) },
        {
            "deepseek-v3",
            Sequence(
                Split(@"\p{N}{1,3}"), Split(DeepSeekV3Split.CjkPattern),
                Split(DeepSeekV3Split.WordPattern.Replace("\\r", "\r").Replace("\\n", "\n")), ByteLevel)
        },
        {
            "deepseek-coder",
            Sequence(
                Split("[\r\n]"), Split(@"\s?\p{L}+"), Split(@"\s?\p{P}+"), Split("[" + DeepSeekLlmSplit.CjkAndHangul + "]+"),
                Digits, ByteLevel)
        },
        {
            "deepseek-llm",
            Sequence(
                Split("[\r\n]"), Split(@"\s?[" + DeepSeekLlmSplit.CasedLetters + "]+"), Split(@"\s?[" + DeepSeekLlmSplit.Signs + "]+"),
                Split(@"\s+$"), Split("[" + DeepSeekLlmSplit.CjkAndHangul + "]+"), Digits, ByteLevel)
        },
    };

    private static string ByteLevel => """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}""";

    private static string Digits => """{"type":"Digits","individual_digits":true}""";

    [Theory]
    [MemberData(nameof(PreTokenizersOfFiles))]
    public void Read_PreTokenizer_IsRecognisedByItsRegexes(string name, string json)
    {
        TokenizerDefinition definition = Read(Minimal(json));
        Assert.Equal(name, definition.PreTokenizer);
        Assert.Equal("ab c", Tokenizer.Create(definition).Decode(Tokenizer.Create(definition).Encode("ab c")));
    }

    [Theory]
    [InlineData("""
        {"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"\\w+"},"behavior":"Isolated","invert":false},
         {"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}
        """)]
    [InlineData("""{"type":"Whitespace"}""")]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":true}""")]
    [InlineData("""
        {"type":"Sequence","pretokenizers":[{"type":"ByteLevel","add_prefix_space":false},{"type":"Digits","individual_digits":true}]}
        """)]
    public void Read_UnknownPreTokenizer_ShowsItAndListsThoseKnown(string json)
    {
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Read(Minimal(json)));
        Assert.Contains("pre_tokenizer", e.Message, StringComparison.Ordinal);
        Assert.Contains("deepseek-v3", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MergesAsTextAndAsPairs_AreTheSame()
    {
        JsonObject pairs = Minimal(null);
        pairs["model"]!["merges"] = JsonNode.Parse("""[["a","b"],["ab","c"]]""");
        Assert.Equal([new("a", "b"), new("ab", "c")], Read(Minimal(null)).Merges);
        Assert.Equal(Read(Minimal(null)).Merges, Read(pairs).Merges);
        Assert.Equal("abc", Read(pairs).Tokens[Tokenizer.Create(Read(pairs)).Encode("abc")[0]]);
    }

    [Theory]
    [InlineData("model.merges", """["a b","c"]""", "model.merges[1]")]
    [InlineData("model.merges", """["a b","a d"]""", "model.merges[1]")]
    [InlineData("model.merges", """["a b",["a"]]""", "model.merges[1]")]
    [InlineData("model.merges", """7""", "model.merges")]
    [InlineData("model.vocab", """["a"]""", "model.vocab")]
    [InlineData("model.vocab", """{"a":0,"b":0}""", "both 'a' and 'b'")]
    [InlineData("model.vocab", """{"a":-1}""", "-1")]
    [InlineData("model.vocab", """{"a":2000000000}""", "2000000000")]
    [InlineData("model.vocab", """{"a":"0"}""", "model.vocab")]
    [InlineData("model.type", "\"Unigram\"", "Unigram")]
    [InlineData("model.type", "\"WordPiece\"", "model.type")]
    [InlineData("model.end_of_word_suffix", "\"</w>\"", "end_of_word_suffix")]
    [InlineData("model.ignore_merges", "\"yes\"", "model.ignore_merges")]
    [InlineData("normalizer", """{"type":"Lowercase"}""", "Lowercase")]
    [InlineData("normalizer", """{"type":"Sequence","normalizers":7}""", "normalizers")]
    [InlineData("added_tokens", """[{"id":0,"content":"zz"}]""", "'zz'")]
    [InlineData("added_tokens", """[{"id":3.5,"content":"zz"}]""", "added_tokens[0].id")]
    [InlineData("added_tokens", """[{"id":7}]""", "added_tokens[0].content")]
    [InlineData("added_tokens", """[{"id":7,"content":"\ud800"}]""", "added_tokens[0].content")]
    public void Read_WrongValue_IsNamed(string key, string json, string named)
    {
        JsonObject root = Minimal(null);
        string[] path = key.Split('.');
        JsonObject parent = path.Length == 2 ? root[path[0]]!.AsObject() : root;
        parent[path[^1]] = "@";
        string text = root.ToJsonString().Replace("\"@\"", json, StringComparison.Ordinal);
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Tokenizer.Create(TokenizerJson.Read(Stream(text))));
        Assert.Contains(named, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"model":null}""")]
    public void Read_NoTokenizer_IsAnError(string json) => Assert.Throws<InvalidDataException>(() => TokenizerJson.Read(Stream(json)));

    [Fact]
    public void Read_Config_NamesTokensAndTemplates()
    {
        JsonObject root = Minimal(null);
        root["added_tokens"] = JsonNode.Parse(
            """[{"id":3,"content":"<s>","special":true},{"id":4,"content":"</s>"},{"id":5,"content":"ø"}]""");
        const string Config = """
            {"add_bos_token":true,"bos_token":{"content":"<s>"},"eos_token":"</s>","pad_token":null,"unk_token":"none",
             "added_tokens_decoder":{"9":{"content":"<|x|>","special":false},"5":{"content":"ignored"}},
             "chat_template":[{"name":"tool_use","template":"T"},{"name":"default","template":"D"}]}
            """;
        TokenizerDefinition definition = TokenizerJson.Read(Stream(root.ToJsonString()), Stream(Config));
        Assert.Equal((3, 4, null, null), (definition.BosId, definition.EosId, definition.PadId, definition.UnkId));
        Assert.True(definition.AddBos);
        Assert.Null(definition.AddEos);
        Assert.Equal("D", definition.ChatTemplate);
        Assert.Equal("T", definition.NamedChatTemplates["tool_use"]);
        Assert.Equal("<|x|>", definition.Tokens[9]);
        TokenType[] types = [.. definition.TokenTypes];
        Assert.Equal([TokenType.Control, TokenType.Control, TokenType.UserDefined], types[3..6]);
        Assert.Equal(TokenType.Control, types[9]);
    }

    [Fact]
    public void Read_TemplateProcessing_SaysThatBosIsAdded()
    {
        JsonObject root = Minimal(null);
        root["added_tokens"] = JsonNode.Parse("""[{"id":3,"content":"<s>","special":true}]""");
        root["post_processor"] = JsonNode.Parse(
            """
            {"type":"Sequence","processors":[{"type":"ByteLevel"},
             {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}}]}]}
            """);
        TokenizerDefinition definition = Read(root);
        Assert.True(definition.AddBos);
        Assert.Equal(3, definition.BosId);
        Assert.Equal([3, 0], Tokenizer.Create(definition).Encode("a"));
    }

    [Fact]
    public void Read_GapsBetweenIds_ArePlaceHolders()
    {
        JsonObject root = Minimal(null);
        root["added_tokens"] = JsonNode.Parse("""[{"id":9,"content":"<|x|>"}]""");
        TokenizerDefinition definition = Read(root);
        Assert.Equal("[PAD4]", definition.Tokens[4]);
        Assert.Equal(TokenType.Unused, definition.TokenTypes[4]);
        GgufTokenizer gguf = definition.ToGguf(12);
        Assert.Equal("[PAD11]", gguf.Tokens![11]);
        Assert.Equal(5, gguf.TokenTypes![11]);
        Assert.Throws<ArgumentOutOfRangeException>(() => definition.ToGguf(3));
    }

    [Theory]
    [InlineData("first", false, "▁a|▁b")]
    [InlineData("always", false, "▁a|▁b")]
    [InlineData("never", false, "a|▁b")]
    [InlineData("always", true, "▁a|▁b")]
    public void Read_Metaspace_IsSentencePiece(string scheme, bool splits, string expected)
    {
        const string Vocabulary = """{"▁":0,"a":1,"b":2,"▁a":3,"▁b":4,"a▁b":5}""";
        string json = $$$"""
            {"model":{"type":"BPE","vocab":{{{Vocabulary}}},"merges":["▁ a","▁ b"],"byte_fallback":true},
             "pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"{{{scheme}}}",
             "split":{{{(splits ? "true" : "false")}}}}}
            """;
        TokenizerDefinition definition = TokenizerJson.Read(Stream(json));
        Assert.Equal(TokenizerKind.SentencePieceBpe, definition.Kind);
        string[] tokens = [.. Tokenizer.Create(definition).Encode("a b").Select(id => definition.Tokens[id])];
        Assert.Equal(expected, string.Join('|', tokens));
        string[] blank = [.. Tokenizer.Create(definition).Encode(" a").Select(id => definition.Tokens[id])];
        Assert.Equal(["▁a"], blank);
    }

    internal static JsonObject Minimal(string? preTokenizer)
    {
        JsonObject root = JsonNode.Parse(
            """{"model":{"type":"BPE","vocab":{"a":0,"b":1,"c":2,"ab":7,"abc":6,"Ġ":8},"merges":["a b","ab c"]}}""")!.AsObject();
        root["pre_tokenizer"] = JsonNode.Parse(preTokenizer ?? """{"type":"ByteLevel","add_prefix_space":false}""");
        return root;
    }

    internal static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));

    private static TokenizerDefinition Read(JsonObject root) => TokenizerJson.Read(Stream(root.ToJsonString()));

    private static string Sequence(params string[] steps) => $$"""{"type":"Sequence","pretokenizers":[{{string.Join(',', steps)}}]}""";

    private static string Split(string regex, string behavior = "Isolated", bool invert = false) => new JsonObject
    {
        ["type"] = "Split",
        ["pattern"] = new JsonObject { ["Regex"] = regex },
        ["behavior"] = behavior,
        ["invert"] = invert,
    }.ToJsonString();
}
