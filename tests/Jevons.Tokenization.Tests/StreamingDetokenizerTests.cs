using FsCheck;
using FsCheck.Fluent;
using Jevons.Testing;

namespace Jevons.Tokenization.Tests;

/// <summary>Decoding token by token is decoding, and no character is ever split.</summary>
public sealed class StreamingDetokenizerTests
{
    public static TheoryData<string> Vocabularies =>
    [
        .. SharedData.Walk("tokenizer.json", "tokenizers"),
        .. SharedData.Walk("*.gguf", "tokenizers"),
        .. SharedData.Walk("*.model", "tokenizers"),
        .. SharedData.Walk("*.model", "graders"),
    ];

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void Push_AnyIds_JoinsToDecodeOfAll(string file)
    {
        Tokenizer tokenizer = Tokenizers.Load(file.Split('/'));
        Gen<int> id = Gen.OneOf(Gen.Choose(0, Math.Min(400, tokenizer.VocabSize - 1)), Gen.Choose(0, tokenizer.VocabSize + 10));
        Prop.ForAll(id.ListOf().ToArbitrary(), ids =>
        {
            int[] all = [.. ids];
            foreach (bool skip in (bool[])[true, false])
            {
                string[] parts = Stream(tokenizer, all, skip);
                Assert.Equal(tokenizer.Decode(all, skip), string.Concat(parts));
                Assert.All(parts, p => Assert.False(p.Length > 0 && (char.IsLowSurrogate(p[0]) || char.IsHighSurrogate(p[^1]))));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(6, 7));
    }

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void Push_EncodedText_NeverShowsAReplacementCharacter(string file)
    {
        Tokenizer tokenizer = Tokenizers.Load(file.Split('/'));
        const string Text = "naïve 日本語 😀👩‍👩‍👧 𠀀 नमस्ते \u00A0end";
        string[] parts = Stream(tokenizer, tokenizer.Encode(Text), skipSpecial: true);
        string expected = tokenizer.Decode(tokenizer.Encode(Text), skipSpecial: true);
        Assert.Equal(expected, string.Concat(parts));
        Assert.Equal(expected.Contains('\uFFFD', StringComparison.Ordinal), parts.Any(p => p.Contains('\uFFFD', StringComparison.Ordinal)));
    }

    [Fact]
    public void Push_BytesOfOneCharacter_WaitForTheLast()
    {
        Tokenizer tokenizer = Tokenizer.Create(Definitions.ByteLevel([]));
        StreamingDetokenizer stream = new(tokenizer);
        byte[] smile = [0xF0, 0x9F, 0x98, 0x80];
        Assert.Equal(string.Empty, stream.Push(smile[0]).ToString());
        Assert.Equal(string.Empty, stream.Push(smile[1]).ToString());
        Assert.Equal(string.Empty, stream.Push(smile[2]).ToString());
        Assert.Equal("😀", stream.Push(smile[3]).ToString());
        Assert.Equal(string.Empty, stream.Flush().ToString());
    }

    [Fact]
    public void Flush_HalfACharacter_IsOneReplacementCharacter()
    {
        Tokenizer tokenizer = Tokenizer.Create(Definitions.ByteLevel([]));
        StreamingDetokenizer stream = new(tokenizer);
        Assert.Equal(string.Empty, stream.Push(0xE4).ToString());
        Assert.Equal(string.Empty, stream.Push(0xB8).ToString());
        Assert.Equal("\uFFFD", stream.Flush().ToString());
        Assert.Equal("a", stream.Push('a').ToString());
        Assert.Equal(string.Empty, stream.Push(0xE4).ToString());
        Assert.Equal("\uFFFDb", stream.Push('b').ToString());
    }

    [Fact]
    public void Push_FirstBlankOfSentencePiece_IsTheEncodersOwn()
    {
        Tokenizer tokenizer = Tokenizers.Load("tokenizers", "llama2-sentencepiece-tokenizer.model");
        int[] ids = tokenizer.Encode("Hello world", addBos: true);
        Assert.Equal("Hello world", string.Concat(Stream(tokenizer, ids, skipSpecial: true)));
        Assert.Equal("<s> Hello world", string.Concat(Stream(tokenizer, ids, skipSpecial: false)));
    }

    [Fact]
    public void Push_AfterWarmUp_AllocatesNothing()
    {
        Tokenizer tokenizer = Tokenizers.Load("tokenizers", "deepseek_v3", "tokenizer.json");
        StreamingDetokenizer stream = new(tokenizer);
        int[] ids = tokenizer.Encode("naïve 日本語 😀 and <｜User｜> \n\n plain words; नमस्ते");
        for (int i = 0; i < 100; i++)
        {
            Push(stream, ids);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Push(stream, ids);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Push(StreamingDetokenizer stream, int[] ids)
    {
        foreach (int id in ids)
        {
            stream.Push(id);
        }
    }

    private static string[] Stream(Tokenizer tokenizer, int[] ids, bool skipSpecial)
    {
        StreamingDetokenizer stream = new(tokenizer, skipSpecial);
        List<string> parts = [.. ids.Select(id => stream.Push(id).ToString())];
        parts.Add(stream.Flush().ToString());
        return [.. parts];
    }
}
