using System.Text.Json;
using Jevons.Testing;

namespace Jevons.Tokenization.Tests;

/// <summary>Ids that reference implementations gave, over every vocabulary of the data folder.</summary>
public sealed class GoldenTests
{
    public static TheoryData<string> LlamaCppVocabularies => [.. SharedData.Walk("*.gguf", "tokenizers", "llama.cpp-vocabs")];

    public static TheoryData<string> HuggingFaceTokenizers => [.. SharedData.Walk("tokenizer.json", "tokenizers")];

    [Theory]
    [MemberData(nameof(HuggingFaceTokenizers))]
    public void Encode_TokenizerJson_EqualsHuggingFace(string file)
    {
        Tokenizer tokenizer = Tokenizers.Load(file.Split('/'));
        string name = file.Split('/')[^2];
        int cases = 0;
        foreach (JsonElement row in Lines("tokenizers", "golden-tokenization.jsonl").Where(r => r.TryGetProperty(name, out _)))
        {
            cases++;
            Check(tokenizer, row.GetProperty("text").GetString()!, Ids(row.GetProperty(name)), parseSpecial: true);
        }

        Assert.SkipWhen(cases == 0, $"no golden ids for {name}");
    }

    [Theory]
    [MemberData(nameof(LlamaCppVocabularies))]
    public void Encode_GgufVocabulary_EqualsLlamaCpp(string file)
    {
        Tokenizer tokenizer = Tokenizers.Load(file.Split('/'));
        string[] texts = File.ReadAllText(SharedData.Path((file + ".inp").Split('/'))).Split("\n__ggml_vocab_test__\n");
        string[] ids = File.ReadAllText(SharedData.Path((file + ".out").Split('/'))).Split('\n');
        texts = texts[^1].Length == 0 ? texts[..^1] : texts;
        Assert.True(texts.Length is > 0 && texts.Length <= ids.Length);
        for (int i = 0; i < texts.Length; i++)
        {
            int[] expected = [.. ids[i].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(x => int.Parse(x, System.Globalization.CultureInfo.InvariantCulture))];
            Check(tokenizer, texts[i], expected, parseSpecial: false);
        }
    }

    [Fact]
    public void Encode_SmolLm2_EqualsLlamaCpp()
    {
        Tokenizer tokenizer = Tokenizers.Load("models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");
        CheckAll(tokenizer, "smollm-tokenization.jsonl", parseSpecial: true);
    }

    [Fact]
    public void Encode_UserTextWithRoleMarkers_EqualsOrdinaryPieces() =>
        CheckAll(Tokenizers.Load("tokenizers", "deepseek_v3", "tokenizer.json"), "deepseek_v3-no-special.jsonl", parseSpecial: false);

    [Theory]
    [InlineData("weights/tinystories-656k/tokenizer.json")]
    [InlineData("weights/stories260K/stories260K-f32.gguf")]
    public void Encode_Story_EqualsTheTokensOfThePerplexityGolden(string file)
    {
        Tokenizer tokenizer = Tokenizers.Load(file.Split('/'));
        string golden = SharedData.Path([.. file.Split('/')[..^1], "golden-nll.json"]);
        JsonElement row = JsonDocument.Parse(File.ReadAllText(golden)).RootElement;
        string text;
        if (row.TryGetProperty("text", out JsonElement inline))
        {
            text = inline.GetString()!;
        }
        else
        {
            byte[] story = File.ReadAllBytes(SharedData.Path("tokenizers", "bpe-training-cs336", "tinystories_sample.txt"));
            text = System.Text.Encoding.UTF8.GetString(story.AsSpan(0, 1500));
        }

        int[] expected = Ids(row.GetProperty("tokens"));
        Assert.Equal(expected, tokenizer.Encode(text)[..expected.Length]);
        Assert.Equal(text[..100], tokenizer.Decode(expected, skipSpecial: true)[..100]);
    }

    internal static IEnumerable<JsonElement> Lines(params string[] parts)
    {
        foreach (string line in File.ReadLines(SharedData.Path(parts)).Where(l => l.Length > 0))
        {
            yield return JsonDocument.Parse(line).RootElement;
        }
    }

    internal static int[] Ids(JsonElement list) => [.. list.EnumerateArray().Select(x => x.GetInt32())];

    internal static void Check(Tokenizer tokenizer, string text, int[] expected, bool parseSpecial)
    {
        int[] ids = tokenizer.Encode(text, parseSpecial, addBos: false);
        Assert.True(
            ids.SequenceEqual(expected),
            $"'{text}': [{string.Join(' ', ids)}] is not [{string.Join(' ', expected)}]");
    }

    private static void CheckAll(Tokenizer tokenizer, string file, bool parseSpecial)
    {
        int cases = 0;
        foreach (JsonElement row in Lines("tokenizers", file))
        {
            cases++;
            Check(tokenizer, row.GetProperty("text").GetString()!, Ids(row.GetProperty("ids")), parseSpecial);
        }

        Assert.True(cases > 0);
    }
}
