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
        .. SharedData.Walk("*.gguf", "tokenizers").Where(f => !f.Contains("-spm", StringComparison.Ordinal)),
        .. SharedData.Walk("*.gguf", "models"),
    ];

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void Encode_ProbeText_HashesToAKnownValue(string file)
    {
        Tokenizer tokenizer = Tokenizers.Load(file.Split('/'));
        JsonElement probe = JsonDocument.Parse(File.ReadAllText(SharedData.Path("tokenizers", "llama.cpp-chkhsh.json"))).RootElement;
        string text = probe.GetProperty("text").GetString()!;
        Dictionary<string, string> known = new(StringComparer.Ordinal);
        foreach (JsonElement model in probe.GetProperty("models").EnumerateArray())
        {
            known[model.GetProperty("sha256").GetString()!] = model.GetProperty("pre").GetString()!;
        }

        string[] hashes = [Hash(tokenizer.Encode(text, true, addBos: false)), Hash(tokenizer.Encode(text, true, addBos: true))];
        string[] found = [.. hashes.Where(known.ContainsKey)];
        Assert.True(found.Length > 0, $"no hash is known for {tokenizer.Definition.PreTokenizer}");
        PreTokenizer splitter = PreTokenizers.Find(tokenizer.Definition.PreTokenizer).Splitter;
        Assert.Contains(splitter, found.Select(h => PreTokenizers.Find(known[h]).Splitter));
    }

    private static string Hash(int[] ids) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"[{string.Join(", ", ids)}]")));
}
