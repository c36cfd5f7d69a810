using Jevons.Formats;
using Jevons.Testing;
using Jevons.Tokenization;

namespace Jevons.Inference.Tests;

public class GgufTokenizerKeysTests
{
    public static TheoryData<string> Files =>
        [.. SharedData.Walk("*.gguf", "models"), .. SharedData.Walk("*.gguf", "weights"), .. SharedData.Walk("*.gguf", "tokenizers")];

    [Theory]
    [MemberData(nameof(Files))]
    public void WhatIsReadIsWhatWasWritten(string name)
    {
        using GgufFile file = GgufFile.Open(SharedData.Path(name));
        GgufTokenizer? read = GgufTokenizerKeys.Read(file.Metadata);
        if (read is null)
        {
            Assert.False(file.Metadata.Contains("tokenizer.ggml.merges"));
            return;
        }

        GgufMetadata written = new();
        GgufTokenizerKeys.Write(read, written);
        foreach ((string key, GgufValue value) in written)
        {
            GgufValue original = file.Metadata[key];
            Assert.Equal((original.Type, original.ElementType, original.Count, original.ToString()), (value.Type, value.ElementType, value.Count, value.ToString()));
        }

        GgufTokenizer again = GgufTokenizerKeys.Read(written)!;
        Assert.Equal(read.Tokens, again.Tokens);
        Assert.Equal(read.TokenTypes, again.TokenTypes);
        Assert.Equal(read.Scores, again.Scores);
        Assert.Equal(read.Merges, again.Merges);
        Assert.Equal((read.BosId, read.EosId, read.PadId, read.AddBos, read.ChatTemplate), (again.BosId, again.EosId, again.PadId, again.AddBos, again.ChatTemplate));
        string[] missed = [.. file.Metadata.Keys.Where(k => k.StartsWith("tokenizer.", StringComparison.Ordinal) && !written.Contains(k))];
        Assert.DoesNotContain(missed, k => k.StartsWith("tokenizer.ggml.", StringComparison.Ordinal) && !k.Contains("fim_", StringComparison.Ordinal)
            && !k.EndsWith("cls_token_id", StringComparison.Ordinal) && !k.EndsWith("mask_token_id", StringComparison.Ordinal)
            && !k.EndsWith("prefix_token_id", StringComparison.Ordinal) && !k.EndsWith("suffix_token_id", StringComparison.Ordinal)
            && !k.EndsWith("middle_token_id", StringComparison.Ordinal) && !k.EndsWith("token_type_count", StringComparison.Ordinal)
            && !IsForeign(file.Metadata));
    }

    // Vocabularies of other kinds (WordPiece, unigram, RWKV) carry keys of their own.
    private static bool IsForeign(GgufMetadata metadata) => metadata.GetStringOrNull("tokenizer.ggml.model") is not ("gpt2" or "llama");
}
