using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Jevons.Testing;

namespace Jevons.Tokenization.Tests;

/// <summary>
/// The probe text by whose ids llama.cpp's converter recognises a pre-tokenizer: our ids of it, with BOS where the original
/// model adds one, hash to a value that is listed for the vocabulary's pre-tokenizer.
/// </summary>
public sealed class ProbeTextTests
{
    public static TheoryData<string> Vocabularies =>
    [
        .. SharedData.Walk("tokenizer.json", "tokenizers"),
        .. SharedData.Walk("*.gguf", "tokenizers"),
        .. SharedData.Walk("*.gguf", "models"),
    ];

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void Encode_ProbeText_HashesToAKnownValue(string file)
    {
        Tokenizer tokenizer = Tokenizers.Load(file.Split('/'));
        Assert.SkipWhen(tokenizer.Definition.Kind != TokenizerKind.ByteLevelBpe, "only byte-level vocabularies have a pre-tokenizer");
        JsonElement probe = JsonDocument.Parse(File.ReadAllText(SharedData.Path("tokenizers", "llama.cpp-chkhsh.json"))).RootElement;
        string text = probe.GetProperty("text").GetString()!;
        Dictionary<string, string> known = new(StringComparer.Ordinal);
        foreach (JsonElement model in probe.GetProperty("models").EnumerateArray())
        {
            known[model.GetProperty("sha256").GetString()!] = model.GetProperty("pre").GetString()!;
        }

        string[] found = [.. ((bool[])[false, true]).Select(addBos => Hash(tokenizer.Encode(text, parseSpecial: true, addBos))).Where(known.ContainsKey)];
        Assert.True(found.Length > 0, $"no hash is known for {tokenizer.Definition.PreTokenizer}");
        Assert.Contains(PreTokenizers.Find(tokenizer.Definition.PreTokenizer).Splitter, found.Select(h => PreTokenizers.Find(known[h]).Splitter));
    }

    private static string Hash(int[] ids) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"[{string.Join(", ", ids)}]")));
}
