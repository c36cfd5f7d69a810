using Jevons.Tokenization;

namespace Jevons.Inference.Tests;

/// <summary>A byte-level vocabulary without merges: a token a byte, and a few markers behind.</summary>
internal static class TinyTokenizer
{
    public const int Think = 256;
    public const int EndThink = 257;
    public const int Eos = 258;

    public static Tokenizer WithTags { get; } = Create("<think>", "</think>", "<|end|>");

    public static Tokenizer WithoutTags { get; } = Create("<a>", "<b>", "<|end|>");

    public static int[] Bytes(string text) => WithTags.Encode(text, addBos: false);

    private static Tokenizer Create(params string[] markers)
    {
        List<string> tokens = [.. Enumerable.Range(0, 256).Select(ByteName)];
        List<int> types = [.. Enumerable.Repeat(1, 256)];
        tokens.AddRange(markers);
        types.AddRange([4, 4, 3]);
        return Tokenizer.Create(TokenizerDefinition.FromGguf(new GgufTokenizer
        {
            Model = "gpt2",
            Pre = "gpt-2",
            Tokens = tokens,
            TokenTypes = types,
            Merges = [],
            EosId = Eos,
            AddBos = false,
        }));
    }

    // GPT-2's alphabet: printable bytes stand for themselves, the others for code points from 256 on.
    private static string ByteName(int value)
    {
        bool IsPrintable(int b) => b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
        return IsPrintable(value)
            ? ((char)value).ToString()
            : ((char)(256 + Enumerable.Range(0, value).Count(b => !IsPrintable(b)))).ToString();
    }
}
