using FsCheck;
using FsCheck.Fluent;
using Jevons.Testing;

namespace Jevons.Tokenization.Tests;

/// <summary>Text survives its encoding.</summary>
public sealed class RoundTripTests
{
    public static TheoryData<string> Vocabularies =>
    [
        .. SharedData.Walk("tokenizer.json", "tokenizers"),
        .. SharedData.Walk("*.gguf", "tokenizers"),
        .. SharedData.Walk("*.gguf", "models"),
        .. SharedData.Walk("*.model", "tokenizers"),
    ];

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void Decode_OfEncode_IsTheText(string file)
    {
        Tokenizer tokenizer = Tokenizers.Load(file.Split('/'));
        bool isNfc = tokenizer.Definition.Normalizer == TextNormalizer.Nfc;
        bool lacksBytes = tokenizer.Definition.PreTokenizer == "smollm";
        Gen<string> runes = Gen.Choose(1, 0x10FFFF).Where(c => c is < 0xD800 or > 0xDFFF).Select(char.ConvertFromUtf32);
        Gen<string> ascii = Gen.Choose(lacksBytes ? 32 : 1, 126).Select(char.ConvertFromUtf32);
        Gen<string> parts = isNfc || lacksBytes ? ascii : Gen.OneOf(ascii, ascii, runes);
        Prop.ForAll(parts.ListOf().Select(p => string.Concat(p)).ToArbitrary(), text =>
        {
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text, addBos: false)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(8, 9));
    }

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void Encode_UnpairedSurrogates_CountAsReplacementCharacters(string file)
    {
        Tokenizer tokenizer = Tokenizers.Load(file.Split('/'));
        foreach (string broken in (string[])["\uD83D", "a\uDE00b", "\uDE00\uD83D", "x \uD83D"])
        {
            string repaired = string.Concat(broken.Select(c => char.IsSurrogate(c) ? '\uFFFD' : c));
            Assert.Equal(tokenizer.Encode(repaired), tokenizer.Encode(broken));
        }
    }

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void TokenBytes_OfEveryToken_AreItsDecoding(string file)
    {
        Tokenizer tokenizer = Tokenizers.Load(file.Split('/'));
        bool strips = tokenizer.StripsFirstBlank;
        for (int id = 0; id < tokenizer.VocabSize; id++)
        {
            string text = System.Text.Encoding.UTF8.GetString(tokenizer.TokenBytes(id));
            string decoded = tokenizer.Decode([id]);
            Assert.True(decoded == text || (strips && " " + decoded == text), $"{id}: '{decoded}', bytes '{text}'");
        }

        Assert.True(tokenizer.TokenBytes(-1).IsEmpty);
        Assert.True(tokenizer.TokenBytes(tokenizer.VocabSize).IsEmpty);
        Assert.Equal(string.Empty, tokenizer.Decode([-1, tokenizer.VocabSize, int.MaxValue]));
    }
}
