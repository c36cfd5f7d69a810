using System.Text.Json;
using Jevons.Testing;

namespace Jevons.Tokenization.Tests;

/// <summary>The tokenizers that reference implementations trained, on texts meant to be awkward.</summary>
public sealed class TrainedTokenizerTests
{
    private static readonly string[] s_folder = ["graders", "tokenizer-training"];

    public static TheoryData<string> ByteLevel => [.. SharedData.Walk("*.tokenizer.json", s_folder)];

    public static TheoryData<string> SentencePiece => [.. SharedData.Walk("*.model", s_folder)];

    [Theory]
    [MemberData(nameof(ByteLevel))]
    public void Encode_TrainedByteLevel_EqualsHuggingFace(string file)
    {
        string name = Path.GetFileName(file).Replace(".tokenizer.json", string.Empty, StringComparison.Ordinal);
        Tokenizer tokenizer = Tokenizers.Load(file.Split('/'));
        string[] texts = Texts();
        int cases = 0;
        foreach (JsonElement row in GoldenTests.Lines([.. s_folder, "ids.jsonl"])
            .Where(r => r.GetProperty("tokenizer").GetString() == name))
        {
            cases++;
            string text = texts[row.GetProperty("test").GetInt32()];
            int[] ids = GoldenTests.Ids(row.GetProperty("ids"));
            GoldenTests.Check(tokenizer, text, ids, parseSpecial: true);
            Assert.Equal(row.GetProperty("decoded_equal").GetBoolean(), tokenizer.Decode(ids) == text);
        }

        Assert.True(cases > 0);
    }

    [Theory]
    [MemberData(nameof(SentencePiece))]
    public void EncodeAndDecode_TrainedSentencePiece_EqualSentencePiece(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        Tokenizer tokenizer = Tokenizers.Load(file.Split('/'));
        string[] texts = Texts();
        int cases = 0;
        foreach (JsonElement row in GoldenTests.Lines([.. s_folder, "spm-ids.jsonl"])
            .Where(r => r.GetProperty("model").GetString() == name))
        {
            cases++;
            int[] ids = GoldenTests.Ids(row.GetProperty("ids"));
            GoldenTests.Check(tokenizer, texts[row.GetProperty("test").GetInt32()], ids, parseSpecial: false);
            Assert.Equal(row.GetProperty("decoded").GetString(), tokenizer.Decode(ids));
            Assert.Equal(
                row.GetProperty("pieces").EnumerateArray().Select(x => x.GetString()!),
                ids.Select(id => tokenizer.Definition.Tokens[id]),
                StringComparer.Ordinal);
        }

        Assert.True(cases > 0);
    }

    private static string[] Texts() =>
        [.. GoldenTests.Lines([.. s_folder, "test-strings.jsonl"]).Select(r => r.GetProperty("text").GetString()!)];
}
