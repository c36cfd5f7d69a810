using System.Text;
using System.Text.Json.Nodes;
using Jevons.Testing;

namespace Jevons.Tokenization.Tests;

/// <summary>
/// More than 10^5 mutated files are read or refused as invalid data: no other exception, no hang, no memory out of proportion.
/// </summary>
public sealed class HostileInputTests
{
    /// <summary>How many mutations of each kind of file are tried.</summary>
    private const int Mutations = 10_000;

    /// <summary>How many mutations of real tokenizer.json files are tried, all files together.</summary>
    private const int RealMutations = 70_000;

    // A file may leave 65,536 ids without a token, which take some 200 bytes each; and per byte of it: tokens, merges, searches.
    private const long FixedAllocation = 16 << 20;
    private const long AllocationPerByte = 400;

    [Fact]
    public void Read_MutatedTokenizerJson_SucceedsOrIsInvalidData()
    {
        byte[] seed = Encoding.UTF8.GetBytes(
            """
            {"version":"1.0","added_tokens":[{"id":9,"content":"<s>","single_word":false,"lstrip":false,"rstrip":true,
            "normalized":true,"special":true},
            {"id":10,"content":"ø","special":false}],"normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"}]},
            "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},
            {"type":"ByteLevel","add_prefix_space":false}]},
            "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}}],
            "pair":[{"Sequence":{"id":"A"}},{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"B"}}]},
            "model":{"type":"BPE","unk_token":null,"fuse_unk":true,"byte_fallback":false,"ignore_merges":false,
            "vocab":{"a":0,"b":1,"c":2,"ab":3,"abc":4,"\u0120":5,"\u0120a":6,"1":7},"merges":["a b",["ab","c"],"Ġ a"]}}
            """);
        Mutate(seed, bytes => TokenizerJson.Read(new MemoryStream(bytes)));
    }

    /// <summary>
    /// Real files cut down to a few hundred tokens: their own normalizer, pre-tokenizer, post-processor, decoder and added
    /// tokens, so that a mutation hits structure as often as vocabulary.
    /// </summary>
    [Fact]
    public void Read_MutatedRealTokenizerJson_SucceedsOrIsInvalidData()
    {
        string[] files = [.. SharedData.Walk("tokenizer.json", "tokenizers"), .. SharedData.Walk("tokenizer.json", "weights")];
        foreach (string file in files)
        {
            Mutate(Reduced(SharedData.Path(file)), bytes => TokenizerJson.Read(new MemoryStream(bytes)), RealMutations / files.Length);
        }
    }

    [Fact]
    public void Read_MutatedTokenizerConfig_SucceedsOrIsInvalidData()
    {
        byte[] json = Encoding.UTF8.GetBytes(TokenizerJsonTests.Minimal(null).ToJsonString());
        byte[] seed = Encoding.UTF8.GetBytes(
            """
            {"add_bos_token":true,"add_eos_token":null,"bos_token":{"content":"<s>","lstrip":false},"eos_token":"</s>","pad_token":null,
            "added_tokens_decoder":{"9":{"content":"<s>","special":true},"10":{"content":"</s>","special":true}},
            "chat_template":[{"name":"default","template":"{{ messages }}"},{"name":"tool_use","template":"x"}]}
            """);
        Mutate(seed, bytes => TokenizerJson.Read(new MemoryStream(json), new MemoryStream(bytes)));
    }

    [Fact]
    public void Read_MutatedSentencePieceModel_SucceedsOrIsInvalidData()
    {
        byte[] map = [8, 0, 0, 0, 0x61, 1, 4, 0, 2, 0, 0, 0x80, (byte)' ', 0];
        byte[] seed = new ModelBuilder().Piece("<unk>", TokenType.Unknown).Piece("<s>", TokenType.Control).Piece("▁").Piece("a").Piece("b")
            .Piece("ab", TokenType.Unused).Piece("<0x41>", TokenType.Byte).Piece("▁▁", TokenType.UserDefined)
            .Trainer(byteFallback: true).Normalizer(true, true, map).ToArray();
        Mutate(seed, bytes => SentencePieceModel.Read(new MemoryStream(bytes)));
    }

    [Fact]
    public void Read_MutatedRealModel_SucceedsOrIsInvalidData()
    {
        byte[] seed = File.ReadAllBytes(SharedData.Path("graders", "tokenizer-training", "spm-arithmetic-380-llama-like.model"));
        Mutate(seed, bytes => SentencePieceModel.Read(new MemoryStream(bytes)), Mutations / 10);
    }

    private static byte[] Reduced(string path)
    {
        const int mostTokens = 320;
        const int mostAdded = 12;
        JsonObject file = JsonNode.Parse(File.ReadAllBytes(path))!.AsObject();
        JsonObject model = file["model"]!.AsObject();
        Dictionary<string, int> vocabulary = model["vocab"]!.AsObject().Select(p => (p.Key, Id: p.Value!.GetValue<int>()))
            .Where(p => p.Id < mostTokens).ToDictionary(p => p.Key, p => p.Id, StringComparer.Ordinal);
        model["vocab"] = new JsonObject(vocabulary.Select(p => new KeyValuePair<string, JsonNode?>(p.Key, p.Value)));
        model["merges"] = new JsonArray([.. model["merges"]!.AsArray().Where(m => IsKept(m!)).Select(m => m!.DeepClone())]);
        JsonArray added = new([.. file["added_tokens"]!.AsArray().Take(mostAdded).Select(t => t!.DeepClone())]);
        foreach ((JsonNode? token, int index) in added.Select((t, i) => (t, i)))
        {
            string content = token!["content"]!.GetValue<string>();
            token["id"] = vocabulary.TryGetValue(content, out int id) ? id : mostTokens + index;
        }

        file["added_tokens"] = added;
        return Encoding.UTF8.GetBytes(file.ToJsonString());

        bool IsKept(JsonNode merge)
        {
            string[] pair = merge is JsonArray parts ? [.. parts.Select(p => p!.GetValue<string>())] : merge.GetValue<string>().Split(' ');
            return vocabulary.ContainsKey(pair[0]) && vocabulary.ContainsKey(pair[1]) && vocabulary.ContainsKey(pair[0] + pair[1]);
        }
    }

    private static void Mutate(byte[] seed, Func<byte[], TokenizerDefinition> read, int count = Mutations)
    {
        Mutation mutation = new(seed, 12345);
        int succeeded = 0;
        Use(read(seed));
        for (int i = 0; i < count; i++)
        {
            byte[] bytes = mutation.Next();
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Use(read(bytes));
                succeeded++;
            }
            catch (InvalidDataException)
            {
                // Refused with a reason: as it should be.
            }
            catch (Exception e)
            {
                Assert.Fail($"mutation {i}: {e}\n{Convert.ToHexString(bytes)}");
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, FixedAllocation + (AllocationPerByte * bytes.Length));
        }

        Assert.InRange(succeeded, 1, count - 1);
    }

    private static void Use(TokenizerDefinition definition)
    {
        Tokenizer tokenizer = Tokenizer.Create(definition);
        tokenizer.Decode(tokenizer.Encode("ab c <s> 1é\u0301 ø\n", parseSpecial: true));
        tokenizer.Decode(tokenizer.Encode("ab  abab<s>中"));
        definition.ToGguf();
    }
}
