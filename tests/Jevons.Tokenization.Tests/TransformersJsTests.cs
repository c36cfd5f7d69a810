using System.Text.Json;

namespace Jevons.Tokenization.Tests;

/// <summary>
/// The vectors of transformers.js whose tokenizer is among the reference data. Special tokens are parsed, as there; a leading
/// begin token of the vector is compared only where the vector has one.
/// </summary>
public sealed class TransformersJsTests
{
    public static TheoryData<string, string> Pairs => new()
    {
        { "Xenova/llama3-tokenizer", "tokenizers/llama3/tokenizer.json" },
        { "Xenova/llama3-tokenizer-new", "tokenizers/llama3/tokenizer.json" },
        { "Xenova/deepseek-coder-1.3b-instruct", "tokenizers/llama.cpp-vocabs/ggml-vocab-deepseek-coder.gguf" },
        { "Xenova/gpt2", "tokenizers/llama.cpp-vocabs/ggml-vocab-gpt-2.gguf" },
        { "openai-community/gpt2", "tokenizers/llama.cpp-vocabs/ggml-vocab-gpt-2.gguf" },
        { "Xenova/Qwen1.5-0.5B-Chat", "tokenizers/llama.cpp-vocabs/ggml-vocab-qwen2.gguf" },
        { "Xenova/llama-tokenizer", "tokenizers/llama2-sentencepiece-tokenizer.model" },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Encode_TransformersJsVectors_AreEqual(string model, string file)
    {
        Tokenizer tokenizer = Tokenizers.Load(file.Split('/'));
        int cases = 0;
        List<string> wrong = [];
        foreach (JsonElement row in GoldenTests.Lines("tokenizers", "transformersjs-tokenization-vectors.jsonl")
            .Where(r => r.GetProperty("hf_model").GetString() == model && r.TryGetProperty("text", out _)))
        {
            cases++;
            int[] expected = GoldenTests.Ids(row.GetProperty("ids"));
            string text = row.GetProperty("text").GetString()!;
            string name = row.GetProperty("case").GetString()!;
            string decoded = tokenizer.Decode(expected);
            string? wanted = row.GetProperty("decoded").GetString();
            if (decoded != wanted && CleanUp(decoded) != wanted)
            {
                wrong.Add($"{name}: decoded '{decoded}' is not '{wanted}'");
            }

            bool startsWithBos = expected.Length > 0 && expected[0] == tokenizer.BosId;
            int[] ids = tokenizer.Encode(text, parseSpecial: true, addBos: startsWithBos);
            if (!ids.SequenceEqual(expected))
            {
                wrong.Add($"{name} '{text}': [{string.Join(' ', ids)}] is not [{string.Join(' ', expected)}]");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {cases}:\n{string.Join('\n', wrong)}");
        Assert.True(cases > 0);
    }

    /// <summary>What clean_up_tokenization_spaces does after decoding, where a tokenizer's configuration asks for it.</summary>
    private static string CleanUp(string text)
    {
        foreach (string end in (string[])[".", "?", "!", ",", "'", "n't", "'m", "'s", "'ve", "'re"])
        {
            text = text.Replace(" " + end, end, StringComparison.Ordinal);
        }

        return text;
    }
}
